#!/usr/bin/env bash
# Runs main.go's cases with real Go and writes what they print to go.txt.
set -uo pipefail
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
go build -o "$tmp/prog" main.go || exit 1
# Where a spinning goroutine is when the signal comes is chance.
for name in $("$tmp/prog" | sort | grep -v Spinning); do
  echo "=== $name"
  timeout 20 "$tmp/prog" "$name" 2>&1 < /dev/null | sed "s|$PWD/||; s|$(go env GOROOT)/src/||"
  echo "exit ${PIPESTATUS[0]}"
done > go.txt
