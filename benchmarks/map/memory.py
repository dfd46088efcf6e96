#!/usr/bin/env python3
"""Prints what maps take, in bytes per entry, with gol and with one or more of Go: see memory.go.

usage: memory.py [--gol PATH] [--go PATH]... [--keys int64,int32,string] [--times N] [ENTRIES...]

Go up to 1.23 has maps of the same design (buckets of eight, load 6.5); later ones have others. Of each number
the least of the runs counts: the peak depends on when collections happen.
"""
import argparse
import os
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--gol", default=os.path.join(HERE, "..", "..", "build", "gol"))
    args.add_argument("--go", action="append")
    args.add_argument("--keys", default="int64,int32,string")
    args.add_argument("--times", type=int, default=3)
    args.add_argument("entries", nargs="*", default=["1000000", "8000000"])
    args = args.parse_args()
    with open(os.path.join(HERE, "memory.go")) as f:
        text = f.read()
    print(f"{'key':8}{'entries':>9} {'':24}{'live':>7}{'peak':>7}")
    with tempfile.TemporaryDirectory() as folder:
        for key in args.keys.split(","):
            source = os.path.join(folder, f"memory_{key}.go")
            with open(source, "w") as f:
                f.write(text.replace("type key = int64", f"type key = {key}"))
            programs = [("gol", [args.gol, "run", source])]
            for go in args.go or ["go"]:
                binary = f"{source[:-3]}_{len(programs)}"
                subprocess.run([go, "build", "-o", binary, source], check=True)
                version = subprocess.run([go, "version"], stdout=subprocess.PIPE, check=True, text=True)
                programs.append((version.stdout.split()[2], [binary]))
            for n in args.entries:
                best = {name: [float("inf")] * 2 for name, _ in programs}
                for _ in range(args.times):
                    for name, argv in programs:
                        out = subprocess.run(argv + [n], stdout=subprocess.PIPE, check=True, text=True)
                        best[name] = [min(*p) for p in zip(best[name], map(float, out.stdout.split()))]
                for name, (live, peak) in best.items():
                    print(f"{key:8}{n:>9} {name:24}{live:7.1f}{peak:7.1f}", flush=True)


if __name__ == "__main__":
    main()
