#!/bin/sh
# The cache of compiled standard packages (embed/std_compiler.cc): what comes out of it is what the
# build made, and entries that are damaged are made anew.
# usage: std_cache.sh GOL_BOOTSTRAP STD_DIR CACHE_DIR LIBRARY...
set -eu
gol=$1 std=$2 cache=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/cache" "$work/out"
# The entries that the last build used.
objects=$(ls "$std" | grep -c '\.o$')
ls -t "$cache" | head -n "$objects" | while read -r file; do cp "$cache/$file" "$work/cache/"; done
# One that is not there, one cut short, one with a byte changed: the smallest, they are the quickest.
damaged=0
for file in $(ls -Sr "$work/cache"); do
  case $damaged in
    0) rm "$work/cache/$file" ;;
    1) head -c 40 "$work/cache/$file" > "$work/cut" && mv "$work/cut" "$work/cache/$file" ;;
    2) printf x | dd of="$work/cache/$file" bs=1 seek=100 conv=notrunc 2> /dev/null ;;
    *) break ;;
  esac
  damaged=$((damaged + 1))
done
"$gol" tool compile-std "$work/out" "$work/cache" ${1+"$@"}
passed=0
for object in "$std"/*.o "$std/tables.S"; do
  cmp "$object" "$work/out/$(basename "$object")"
  passed=$((passed + 1))
done
echo "$passed passed, 0 failed"
