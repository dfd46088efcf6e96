#!/usr/bin/env python3
"""Mutated programs: compares the messages of `gol check` with those of the Go compiler.

    errors.py --seeds 0:200          one mutant of each program
    errors.py --seeds 0:200 --all    compares all messages, not only the first

A mutant is a program with one random edit of its tokens. Most no longer compile. The first message (line,
column and text) must be the Go compiler's; a mutant that still compiles must pass the check.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import run  # noqa: E402

TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`]*`|\'(?:\\.|[^\'\\\n])+\'|[A-Za-z_]\w*|[0-9][\w.]*|'
                   r'<<=|>>=|&\^=|\.\.\.|&&|\|\||<-|\+\+|--|==|!=|<=|>=|:=|[-+*/%&|^]=|<<|>>|&\^|[^\s\w]|\n')
OPERATORS = ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "&^", "&&", "||", "==", "!=", "<", "<=", ">", ">=", "=", ":=",
             "+=", "!", "<-", "."]
TYPES = ["int", "string", "uint8", "float64", "bool", "any", "complex128", "[]int", "map[string]int", "*int", "func()", "error",
         "struct{}", "int8", "chan int", "[3]int"]
LITERALS = ["0", "-1", "1.5", '"s"', "nil", "true", "'c'", "2i", "1e100", "300", "1 << 70", "[]int{1}", "struct{}{}", "func() {}"]
KEYWORDS = ["return", "break", "continue", "var", "func", "if", "for", "range", "defer", "go", "switch", "case", "type", "else",
            "fallthrough", "goto", "const", "select", "default", "chan", "map", "struct", "interface", "package", "import"]


def mutate(text, r):
    """(mutant, description)."""
    start = text.index("\n)\n") + 3 if "import (" in text else 0
    toks = [m for m in TOKEN.finditer(text) if m.start() >= start]
    ids = [m for m in toks if re.match(r"[A-Za-z_]", m.group()) and m.group() not in KEYWORDS]
    names = sorted({m.group() for m in ids})

    def put(m, new):
        return text[:m.start()] + new + text[m.end():]

    kind = r.randrange(16)
    solid = [m for m in toks if m.group() != "\n"]
    if kind == 0:
        m = r.choice(ids)
        return put(m, r.choice(names)), "rename"
    if kind == 1:
        m = r.choice(ids)
        return put(m, "undef"), "undefined"
    if kind == 2:
        return put(r.choice(solid), ""), "delete token"
    if kind == 3:
        m = r.choice(solid)
        return put(m, m.group() + " " + m.group()), "double token"
    if kind == 4:
        i = r.randrange(len(toks) - 1)
        a, b = toks[i], toks[i + 1]
        return text[:a.start()] + b.group() + " " + a.group() + text[b.end():], "swap tokens"
    if kind == 5 or kind == 6:
        ops = [m for m in toks if m.group() in OPERATORS]
        return put(r.choice(ops), r.choice(OPERATORS)), "operator"
    if kind == 7 or kind == 8:
        lits = [m for m in toks if re.match(r"[0-9\"'`]|true\b|false\b|nil\b", m.group())]
        if lits:
            return put(r.choice(lits), r.choice(LITERALS)), "literal"
    if kind == 9 or kind == 10:
        ts = [m for m in toks if m.group() in TYPES or re.match(r"(u?int|float|complex)\d*$|[TI]\d+_\d+$", m.group())]
        if ts:
            return put(r.choice(ts), r.choice(TYPES)), "type"
    if kind == 11:
        lines = text.split("\n")
        i = r.randrange(text.count("\n", 0, start), len(lines))
        return "\n".join(lines[:i] + lines[i + 1:]), "delete line"
    if kind == 12:
        lines = text.split("\n")
        i = r.randrange(text.count("\n", 0, start), len(lines))
        return "\n".join(lines[:i + 1] + lines[i:]), "double line"
    if kind == 13:
        rets = [m for m in toks if m.group() == "return"]
        if rets:
            m = r.choice(rets)
            end = text.index("\n", m.start())
            return text[:m.start()] + text[end:], "delete return"
    if kind == 14:
        m = r.choice(solid)
        return put(m, r.choice(solid).group()), "other token"
    m = r.choice(solid)
    return put(m, r.choice(KEYWORDS) + " " + m.group()), "keyword"


def parse_messages(text):
    """[(line, column, text with its continuation lines)] of the file that is mutated."""
    out = []
    for line in text.split("\n"):
        m = re.match(r"(?:\S*/)?s\.go:(\d+):(?:(\d+):)? (.*)", line)
        if m:
            out.append((int(m.group(1)), int(m.group(2) or 0), m.group(3)))
        elif line.startswith("\t") and out:
            out[-1] = (out[-1][0], out[-1][1], out[-1][2] + "\n" + re.sub(r"(?:\S*/)?(s|prelude)\.go", r"\1.go", line))
    return out


def go_messages(root, count, go):
    env = dict(os.environ, GOFLAGS="-buildvcs=false", GO111MODULE="on")
    p = subprocess.run([go, "build", "-gcflags=-e", "./..."], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       env=env)
    text = p.stdout.decode("utf-8", "replace")
    by = {i: "" for i in range(count)}
    current = None
    for line in text.split("\n"):
        m = re.match(r"# m/e(\d+)$", line)
        if m:
            current = int(m.group(1))
            continue
        # Errors found before compiling name the file below the root.
        m = re.match(r"(?:\./)?e(\d+)/s\.go:", line)
        if m:
            current = int(m.group(1))
        if current is not None:
            by[current] += line + "\n"
    return by, text


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--seeds", default="0:100")
    ap.add_argument("--build", default="build")
    ap.add_argument("--batch", type=int, default=40)
    ap.add_argument("--size", type=float, default=0.2)
    ap.add_argument("--all", action="store_true", help="compare all messages")
    ap.add_argument("--out", help="folder for mutants that differ")
    args = ap.parse_args()
    go = run.go_tool()
    if not go:
        print("no Go toolchain")
        return 77
    gol = os.path.abspath(args.build) + "/gol"
    a, b = (int(x) for x in args.seeds.split(":"))
    work = tempfile.mkdtemp(prefix="gol-errors-")
    passed = failed = clean = 0
    for at in range(a, b, args.batch):
        seeds = list(range(at, min(at + args.batch, b)))
        shutil.rmtree(work, ignore_errors=True)
        run.write(work + "/go.mod", "module m\n\ngo 1.26\n")
        what = []
        for i, s in enumerate(seeds):
            item = run.generate(s, args.size)
            text = run.with_imports("main", item.body + "\nfunc main() { Run%d() }\n" % s)
            text, kind = mutate(text, random.Random(s))
            what.append(kind)
            run.write("%s/e%04d/s.go" % (work, i), text)
            run.write("%s/e%04d/prelude.go" % (work, i), run.PRELUDE)
        want, raw = go_messages(work, len(seeds), go)
        for i, s in enumerate(seeds):
            try:
                p = subprocess.run([gol, "check", "e%04d" % i], cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   timeout=20)
                code, text = p.returncode, p.stdout.decode("utf-8", "replace")
            except subprocess.TimeoutExpired:
                code, text = -1, "timeout"
            w, g = parse_messages(want[i]), parse_messages(text)
            if code not in (0, 1):
                g = [(0, 0, "exit code %d: %s" % (code, text[:500]))]
            same = w == g if args.all else w[:1] == g[:1]
            if same:
                passed += 1
                clean += not w
                continue
            failed += 1
            k = next((k for k in range(max(len(w), len(g))) if w[k:k + 1] != g[k:k + 1]), 0)
            run.show("FAIL seed %d (%s)\n  want %s\n  got  %s" % (s, what[i], w[k:k + 1] or "nothing", g[k:k + 1] or "nothing"))
            if not w and want[i].strip():
                run.show("  go: " + want[i][:300])
            if args.out:
                shutil.copytree("%s/e%04d" % (work, i), "%s/mutant%07d" % (args.out, s), dirs_exist_ok=True)
    shutil.rmtree(work, ignore_errors=True)
    print("%d passed (%d of them still compile), %d failed" % (passed, clean, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
