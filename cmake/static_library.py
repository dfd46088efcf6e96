#!/usr/bin/env python3
"""Makes libgol.a of the object that all of gol was joined to (static_object.py).

Usage: static_library.py OBJECT VERSION_SCRIPT ARCHIVE

Of the symbols that the object defines, those that the shared library shows (VERSION_SCRIPT) stay visible. The others become
local: a host may have another LLVM, and other things of the same names.
"""
import fnmatch
import os
import re
import subprocess
import sys


def patterns(script):
    """The names that a version script lists as global: of C, and of C++ as they are written there."""
    text = re.sub(r"/\*.*?\*/", "", open(script).read(), flags=re.S)
    text = text[text.index("global:") + len("global:"):text.index("local:")]
    cpp = re.search(r'extern "C\+\+" \{(.*?)\};', text, flags=re.S)

    def names(part):
        return [n.strip().strip('"') for n in part.split(";") if n.strip()]
    return names(text.replace(cpp.group(0), "")), names(cpp.group(1))


def main():
    obj, script, archive = sys.argv[1:]
    c, cpp = patterns(script)
    listed = subprocess.run(["nm", "--defined-only", "--extern-only", "--format=just-symbols", obj], check=True,
                            stdout=subprocess.PIPE, text=True).stdout.split()
    shown = subprocess.run(["c++filt"], input="\n".join(listed), check=True, stdout=subprocess.PIPE,
                           text=True).stdout.splitlines()
    match_c = re.compile("|".join(fnmatch.translate(p) for p in c)).match
    match_cpp = re.compile("|".join(fnmatch.translate(p) for p in cpp)).match
    keep = [s for s, name in zip(listed, shown) if match_c(s) or (s != name and match_cpp(name))]
    names = archive + ".symbols"
    with open(names, "w") as f:
        f.write("".join(s + "\n" for s in keep))
    visible = os.path.join(os.path.dirname(archive), "gol.o")
    subprocess.run(["objcopy", "--keep-global-symbols=" + names, obj, visible], check=True)
    if os.path.exists(archive):
        os.remove(archive)
    subprocess.run(["ar", "crs", archive, visible], check=True)
    os.remove(visible)


main()
