#!/usr/bin/env python3
"""How many of the lines of `go build -gcflags=-m` gol prints too, at the same places.

usage: share.py [--gol PATH] [--go PATH] [--min PERCENT] [--show N] [FILE...]

Without files: the programs of tests/lang, benchmarks/programs and examples, and Go's own
test/escape*.go and test/inline*.go. Lines that count are those about escapes and inlining
("escapes to heap", "does not escape", "moved to heap", "leaking param", "can inline", "inlining call
to"). A file of another package than main is compiled as main with an empty main function, by both.
Prints the share of each kind and of all; with --min the exit code is 1 when all is less.
"""
import argparse
import collections
import glob
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
KINDS = ["escapes to heap", "does not escape", "moved to heap", "leaking param", "can inline",
         "inlining call to"]
LINE = re.compile(r"^(?:\./)?(?:[^ :]*/)?main\.go:(\d+):(\d+): (.*)$")


def kind_of(text):
    for k in KINDS:
        if k in text:
            return k
    return None


def lines_of(output):
    found = collections.Counter()
    for line in output.splitlines():
        m = LINE.match(line)
        if m and kind_of(m.group(3)):
            found[(int(m.group(1)), int(m.group(2)), m.group(3))] = 1
    return found


def as_main(text):
    if re.search(r"^package main\b", text, re.M) is None:
        text = re.sub(r"^package \w+", "package main", text, count=1, flags=re.M)
    if re.search(r"^func main\(\)", text, re.M) is None:
        text += "\nfunc main() {}\n"
    return text


def default_files(go):
    files = []
    for pattern in ("tests/lang/**/*.go", "benchmarks/programs/*.go", "examples/**/*.go"):
        files += glob.glob(os.path.join(ROOT, pattern), recursive=True)
    goroot = subprocess.run([go, "env", "GOROOT"], stdout=subprocess.PIPE, text=True).stdout.strip()
    for pattern in ("escape*.go", "inline*.go"):
        files += glob.glob(os.path.join(goroot, "test", pattern))
    return sorted(files)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--gol", default=os.path.join(ROOT, "build", "gol"))
    args.add_argument("--go", default="go")
    args.add_argument("--min", type=float, default=0)
    args.add_argument("--show", type=int, default=0, help="lines that differ, of each file")
    args.add_argument("files", nargs="*")
    args = args.parse_args()
    args.gol = os.path.abspath(args.gol)
    want_all, same_all, extra_all = (collections.Counter() for _ in range(3))
    num = 0
    for path in args.files or default_files(args.go):
        with open(path) as f:
            text = as_main(f.read())
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "main.go"), "w") as f:
                f.write(text)
            go = subprocess.run([args.go, "build", "-gcflags=-m", "-o", os.devnull, "main.go"],
                                cwd=folder, stderr=subprocess.PIPE, text=True)
            if go.returncode != 0:
                continue
            gol = subprocess.run([args.gol, "tool", "compile", "-m", "main.go"], cwd=folder,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        want, have = lines_of(go.stderr), lines_of(gol.stderr)
        if not have and want:
            print("%s: gol: %s" % (path, gol.stderr.strip().splitlines()[:1]))
            continue
        num += 1
        same = want & have
        for lines, total in ((want, want_all), (same, same_all), (have - want, extra_all)):
            for _, _, message in lines:
                total[kind_of(message)] += 1
        if args.show:
            print("== %s: %d of %d" % (path, len(same), len(want)))
            for sign, lines in (("-", want - have), ("+", have - want)):
                for line, column, message in sorted(lines)[:args.show]:
                    print("  %s %d:%d: %s" % (sign, line, column, message))
    for k in KINDS:
        print("%-18s %5d of %5d  (%d that Go does not print)" %
              (k, same_all[k], want_all[k], extra_all[k]))
    share = 100.0 * sum(same_all.values()) / max(1, sum(want_all.values()))
    print("%d files, %d lines: %.1f %% the same" % (num, sum(want_all.values()), share))
    return 1 if share < args.min else 0


sys.exit(main())
