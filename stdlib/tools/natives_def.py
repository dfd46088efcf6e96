#!/usr/bin/env python3
"""Rewrites stdlib/natives.def: one row per function without a body that is no compiler intrinsic.

usage: stdlib/tools/natives_def.py
"""
import pathlib, re

ROOT = pathlib.Path(__file__).resolve().parents[2]
STD = ROOT / "stdlib"


def main():
    intrinsics = set(re.findall(r'INTRINSIC\(\w+, "([^"]+)", "(\w+)"\)', (ROOT / "ir" / "intrinsics.def").read_text()))
    old = (STD / "natives.def").read_text()
    out = "".join(line + "\n" for line in old.splitlines() if line.startswith("//"))
    for folder in sorted({f.parent for f in STD.rglob("*.gol")}):
        pkg = str(folder.relative_to(STD))
        names = []
        for f in sorted(folder.glob("*.gol")):
            names += re.findall(r"^func (\w+)\([^{\n]*[^,{\n]$", f.read_text(), re.M)
        for name in names:
            if (pkg, name) not in intrinsics:
                symbol = "gol_native_" + re.sub(r"[^A-Za-z0-9]", "_", f"{pkg}.{name}")
                out += f'NATIVE("{pkg}", "{name}", {symbol})\n'
    (STD / "natives.def").write_text(out)


main()
