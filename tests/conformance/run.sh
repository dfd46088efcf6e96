#!/usr/bin/env bash
# run.sh GOL [arguments of run.py]: the listed tests of Go's own suites; 77 when they cannot be run here.
set -euo pipefail
if ! command -v python3 > /dev/null; then
  echo "skipped: python3 is not installed"
  exit 77
fi
gol=$1
shift
exec python3 "$(dirname "${BASH_SOURCE[0]}")/run.py" --gol "$gol" "$@"
