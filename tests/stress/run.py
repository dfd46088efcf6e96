#!/usr/bin/env python3
"""Runs torture.go for some minutes, with seeds and settings drawn at random, against real Go.

usage: run.py [--gol PATH] [--go PATH] [--minutes N] [--seed S]

Each run draws a seed for the program and settings for gol's collector and scheduler; its output must
be that of the Go binary with the same seed. A difference ends the run with 1 and the command that
repeats it.
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
GODEBUGS = ["", "", "", "gccheckmark=1", "verifyheap=1", "clobberfree=1", "wbbufsmall=1",
            "gcstoptheworld=1", "gcstoptheworld=2", "conservativestack=1", "madvdontneed=0",
            "gccheckmark=1,verifyheap=1,clobberfree=1,wbbufsmall=1", "gcstress=200"]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--gol", default=os.path.join(HERE, "..", "..", "build", "gol"))
    args.add_argument("--go", default="go")
    args.add_argument("--minutes", type=float, default=30)
    args.add_argument("--seed", type=int, default=int(time.time()))
    args = args.parse_args()
    print("seed", args.seed, flush=True)
    rng = random.Random(args.seed)
    source = os.path.join(HERE, "torture.go")
    end = time.monotonic() + args.minutes * 60
    runs = 0
    with tempfile.TemporaryDirectory() as folder:
        binary = os.path.join(folder, "torture")
        subprocess.run([args.go, "build", "-o", binary, source], check=True)
        while time.monotonic() < end:
            seed = str(rng.randrange(1, 1 << 40))
            godebug = rng.choice(GODEBUGS)
            rounds = "1" if godebug else "3"
            settings = {"GODEBUG": godebug, "GOGC": rng.choice(["100", "20", "400", "5"]),
                        "GOMAXPROCS": rng.choice(["1", "2", "4", "8"])}
            flags = rng.choice([[], [], ["-O0"], ["-O2"]])
            want = subprocess.run([binary, seed, rounds], capture_output=True, text=True)
            argv = [args.gol, "run", *flags, source, seed, rounds]
            try:
                got = subprocess.run(argv, capture_output=True, text=True, timeout=300,
                                     env=dict(os.environ, **settings))
            except subprocess.TimeoutExpired:
                got = None
            runs += 1
            if got is None or got.returncode != 0 or got.stdout != want.stdout:
                print("DIFFERENCE in run %d: %s %s" % (
                    runs, " ".join("%s=%s" % s for s in settings.items()), " ".join(argv)))
                if got is None:
                    print("no end after 300 s")
                else:
                    print("exit %d\n%s%swanted: %s" % (got.returncode, got.stdout, got.stderr[-4000:],
                                                       want.stdout))
                return 1
    print("%d runs without a difference" % runs)
    return 0


sys.exit(main())
