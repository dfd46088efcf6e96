#!/usr/bin/env python3
"""How many of the lines of `go build -gcflags=-m` gol prints too, at the same places.

usage: share.py [--gol PATH] [--go PATH] [--least PERCENT] [--show N] [--rank N] [FILE...]

Without files: the programs of tests/lang, benchmarks/programs and examples, and Go's own
test/escape*.go and test/inline*.go. Lines that count are those about escapes and inlining
("escapes to heap", "does not escape", "moved to heap", "leaking param", "can inline", "inlining call
to"). A file of another package than main is compiled as main with an empty main function, by both.
Prints the share of each kind and of all; with --least the exit code is 1 when all is less. --show prints
the lines that differ, of each file, --rank those that are missing most often. Exit code 77 without a
Go toolchain. Go's compiler is run by itself, on export data that the go command is asked for once.
"""
import argparse
import collections
import concurrent.futures
import glob
import os
import re
import shutil
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


def import_config(go, texts, folder):
    """The compiler's list of export data, of all packages that the programs import."""
    imports = {"fmt"}
    for text in texts:
        for group in re.findall(r"^import\s*\(([^)]*)\)|^import\s+([^(\n]+)$", text, re.M):
            imports.update(re.findall(r'"([^"]+)"', " ".join(group)))
    imports.discard("unsafe")
    listed = subprocess.run(
        [go, "list", "-e", "-export", "-deps", "-f",
         "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}"] + sorted(imports),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    path = os.path.join(folder, "importcfg")
    with open(path, "w") as f:
        f.write(listed.stdout)
    return path


class Comparison:
    def __init__(self, path, text, args, config):
        self.path = path
        self.error = None
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "main.go"), "w") as f:
                f.write(text)
            go = subprocess.run([args.go, "tool", "compile", "-p", "main", "-complete", "-m",
                                 "-importcfg", config, "-o", "main.o", "main.go"],
                                cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.is_program = go.returncode == 0 and '"internal/' not in text
            if not self.is_program:
                return
            gol = subprocess.run([args.gol, "tool", "compile", "-m", "main.go"], cwd=folder,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.want, self.have = lines_of(go.stdout), lines_of(gol.stderr)
        if not self.have and self.want:
            self.error = gol.stderr.strip().splitlines()[:1]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--gol", default=os.path.join(ROOT, "build", "gol"))
    args.add_argument("--go", default="go")
    args.add_argument("--least", type=float, default=0)
    args.add_argument("--show", type=int, default=0)
    args.add_argument("--rank", type=int, default=0)
    args.add_argument("files", nargs="*")
    args = args.parse_args()
    args.gol = os.path.abspath(args.gol)
    if shutil.which(args.go) is None:
        print("no Go toolchain")
        return 77
    texts = {}
    for path in args.files or default_files(args.go):
        with open(path) as f:
            texts[path] = as_main(f.read())
    with tempfile.TemporaryDirectory() as folder:
        config = import_config(args.go, texts.values(), folder)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            compared = list(pool.map(lambda p: Comparison(p, texts[p], args, config), texts))
    want_all, same_all, extra_all, missing = (collections.Counter() for _ in range(4))
    num = 0
    for c in compared:
        if not c.is_program:
            continue
        if c.error is not None:
            print("%s: gol: %s" % (c.path, c.error))
            continue
        num += 1
        same = c.want & c.have
        for lines, total in ((c.want, want_all), (same, same_all), (c.have - c.want, extra_all)):
            for _, _, message in lines:
                total[kind_of(message)] += 1
        missing.update(message for _, _, message in c.want - c.have)
        if args.show:
            print("== %s: %d of %d" % (c.path, len(same), len(c.want)))
            for sign, lines in (("-", c.want - c.have), ("+", c.have - c.want)):
                for line, column, message in sorted(lines)[:args.show]:
                    print("  %s %d:%d: %s" % (sign, line, column, message))
    for message, count in missing.most_common(args.rank):
        print("%5d  %s" % (count, message))
    for k in KINDS:
        print("%-18s %5d of %5d  (%d that Go does not print)" %
              (k, same_all[k], want_all[k], extra_all[k]))
    share = 100.0 * sum(same_all.values()) / max(1, sum(want_all.values()))
    print("%d files, %d lines: %.1f %% the same" % (num, sum(want_all.values()), share))
    return 1 if share < args.least else 0


sys.exit(main())
