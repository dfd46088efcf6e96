#!/usr/bin/env python3
"""Runs the programs of limits/ with gol (-O0 too, where that matters) and with Go: how far the runtime reaches.

usage: limits.py [--gol PATH] [--go PATH] [NAME...]

Prints what each program says, its wall time and its peak of resident memory. The exit status is 1 when one fails, or when
a million parked goroutines take gol more than 10 s or 6 GB. Needs /usr/bin/time.
"""
import argparse
import os
import subprocess
import sys
import tempfile

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "limits")
MAX_SECONDS = {"parked": 10}
MAX_MB = {"parked": 6144}


def run(argv, env):
    """(output, exit status, wall seconds, peak MB)"""
    with tempfile.NamedTemporaryFile() as usage:
        p = subprocess.run(["/usr/bin/time", "-q", "-o", usage.name, "-f", "%e %M", *argv], env=env,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        seconds, kb = usage.read().split()
    return p.stdout.strip().split("\n")[-1], p.returncode, float(seconds), int(kb) / 1024


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--gol", default=os.path.join(HERE, "..", "..", "..", "build", "gol"))
    args.add_argument("--go", default="go")
    args.add_argument("names", nargs="*")
    args = args.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        env = dict(os.environ, GOLCACHE=os.path.join(folder, "cache"))
        gol = os.path.abspath(args.gol)
        for name in args.names or sorted(n[:-3] for n in os.listdir(HERE) if n.endswith(".go")):
            source, binary = os.path.join(HERE, name + ".go"), os.path.join(folder, name)
            subprocess.run([args.go, "build", "-o", binary, source], check=True)
            ways = {"go": [binary], "gol": [gol, "run", source]}
            if name == "finalizers":
                ways["gol -O0"] = [gol, "run", "-O0", source]
            for way, argv in ways.items():
                text, status, seconds, mb = run(argv, env)
                bad = status != 0 or way != "go" and (seconds > MAX_SECONDS.get(name, seconds) or
                                                      mb > MAX_MB.get(name, mb))
                failed |= bad
                print("%-10s %-8s %6.2f s %7.0f MB  %s%s" % (name, way, seconds, mb, text, "   FAILED" if bad else ""),
                      flush=True)
    return 1 if failed else 0


sys.exit(main())
