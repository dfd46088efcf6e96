#!/usr/bin/env python3
"""Reads pauses, the collector's share of the processors, and how near the heap came to its goal from
the gctrace lines of a program, with gol and with Go. 1 if a bar is missed.

usage: pauses.py [--gol PATH] [--go PATH] [--from MB] [PROGRAM.go]

PROGRAM: live_heap by default. Cycles count from --from MB of live heap on (default 100).
Bars: sum of both pauses of a cycle at most 0.1 ms in the median and 1 ms at most; share at most Go's
and 5 points; heap at the end of marking within 10 % of the goal.
"""
import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
LINE = re.compile(
    r"gc (\d+) @([\d.]+)s (\d+)%: ([\d.]+)\+([\d.]+)\+([\d.]+) ms clock, "
    r"([\d.]+)\+([\d.]+)/([\d.]+)/([\d.]+)\+([\d.]+) ms cpu, "
    r"(\d+)->(\d+)->(\d+) MB, (\d+) MB goal.*")


def measure(name, argv, least):
    p = subprocess.run(argv, env=dict(os.environ, GODEBUG="gctrace=1"), stderr=subprocess.PIPE,
                       stdout=subprocess.DEVNULL, text=True)
    lines = [m.groups() for m in map(LINE.match, p.stderr.splitlines()) if m]
    cycles = [c for c in lines if float(c[13]) >= least and "(forced)" not in c]
    if not cycles:
        sys.exit("%s: no cycle of that size" % name)
    pauses = [float(c[3]) + float(c[5]) for c in cycles]
    beyond = [100.0 * (float(c[12]) / float(c[14]) - 1) for c in cycles]
    share = int(lines[-1][2])
    print("%-4s %d cycles: pauses median %.3f ms, max %.3f ms; collector %d %% of the processors; "
          "heap beyond goal %s %%" % (name, len(cycles), statistics.median(pauses), max(pauses), share,
                                      ", ".join("%.1f" % b for b in beyond)), flush=True)
    return statistics.median(pauses), max(pauses), share, max(beyond)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--gol", default=os.path.join(HERE, "..", "..", "build", "gol"))
    args.add_argument("--go", default="go")
    args.add_argument("--from", dest="least", type=float, default=100)
    args.add_argument("program", nargs="?", default=os.path.join(HERE, "live_heap.go"))
    args = args.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        binary = os.path.join(folder, "program")
        subprocess.run([args.go, "build", "-o", binary, args.program], check=True)
        go = measure("go", [binary], args.least)
    gol = measure("gol", [os.path.abspath(args.gol), "run", args.program], args.least)
    bars = [("median pause", gol[0] <= 0.1), ("longest pause", gol[1] <= 1),
            ("collector's share", gol[2] <= go[2] + 5), ("heap near its goal", gol[3] <= 10)]
    for what, ok in bars:
        print("%-20s %s" % (what, "ok" if ok else "MISSED"))
    return 0 if all(ok for _, ok in bars) else 1


sys.exit(main())
