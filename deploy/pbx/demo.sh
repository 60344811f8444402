#!/bin/bash
# demo.sh [COMMAND …]: a private Asterisk with three phones and callers (see deploy/pbx/demo). With a command, runs it
# with CTIHUB_DEMO_PBX set to the exchange's address, and ends with it; without one, runs until Ctrl-C.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
(cd "$root" && go build -o "bin/pbx-demo.$$" ./deploy/pbx/demo && mv -f "bin/pbx-demo.$$" bin/pbx-demo)
exec "$root/bin/pbx-demo" "$@" # exec: signals go to this process only
