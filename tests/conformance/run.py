#!/usr/bin/env python3
"""Runs the programs of Go's own test directories that are listed here as passing.

    run.py --gol PATH            every listed test; exit status 0 if all pass
    run.py --gol PATH --record   every test of the suites; rewrites the lists with what passes
    run.py --gol PATH --mode gcstress --every 8
                                 every eighth listed program under GODEBUG=gcstress=1 (see MODES)
    run.py --gol PATH --suite lang --suite go1.26 --kind run --mode all --log FILE
                                 the programs of tests/lang and of a suite, in every mode; when it is
                                 stopped, the same command goes on with what FILE does not hold

A suite is the test directory of a Go release; those that are not installed are left out, and the
exit status is 77 (skipped) when none is. <suite>/<kind>.pass lists the tests, one name a line. A
test's first comment says its kind:

    run         gol run FILE [args]: exits 0 and prints what FILE.out holds, or nothing
    runoutput   gol run FILE prints a program, which is then judged in the same way
    rundir      FILE.dir holds packages, which become those of a module "test"; the last is main
    compile     gol check FILE: exits 0
    errorcheck  gol check FILE: the messages are those that // ERROR comments ask for

Flags that only concern the gc compiler are dropped from run tests; tests whose flags ask for gc's
optimiser messages or another language version, that need cgo, sanitizers, experiments or drive the
go command are not candidates for --record.

The modes of one test are run one after the other in the same folder, so that the first compiles the
program and the others find its code in gol's cache. Outside of --record a program of Go 1.19 that is
the same file, with the same expected output, in the suite of Go 1.26 is run once. What cannot pass in
a mode stands in modes.except, with the reason.
"""

import argparse
import concurrent.futures
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LANG = os.path.join(os.path.dirname(HERE), "lang")
KINDS = ("run", "runoutput", "rundir", "compile", "errorcheck")
FOLDERS = (".", "ken", "chan", "interface", "internal/runtime/sys", "syntax", "dwarf", "fixedbugs",
           "codegen", "runtime", "abi", "typeparam", "typeparam/mdempsky", "arenas")

# What programs are run with, by name: their output must not change.
MODES = {
    "plain": {},
    "gcstress": {"GODEBUG": "gcstress=1"},
    "gccheckmark": {"GODEBUG": "gccheckmark=1", "GOGC": "20"},
    "clobberfree": {"GODEBUG": "clobberfree=1", "GOGC": "20"},
    "verifyheap": {"GODEBUG": "verifyheap=1", "GOGC": "20"},
    "stw": {"GODEBUG": "gcstoptheworld=1", "GOGC": "20"},
    "stw2": {"GODEBUG": "gcstoptheworld=2", "GOGC": "20"},
    "P1": {"GOMAXPROCS": "1"},
    "P2": {"GOMAXPROCS": "2"},
    "P4": {"GOMAXPROCS": "4"},
}
# How many times longer than alone they may take, where that is not 5: a program that sets GOGC to 1 collects for minutes
# when each collection stops it, and one that allocates two million times for half an hour under gcstress.
PATIENCE = {"plain": 1, "gcstress": 30}


def read(path):
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as f:
        return f.read()


def write(path, text):
    with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as f:
        f.write(text)


def suites():
    """(name, directory) of the suites that are installed."""
    found = []
    if os.path.isdir("/usr/share/go-1.19/test"):
        found.append(("go1.19", "/usr/share/go-1.19/test"))
    roots = [os.environ.get("GOROOT", ""), "/usr/local/go"]
    try:
        roots.append(subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True,
                                    check=False).stdout.strip())
    except OSError:
        pass
    for root in roots:
        version = os.path.join(root, "VERSION")
        if root and os.path.isdir(os.path.join(root, "test")) and os.path.exists(version):
            if read(version).startswith("go1.26"):
                found.append(("go1.26", os.path.join(root, "test")))
                break
    return found


class LangTest:
    """A program of tests/lang: its last comment holds what it prints."""

    def __init__(self, path):
        self.suite, self.kind, self.path, self.seconds = "lang", "lang", path, 0
        self.name = os.path.relpath(path, LANG)
        src, _, output = read(path).rpartition("\n// Output:\n")
        lines = []
        for line in output.split("\n"):
            if not line.startswith("//"):
                break
            lines.append(line[3:] if line.startswith("// ") else line[2:])
        self.output = "".join(line + "\n" for line in lines)
        exit_status = re.search(r"(?m)^// Exit: (\d+)$", src)
        self.status = int(exit_status.group(1)) if exit_status else 0


def lang_tests():
    for folder, _, files in sorted(os.walk(LANG)):
        for base in sorted(files):
            if base.endswith((".go", ".gol")):
                yield LangTest(os.path.join(folder, base))


def directive(src):
    """The words of a test's first comment, such as ["run", "-gcflags=-l"]."""
    for line in src.split("\n"):
        if line.startswith("//go:build") or re.match(r"//\s*\+build\b", line):
            continue
        text = line[2:] if line.startswith("//") else line
        if text.strip():
            try:
                return shlex.split(text)
            except ValueError:
                return text.split()
    return []


class Test:
    def __init__(self, suite, folder, name):
        self.suite, self.folder, self.name = suite, folder, name
        self.path = os.path.join(folder, name)
        self.src = read(self.path)
        words = directive(self.src)
        action = words[0] if words else ""
        self.auto = action == "errorcheckwithauto"
        self.kind = "errorcheck" if self.auto else action
        self.want_error, self.single, self.flags, self.seconds = self.kind == "errorcheck", False, [], 0
        words = words[1:]
        while words and words[0].startswith("-"):
            word = words.pop(0)
            if word in ("-0", "-1"):
                self.want_error = word == "-1"
            elif word == "-s":
                self.single = True
            elif word == "-t" and words:
                self.seconds = int(words.pop(0))
            else:
                takes = word in ("-gcflags", "-ldflags", "-goexperiment", "-godebug") and words
                self.flags.append(word + ("=" + words.pop(0) if takes else ""))
        self.args = words

    def is_candidate(self):
        if self.kind not in KINDS or re.search(r'^\s*(import\s+)?"C"$', self.src, re.M):
            return False
        if self.kind in ("run", "runoutput", "rundir"):
            plain = all(f.startswith(("-gcflags", "-ldflags", "-l=")) for f in self.flags)
            return plain and '"os/exec"' not in self.src
        if self.kind == "errorcheck":
            return all(f in ("-d=panic", "-e") for f in self.flags)
        return not any(f.startswith(("-lang=", "-goexperiment")) or f in ("-+", "-std")
                       for f in self.flags)


# --- running

def gol(options, command, cwd, seconds, errors=subprocess.STDOUT):
    """(exit status or None when stopped, output) of gol."""
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen([options.gol] + command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out,
                                 stderr=errors, start_new_session=True,
                                 env=dict(os.environ, GOOS="linux", GOARCH="amd64", PWD=cwd,
                                          **options.env))
        status = None
        try:
            status = child.wait(max(options.timeout, seconds) * options.patience)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        child.wait()
        out.seek(0)
        return status, out.read(1 << 24).decode("utf-8", "backslashreplace").replace("\r\n", "\n")


def judge_output(status, output, want):
    if status is None:
        return "stopped after the time limit"
    if status != 0:
        lines = [l for l in output.split("\n") if l.strip()]
        return "exit status %d: %s" % (status, lines[0] if lines else "(no output)")
    if output == want:
        return None
    for got_line, want_line in zip(output.split("\n") + [""], want.split("\n") + [""]):
        if got_line != want_line:
            return "printed %r, not %r" % (got_line[:100], want_line[:100])
    return "printed too little or too much"


def wanted_output(test):
    path = test.path[:-3] + ".out"
    return read(path).replace("\r\n", "\n") if os.path.exists(path) else ""


def files_and_args(test):
    files, args = [test.path], list(test.args)
    while args and args[0].endswith(".go"):
        files.append(os.path.join(test.folder, args.pop(0)))
    return files, args


def do_run(options, test, cwd):
    files, args = files_and_args(test)
    return judge_output(*gol(options, ["run"] + files + args, cwd, test.seconds), wanted_output(test))


def do_lang(options, test, cwd):
    status, output = gol(options, ["run", test.path], os.path.dirname(test.path), 120, subprocess.DEVNULL)
    if status == test.status != 0:
        status = 0
    return judge_output(status, output, test.output)


def do_runoutput(options, test, cwd):
    files, args = files_and_args(test)
    status, program = gol(options, ["run"] + files + args, cwd, test.seconds)
    if status != 0 or "package" not in program:
        return judge_output(status, program, "package main")
    path = os.path.join(cwd, "generated.go")
    write(path, program)
    return judge_output(*gol(options, ["run", path], cwd, test.seconds), wanted_output(test))


def do_rundir(options, test, cwd):
    source, packages = test.path[:-3] + ".dir", {}
    for base in sorted(os.listdir(source)):
        if base.endswith(".go"):
            src = read(os.path.join(source, base))
            name = re.search(r"(?m)^package (\w+)", src)
            key = base if test.single or name is None else name.group(1)
            packages.setdefault(key, []).append((base, src))
    main = []
    for number, files in enumerate(packages.values()):
        is_main = number == len(packages) - 1
        folder = cwd if is_main else os.path.join(cwd, files[0][0][:-3])
        os.makedirs(folder, exist_ok=True)
        for base, src in files:
            src = re.sub(r'(?m)^(\s*(?:import\s+)?(?:[\w.]+\s+)?)"\./([\w/.-]+)"', r'\1"test/\2"', src)
            path = os.path.join(folder, base.replace("_test.go", "_test_.go"))
            write(path, src)
            if is_main:
                main.append(path)
    write(os.path.join(cwd, "go.mod"), "module test\n\ngo %s\n" % test.suite[2:])
    return judge_output(*gol(options, ["run"] + main + test.args, cwd, test.seconds),
                        wanted_output(test))


def do_compile(options, test, cwd):
    status, output = gol(options, ["check", test.path], cwd, test.seconds)
    return None if status == 0 else judge_output(status, output, "")


def go_regexp(text):
    for name, chars in (("alpha", "A-Za-z"), ("digit", "0-9"), ("alnum", "0-9A-Za-z"),
                        ("space", r"\s"), ("upper", "A-Z"), ("lower", "a-z")):
        text = text.replace("[:%s:]" % name, chars)
    return re.compile(text.replace(r"\z", r"\Z").replace(r"\pL", r"[^\W\d_]"))


def do_errorcheck(options, test, cwd):
    status, output = gol(options, ["check", test.path], cwd, test.seconds)
    if status is None or status < 0 or status > 125:
        return "died: %s" % output[:100]
    if (status != 0) != test.want_error:
        return "exit status %d" % status
    base, reported = os.path.basename(test.path), []
    output = output.replace(test.path, base)
    for line in output.split("\n"):
        if line.startswith("\t") and reported:
            reported[-1] += "\n" + line
        elif line.strip() and not line.startswith("#"):
            if test.auto or not line.startswith("<autogenerated>"):
                reported.append(line)
    for number, line in enumerate(test.src.split("\n"), 1):
        if "////" in line:
            continue
        auto = re.search(r"// (?:GC_)?ERRORAUTO (.*)", line)
        wanted = auto or re.search(r"// (?:GC_)?ERROR (.*)", line)
        if not wanted:
            continue

        def place(m, number=number):
            return "%s:%d" % (base, number + int((m.group(1) or "+") + (m.group(2) or "0")))

        for text in re.findall(r'"([^"]*)"', wanted.group(1)):
            text = re.sub(r"LINE(?:([+-])(\d+))?", place, text)
            start = "<autogenerated>" if auto else "%s:%d:" % (base, number)
            here = [d for d in reported if d.startswith(start)]
            if not here:
                return "%s:%d: missing error %r" % (base, number, text)
            pattern = go_regexp(text)
            hits = [d for d in here if pattern.search(d.split(" ", 1)[-1])]
            if not hits:
                return "%s:%d: wanted %r, got %r" % (base, number, text, here[0])
            reported = [d for d in reported if d not in hits]
    return "unexpected: " + reported[0] if reported else None


def execute(options, test, modes, instead):
    """Yields (mode, seconds, complaint or None) of a test in each mode."""
    with tempfile.TemporaryDirectory(prefix="gol-conformance-") as scratch:
        cwd = os.path.join(scratch, "cwd")
        for mode in modes:
            env = dict(MODES[mode], GOLCACHE=os.path.join(scratch, "cache"))
            if (test.name, mode) in instead:
                env["GODEBUG"] = instead[test.name, mode]
            here = argparse.Namespace(**vars(options), env=env, patience=PATIENCE.get(mode, 5))
            os.mkdir(cwd)
            start = time.monotonic()
            complaint = globals()["do_" + test.kind](here, test, cwd)
            yield mode, time.monotonic() - start, complaint
            shutil.rmtree(cwd)


class Log:
    """A file of results, one a line: seconds, suite, kind, name, mode, "passed" or a complaint, with tabs between."""

    def __init__(self, path):
        self.lock, self.file, self.passed = threading.Lock(), None, set()
        if path:
            if os.path.exists(path):
                for line in read(path).split("\n"):
                    words = line.split("\t")
                    if len(words) == 6 and words[5] == "passed":
                        self.passed.add(tuple(words[1:5]))
            self.file = open(path, "a", encoding="utf-8", errors="backslashreplace")

    def has_passed(self, test, mode):
        return (test.suite, test.kind, test.name, mode) in self.passed

    def add(self, test, mode, seconds, complaint):
        if self.file:
            with self.lock:
                print("%.2f" % seconds, test.suite, test.kind, test.name, mode,
                      (complaint or "passed").replace("\t", " "), sep="\t", file=self.file, flush=True)


# --- main

def candidates(suite, folder):
    for sub in FOLDERS:
        if not os.path.isdir(os.path.join(folder, sub)):
            continue
        for base in sorted(os.listdir(os.path.join(folder, sub))):
            if base.endswith(".go") and not base.startswith("."):
                test = Test(suite, folder, os.path.normpath(os.path.join(sub, base)))
                if test.is_candidate():
                    yield test


def listed(suite, folder):
    for kind in KINDS:
        path = os.path.join(HERE, suite, kind + ".pass")
        if os.path.exists(path):
            for name in read(path).split():
                if os.path.exists(os.path.join(folder, name)):
                    yield Test(suite, folder, name)


def same_program(a, b):
    """Whether two run tests are the same program with the same arguments and output."""
    if a.kind != "run" or b.kind != "run" or a.src != b.src or wanted_output(a) != wanted_output(b):
        return False
    return [read(f) for f in files_and_args(a)[0]] == [read(f) for f in files_and_args(b)[0]]


def exceptions():
    """modes.except: {(test, mode): GODEBUG of its own, or "-" where the test cannot pass}."""
    found = {}
    for line in read(os.path.join(HERE, "modes.except")).split("\n"):
        words = line.split(None, 3)
        if len(words) == 4 and words[0] != "#":
            found.update(((words[0], mode), words[2]) for mode in words[1].split(","))
    return found


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    p.add_argument("--gol", required=True)
    p.add_argument("--record", action="store_true", help="rewrite the lists with what passes")
    p.add_argument("--kind", choices=KINDS, action="append", help="only these kinds")
    p.add_argument("--suite", action="append", help="only these suites, such as go1.26; lang: tests/lang")
    p.add_argument("--match", help="only tests whose name matches this regular expression")
    p.add_argument("--mode", choices=["all", *MODES], action="append", help="the environments of programs")
    p.add_argument("--every", type=int, default=1, metavar="N", help="only each N-th test")
    p.add_argument("--offset", type=int, default=0, metavar="K", help="... from the K-th on")
    p.add_argument("--log", metavar="FILE", help="add results to FILE; what passed there is not run again")
    p.add_argument("--jobs", type=int, default=2)
    p.add_argument("--timeout", type=float, default=60, help="seconds a program may run")
    options = p.parse_args()
    options.gol = os.path.abspath(options.gol)
    found = [s for s in suites() if not options.suite or s[0] in options.suite]
    with_lang = options.suite is not None and "lang" in options.suite
    if not found and not with_lang:
        print("skipped: no test directory of Go 1.19 or 1.26 is installed")
        return 77
    kinds = options.kind or KINDS
    tests = [t for suite, folder in found
             for t in (candidates if options.record else listed)(suite, folder)
             if t.kind in kinds and (not options.match or re.search(options.match, t.name))]
    if with_lang:
        tests += [t for t in lang_tests() if not options.match or re.search(options.match, t.name)]
    newer = {t.name: t for t in tests if t.suite == "go1.26"}
    if not options.record:
        count = len(tests)
        tests = [t for t in tests if t.suite != "go1.19" or t.name not in newer
                 or not same_program(t, newer[t.name])]
        if count != len(tests):
            print("%d programs are the same in go1.19 and go1.26: run once" % (count - len(tests)))
    # Each mode takes others of the tests.
    wanted = options.mode or ["plain"]
    modes = [m for m in MODES if m in wanted or "all" in wanted]
    log, cannot = Log(options.log), exceptions()
    work, excepted, eased, before = [], 0, 0, 0
    for number, test in enumerate(tests):
        chosen = [m for i, m in enumerate(modes) if (number - options.offset - i) % options.every == 0]
        able = [m for m in chosen if cannot.get((test.name, m)) != "-"]
        eased += sum((test.name, m) in cannot for m in able)
        left = [m for m in able if not log.has_passed(test, m)]
        excepted, before = excepted + len(chosen) - len(able), before + len(able) - len(left)
        if left:
            work.append((test, left))
    failures, passed = 0, {}

    def judge(item):
        results = []
        for mode, seconds, complaint in execute(options, *item, cannot):
            log.add(item[0], mode, seconds, complaint)
            results.append((mode, complaint))
        return results

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for (test, _), results in zip(work, pool.map(judge, work)):
            for mode, complaint in results:
                if complaint is None:
                    passed.setdefault((test.suite, test.kind), []).append(test.name)
                else:
                    failures += 1
                    print("%s %s %s (%s): %s" % (test.suite, test.kind, test.name, mode, complaint), flush=True)
    if options.record and not options.match and options.every == 1:
        for (suite, kind), names in passed.items():
            os.makedirs(os.path.join(HERE, suite), exist_ok=True)
            write(os.path.join(HERE, suite, kind + ".pass"), "".join(n + "\n" for n in names))
    for (suite, kind), names in sorted(passed.items()):
        print("%s %s: %d" % (suite, kind, len(names)))
    if excepted:
        print("%d cannot pass: see modes.except" % excepted)
    if eased:
        print("%d with a setting of their own: see modes.except" % eased)
    if before:
        print("%d had passed before" % before)
    print("%d passed, %d failed" % (sum(map(len, passed.values())), failures))
    return 1 if failures and not options.record else 0


if __name__ == "__main__":
    sys.exit(main())
