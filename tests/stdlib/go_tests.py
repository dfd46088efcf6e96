#!/usr/bin/env python3
"""Runs Go's own tests of standard packages on gol's packages and prints how many functions pass.

usage: go_tests.py --gol GOL [--src GOROOT/src] [--least PERCENT] [--failed] [PKG...]

The tests are run from outside (embed/test_package.h): functions that use what is not exported are
left out, and count apart. Skipped functions count as passed. Exit code 1 when the share of functions
that pass is below --least, 77 when there is no Go tree.
"""
import argparse, pathlib, re, shutil, subprocess, sys

PACKAGES = """bufio bytes container/heap container/list container/ring context errors maps math math/bits path regexp
regexp/syntax slices sort strconv strings testing/iotest testing/quick unicode/utf8""".split()


def goroot_src():
    go = shutil.which("go") or "/usr/local/go/bin/go"
    try:
        root = subprocess.run([go, "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
    src = pathlib.Path(root) / "src"
    return src if src.is_dir() else None


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--gol", required=True)
    ap.add_argument("--src")
    ap.add_argument("--least", type=float, default=0)
    ap.add_argument("--failed", action="store_true", help="name the functions that fail")
    ap.add_argument("pkgs", nargs="*")
    a = ap.parse_args()
    src = pathlib.Path(a.src) if a.src else goroot_src()
    if src is None:
        print("skipped: needs a Go tree")
        return 77
    all_passed = all_run = all_left_out = 0
    for pkg in a.pkgs or PACKAGES:
        try:
            r = subprocess.run([a.gol, "test", "-v", "-leftout", "-timeout=120s", str(src / pkg)],
                               capture_output=True, text=True, errors="replace", timeout=400)
            out, err = r.stdout, r.stderr
        except subprocess.TimeoutExpired as e:
            out, err = (e.stdout or b"").decode(errors="replace"), ""
        results = re.findall(r"^--- (PASS|FAIL|SKIP): (\S+)", out, re.M)
        failed = [name for result, name in results if result == "FAIL"]
        left_out = len(re.findall(r"^--- LEFT OUT: (?!Benchmark)", err, re.M))
        # What a crash kept from running counts as failed.
        started = set(re.findall(r"^=== RUN   ([^/\s]+)$", out, re.M))
        failed += sorted(started - {name for _, name in results})
        run = max(len(started), len(results))
        passed = run - len(failed)
        if run == 0:
            failed, run = ["(all: it does not compile)"], 1
        all_passed, all_run, all_left_out = all_passed + passed, all_run + run, all_left_out + left_out
        print(f"{pkg:18} {passed:4} of {run:4} pass, {left_out:3} left out", flush=True)
        if a.failed:
            for name in failed:
                print("    " + name)
    share = 100 * all_passed / all_run
    print(f"{'all':18} {all_passed:4} of {all_run:4} pass, {all_left_out:3} left out: {share:.2f} %")
    return 0 if share >= a.least else 1


sys.exit(main())
