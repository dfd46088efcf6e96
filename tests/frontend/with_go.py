#!/usr/bin/env python3
"""Compares the diagnostics of `gol check` with those of the Go compiler: text, place, order.

    with_go.py GOL [FILE|FOLDER...]    default: the examples of kinds.def

Each file is a package of its own. The oracle is `go tool compile` as `go build -gcflags=-e` calls
it. Exit code 0: no difference; 1: differences, printed as diffs; 77: no Go on this machine.
A file whose first line is "// skip with_go: REASON" is left out.
"""
import ast
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", ".."))
# What examples import, with all that these import.
STD = ("fmt", "errors", "os", "strings", "sync", "sort", "math", "time", "runtime", "reflect",
       "iter", "cmp", "slices", "maps", "unsafe", "io", "bytes", "strconv", "bufio", "context",
       "sync/atomic", "unicode/utf8", "math/bits", "math/rand", "syscall", "weak", "unique")


# Examples whose words are the go command's or a linker's, or where the Go compiler gives up.
NOT_COMPARED = ("kImportFailed", "kTypeTooLarge")


def examples():
    """The examples of kinds.def: (name, text)."""
    with open(os.path.join(ROOT, "frontend/diag/kinds.def"), encoding="utf-8") as f:
        text = f.read()
    row = re.compile(r'GOL_DIAG\((\w+),((?:\s*"(?:[^"\\]|\\.)*")+),((?:\s*"(?:[^"\\]|\\.)*")+)\)')
    for m in row.finditer(text):
        literals = re.findall(r'"(?:[^"\\]|\\.)*"', m.group(3))
        source = b"".join(ast.literal_eval("b" + c_string(s)) for s in literals)
        if source and m.group(1) not in NOT_COMPARED:
            yield m.group(1), source


def c_string(s):
    return s.encode("unicode_escape").decode() if not s.isascii() else s


def go_command():
    go = shutil.which("go")
    if go is None and os.access("/usr/local/go/bin/go", os.X_OK):
        go = "/usr/local/go/bin/go"
    return go


def import_config(go, folder):
    """A file that tells the compiler where the packages of the standard library are."""
    with open(os.path.join(folder, "go.mod"), "w") as f:
        f.write("module oracle\n\ngo 1.26\n")
    form = "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}"
    listed = subprocess.run([go, "list", "-e", "-export", "-deps", "-f", form, *STD], cwd=folder,
                            capture_output=True, text=True)
    path = os.path.join(folder, "importcfg")
    with open(path, "w") as f:
        f.write(listed.stdout)
    return path


def normalised(text, path):
    """The messages, with the bare name of the file."""
    lines = text.replace(path, os.path.basename(path)).split("\n")
    return [l for l in lines if l and not l.startswith("#")]


def compare(gol, go, config, path, folder):
    out = os.path.join(folder, "out.o")
    want = subprocess.run([go, "tool", "compile", "-p=main", "-e", "-complete", "-lang=go1.26",
                           "-importcfg=" + config, "-o", out, path], capture_output=True)
    got = subprocess.run([gol, "check", path], capture_output=True)
    want_lines = normalised((want.stdout + want.stderr).decode("utf-8", "replace"), path)
    got_lines = normalised((got.stdout + got.stderr).decode("utf-8", "replace"), path)
    if want_lines == got_lines and (want.returncode == 0) == (got.returncode == 0):
        return True
    sys.stdout.writelines(difflib.unified_diff(
        [l + "\n" for l in want_lines], [l + "\n" for l in got_lines],
        "go:  " + path, "gol: " + path + " (exit %d)" % got.returncode, n=0))
    return False


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    gol, go = os.path.abspath(sys.argv[1]), go_command()
    if go is None:
        print("no Go on this machine")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for word in sys.argv[2:]:
            if os.path.isdir(word):
                paths += [os.path.join(word, n) for n in sorted(os.listdir(word))
                          if n.endswith(".go")]
            else:
                paths.append(word)
        if len(sys.argv) == 2:
            for name, source in examples():
                path = os.path.join(folder, name + ".go")
                with open(path, "wb") as f:
                    f.write(source)
                paths.append(path)
        config = import_config(go, folder)
        failed = 0
        for path in paths:
            with open(path, "rb") as f:
                if f.readline().startswith(b"// skip with_go:"):
                    continue
            failed += not compare(gol, go, config, path, folder)
    print("%d files, %d differ" % (len(paths), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
