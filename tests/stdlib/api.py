#!/usr/bin/env python3
"""Compares the exported interface of gol's standard packages with Go's own lists.

usage: api.py [--gol PATH] [--api DIR] [--least PERCENT] [--oracle] [--quiet] [PKG...]

Go keeps what each release exports in api/go1*.txt, one name with its type per line. For each
package this script writes a program with one line per name that only compiles if the name is there with that
type, lets `gol check` print all errors, and takes the lines without an error as equal. Prints the share per
package and what lacks, and fails below the least share (97). With --oracle real Go judges instead: then
nothing may lack, which tests the script.

The lists come from $(go env GOROOT)/api, else from Debian's golang-1.19-src; without any the exit status is
77 (skipped). syscall counts apart: gol has of it what programs for Linux use.
"""
import argparse, os, pathlib, re, shutil, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = """bufio bytes cmp container/heap container/list container/ring context embed encoding errors flag fmt io
io/fs io/ioutil iter log maps math math/bits math/cmplx math/rand math/rand/v2 os os/signal path path/filepath reflect
regexp regexp/syntax runtime runtime/debug slices sort strconv strings sync sync/atomic testing time unicode
unicode/utf16 unicode/utf8 unique unsafe weak""".split()
APART = ["syscall"]
# Names of packages that types of other packages are written with.
IMPORTS = {p.split("/")[-1]: p for p in PACKAGES + APART if p not in ("math/rand", "math/rand/v2")}
# The lists describe these as functions; they are part of the language.
BUILTIN = {"unsafe"}


def go_root():
    go = shutil.which("go") or "/usr/local/go/bin/go"
    try:
        return subprocess.run([go, "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def read_lists(folder):
    """Lines per package: what all releases added, less what was taken back."""
    lines = {}
    gone = set()
    if (folder / "except.txt").exists():
        gone = {l.split("#")[0].strip() for l in (folder / "except.txt").read_text().splitlines()}
    for f in sorted(folder.glob("go1*.txt")):
        for line in f.read_text().splitlines():
            line = re.sub(r"\s*#\d+$", "", line).strip()
            m = re.match(r"pkg ([\w/]+)(?: \(([\w-]+)\))?, (.*)$", line)
            if not m or line in gone or "//deprecated" in line:
                continue
            pkg, platform, what = m.groups()
            if platform in (None, "linux-amd64"):
                lines.setdefault(pkg, {})[what] = None
    return {p: list(l) for p, l in lines.items()}


class Program:
    """The program that asserts one package's names."""

    def __init__(self, pkg, lines):
        self.pkg, self.short = pkg, pkg.split("/")[-1]
        if self.short == "v2":
            self.short = "rand"
        self.types = set()
        self.params = {}  # generic types: their parameters
        for l in lines:
            m = re.match(r"type (\w+)(\[.*?\])? (?:=|struct|interface|func|map|\[|\*|\w)", l)
            if m:
                self.types.add(m.group(1))
                if m.group(2):
                    self.params[m.group(1)] = self.bracketed(l[l.index("["):])
        self.uses = {pkg}
        self.rows = []  # (text of the list, code)
        for l in lines:
            code = self.row(l)
            if code:
                self.rows.append((l, code))

    @staticmethod
    def bracketed(s):
        """The text in the brackets that s begins with, nested ones included."""
        depth = 0
        for i, c in enumerate(s):
            depth += c == "["
            depth -= c == "]"
            if depth == 0:
                return s[1:i]

    def q(self, t):
        """A type as written in the lists, with its package's own names qualified."""
        t = re.sub(r"\$(\d+)", r"T\1", t)
        t = re.sub(r"\bstruct$", "struct{}", t)

        def name(m):
            before, word = m.group(1), m.group(2)
            if before == "." and not t[:m.end(1)].endswith("...") or word not in self.types:
                return m.group(0)
            return f"{before}{self.short}.{word}"

        t = re.sub(r"(^|[^\w])([A-Za-z_]\w*)", name, t)
        for m in re.finditer(r"\b(\w+)\.[A-Z]", t):
            if m.group(1) in IMPORTS and m.group(1) != self.short:
                self.uses.add(IMPORTS[m.group(1)])
        return t

    @staticmethod
    def is_hidden(t):
        """Whether the type is one without an exported name."""
        words = {"bool", "string", "byte", "rune", "error", "uintptr", "func", "map", "chan", "struct", "interface", "any"}
        return bool(re.fullmatch(r"[a-z]\w*", t)) and t not in words and not re.fullmatch(r"u?int\d*|float\d+|complex\d+", t)

    def scope(self, params):
        return f"[{self.q(params)}]" if params else ""

    def arguments(self, params):
        """The names of type parameters."""
        return ", ".join(sorted(set(re.findall(r"\$\d+", params)), key=lambda s: int(s[1:]))).replace("$", "T")

    def row(self, l):
        s = self.short
        kind, rest = l.split(" ", 1)
        if kind == "func":
            m = re.match(r"(\w+)(.*)$", rest)
            name, sig = m.groups()
            if sig.startswith("["):
                params = self.bracketed(sig)
                if self.is_hidden(params.split(" ")[1]) and params.split(" ")[1] != "comparable":
                    return None
                sig = sig[len(params) + 2:]
                return f"func _{self.scope(params)}() {{ var _ func{self.q(sig)} = {s}.{name}[{self.arguments(params)}] }}"
            if self.pkg in BUILTIN or any(self.is_hidden(t) for t in re.findall(r"[(\s]([a-z]\w*)[,)]", sig)):
                return None
            return f"var _ func{self.q(sig)} = {s}.{name}"
        if kind == "method":
            m = re.match(r"\((\*?)(\w+)(\[.*?\])?\) (\w+)\((.*)$", rest)
            star, typ, args, name, sig = m.groups()
            full, scope = f"{s}.{typ}", ""
            if args:
                # The method may name the parameters in its own way; they go by order.
                full += f"[{self.arguments(self.params[typ])}]"
                scope = self.scope(self.params[typ])
            sep = "" if sig.startswith(")") else ", "
            return f"func _{scope}() {{ var _ func({star}{full}{sep}{self.q(sig)} = ({star}{full}).{name} }}"
        if kind == "const":
            m = re.match(r"(\w+) = (.*)$", rest)
            if m:
                name, value = m.groups()
                if "  // " in value:  # rounded, and as a fraction
                    top, _, bottom = value.split("  // ")[1].partition("/")
                    value = f"{top}.0/{bottom or 1}.0"
                if value.endswith('..."'):
                    return f"const _ = {s}.{name}"
                return f"var _ = map[bool]int{{false: 0, {s}.{name} == {value}: 1}}"
            name, typ = rest.split(" ", 1)
            if typ == "ideal-string":
                return f"const _ text = {s}.{name}"
            if typ == "ideal-bool":
                return f"const _ truth = {s}.{name}"
            if typ.startswith("ideal-"):
                return f"const _ complex128 = 0 * {s}.{name}"
            return f"func _() {{ x := {s}.{name}; var _ *{self.q(typ)} = &x }}"
        if kind == "var":
            name, typ = rest.split(" ", 1)
            return f"var _ *{self.q(typ)} = &{s}.{name}"
        if kind != "type":
            sys.exit(f"{self.pkg}: what is {l!r}?")
        m = re.match(r"(\w+)(.*)$", rest)
        name, rest = m.groups()
        full, scope = f"{s}.{name}", ""
        if rest.startswith("["):
            params = self.bracketed(rest)
            rest = rest[len(params) + 2:]
            full += f"[{self.arguments(params)}]"
            scope = self.scope(params)
        rest = rest.strip()
        if rest.startswith("= "):
            return f"var _ *{full} = (*{self.q(rest[2:])})(nil)"
        if rest == "struct":
            return f"func _{scope}() {{ var x {full}; _ = x; _ = {full}{{}} }}"
        m = re.match(r"struct, embedded (.*)$", rest)
        if m:
            typ = self.q(m.group(1))
            return f"func _{scope}() {{ var x {full}; var _ *{typ} = &x.{typ.strip('*').split('.')[-1].split('[')[0]} }}"
        m = re.match(r"struct, (\w+) (.*)$", rest)
        if m and (m.group(2).endswith("]struct") or self.is_hidden(m.group(2))):
            return f"func _{scope}() {{ var x {full}; _ = x.{m.group(1)} }}"
        if m:
            return f"func _{scope}() {{ var x {full}; var _ *{self.q(m.group(2))} = &x.{m.group(1)} }}"
        if rest.startswith("interface, unexported"):
            return None
        m = re.match(r"interface, (\w+)\((.*)$", rest)
        if m:
            sep = "" if m.group(2).startswith(")") else ", "
            return f"func _{scope}() {{ var _ func({full}{sep}{self.q(m.group(2))} = {full}.{m.group(1)} }}"
        m = re.match(r"interface \{ (.*?)\}$", rest)
        if m and re.match(r"^[\w, ]*$", m.group(1)):
            names = [n.strip() for n in m.group(1).split(",") if n.strip()]
            # Only these methods: a value of the interface is one of an interface with their types.
            return f"func _{scope}() {{ " + "".join(f"_ = {full}.{n}; " for n in names) + f"var x {full}; _ = x }}"
        if rest.startswith("interface"):
            return f"func _[T interface{{ {full} }}]() {{}}"
        return f"func _{scope}() {{ var x {full}; _ = ({self.q(rest)})(x) }}"

    def text(self):
        out = ["package main", "import ("]
        for p in sorted(self.uses):
            out.append(f'"{p}"')
        out.append(")")
        for p in sorted(self.uses):
            short = "rand" if p.endswith("/v2") else p.split("/")[-1]
            out.append({"unsafe": "var _ unsafe.Pointer"}.get(p, ""))
        out += ["type text string", "type truth bool", "func main() {}"]
        first = len(out) + 1
        return "\n".join(out + [code for _, code in self.rows]) + "\n", first


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--gol", default=str(ROOT / "build" / "gol"))
    ap.add_argument("--api", help="folder of the lists")
    ap.add_argument("--least", type=float, default=97.0)
    ap.add_argument("--oracle", action="store_true")
    ap.add_argument("--quiet", action="store_true", help="only the shares")
    ap.add_argument("--keep", help="folder for the programs")
    ap.add_argument("pkgs", nargs="*")
    a = ap.parse_args()
    folders = [a.api] if a.api else [os.path.join(go_root(), "api"), "/usr/share/go-1.19/api"]
    folder = next((pathlib.Path(f) for f in folders if list(pathlib.Path(f).glob("go1*.txt"))), None)
    if folder is None:
        print("no lists of Go's interface here")
        return 77
    lists = read_lists(folder)
    total = there = 0
    with tempfile.TemporaryDirectory(prefix="golapi-") as tmp:
        tmp = pathlib.Path(a.keep or tmp)
        tmp.mkdir(exist_ok=True)
        for pkg in a.pkgs or PACKAGES + APART:
            if pkg not in lists:
                continue  # newer than the lists
            program = Program(pkg, lists[pkg])
            text, first = program.text()
            where = tmp / pkg.replace("/", "_")
            where.mkdir(exist_ok=True)
            source = where / "main.go"
            source.write_text(text)
            if a.oracle:
                (where / "go.mod").write_text("module x\n\ngo 1.26\n")
                cmd = [os.path.join(go_root(), "bin", "go"), "build", "-gcflags=-e", "-o", os.devnull, "."]
            else:
                cmd = [a.gol, "check", "main.go"]
            r = subprocess.run(cmd, cwd=where, capture_output=True, text=True, timeout=120)
            wrong = {}
            for line in (r.stdout + r.stderr).splitlines():
                m = re.match(r"(?:\./)?main\.go:(\d+):\d+: (.*)$", line)
                if m:
                    wrong.setdefault(int(m.group(1)), m.group(2))
            if any(n < first for n in wrong) or (r.returncode != 0 and not wrong):
                early = next((wrong[n] for n in sorted(wrong) if n < first), (r.stdout + r.stderr).strip()[:200])
                print(f"{pkg}: nothing could be compared: {early}")
                if "is not in std" in early or "package" in early:
                    if pkg not in APART:
                        total += len(program.rows)
                    continue
            missing = [(what, wrong[first + i]) for i, (what, _) in enumerate(program.rows) if first + i in wrong]
            n = len(program.rows)
            ok = n - len(missing)
            if pkg not in APART:
                total += n
                there += ok
            print(f"{pkg:16} {ok:5} of {n:5}  {100 * ok / max(n, 1):6.2f} %")
            if not a.quiet:
                for what, why in missing:
                    print(f"    {what}\n        {why}")
    share = 100 * there / max(total, 1)
    print(f"all              {there:5} of {total:5}  {share:6.2f} %")
    return 0 if share >= a.least else 1


if __name__ == "__main__":
    sys.exit(main())
