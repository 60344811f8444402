#!/bin/bash
# demo.sh [COMMAND …]: a private Asterisk with three phones and callers (see deploy/pbx/demo). With a command, runs it
# with CTIHUB_DEMO_PBX set to the exchange's address, and ends with it; without one, runs until Ctrl-C.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$(mktemp)
trap 'rm -f "$program"' EXIT
(cd "$root" && go build -o "$program" ./deploy/pbx/demo)
"$program" "$@" &
child=$!
trap 'kill -TERM $child 2>/dev/null || true' INT TERM
status=0
# A trapped signal interrupts wait; the program has still to end in order.
while :; do
  if wait $child; then status=0; else status=$?; fi
  kill -0 $child 2>/dev/null || break
done
exit $status
