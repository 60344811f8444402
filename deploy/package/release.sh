#!/bin/sh
# Builds a release into dist/, from the repository's root: "make release".
set -eu
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^const release = "\(.*\)"$/\1/p' cmd/ctihub/version.go)
commit=$(git rev-parse --short=12 HEAD 2>/dev/null || true)
: "${version:?cmd/ctihub/version.go has no line: const release = \"...\"}"
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || date +%s)
export SOURCE_DATE_EPOCH CGO_ENABLED=0
rm -rf dist
mkdir dist

go run ./deploy/package/notices >dist/THIRD-PARTY-NOTICES.txt
go run -trimpath ./cmd/ctihub config sample >dist/ctihub.yaml.sample
(cd web/ui && npm sbom --sbom-format cyclonedx --sbom-type application --omit dev --package-lock-only) >dist/ctihub-workplace.cdx.json

for arch in amd64 arm64; do
  GOARCH=$arch go build -trimpath -ldflags "-s -w -X main.commit=$commit" -o dist/ctihub-linux-$arch ./cmd/ctihub
  deploy/package/deb.sh dist/ctihub-linux-$arch $arch "$version" dist/ctihub.yaml.sample dist/THIRD-PARTY-NOTICES.txt dist
done
# Both architectures link the same modules, except for files in assembler.
"$CYCLONEDX" bin -json -licenses -version "$version" -output dist/ctihub-program.cdx.json dist/ctihub-linux-amd64
(cd dist && sha256sum -- * >SHA256SUMS)
ls -l dist
