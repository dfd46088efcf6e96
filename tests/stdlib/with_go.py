#!/usr/bin/env python3
"""Runs the standard packages of gol under a real Go toolchain and compares them with Go's own.

usage: with_go.py [--keep] [--real PKG]... [PKG...] [-- go test flags]

Lays stdlib/<pkg>/*.gol out as the module `golstd` in a temporary folder (.gol becomes .go, imports
of packages that gol has become golstd/<pkg>), adds the tests of tests/stdlib/<pkg>/*_test.go and
runs `go test`. A test imports Go's package under its own path and gol's as golstd/<pkg>.

Functions without a body are natives or compiler intrinsics of gol. Under Go they get their body
from tests/stdlib/<pkg>/shim.go; the declaration without a body is then dropped. A type
that the shim declares as an alias of Go's gives way to it. A file whose
code depends on gol's layouts is replaced whole by tests/stdlib/<pkg>/replace_<file>.go.
--real PKG leaves imports of PKG to Go's own package.
"""
import argparse, os, pathlib, re, shutil, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
STD = ROOT / "stdlib"
TESTS = ROOT / "tests" / "stdlib"
GO = shutil.which("go") or "/usr/local/go/bin/go"


def packages():
    """Import paths of the packages in stdlib/."""
    return sorted({str(f.parent.relative_to(STD)) for f in STD.rglob("*.gol")})


def rewrite_imports(text, owned):
    """Points the imports of owned packages at the module."""
    def path(m):
        return f'{m.group(1)}"golstd/{m.group(2)}"' if m.group(2) in owned else m.group(0)

    line = re.compile(r'^(\s*(?:[\w.]+\s+)?)"([\w/.-]+)"', re.M)

    def block(m):
        return line.sub(path, m.group(0))

    text = re.sub(r'^import \((.|\n)*?^\)', block, text, flags=re.M)
    return re.sub(r'^(import\s+(?:[\w.]+\s+)?)"([\w/.-]+)"', path, text, flags=re.M)


def lay_out(out, owned, real):
    for pkg in owned:
        src, dst = STD / pkg, out / pkg
        dst.mkdir(parents=True, exist_ok=True)
        shim = TESTS / pkg / "shim.go"
        shim_text = shim.read_text() if shim.exists() else ""
        aliases = re.findall(r'^type (\w+) = ', shim_text, re.M)
        has = set(re.findall(r'^func (\w+)\(', shim_text, re.M))

        def keep(m):
            return "" if m.group(1) in has else m.group(0)

        for f in src.glob("*.gol"):
            text = f.read_text()
            text = re.sub(r'^func (\w+)\([^{\n]*$', keep, text, flags=re.M)
            for name in aliases:
                text = re.sub(rf"^type {name} ", f"type gol{name} ", text, flags=re.M)
            text = rewrite_imports(text, owned - real)
            if '"unsafe"' in text:
                text += "\nvar _ unsafe.Pointer\n"
            replacement = TESTS / pkg / f"replace_{f.stem}.go"
            if replacement.exists():
                text = replacement.read_text()
            (dst / (f.stem + ".go")).write_text(text)
        if shim_text:
            (dst / "zz_shim.go").write_text(shim_text)
        (dst / "zz_linkname.s").write_text("")
        for t in (TESTS / pkg).glob("*_test.go"):
            shutil.copy(t, dst / t.name)
    (out / "go.mod").write_text("module golstd\n\ngo 1.26\n")


def main():
    argv, extra = sys.argv[1:], []
    if "--" in argv:
        i = argv.index("--")
        argv, extra = argv[:i], argv[i + 1:]
    ap = argparse.ArgumentParser()
    ap.add_argument("--keep", action="store_true", help="keep the laid out module and print its folder")
    ap.add_argument("--real", action="append", default=[], help="package to leave to Go's own")
    ap.add_argument("pkgs", nargs="*")
    a = ap.parse_args(argv)
    out = pathlib.Path(tempfile.mkdtemp(prefix="golstd-"))
    owned = set(packages())
    # Iterators of both libraries are passed to one another; the runtime is that of the toolchain.
    lay_out(out, owned, set(a.real) | {"iter", "runtime"})
    want = a.pkgs or [p for p in owned if list((TESTS / p).glob("*_test.go"))]
    cmd = [GO, "test", "-vet=off", *extra, *sorted(f"./{p}" for p in want)]
    rc = subprocess.run(cmd, cwd=out, env=dict(os.environ, GOFLAGS="-mod=mod", GOTOOLCHAIN="local")).returncode
    if a.keep:
        print("laid out in", out)
    else:
        shutil.rmtree(out, ignore_errors=True)
    return rc


if __name__ == "__main__":
    sys.exit(main())
