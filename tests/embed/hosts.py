#!/usr/bin/env python3
"""Installs gol into a temporary folder, builds examples/hosts against it out of tree and runs them.

Usage: hosts.py BUILD_DIR SOURCE_DIR
"""
import os
import shutil
import subprocess
import sys
import tempfile

EXPECTED = {
    "embed_min": "0 compiled\n1 inside\n2 a\n3 C++\n4 program\n42\n",
    "host_functions": "70 14 8 no name\nscript heard: door opened\n"
                      "caught: the disk is on fire, in main.Broken line 16\n",
    "game_loop": "frame 19: timeout\n40 frames, 1 late, 1 collections at least\n",
    "rules_engine": "300 3\n270 6\nfunction Price is func(item string) int, not func(string, int) int\n6\n",
    "sandbox": "3 lines, 3 written\nopen /etc/passwd: no such file or directory\n"
               "fatal error: out of fuel after 5000 steps\n",
    "two_isolates": "100 100 100 100 \n",
    "host_c": "hello! 144\npanic: panic: too large\n",
    "host.py": "hello hello GOL\n75025\n"
               "panic: panic: runtime error: index out of range [5] with length 2\n"
               "panic: panic: integer division or modulo by zero\n"
               "signature: function Bad is func(a []int, i int) int: only basic types can be called through the C "
               "interface\nsignature: the module has no function Missing\n",
}
ARGS = {"game_loop": ["40"]}


def run(command, **kwargs):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, **kwargs)
    if done.returncode != 0:
        sys.exit("%s: exit code %d\n%s" % (" ".join(command), done.returncode, done.stdout))
    return done.stdout


def main():
    build, source = sys.argv[1:]
    work = tempfile.mkdtemp(prefix="gol-hosts-")
    failed = 0
    try:
        prefix = os.path.join(work, "prefix")
        run(["cmake", "--build", build, "--target", "gol_static"])
        run(["cmake", "--install", build, "--prefix", prefix])
        library = os.path.join(prefix, "lib")
        if not os.path.exists(os.path.join(library, "libgol.so")):
            library = run(["sh", "-c", "dirname $(find %s -name libgol.so)" % prefix]).strip()
        # What the library shows: nothing of LLVM's, nothing of the runtime's.
        shown = run(["nm", "-D", "--defined-only", os.path.join(library, "libgol.so")])
        foreign = [l for l in shown.splitlines() if "llvm" in l.lower() or "gol_rt_" in l or "gol2rt" in l]
        if foreign:
            print("symbols that should be hidden:", *foreign[:5], sep="\n")
            failed += 1
        for compiler in ("g++", "clang++-19"):
            if shutil.which(compiler) is None:
                continue
            out = os.path.join(work, compiler)
            run(["cmake", "-S", os.path.join(source, "examples/hosts"), "-B", out, "-DCMAKE_PREFIX_PATH=" + prefix,
                 "-DCMAKE_CXX_COMPILER=" + compiler, "-DCMAKE_BUILD_TYPE=Release"])
            run(["cmake", "--build", out, "-j2"])
            expected_here = {n: t for n, t in EXPECTED.items() if n != "host.py"}
            expected_here["embed_min_static"] = EXPECTED["embed_min"]
            for name, expected in expected_here.items():
                got = run([os.path.join(out, name)] + ARGS.get(name, []))
                if got != expected:
                    print("%s (%s):\n%s-- expected:\n%s" % (name, compiler, got, expected))
                    failed += 1
        got = run([sys.executable, os.path.join(source, "examples/hosts/host.py")],
                  env=dict(os.environ, GOL_LIBRARY=os.path.join(library, "libgol.so")))
        if got != EXPECTED["host.py"]:
            print("host.py:\n%s-- expected:\n%s" % (got, EXPECTED["host.py"]))
            failed += 1
    finally:
        shutil.rmtree(work)
    sys.exit(1 if failed else 0)


main()
