#!/bin/sh
# deb.sh BINARY ARCH VERSION SAMPLE NOTICES DIR: the Debian package of a built hub in DIR.
# SAMPLE is the output of "ctihub config sample"; $NFPM is the program nfpm.
set -eu
cd "$(dirname "$0")/../.."
binary=$1 ARCH=$2 VERSION=$3 sample=$4 notices=$5 out=$6
STAGE=$(mktemp -d)
trap 'rm -rf "$STAGE"' EXIT
cp "$binary" "$STAGE/ctihub"
cp "$notices" "$STAGE/THIRD-PARTY-NOTICES.txt"
sed 's|^data: \./data$|data: /var/lib/ctihub|' "$sample" >"$STAGE/ctihub.yaml"
grep -qx 'data: /var/lib/ctihub' "$STAGE/ctihub.yaml" || { echo 'the sample has no line "data: ./data" any more' >&2; exit 1; }
export ARCH VERSION STAGE
"${NFPM:-nfpm}" package --config deploy/package/nfpm.yaml --packager deb --target "$out"
