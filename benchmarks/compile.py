#!/usr/bin/env python3
"""Measures how fast programs start: time to the first output, from the sources and from the cache; what
an inlined map operation costs to compile; and programs of 20,000 functions.

usage: compile.py [GOL]
"""
import os
import re
import resource
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
GOL = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "..", "build", "gol")
HELLO = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello, world") }\n'


def first_output(target, env):
    """Seconds until the first byte on standard output or error, and processor seconds in all."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    p = subprocess.Popen([GOL, "run", target], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         env=env)
    p.stdout.read(1)
    first = time.monotonic() - start
    p.stdout.read()
    p.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return first, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def report(name, target, env, prepare=None, times=7):
    best = None
    for _ in range(times):
        if prepare:
            prepare()
        got = first_output(target, env)
        best = min(best or got, got)
    print("%-34s first output %7.1f ms   processor %7.1f ms" %
          (name, best[0] * 1e3, best[1] * 1e3), flush=True)


OPERATIONS = {"none": "return len(m)", "look-up": "return m[k]", "assignment": "m[k] = 1; return 0",
              "deletion": "delete(m, k); return 0"}


def map_operations(folder, key, n=40):
    """Milliseconds of processor per function with one operation outside of loops, against one without."""
    cost = {}
    for name, body in OPERATIONS.items():
        path = os.path.join(folder, "maps.go")
        with open(path, "w") as f:
            f.write(f"package main\n\nfunc main() {{\n\tm := map[{key}]int{{}}\n\tvar k {key}\n")
            f.writelines(f"\tprintln(f{i}(m, k))\n" for i in range(n))
            f.write("}\n")
            f.writelines(f"\n//go:noinline\nfunc f{i}(m map[{key}]int, k {key}) int {{ {body} }}\n"
                         for i in range(n))
        times = []
        for _ in range(7):
            text = subprocess.run([GOL, "run", "-O2", "--time-passes", path], stderr=subprocess.PIPE,
                                  stdout=subprocess.DEVNULL, text=True,
                                  env=dict(os.environ, GOLCACHE="off")).stderr
            times.append(sum(float(x) for x in re.findall(r"^(?:optimize|codegen) +([\d.]+)", text,
                                                          re.M)))
        cost[name] = min(times) / n
    for name in list(OPERATIONS)[1:]:
        print("%-34s %7.2f ms to compile" % (f"{key} map, {name}", cost[name] - cost["none"]),
              flush=True)


def many_functions(folder, env, n=20000):
    path = os.path.join(folder, "sum.go")
    with open(path, "w") as f:
        f.write("package main\n\n")
        f.writelines(f"func f{i}(x int) int {{ return x*{i} + 1 }}\n" for i in range(n))
        f.write("func main() { println(" + "+".join(f"f{i}(1)" for i in range(n)) + ") }\n")
    report("20,000 functions, one sum", path, env, times=3)
    path = os.path.join(folder, "ring.go")
    with open(path, "w") as f:
        f.write("package main\n\n")
        f.writelines(f"func f{i}(x int) int {{ if x == 0 {{ return 1 }}; "
                     f"return f{(i + 1) % n}(x-1)*{i} + 1 }}\n" for i in range(n))
        f.write("func main() { println(f0(100)) }\n")
    report("20,000 functions, in a ring", path, env, times=3)


def main():
    with tempfile.TemporaryDirectory() as folder:
        hello = os.path.join(folder, "hello.go")
        open(hello, "w").write(HELLO)
        large = os.path.join(folder, "large")
        subprocess.run([sys.executable, os.path.join(HERE, "make_large.py"), large], check=True)
        off = dict(os.environ, GOLCACHE="off")
        on = dict(os.environ, GOLCACHE=os.path.join(folder, "cache"))
        report("hello world", hello, off)
        report("hello world, cached", hello, on)
        report("5,000 lines", large, off)
        report("5,000 lines, cached", large, on)
        for key in ("int", "string"):
            map_operations(folder, key)
        many_functions(folder, off)


main()
