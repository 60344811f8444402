# ctihub: make help

CACHE   ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/ctihub
COMMIT  := $(shell git describe --always --dirty --abbrev=12 --exclude '*' 2>/dev/null)
LDFLAGS := -s -w -X main.commit=$(COMMIT)
REDOCLY := @redocly/cli@2.77.0
LINT    := $(CACHE)/bin/golangci-lint-2.15.0
# What makes the Debian package and the lists of what is in it; the first is also for a test.
NFPM      := $(CACHE)/bin/nfpm-2.45.2
CYCLONEDX := $(CACHE)/bin/cyclonedx-gomod-1.10.0
# What needs a browser, an exchange or a database server, or waits long; `make check` leaves it to `make test`.
SLOW    := Real|Postgres|Redis|Browser|TwoHubs|Torture|MutantsAreCaught|MemoryIsGivenBack|DocumentedRequests|SlowClients|DescriptorsRunShort
# The race detector leaves out SQLite and its libc: they are C turned into Go, and become five times slower by it.
RACE    := -race -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc=-race=false
export GOFLAGS ?= -buildvcs=false

.DEFAULT_GOAL := help
.PHONY: help run run-pbx ui build release check test test-go test-ui torture bench lint generate deps

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ui ## build everything and start the hub with a demo office (needs Go, Node, make)
	go run -ldflags '$(LDFLAGS)' ./cmd/ctihub serve --demo

run-pbx: build ## the same with a private real Asterisk and sipp phones instead of the simulated line
	bash deploy/pbx/demo.sh bin/ctihub serve --demo

ui: web/ui/dist/index.html ## build the workplace into web/ui/dist

web/ui/node_modules/.package-lock.json: web/ui/package.json web/ui/package-lock.json
	cd web/ui && npm ci --no-audit --no-fund
	touch $@

web/ui/dist/index.html: web/ui/node_modules/.package-lock.json web/openapi.yaml web/ui/index.html web/ui/vite.config.ts $(shell find web/ui/src web/ui/public -type f 2>/dev/null)
	cd web/ui && npm run build

build: ui ## build bin/ctihub, one static binary
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/ctihub ./cmd/ctihub

release: ui $(NFPM) $(CYCLONEDX) ## build dist/: binaries for amd64 and arm64, .deb, checksums, notices of libraries, SBOM
	NFPM=$(NFPM) CYCLONEDX=$(CYCLONEDX) deploy/package/release.sh

$(NFPM):
	mkdir -p $(@D) && GOBIN=$(@D) go install github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.2
	mv $(@D)/nfpm $@

$(CYCLONEDX):
	mkdir -p $(@D) && GOBIN=$(@D) go install github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
	mv $(@D)/cyclonedx-gomod $@

check: web/ui/node_modules/.package-lock.json ## quick checks, under two minutes
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo 'gofmt these:'; gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...
	go test -p 4 -shuffle=on -skip '$(SLOW)' ./...
	cd web/ui && npm run check

deps: $(NFPM) ## install what the tests need: Debian packages, npm packages, the private Asterisk
	bash .ci/deps

test: deps ui test-ui test-go ## every test with real parts; installs what it needs, under 25 minutes

test-ui: web/ui/node_modules/.package-lock.json
	cd web/ui && npm run check

# Three packages at a time also on two cores: many tests wait, for telephones, servers and browsers.
test-go:
	go test -p 3 $(RACE) -shuffle=on -timeout 60m ./...

torture: deps ui ## kill -9 hubs 575 times on both databases amid forms, messages, deliveries and real calls; hold every fault for 30 s; 300 calls over gaps
	CTIHUB_KILLS=250 CTIHUB_HOLD=30s CTIHUB_GAP_CALLS=300 go test -run 'TestTorture|TestOracle' -v -parallel 4 -timeout 60m ./cmd/ctihub/e2e

bench: deps ui ## tables of ratios: intake, look-ups, ring, memory, start, search; CTIHUB_CONTACTS=1000000 for the full size
	mkdir -p $(CACHE)
	{ uname -srm; nproc; uptime; } > $(CACHE)/bench.txt
	go test -run '^$$' -bench . -benchtime 1x -timeout 60m ./cmd/ctihub/bench | tee -a $(CACHE)/bench.txt
	go test -run '^$$' -bench Search -benchtime 1x -timeout 60m ./storage | tee -a $(CACHE)/bench.txt
	@uptime >> $(CACHE)/bench.txt; echo; sed -n 1,3p $(CACHE)/bench.txt; grep '^|' $(CACHE)/bench.txt; tail -1 $(CACHE)/bench.txt
	@test "$$(grep -c '^ok' $(CACHE)/bench.txt)" = 2

lint: $(LINT) ## go.mod as go mod tidy leaves it; golangci-lint with the import rules of docs/architecture.md; openapi.yaml by redocly
	go mod tidy -diff
	$(LINT) run
	cd web && npx --yes $(REDOCLY) lint openapi.yaml

$(LINT):
	mkdir -p $(@D) && GOBIN=$(@D) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
	mv $(@D)/golangci-lint $@

generate: web/ui/node_modules/.package-lock.json ## make generated code and documents anew
	go generate ./...
	cd web/ui && npm run generate
