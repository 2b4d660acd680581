# Every command of the repository. `make` alone lists them.
#
# No C compiler is needed: everything is built with cgo switched off.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

export CGO_ENABLED := 0

# How long `make fuzz` stays on each target.
FOR ?= 30s
# Lines of `make bench`, `make chaos` and `make judges`, separated by commas; empty is all. More flags: bin/bench -h, bin/chaos -h.
LINE ?=
BENCH ?=
CHAOS ?=
# A copy of the Go vulnerability database for `make judges`; without one that line is unavailable.
VULNDB ?=
# Flags for the demo, for instance DEMO="--at 2013-10-22T15:04".
DEMO ?=

# The build says what it was made from. A tarball has no git, so each has a stand-in;
# the date is the commit's, so that the same sources give the same bytes.
version := $(or $(shell git describe --tags --always --dirty 2>/dev/null),unversioned)
commit  := $(or $(shell git rev-parse HEAD 2>/dev/null),unknown)
date    := $(or $(shell git log -1 --format=%cI 2>/dev/null),unknown)
stamp   := -X concerto/internal/cli.version=$(version) -X concerto/internal/cli.commit=$(commit) -X concerto/internal/cli.date=$(date)

# What the style sheet and the scripts are made from: their sources, and the pages whose classes are kept.
asset_sources := $(shell find assets internal/web -path assets/dist -prune -o -type f \
	\( -name '*.css' -o -name '*.js' -o -name '*.mjs' -o -name '*.json' -o -name '*.svg' -o -name '*.txt' -o -name '*.html' -o -name '*.go' \) \
	! -name '*_test.go' -print 2>/dev/null)

.PHONY: help run build test lint story bench chaos judges fuzz generate assets tools clean prerequisites

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

run: build ## build what is needed and start the demo on http://localhost:8080
	@echo "==> starting the demo on http://localhost:8080 (stop it with Ctrl+C)"
	@exec bin/concerto demo $(DEMO)

build: assets ## bin/concerto
	@echo "==> building bin/concerto (some minutes the first time: the embedded database is compiled too)"
	@go build -trimpath -buildvcs=false -ldflags '$(stamp)' -o bin/concerto ./cmd/concerto

test: build ## every check: format, lint, both databases, browser
	@scripts/test.sh

lint: assets ## format, vet, staticcheck, import direction, generated code, tracked files
	@scripts/lint.sh

story: build ## tell the Lecce calendar of 2013 on a simulated clock, one line a step
	@node e2e/story.mjs

bench: build ## how fast it is, beside floors and peers: make bench [LINE=rush,pages] [BENCH="-rounds 2 -slot 1s"]
	@echo "==> building the bench and its peers (some minutes the first time)"
	@go build -trimpath -buildvcs=false -o bin/bench ./trial/bench
	@go -C trial/peer build -trimpath -buildvcs=false -o ../../bin/peer . || { rm -f bin/peer; echo "==> the peers cannot be built here: lines that need one are unavailable"; }
	@mkdir -p .cache
	@bin/bench -line "$(LINE)" -json .cache/bench.jsonl $(BENCH)

chaos: build ## break it from outside and look whether anything is lost: make chaos [LINE=kill9,slow] [CHAOS=-short]
	@scripts/chaos.sh -line "$(LINE)" $(CHAOS)

judges: build ## scanners and judges of others, each first on a flaw planted for it: make judges [LINE=sqlmap,ffuf] [VULNDB=/path]
	@scripts/judge-tools.sh
	@go build -trimpath -buildvcs=false -o bin/planted ./trial/judges/planted
	@VULNDB="$(VULNDB)" node trial/judges/run.mjs "$(LINE)"

fuzz: assets ## every fuzz target for FOR (default 30s) each
	@scripts/fuzz.sh $(FOR)

generate: tools ## rewrite the code that sqlc makes from internal/store/queries
	@echo "==> generating the query code"
	@bin/sqlc generate -f internal/store/sqlc.yaml

assets: assets/dist/manifest.json ## style sheet, scripts and icons

assets/dist/manifest.json: node_modules/.package-lock.json $(asset_sources)
	@echo "==> building style sheet, scripts and icons (about 5 s)"
	@node assets/build.mjs
	@touch $@

# npm writes this file last, so an interrupted installation is done again.
node_modules/.package-lock.json: package-lock.json package.json | prerequisites
	@echo "==> installing the page tools (npm ci, about 10 s)"
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# sqlc and staticcheck have their own go.mod, so that what they need never enters the program.
tools: prerequisites
	@echo "==> building sqlc and staticcheck (some minutes the first time)"
	@go -C tools build -trimpath -buildvcs=false -o ../bin/ tool

clean: ## remove everything that was built or installed
	@echo "==> removing bin, assets/dist, node_modules, .cache"
	@rm -rf bin assets/dist node_modules .cache

prerequisites:
	@scripts/prerequisites.sh
