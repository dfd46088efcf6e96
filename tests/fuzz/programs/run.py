#!/usr/bin/env python3
"""Random programs: compares gol's modes with each other and with real Go. See README.md.

    run.py --seeds 0:1000            programs of seeds 0 to 999
    run.py --seeds 17:18 --print     the program of seed 17, as one file
    run.py --file FILE               a program in a file: all modes, then (on a difference) reduced

Prints "N passed, N failed"; the exit code is 1 when something failed.
"""

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from gen.program import Program, with_imports  # noqa: E402

# Name of a mode -> (optimisation, settings as runner.cc reads them).
MODES = {
    "O0": ("-O0", ""),
    "O0stress": ("-O0", ",gcstress=1"),
    "O0stw": ("-O0", ",gcstoptheworld=1,gcstress=3"),
    "O0p1": ("-O0", ",procs=1"),
    "O2": ("-O2", ""),
    "O2stress": ("-O2", ",gcstress=1"),
    "O2stw": ("-O2", ",gcstoptheworld=1,gcstress=3"),
    "O2p1": ("-O2", ",procs=1"),
}

PRELUDE = open(os.path.join(HERE, "gen", "prelude.go.txt")).read()


def go_tool():
    for p in (shutil.which("go"), "/usr/local/go/bin/go"):
        if p and os.path.exists(p):
            return p
    return None


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)


class Item:
    """A program of a batch: its seed, body (declarations) and entry points."""

    def __init__(self, seed, body, dies):
        self.seed, self.body, self.dies = seed, body, dies


def generate(seed, size, only=None):
    p = Program(seed, size, only).generate()
    dies = seed % 12 == 0
    if dies:
        p.die()
    return Item(seed, p.body(), dies)


def lay_out(folder, items, packages=1):
    """Writes a module whose main runs the programs one after another."""
    shutil.rmtree(folder, ignore_errors=True)
    write(folder + "/go.mod", "module m\n\ngo 1.26\n")
    runs, imports = [], ""
    for i, it in enumerate(items):
        pkg, sub = "main", ""
        if packages > 1:
            pkg = "q%d" % (i % packages)
            sub = "/" + pkg
        write("%s%s/s%07d.go" % (folder, sub, it.seed), with_imports(pkg, it.body))
        pre = "" if packages == 1 else pkg + "."
        runs.append("\tfunc() { %sRun%d()%s }," % (
            pre, it.seed, "; %sDie%d()" % (pre, it.seed) if it.dies else ""))
    for p in range(packages):
        sub = "" if packages == 1 else "/q%d" % p
        if packages > 1 and p >= len(items):
            continue
        write(folder + sub + "/prelude.go", PRELUDE.replace("package main", "package q%d" % p if sub else "package main"))
        if sub:
            imports += '\t"m/q%d"\n' % p
    write(folder + "/main.go", """package main

import (
	"fmt"
	"os"
	"strconv"
%s)

func main() {
	from, _ := strconv.Atoi(os.Args[1])
	for i, f := range runs[from:] {
		fmt.Println("\\n==", from+i)
		f()
	}
	fmt.Println("\\n== end")
}

var runs = []func(){
%s
}
""" % (imports, "\n".join(runs)))


def split(text):
    """Output of a batch -> {index: text}."""
    text = re.sub(r"(pc|addr|sp)=0x[0-9a-f]+|stack=\[0x[0-9a-f]+, 0x[0-9a-f]+\]", "@", text)
    parts = re.split(r"\n== (\d+|end)\n", text)
    out = {}
    for i in range(1, len(parts) - 1, 2):
        out[parts[i]] = parts[i + 1]
    return out


def run_go(folder, binary, timeout):
    """Runs the program that real Go built, as runner.cc does for gol."""
    text, start = "\n", 0
    while True:
        try:
            p = subprocess.run([binary, str(start)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout,
                               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30)))
            out, err, code = p.stdout, p.stderr, "exit %d" % p.returncode
        except subprocess.TimeoutExpired as e:
            out, err, code = e.stdout or b"", b"", "signal 9"
        out = out.decode("utf-8", "surrogateescape")
        text += out
        marks = re.findall(r"\n== (\d+|end)\n", out)
        if code == "exit 0" and marks and marks[-1] == "end":
            break
        err = err.decode("utf-8", "surrogateescape")
        text += "\n-- %s\n%s" % (code, re.split(r"\n(?:goroutine |runtime stack:)", err)[0][:2000])
        if not marks or marks[-1] == "end":
            break
        start = int(marks[-1]) + 1
    write(folder + "/go.out.txt", text.encode("utf-8", "surrogateescape").decode("latin1"))
    return split(text)


def read(path):
    try:
        with open(path, "rb") as f:
            return f.read().decode("utf-8", "surrogateescape")
    except OSError:
        return ""


class Tester:
    def __init__(self, args):
        self.args = args
        self.go = None if args.no_go else go_tool()
        self.runner = os.path.join(args.build, "tests", "fuzz_runner")
        self.modes = args.modes.split(",")
        self.counts = {m: 0 for m in self.modes}
        self.env = dict(os.environ, GOFLAGS="-buildvcs=false", GO111MODULE="on")

    def build_go(self, folder):
        """(path of the binary or None, messages)."""
        p = subprocess.run([self.go, "build", "-gcflags=-e", "-ldflags=-s -w", "-o", "prog.exe", "."], cwd=folder,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.env)
        return (folder + "/prog.exe" if p.returncode == 0 else None), p.stdout.decode("utf-8", "replace")

    def run_gol(self, folder, modes, timeout):
        """{mode: {index: text}}; a string instead where gol does not compile the batch."""
        results = {}
        for opt in ("-O0", "-O2"):
            ms = [m for m in modes if MODES[m][0] == opt]
            if not ms:
                continue
            words = [m + MODES[m][1] for m in ms]
            try:
                p = subprocess.run([self.runner, opt, folder, str(timeout)] + words, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, timeout=timeout * (len(ms) + 3) * 2)
                code, text = p.returncode, p.stdout.decode("utf-8", "replace")
            except subprocess.TimeoutExpired:
                code, text = 1, "the compiler takes too long"
            for m in ms:
                if code != 0:
                    results[m] = "compile %d: %s" % (code, text[-3000:])
                else:
                    results[m] = split(read("%s/%s.out" % (folder, m)))
        return results

    def compare(self, folder, items, timeout):
        """[(item, mode, expected, got)] of a batch; None when real Go rejects it."""
        reference = None
        if self.go:
            binary, text = self.build_go(folder)
            if not binary:
                return None, text
            reference = run_go(folder, binary, timeout)
        results = self.run_gol(folder, self.modes, timeout)
        bad = []
        first = self.modes[0]
        for m in self.modes:
            if isinstance(results[m], str):
                bad.append((None, m, "", results[m]))
        ref = reference if reference is not None else results[first]
        for i, it in enumerate(items):
            for m in self.modes:
                if isinstance(results[m], str) or isinstance(ref, str):
                    continue
                want, got = ref.get(str(i)), results[m].get(str(i))
                if want and "\n-- signal 9\n" in want:
                    bad.append((it, m, want, "(a program of the generator that does not end)"))
                elif want != got:
                    bad.append((it, m, want, got))
                else:
                    self.counts[m] += 1
        return bad, ""


def first_difference(a, b):
    a, b = (a or "<nothing>").split("\n"), (b or "<nothing>").split("\n")
    for i in range(max(len(a), len(b))):
        x = a[i] if i < len(a) else "<end>"
        y = b[i] if i < len(b) else "<end>"
        if x != y:
            return "line %d\n  want %s\n  got  %s" % (i + 1, x[:300], y[:300])
    return "none"


def show(s):
    print(s.encode("utf-8", "backslashreplace").decode("utf-8"), flush=True)


class Campaign:
    def __init__(self, args):
        self.args = args
        self.tester = Tester(args)
        self.passed, self.failed = 0, []
        self.rejected = []

    def run(self):
        a, b = (int(x) for x in self.args.seeds.split(":"))
        work = self.args.work or tempfile.mkdtemp(prefix="gol-fuzz-")
        begin = time.time()
        for at in range(a, b, self.args.batch):
            self.batch(work, list(range(at, min(at + self.args.batch, b))))
            if self.args.verbose:
                show("%d: %d passed, %d failed, %.0f s" % (at, self.passed, len(self.failed), time.time() - begin))
            if self.args.seconds and time.time() - begin > self.args.seconds:
                break
        if not self.args.work:
            shutil.rmtree(work, ignore_errors=True)
        for m, n in self.tester.counts.items():
            show("%-9s %d equal" % (m, n))
        if self.rejected:
            show("%d programs rejected by real Go: %s" % (len(self.rejected), self.rejected[:20]))
        show("%d passed, %d failed" % (self.passed, len(self.failed)))
        return 1 if self.failed or self.rejected else 0

    def batch(self, work, seeds):
        items = [generate(s, self.args.size, self.args.only) for s in seeds]
        # Every fourth batch is spread over packages.
        packages = 4 if (seeds[0] // self.args.batch) % 4 == 3 else 1
        self.check(work, items, packages)

    def check(self, work, items, packages):
        if not items:
            return
        folder = work + "/batch"
        lay_out(folder, items, packages)
        bad, text = self.tester.compare(folder, items, self.args.timeout)
        if bad is None:
            names = sorted({int(n) for n in re.findall(r"s(\d{7})\.go:", text)})
            if not names:
                show("real Go fails on a batch:\n" + text[:2000])
                return
            show("GENERATOR: real Go rejects %s\n%s" % (names, text[:1500]))
            self.rejected += names
            self.check(work, [it for it in items if it.seed not in names], packages)
            return
        whole = [b for b in bad if b[0] is None]
        if whole:
            if len(items) > 1:
                # Bisect to the program that does not compile.
                half = len(items) // 2
                self.check(work, items[:half], packages)
                self.check(work, items[half:], packages)
                return
            self.report(items[0], [m for _, m, _, _ in whole], whole[0][3])
            return
        broken = {}
        for it, m, want, got in bad:
            broken.setdefault(it.seed, []).append((it, m, want, got))
        for seed, l in broken.items():
            self.report(l[0][0], [m for _, m, _, _ in l], first_difference(l[0][2], l[0][3]))
        self.passed += len(items) - len(broken)

    def report(self, item, modes, text):
        self.failed.append(item.seed)
        show("FAIL seed %d in %s: %s" % (item.seed, ",".join(modes), text))
        if self.args.out:
            from reduce import Reducer
            path = "%s/seed%07d" % (self.args.out, item.seed)
            r = Reducer(self.args, self.tester, item, modes)
            found = r.confirm()
            write(path + ".go", with_imports("main", r.body))
            if not found:
                show("  (alone it does not differ)")
            elif self.args.reduce:
                r.reduce(self.args.reduce)
                write(path + ".min.go", r.text())
                show("  reduced to %d lines: %s.min.go" % (r.text().count("\n"), path))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--seeds", default="0:100", help="A:B, seeds A to B-1")
    ap.add_argument("--batch", type=int, default=50, help="programs per compilation")
    ap.add_argument("--size", type=float, default=0.15, help="size of a program; 1 is about 300 lines")
    ap.add_argument("--only", help="the scenario that every program has, as sc_maps")
    ap.add_argument("--build", default="build", help="the build folder")
    ap.add_argument("--modes", default="O0,O2,O2stress")
    ap.add_argument("--no-go", action="store_true", help="compare gol's modes only with each other")
    ap.add_argument("--timeout", type=int, default=60, help="seconds for a batch in one mode")
    ap.add_argument("--work", help="folder for the batches (default: a temporary one)")
    ap.add_argument("--out", help="folder for programs that differ")
    ap.add_argument("--reduce", type=int, default=0, help="with --out: attempts to make each smaller")
    ap.add_argument("--seconds", type=int, default=0, help="stop after so many seconds")
    ap.add_argument("--print", action="store_true", help="print the programs of the seeds and do nothing else")
    ap.add_argument("--verbose", action="store_true")
    ap.add_argument("--file", help="test (and with --reduce make smaller) a program printed by --print")
    args = ap.parse_args()
    args.build = os.path.abspath(args.build)
    if args.print:
        from reduce import standalone
        for s in range(*(int(x) for x in args.seeds.split(":"))):
            print(standalone(generate(s, args.size, args.only)))
        return 0
    if args.file:
        from reduce import reduce_file
        return reduce_file(args, Tester(args))
    return Campaign(args).run()


if __name__ == "__main__":
    sys.exit(main())
