#!/usr/bin/env python3
"""Runs the programs in programs/ with gol and with Go, side by side.

usage: run.py [--gol PATH] [--times N] [--cached] [--processor] [NAME...]

For each program: seconds of gol's whole process (compiling included; with --cached from the cache),
of the prebuilt Go binary, and the ratio; then the geometric mean of the ratios. --processor compares
processor time instead of time passed: for machines that are not quiet. Outputs must be equal.
"""
import argparse
import math
import os
import resource
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def once(argv, env):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    p = subprocess.run(argv, stdout=subprocess.PIPE, env=env)
    passed = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return p.stdout, p.returncode, passed, used


def best(argv, env, times, by):
    runs = [once(argv, env) for _ in range(times)]
    return runs[0][:2], min(r[by] for r in runs)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--gol", default=os.path.join(HERE, "..", "build", "gol"))
    args.add_argument("--go", default="go")
    args.add_argument("--times", type=int, default=3)
    args.add_argument("--cached", action="store_true")
    args.add_argument("--processor", action="store_true")
    args.add_argument("names", nargs="*")
    args = args.parse_args()
    names = args.names or sorted(
        n[:-3] for n in os.listdir(os.path.join(HERE, "programs")) if n.endswith(".go"))
    by = 3 if args.processor else 2
    ratios, wrong = [], []
    with tempfile.TemporaryDirectory() as folder:
        env = dict(os.environ, GOLCACHE=os.path.join(folder, "cache") if args.cached else "off")
        for name in names:
            source = os.path.join(HERE, "programs", name + ".go")
            binary = os.path.join(folder, name)
            subprocess.run([args.go, "build", "-o", binary, source], check=True)
            go_result, go = best([binary], env, args.times, by)
            if args.cached:
                once([args.gol, "run", source], env)
            gol_result, gol = best([args.gol, "run", source], env, args.times, by)
            ratio = gol / max(go, 0.001)
            ratios.append(ratio)
            if gol_result != go_result:
                wrong.append(name)
            print("%-16s gol %7.3f s   go %7.3f s   ratio %5.2f%s" %
                  (name, gol, go, ratio, "" if gol_result == go_result else "   OUTPUT DIFFERS"),
                  flush=True)
    print("geometric mean of %d ratios: %.2f" %
          (len(ratios), math.exp(sum(map(math.log, ratios)) / len(ratios))))
    return 1 if wrong else 0


sys.exit(main())
