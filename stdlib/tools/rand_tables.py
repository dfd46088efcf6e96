#!/usr/bin/env python3
"""Writes math/rand/state.gol and internal/ziggurat/tables.gol.

state.gol: the additive generator y[n] = y[n-607] + y[n-273] (mod 2**64), begun with words from the
generator x -> 48271 x mod 2**31-1, has run 7.8e12 steps. Its state then is a linear function of its first
state: the coefficients are those of X**n modulo X**607 - X**334 - 1, found by squaring.

tables.gol: the layers of G. Marsaglia and W. W. Tsang, The Ziggurat Method for Generating Random Variables.
"""
import math, pathlib, struct

STD = pathlib.Path(__file__).resolve().parents[1]
LEN, TAP, STEPS = 607, 273, 7_800_000_000_000
MASK = (1 << 64) - 1
SLOT = 160  # bits of one coefficient in a packed polynomial


def first_state():
    x, vec = 1, []
    for i in range(-20, LEN):
        x = x * 48271 % (2**31 - 1)
        if i >= 0:
            u = x << 20
            x = x * 48271 % (2**31 - 1)
            u ^= x << 10
            x = x * 48271 % (2**31 - 1)
            vec.append((u ^ x) & MASK)
    return vec


def reduce(c):
    """c modulo X**607 - X**334 - 1 and 2**64."""
    c = c + [0] * (LEN - len(c))
    for k in range(len(c) - 1, LEN - 1, -1):
        v = c[k]
        c[k - LEN] += v
        c[k - TAP] += v
    return [v & MASK for v in c[:LEN]]


def square(c):
    packed = sum(v << (SLOT * i) for i, v in enumerate(c))
    packed *= packed
    out = []
    while packed:
        out.append(packed & ((1 << SLOT) - 1))
        packed >>= SLOT
    return reduce(out)


def state():
    c = [1]
    for bit in bin(STEPS)[2:]:
        c = square(c)
        if bit == "1":
            c = reduce([0] + c)
    vec = first_state()
    # y[n] stands at (334 - n) mod 607; y[-606] .. y[0] are the first state.
    y = [vec[(LEN - TAP - n) % LEN] for n in range(-606, 1)]
    run = []
    for _ in range(LEN):
        run.append(sum(a * b for a, b in zip(c, y)) & MASK)
        c = reduce([0] + c)
    out = [0] * LEN
    for k, v in enumerate(run):
        out[(LEN - TAP - (STEPS - 606 + k)) % LEN] = v
    return out


def rows(values, per_line, form):
    lines = []
    for i in range(0, len(values), per_line):
        lines.append("\t" + ", ".join(form(v) for v in values[i:i + per_line]) + ",\n")
    return "".join(lines)


def f32(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def layers(n, edge, area, scale, density, inverse):
    """The tables k (acceptance), w (width), f (height) of n layers."""
    k, w, f = [0] * n, [0.0] * n, [0.0] * n
    q = area / density(edge)
    k[0] = int(edge / q * scale)
    w[0], w[n - 1] = q / scale, edge / scale
    f[0], f[n - 1] = 1.0, density(edge)
    inner = outer = edge
    for i in range(n - 2, 0, -1):
        inner = inverse(area / inner + density(inner))
        k[i + 1] = int(inner / outer * scale)
        outer = inner
        f[i], w[i] = density(inner), inner / scale
    return k, w, f


def table(name, kind, what, values, form, per_line):
    return f"\n// {name} {what}.\nvar {name} = [{len(values)}]{kind}{{\n{rows(values, per_line, form)}}}\n"


def main():
    text = ("// Written by tools/rand_tables.py.\npackage rand\n\n"
            "// state is the state of the generator after 7.8e12 steps.\n"
            f"var state = [length]uint64{{\n{rows(state(), 4, hex)}}}\n")
    (STD / "math" / "rand" / "state.gol").write_text(text)

    text = ("// Package ziggurat holds the tables of the ziggurat method (G. Marsaglia, W. W. Tsang: The Ziggurat Method\n"
            "// for Generating Random Variables): the area under a density is cut into layers of the same area. A point\n"
            "// of layer i is taken at once when its random integer is below K[i]; W[i] scales the integer to the layer's\n"
            "// width, F[i] is the density at its edge. Written by tools/rand_tables.py.\npackage ziggurat\n\n"
            "const (\n\tNormEdge = 3.442619855899        // of the lowest layer of the normal density\n"
            "\tExpEdge  = 7.69711747013104972   // of the exponential one\n)\n")
    short = lambda x: "%.9g" % f32(x)
    n = layers(128, 3.442619855899, 9.91256303526217e-3, 2.0**31, lambda x: math.exp(-0.5 * x * x),
               lambda y: math.sqrt(-2 * math.log(y)))
    e = layers(256, 7.69711747013104972, 3.949659822581572e-3, 2.0**32, lambda x: math.exp(-x),
               lambda y: -math.log(y))
    for who, what, (k, w, f) in (("Norm", "normal", n), ("Exp", "exponential", e)):
        text += table(f"{who}K", "uint32", f"are the integers below which a point of the {what} density is taken", k, hex, 6)
        text += table(f"{who}W", "float32", f"scale the integers of the {what} density", w, short, 6)
        text += table(f"{who}F", "float32", f"are the heights of the {what} density", f, short, 6)
    (STD / "internal" / "ziggurat" / "tables.gol").write_text(text)


main()
