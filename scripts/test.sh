#!/usr/bin/env bash
# Every check of the repository: `make test`, which builds the program first.
# The Go tests start PostgreSQL by themselves on a private socket; set
# CONCERTO_TEST_POSTGRES to a connection string to use a server of yours instead.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stages.sh
. scripts/lint-stages.sh

# script NAME FILE: a stage in Node that drives the built program.
script() {
	if [ -f "$2" ]; then
		stage "$1" node "$2"
	else
		lacking "$1" "$2 is not in this tree"
	fi
}

stage "programs that the tests need" scripts/test-tools.sh
lint_stages
stage "Go tests, on SQLite and PostgreSQL" go test -timeout 15m ./...
stage "chaos, the short selection" scripts/chaos.sh -short
script "the story of Lecce" e2e/story.mjs
script "journeys in Chromium" e2e/run.mjs
close_stages
