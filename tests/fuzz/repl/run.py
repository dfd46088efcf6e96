#!/usr/bin/env python3
"""Fuzzes gol repl: sessions of random input lines on a terminal.

Lines are statements, declarations and expressions that refer to what earlier ones declared, commands, and all of them
damaged: words left out, doubled, swapped, put in from elsewhere, bytes of noise. Expected of each line: the prompt is back,
at the latest after Ctrl-C; the process ends only by :quit, Ctrl-D or os.Exit.

    tests/fuzz/repl/run.py --gol build/gol --seconds 60 [--seed N] [--lines 150]

Prints the seeds of sessions that went wrong, with their last lines; exit code 1 if there are any. --seed N --sessions 1
runs one again. Programs that are made use no files, processes or network but the REPL's own :save and :load, in a folder of
their own.
"""

import argparse
import os
import pty
import random
import re
import select
import signal
import shutil
import sys
import tempfile
import time

TYPES = ["int", "string", "float64", "bool", "[]int", "[]string", "map[string]int", "map[int][]string", "*int", "any",
         "error", "func(int) int", "chan int", "struct{ a, b int }", "[3]int", "rune", "complex128", "uint8"]
VALUES = {
    "int": ["0", "1", "-7", "1<<40", "len(\"abc\")", "cap(make([]int, 3, 9))"],
    "string": ['""', '"a\\tb"', "`raw`", 'strings.Repeat("xy", 3)', 'fmt.Sprint(1, "a")', 'string(rune(65))'],
    "float64": ["1.5", "math.Pi", "1e300*10", "-0.0"],
    "bool": ["true", "1 < 2", '"a" == "b"'],
    "[]int": ["nil", "[]int{1, 2, 3}", "make([]int, 5)", "append([]int(nil), 1, 2)"],
    "[]string": ["[]string{}", 'strings.Split("a,b,c", ",")'],
    "map[string]int": ["map[string]int{}", 'map[string]int{"a": 1, "b": 2}'],
    "map[int][]string": ["map[int][]string{1: {\"x\"}}"],
    "*int": ["nil", "new(int)"],
    "any": ["nil", "1", '"s"', "[]any{1, nil}"],
    "error": ["nil", 'errors.New("e")', "io.EOF"],
    "func(int) int": ["nil", "func(n int) int { return n * 2 }"],
    "chan int": ["nil", "make(chan int)", "make(chan int, 4)"],
    "struct{ a, b int }": ["struct{ a, b int }{1, 2}"],
    "[3]int": ["[3]int{1, 2}", "[...]int{1, 2, 3}"],
    "rune": ["'x'", "'\\u4e16'"],
    "complex128": ["1i", "complex(1, 2)"],
    "uint8": ["uint8(200)"],
}
COMMANDS = [":help", ":type {e}", ":vars", ":time {e}", ":list", ":doc strings.Split", ":doc {n}", ":doc fmt", ":ir {n}",
            ":ir {e}", ":asm {n}", ":asm {e}", ":gc", ":gc step", ":gc step roots", ":gc step drain 5", ":gc step drain",
            ":gc step terminate", ":gc step sweep 3", ":gc step finish", ":heap", ":heap classes", ":diff", ":diff {s}",
            ":why {e}", ":watch {e}", ":watch", ":spans", ":spans 48", ":map {e}", ":pacer", ":assist", ":barriers",
            ":barriers on", ":barriers off", ":pauses", ":set", ":set gcpercent=50", ":set gcpercent=off",
            ":set gcstoptheworld=1", ":set gcstoptheworld=0", ":set verifyheap=1", ":set verifyheap=0",
            ":set gccheckmark=1", ":set gccheckmark=0", ":set clobberfree=1", ":set wbbufsmall=1", ":set memorylimit=32MB",
            ":set gomaxprocs=1", ":set gomaxprocs=4", ":save s.gol", ":load s.gol", ":load none.gol", ":reset", ":", ":x",
            ":gc -json", ":heap -json", ":why {e} -json"]
NOISE = ["(", ")", "{", "}", "[", "]", ",", ";", ":=", "=", "==", ".", "...", "func", "type", "var", "for", "range", "if",
         "switch", "select", "go", "defer", "return", "chan", "map", "interface{ M() }", "struct{", "~int", "[T any]",
         "_", "nil", "iota", "0x", "1e", "'", '"', "`", "//", "/*", "*/", "\\", "\x00", "\xff", "\u4e16", "&", "*", "<-",
         "1<<1000", "goto L", "L:", "break", "fallthrough", "import", '"fmt"', "package", "panic(1)", "recover()"]


class Maker:
    """Makes lines."""

    def __init__(self, seed):
        self.r = random.Random(seed)
        self.names = {}  # variable: type
        self.funcs = []
        self.structs = []
        self.count = 0

    def name(self, prefix):
        # Names come again: then they hide what they meant before.
        if self.r.random() < 0.7:
            self.count += 1
        return prefix + str(self.r.randint(0, self.count))

    def expr(self, t=None, depth=0):
        r = self.r
        t = t or r.choice(TYPES)
        known = [n for n, k in self.names.items() if k == t]
        if known and r.random() < 0.5:
            return r.choice(known)
        if t == "int" and depth < 3 and r.random() < 0.5:
            kind = r.randrange(5)
            if kind == 0:
                return f"{self.expr('int', depth + 1)} {r.choice('+-*/%&|^')} {self.expr('int', depth + 1)}"
            if kind == 1 and self.funcs:
                return f"{r.choice(self.funcs)}({self.expr('int', depth + 1)})"
            if kind == 2:
                return f"len({self.expr(r.choice(['[]int', 'string', 'map[string]int']), depth + 1)})"
            if kind == 3:
                return f"{self.expr('[]int', depth + 1)}[{self.expr('int', depth + 1)}]"
        if t == "any" and self.structs and r.random() < 0.5:
            return f"{r.choice(['', '&'])}{r.choice(self.structs)}{{}}"
        return r.choice(VALUES.get(t, ["nil"]))

    def stmt(self):
        r = self.r
        kind = r.randrange(14)
        if kind < 3:
            t = r.choice(TYPES)
            n = self.name("v")
            e = self.expr(t)
            self.names[n] = t
            return f"var {n} {t} = {e}" if e == "nil" or r.random() < 0.4 else f"{n} := {e}"
        if kind == 3:
            n = self.name("f")
            if n not in self.funcs:
                self.funcs.append(n)
            return f"func {n}(n int) int {{ if n <= 0 {{ return 1 }}; return {self.expr('int')} }}"
        if kind == 4:
            n = self.name("T")
            if n not in self.structs:
                self.structs.append(n)
            return f"type {n} struct {{ a {r.choice(TYPES)}; next *{n}; f {r.choice(TYPES)} }}"
        if kind == 5 and self.structs:
            s = r.choice(self.structs)
            return f"func (x {r.choice(['', '*'])}{s}) M{r.randint(0, 3)}() int {{ return {self.expr('int')} }}"
        if kind == 6:
            return f"for i := range {r.randint(0, 2000)} {{ _ = i; _ = {self.expr()} }}"
        if kind == 7:
            return f"go func() {{ for i := 0; i < {r.randint(1, 500)}; i++ {{ _ = new([{r.randint(1, 3000)}]*int) }} }}()"
        if kind == 8 and self.names:
            n, t = r.choice(list(self.names.items()))
            return f"{n} = {self.expr(t)}"
        if kind == 9:
            n = self.name("g")
            return f"func {n}[T any](x T) []T {{ return []T{{x, x}} }}"
        if kind == 10:
            return r.choice(["runtime.GC()", "panic(\"x\")", "go func() { select {} }()", "for {}", "select {}",
                             "go func() { for { runtime.Gosched() } }()", "runtime.Goexit()", "_", "_ + 1", "x, y := 1, 2",
                             "func r(n int) int { return r(n+1) + 1 }", "r(0)", "debug.FreeOSMemory()",
                             "c := make(chan int); <-c", "type R struct { r *R; m map[string]R }",
                             "const k = iota", "var a [1<<20]int", "fmt.Println(1, \"a\", nil)",
                             "defer fmt.Println(\"d\")", "import m \"math/bits\"", "m.Len(255)", "switch { default: }"])
        return self.expr()

    def damage(self, line):
        r = self.r
        words = re.findall(r"\w+|\s+|[^\w\s]", line)
        for _ in range(r.randint(1, 3)):
            if not words:
                break
            i = r.randrange(len(words))
            kind = r.randrange(5)
            if kind == 0:
                del words[i]
            elif kind == 1 and not words[i].isdigit():  # a number twice would be memory for hours
                words.insert(i, words[i])
            elif kind == 2:
                words.insert(i, r.choice(NOISE))
            elif kind == 3:
                j = r.randrange(len(words))
                words[i], words[j] = words[j], words[i]
            else:
                words[i] = r.choice(NOISE)
        return "".join(words)

    def line(self):
        r = self.r
        if r.random() < 0.25:
            text = r.choice(COMMANDS)
            text = text.replace("{e}", self.expr()).replace("{s}", self.stmt())
            text = text.replace("{n}", r.choice(self.funcs + self.structs + list(self.names) + ["nothing"]))
            if text == ":reset":
                self.names, self.funcs, self.structs = {}, [], []
        else:
            text = self.stmt()
        return self.damage(text) if r.random() < 0.3 else text


class Session:
    """gol repl on a terminal."""

    def __init__(self, gol, folder):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.environ.update(TERM="dumb", XDG_STATE_HOME=folder, HOME=folder, GOLCACHE="off")
            os.execv(gol, [gol, "repl"])
        self.output = b""
        self.status = None

    def read(self, seconds):
        """What comes within the time; None at the end."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return b""
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        return data or None

    def prompt(self, seconds):
        """Waits for a prompt: b'>', b'.', or None when none came; 'end' when the process is gone."""
        end = time.monotonic() + seconds
        text = b""
        while time.monotonic() < end:
            data = self.read(0.05)
            if data is None:
                _, self.status = os.waitpid(self.pid, 0)
                self.output += text
                return "end"
            text += data
            tail = text[-200:].replace(b"\r", b"")
            if tail.endswith(b"\n> ") or tail == b"> ":
                self.output += text
                return ">"
            if tail.endswith(b"\n. "):
                self.output += text
                return "."
        self.output += text
        return None

    def kill(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


def run_session(gol, seed, lines):
    """Returns how many lines had answers, and what went wrong or None."""
    maker = Maker(seed)
    folder = tempfile.mkdtemp(prefix="gol-fuzz-repl-")
    session = Session(gol, folder)
    sent = []

    def failed(what):
        return f"{what}\n  " + "\n  ".join(sent[-6:]) + "\n" + session.output[-1500:].decode("utf-8", "replace")

    try:
        if session.prompt(20) != ">":
            return 0, failed("no first prompt")
        for _ in range(lines):
            line = maker.line().replace("\n", " ").replace("\t", " ")
            # What the terminal itself would take for keys.
            data = bytes(b for b in line.encode("utf-8", "surrogateescape") if b >= 32 and b != 127)
            sent.append(data.decode("utf-8", "replace"))
            os.write(session.fd, data + b"\n")
            answer = session.prompt(3)
            for _ in range(4):
                if answer == ".":
                    os.write(session.fd, b"\n")
                elif answer is None:
                    os.write(session.fd, b"\x03")
                else:
                    break
                answer = session.prompt(20 if answer is None else 3)
            if answer == "end":
                if os.WIFSIGNALED(session.status):
                    return len(sent), failed(f"killed by signal {os.WTERMSIG(session.status)}")
                return len(sent), None  # os.Exit, :quit, Ctrl-D
            if answer != ">":
                return len(sent), failed("no prompt after Ctrl-C")
        return len(sent), None
    finally:
        session.kill()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--gol", default="build/gol")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--sessions", type=int, default=1 << 30)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    parser.add_argument("--lines", type=int, default=150)
    args = parser.parse_args()
    gol = os.path.abspath(args.gol)
    end = time.monotonic() + args.seconds
    seed, bad, all_lines = args.seed, 0, 0
    while seed - args.seed < args.sessions and time.monotonic() < end:
        answered, problem = run_session(gol, seed, args.lines)
        all_lines += answered
        if problem is not None:
            bad += 1
            print(f"seed {seed}: {problem}\n", flush=True)
        seed += 1
    print(f"seeds {args.seed} to {seed - 1}: {seed - args.seed} sessions, {all_lines} lines, {bad} went wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
