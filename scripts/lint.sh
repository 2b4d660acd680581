#!/usr/bin/env bash
# The checks that read the code without running it: `make lint`.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stages.sh
. scripts/lint-stages.sh

lint_stages
close_stages
