#!/usr/bin/env bash
# update.sh FILE...: runs each program with real Go and rewrites its closing // Output: comment.
set -euo pipefail
for file in "$@"; do
  tmp=$(mktemp -d)
  sed '/^\/\/ Output:$/,$d; /^\/\/ Exit: /d' "$file" > "$tmp/main.go"
  set +e
  (cd "$tmp" && go build -o prog main.go && ./prog > out 2> err; echo $? > code)
  set -e
  code=$(cat "$tmp/code")
  if [ ! -x "$tmp/prog" ]; then echo "$file: does not compile" >&2; exit 1; fi
  # Exactly one empty line before the comment.
  sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' "$tmp/main.go" > "$tmp/body"
  {
    cat "$tmp/body"
    echo
    [ "$code" = 0 ] || echo "// Exit: $code"
    echo "// Output:"
    sed -e 's|^|// |' -e 's|^// $|//|' "$tmp/out"
  } > "$file"
  rm -rf "$tmp"
done
