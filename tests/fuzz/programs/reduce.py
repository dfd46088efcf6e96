"""Makes a program that differs smaller, as long as real Go accepts it and the difference stays.

Works on lines: a line that opens a brace goes together with the line that closes it, or both go and
leave what is between them. Then runs of 8, 4, 2, 1 lines.
"""

import os
import re
import subprocess
import tempfile

HEAD = "func main() {\n\tRun%d()%s\n}\n"


def standalone(item):
    """A batch of one as a single file."""
    from run import PRELUDE, with_imports
    prelude = PRELUDE.split(")\n", 1)[1]
    die = "; Die%d()" % item.seed if item.dies else ""
    return with_imports("main", item.body + "\n" + HEAD % (item.seed, die) + prelude)


class Reducer:
    def __init__(self, args, tester, item, modes):
        self.args, self.tester, self.item, self.modes = args, tester, item, modes[:1]
        self.body = item.body
        self.whole = False
        self.kind = None
        self.dir = tempfile.mkdtemp(prefix="gol-reduce-")
        self.attempts = 0
        self.rejected = ""  # real Go's messages on the last program

    def text(self):
        from run import with_imports
        if self.whole:
            return with_imports("main", self.body)
        self.item.body = self.body
        return standalone(self.item)

    def differs(self, body):
        """None, or the kind of difference ("compile" or "output")."""
        from run import Item, lay_out, write, with_imports
        if self.whole:
            lay_out(self.dir, [])
            os.unlink(self.dir + "/prelude.go")  # a printed program has it inside
            write(self.dir + "/main.go", with_imports("main", body))
        else:
            lay_out(self.dir, [Item(self.item.seed, body, self.item.dies)])
        if self.whole:
            return self.differs_whole()
        bad, _ = self.tester_for_modes().compare(self.dir, [Item(self.item.seed, body, self.item.dies)], 20)
        if not bad:
            return None
        return "compile" if bad[0][0] is None else "output"

    def differs_whole(self):
        """As differs, for a file that is a program of its own."""
        from run import MODES
        t = self.tester
        binary, text = t.build_go(self.dir) if t.go else (None, "")
        self.rejected = text if t.go and not binary else ""
        if self.rejected:
            return None
        want = None
        if binary:
            try:
                p = subprocess.run([binary], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=20)
            except subprocess.TimeoutExpired:
                return None
            want = p.returncode, p.stdout
        for m in self.modes:
            opt, settings = MODES[m]
            env = dict(os.environ, GODEBUG=settings.strip(",").replace("procs=1", ""), GOLCACHE="off")
            if "procs=1" in settings:
                env["GOMAXPROCS"] = "1"
            try:
                p = subprocess.run([self.args.build + "/gol", "run", opt, self.dir], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, timeout=20, env=env)
                got = p.returncode, p.stdout
            except subprocess.TimeoutExpired:
                got = "timeout", b""
            if want is None:
                want = got
            elif got != want:
                return "compile" if got[0] == 1 and not got[1] else "output"
        return None

    def tester_for_modes(self):
        t = self.tester
        if t.modes != self.modes and not t.go:
            # Without real Go the first mode is what others are compared with.
            self.modes = [t.modes[0]] + [m for m in self.modes if m != t.modes[0]]
        self.saved = t.modes, dict(t.counts)
        import copy
        u = copy.copy(t)
        u.modes = self.modes
        u.counts = {m: 0 for m in self.modes}
        return u

    def confirm(self):
        self.kind = self.differs(self.body)
        return self.kind

    def keep(self, lines):
        self.attempts += 1
        body = "\n".join(lines) + "\n"
        if self.differs(body) == self.kind:
            self.body = body
            return True
        return False

    def reduce(self, limit):
        changed = True
        while changed and self.attempts < limit:
            changed = self.blocks(limit) | self.runs(limit)

    def blocks(self, limit):
        """Blocks, outermost first: all of it, or only the first and the last line."""
        changed = False
        i = 0
        while self.attempts < limit:
            lines = self.body.rstrip("\n").split("\n")
            if i >= len(lines):
                return changed
            j = close_of(lines, i)
            if j is not None:
                if self.keep(lines[:i] + lines[j + 1:]):
                    changed = True
                    continue
                # A chain "} else {": only the part from here on.
                if not lines[i].startswith(("func", "type", "var", "const")) and self.keep(
                        lines[:i] + lines[i + 1:j] + lines[j + 1:]):
                    changed = True
                    continue
            i += 1
        return changed

    def runs(self, limit):
        changed = False
        for n in (8, 4, 2, 1):
            i = 0
            while self.attempts < limit:
                lines = self.body.rstrip("\n").split("\n")
                if i >= len(lines):
                    break
                part = lines[i:i + n]
                if balanced(part) and any(l.strip() for l in part) and self.keep(lines[:i] + lines[i + n:]):
                    changed = True
                else:
                    i += n
        return changed


def depth(line):
    line = re.sub(r'"(\\.|[^"\\])*"|`[^`]*`|\'(\\.|[^\'\\])+\'', "", line)
    return sum(line.count(c) for c in "{([") - sum(line.count(c) for c in "})]")


def balanced(part):
    d = 0
    for l in part:
        d += depth(l)
        if d < 0 or re.match(r"\s*}", l) and d < 0:
            return False
    return d == 0 and not re.match(r"\s*} else", part[0])


def close_of(lines, i):
    d = depth(lines[i])
    if d <= 0:
        return None
    for j in range(i + 1, len(lines)):
        d += depth(lines[j])
        if d <= 0:
            return j
    return None


def reduce_file(args, tester):
    from run import Item, first_difference, show, write
    text = open(args.file).read()
    body = re.sub(r"(?ms)^import \(.*?^\)\n|^import \S+\n|^package \w+\n", "", text)
    status = 0
    for m in tester.modes:
        r = Reducer(args, tester, Item(0, body, False), [m])
        r.whole = True
        kind = r.confirm()
        if r.rejected:
            show("real Go rejects it:\n" + r.rejected)
            return 1
        show("%s: %s" % (m, kind or "equal"))
        if kind:
            status = 1
            if args.reduce:
                r.reduce(args.reduce)
                write(args.file + ".min.go", r.text())
                show("reduced to %d lines" % r.text().count("\n"))
                break
    return status
