#!/usr/bin/env bash
# Says in one sentence each which prerequisite is missing or too old.
set -euo pipefail

# at_least WANT HAVE: whether version HAVE is not older than WANT.
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

missing=0
lacks() { echo "$1" >&2; missing=1; }

if ! command -v go >/dev/null; then
	lacks "Concerto needs Go 1.26 or newer, and no go command was found: https://go.dev/doc/install tells how to install it."
else
	go_version=$(GOTOOLCHAIN=local go env GOVERSION)
	at_least 1.26 "${go_version#go}" || lacks "Concerto needs Go 1.26 or newer, and this is ${go_version#go}: https://go.dev/doc/install tells how to update it."
fi
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	lacks "Concerto needs Node 20 or newer with npm, and they were not found: https://nodejs.org tells how to install them."
else
	node_version=$(node --version)
	at_least 20 "${node_version#v}" || lacks "Concerto needs Node 20 or newer, and this is ${node_version#v}: https://nodejs.org tells how to update it."
fi
exit "$missing"
