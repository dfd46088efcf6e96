#!/usr/bin/env bash
# Runs with_go.py where python3 and a Go toolchain are installed; else exits 77: skipped.
PATH=$PATH:/usr/local/go/bin
if ! command -v go >/dev/null || ! command -v python3 >/dev/null; then
  echo "skipped: needs go and python3"
  exit 77
fi
exec python3 "$(dirname "${BASH_SOURCE[0]}")/with_go.py"
