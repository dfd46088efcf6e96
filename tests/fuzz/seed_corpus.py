#!/usr/bin/env python3
"""Fills corpus folders for the fuzzers from a tree of Go files.

    seed_corpus.py OUT [TREE...]     default: the test folder of the installed Go, tests/golden

Writes OUT/lexer, OUT/parser and OUT/checker. Small files are taken whole; of larger ones the
top-level declarations are taken one by one, each with the package clause in front: fuzzing is
fastest on texts of a few hundred bytes.
"""
import hashlib
import os
import re
import subprocess
import sys

WHOLE_BYTES = 2048
HERE = os.path.dirname(os.path.abspath(__file__))


def go_files(tree):
    for folder, _, names in os.walk(tree):
        for name in sorted(names):
            if name.endswith((".go", ".gol")):
                yield os.path.join(folder, name)


def pieces(text):
    """The file, or its declarations."""
    text = re.sub(rb"(?m)^//.*\n", b"", text)
    if len(text) <= WHOLE_BYTES:
        yield text
        return
    for decl in re.split(rb"\n(?=(?:func|type|var|const) )", text)[1:]:
        if len(decl) <= WHOLE_BYTES:
            yield b"package p\n" + decl + b"\n"


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    out, trees = sys.argv[1], sys.argv[2:]
    if not trees:
        trees = [os.path.join(HERE, "..", "golden"), os.path.join(HERE, "regress")]
        try:
            root = subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True).stdout
            trees.append(os.path.join(root.strip(), "test"))
        except OSError:
            print("no Go found: seeds of tests/golden only", file=sys.stderr)
    count = 0
    for target in ("lexer", "parser", "checker"):
        os.makedirs(os.path.join(out, target), exist_ok=True)
    for tree in trees:
        for path in go_files(tree):
            with open(path, "rb") as f:
                text = f.read()
            for piece in pieces(text):
                name = hashlib.sha1(piece).hexdigest()[:16]
                for target in ("lexer", "parser", "checker"):
                    with open(os.path.join(out, target, name), "wb") as f:
                        f.write(piece)
                count += 1
    print("%d seeds" % count)


if __name__ == "__main__":
    main()
