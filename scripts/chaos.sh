#!/usr/bin/env bash
# Breaks the built program and its databases on purpose: `make chaos`, and the short
# selection of `make test` (-short). Flags are those of trial/chaos.
set -euo pipefail
cd "$(dirname "$0")/.."
echo "==> building the trials"
go build -trimpath -buildvcs=false -o bin/chaos ./trial/chaos
exec bin/chaos "$@"
