#!/usr/bin/env python3
"""Writes one large program made of the programs in tests/lang: for measuring compile times.

usage: make_large.py OUT_DIR [LINES]

Each program becomes a package of its own (`func main` becomes `Main`), the main package runs them
one after another. Programs are taken in order of their names until LINES (5,000) are reached; those
that depend on being package main, read input or exit are left out.
"""
import os
import re
import shutil
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "lang")
FOLDERS = ["programs", "functions", "types", "slices", "control", "strings", "maps",
           "constants", "fmt", "concurrency", "heap", "unsafe", "reflect"]
UNFIT = re.compile(r"os\.|runtime\.|main\.|//go:|^// (Error|run|Exit)|import \.", re.M)


def programs():
    for folder in FOLDERS:
        path = os.path.join(ROOT, folder)
        for name in sorted(os.listdir(path)):
            if name.endswith(".go"):
                yield folder, name, open(os.path.join(path, name)).read()


def main():
    out = sys.argv[1]
    want = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    open(os.path.join(out, "go.mod"), "w").write("module large\n\ngo 1.26\n")
    lines, used = 0, []
    for folder, name, text in programs():
        text = text.split("\n// Output:")[0] + "\n"
        if folder != "programs" and UNFIT.search(text):
            continue
        if "\nfunc main()" not in text or not re.search(r"^package main$", text, re.M):
            continue
        package = folder + "_" + re.sub(r"\W", "_", name[:-3])
        text = re.sub(r"^package main$", "package " + package, text, count=1, flags=re.M)
        text = text.replace("\nfunc main()", "\nfunc Main()", 1)
        os.makedirs(os.path.join(out, package))
        open(os.path.join(out, package, name), "w").write(text)
        used.append(package)
        lines += text.count("\n")
        if lines >= want:
            break
    body = "package main\n\nimport (\n"
    body += "".join('\t"large/%s"\n' % p for p in used)
    body += ")\n\nfunc main() {\n\tprintln(\"start\")\n"
    body += "".join("\t%s.Main()\n" % p for p in used) + "}\n"
    open(os.path.join(out, "main.go"), "w").write(body)
    print("%d packages, %d lines" % (len(used), lines))


main()
