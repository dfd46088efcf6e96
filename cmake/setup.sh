#!/usr/bin/env bash
# setup.sh TARGET...: installs the Debian packages that are missing (says which), configures the
# Release build in build/, builds the targets, and gives gdb the script for the command. Called by ./gol and
# tests/run.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

missing=()
while read -r package; do
  [ -n "$package" ] || continue
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done < cmake/debian-packages.txt

if [ ${#missing[@]} -gt 0 ]; then
  echo "gol: installing Debian packages: ${missing[*]}"
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "gol: needs root (or sudo) to install them" >&2; exit 1; }
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if [ ! -f build/build.ninja ]; then
  echo "gol: configuring build/"
  cmake --preset release >build-setup.log 2>&1 || { cat build-setup.log >&2; exit 1; }
  rm -f build-setup.log
fi
echo "gol: building ($*); the first time takes some minutes"
if [ -t 1 ]; then
  cmake --build build --target "$@"
else
  cmake --build build --target "$@" >build/setup.log 2>&1 || { tail -n 60 build/setup.log >&2; exit 1; }
fi

# gdb loads a script for this very binary from its own folder of such scripts, if that may be written.
scripts=/usr/share/gdb/auto-load
script=$scripts$(pwd -P)/build/gol-gdb.py
if [ -w "$scripts" ] && ! cmp -s cmd/gol/gol-gdb.py "$script"; then
  echo "gol: what gdb is to know of build/gol goes to $script"
  install -D -m 644 cmd/gol/gol-gdb.py "$script"
fi
touch build/.built
