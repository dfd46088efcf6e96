#!/usr/bin/env python3
"""Runs the programs beside this file with gol and with Go and compares what they use.

usage: run.py [--gol PATH] [--go PATH] [--times N] [--uncached] [NAME...]

For each program, of gol and of the Go binary built ahead of time: the least wall time, the least
processor time (user + system) and the least peak of resident memory of N interleaved runs, and the
ratios; then the geometric means. gol finds its programs compiled (--uncached: compiles each time, in
memory and time that then count). The outputs must be equal; what a program prints on standard error
(live_heap: pauses) is shown. Needs /usr/bin/time.
"""
import argparse
import math
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


class Run:
    def __init__(self, argv, env):
        start = time.monotonic()
        # A process inherits the peak of the one that starts it: this one is larger than many
        # programs, so a small one goes between.
        with tempfile.NamedTemporaryFile() as usage:
            p = subprocess.run(["/usr/bin/time", "-q", "-o", usage.name, "-f", "%U %S %M", *argv],
                               env=env, capture_output=True)
            self.wall = time.monotonic() - start
            user, system, peak = usage.read().split()
        self.result = (p.stdout, p.returncode)
        self.notes = p.stderr.decode(errors="replace")
        self.cpu = float(user) + float(system)
        self.peak = float(peak) / 1024


def geomean(values):
    return math.exp(sum(math.log(v) for v in values) / len(values))


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--gol", default=os.path.join(HERE, "..", "..", "build", "gol"))
    args.add_argument("--go", default="go")
    args.add_argument("--times", type=int, default=3)
    args.add_argument("--uncached", action="store_true")
    args.add_argument("names", nargs="*")
    args = args.parse_args()
    names = args.names or sorted(n[:-3] for n in os.listdir(HERE) if n.endswith(".go"))
    ratios = {"wall": [], "cpu": [], "peak": []}
    wrong = []
    print("%-14s %22s %24s %24s" % ("", "wall s (gol/go)", "user+sys s (gol/go)", "peak MB (gol/go)"))
    with tempfile.TemporaryDirectory() as folder:
        env = dict(os.environ, GOLCACHE="off" if args.uncached else os.path.join(folder, "cache"))
        gol = os.path.abspath(args.gol)
        for name in names:
            source = os.path.join(HERE, name + ".go")
            binary = os.path.join(folder, name)
            subprocess.run([args.go, "build", "-o", binary, source], check=True)
            if not args.uncached:
                Run([gol, "run", source], env)
            go_runs, gol_runs = [], []
            for _ in range(args.times):
                go_runs.append(Run([binary], env))
                gol_runs.append(Run([gol, "run", source], env))
            cells = []
            for what in ("wall", "cpu", "peak"):
                of_go = min(getattr(r, what) for r in go_runs)
                of_gol = min(getattr(r, what) for r in gol_runs)
                ratio = of_gol / max(of_go, 1e-3)
                ratios[what].append(ratio)
                cells.append("%8.2f/%-8.2f %5.2f" % (of_gol, of_go, ratio))
            differs = any(r.result != go_runs[0].result for r in go_runs + gol_runs)
            if differs:
                wrong.append(name)
            print("%-14s %s  %s  %s%s" % (name, *cells, "   OUTPUT DIFFERS" if differs else ""),
                  flush=True)
            for of, runs in (("go", go_runs), ("gol", gol_runs)):
                for line in {line for r in runs for line in r.notes.splitlines()}:
                    print("    %-4s %s" % (of + ":", line), flush=True)
    print("geometric means of %d: wall %.2f, user+sys %.2f, peak %.2f" % (
        len(names), geomean(ratios["wall"]), geomean(ratios["cpu"]), geomean(ratios["peak"])))
    return 1 if wrong else 0


sys.exit(main())
