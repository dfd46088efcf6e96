#!/usr/bin/env python3
"""Stands in for the linker when the objects of gol's static library are joined to one.

Usage: as ld, by way of `clang++ --ld-path=.../static_object.py`. What is meant for an executable is left out: shared
libraries, the C library's start files, options of the final link. What remains is linked with -r by GNU ld.
"""
import os
import sys

# With a value behind them.
SKIP_WITH_VALUE = {"-dynamic-linker", "-m", "-z", "--hash-style"}
KEEP_WITH_VALUE = {"-o"}
FINAL = ("-l", "-pie", "-static", "--gc-sections", "--as-needed", "--no-as-needed", "--eh-frame-hdr", "--build-id",
         "--hash-style", "--image-base", "--start-group", "--end-group", "-L", "-export-dynamic", "-rpath")


def main():
    args, kept = sys.argv[1:], []
    i = 0
    while i < len(args):
        a = args[i]
        if a in SKIP_WITH_VALUE:
            i += 1
        elif a in KEEP_WITH_VALUE:
            kept += args[i:i + 2]
            i += 1
        elif a.startswith(FINAL) or a.endswith(".so") or ".so." in a or os.path.basename(a).startswith(("crt", "Scrt")):
            pass
        else:
            kept.append(a)
        i += 1
    # Symbols in groups (inline functions) are to be hidden as all others: no groups. The text of the standard packages
    # comes as an object and in an archive.
    os.execvp("ld.bfd", ["ld.bfd", "-m", "elf_x86_64", "-r", "--force-group-allocation", "-z", "muldefs"] + kept)


main()
