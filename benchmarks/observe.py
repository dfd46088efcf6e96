#!/usr/bin/env python3
"""Measures what execution traces and the recorder of watched objects cost: on, and there but off.

usage: observe.py [--gol PATH] [--without PATH] [--times N] [NAME...]

Runs each program (by default map_churn; others of programs/ or runtime/ by name) in turns: as it is (off), once more
as it is (the difference is the noise), with -trace, and, with --without, by a gol that was configured with
-DGOL_OBSERVERS=OFF, which has neither tracer nor recorder. Prints the least user time of N runs of each in
seconds, with the writing of the trace's file in it, and the median of the ratios to the plain run of the same turn,
which bears other load on the machine better. 1 if that is above 1.10 for tracing map_churn. Nothing is compiled
meanwhile.
"""
import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def user_seconds(argv, env):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run(argv, env=env, stdout=subprocess.DEVNULL, check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def source(name):
    for folder in ("programs", "runtime"):
        path = os.path.join(HERE, folder, name + ".go")
        if os.path.exists(path):
            return path
    sys.exit("observe.py: no program " + name)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--gol", default=os.path.join(HERE, "..", "build", "gol"))
    args.add_argument("--without")
    args.add_argument("--times", type=int, default=9)
    args.add_argument("names", nargs="*", default=["map_churn"])
    args = args.parse_args()
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        env = dict(os.environ, GOLCACHE=os.path.join(folder, "cache"))
        trace = os.path.join(folder, "trace")
        gol = os.path.abspath(args.gol)
        for name in args.names:
            program = source(name)
            ways = {"off": [gol, "run", program], "off again": [gol, "run", program],
                    "trace": [gol, "run", "-trace", trace, program]}
            if args.without:
                ways["without"] = [os.path.abspath(args.without), "run", program]
            for argv in ways.values():
                user_seconds(argv, env)  # compiles
            turns = []
            for turn in range(args.times):
                order = list(ways)
                order = order[turn % len(order):] + order[:turn % len(order)]
                turns.append({way: user_seconds(ways[way], env) for way in order})
            print("%s: %d turns, trace of %.1f KB" % (name, args.times, os.path.getsize(trace) / 1024))
            for way in ways:
                least = min(turn[way] for turn in turns)
                ratio = statistics.median(turn[way] / turn["off"] for turn in turns)
                print("  %-10s least %.3f s, median ratio to off %.3f" % (way, least, ratio), flush=True)
                missed |= name == "map_churn" and way == "trace" and ratio > 1.1
    return 1 if missed else 0


sys.exit(main())
