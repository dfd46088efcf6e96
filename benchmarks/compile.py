#!/usr/bin/env python3
"""Measures how fast programs start: time to the first output, from the sources and from the cache.

usage: compile.py [GOL]
"""
import os
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


main()
