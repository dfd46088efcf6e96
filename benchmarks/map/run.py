#!/usr/bin/env python3
"""Runs the operations of ops.go on maps with gol, Go and absl::flat_hash_map, and prints the ratios.

usage: run.py [--gol PATH] [--benchmark PATH] [--keys int64,int32,string] [--times N] [ENTRIES...]

The three take turns; of each number the least of the runs counts. --benchmark is the program map_benchmark
(cmake -DGOL_BENCHMARKS=ON), without which absl is left out. 8,000,000 entries need some gigabytes
and a minute.
"""
import argparse
import os
import re
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
OPS = ["overwrite", "add", "again", "lookup", "miss", "insert", "copy", "churn", "iterate", "small"]


def program(argv):
    out = subprocess.run(argv, stdout=subprocess.PIPE, check=True, text=True).stdout
    return {(op, int(n)): float(t) for op, n, t in (line.split() for line in out.splitlines())}


def absl(path, key, entries):
    sizes = "|".join(entries)
    out = subprocess.run([path, f"--benchmark_filter=absl/{key}/.*/({sizes})/"], check=True,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    units = {"k": 1e3, "M": 1e6, "G": 1e9, "": 1}
    rows = re.findall(r"^absl/\w+/(\w+)/(\d+)/.*items_per_second=([\d.]+)([kMG]?)/s", out, re.M)
    return {(op, int(n)): 1e9 / (float(v) * units[u]) for op, n, v, u in rows}


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--gol", default=os.path.join(HERE, "..", "..", "build", "gol"))
    args.add_argument("--go", default="go")
    args.add_argument("--benchmark")
    args.add_argument("--keys", default="int64,int32,string")
    args.add_argument("--times", type=int, default=2)
    args.add_argument("entries", nargs="*", default=["4000", "250000"])
    args = args.parse_args()
    with open(os.path.join(HERE, "ops.go")) as f:
        text = f.read()
    print(f"{'key':8}{'operation':11}{'entries':>9}{'gol ns':>9}{'Go ns':>9}{'absl ns':>9}"
          f"{'/ Go':>7}{'/ absl':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for key in args.keys.split(","):
            source = os.path.join(folder, f"ops_{key}.go")
            with open(source, "w") as f:
                f.write(text.replace("type key = int64", f"type key = {key}"))
            binary = source[:-3]
            subprocess.run([args.go, "build", "-o", binary, source], check=True)
            what = [",".join(OPS)] + args.entries
            best = [{}, {}, {}]
            for _ in range(args.times):
                runs = [program([args.gol, "run", source] + what), program([binary] + what),
                        absl(args.benchmark, key, args.entries) if args.benchmark else {}]
                for b, run in zip(best, runs):
                    for k, t in run.items():
                        b[k] = min(t, b.get(k, t))
            for n in map(int, args.entries):
                for op in OPS:
                    gol, go, cpp = (b.get((op, n)) for b in best)
                    row = f"{key:8}{op:11}{n:9}{gol:9.2f}{go:9.2f}"
                    row += f"{cpp:9.2f}" if cpp else f"{'-':>9}"
                    row += f"{gol / go:7.2f}"
                    row += f"{gol / cpp:8.2f}" if cpp else f"{'-':>8}"
                    print(row, flush=True)


if __name__ == "__main__":
    main()
