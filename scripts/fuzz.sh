#!/usr/bin/env bash
# Runs every fuzz target for a while, one after another, and prints a line for each:
#   LINE fuzz target inputs=N crashes=N verdict
# usage: scripts/fuzz.sh 30s
set -euo pipefail
cd "$(dirname "$0")/.."

duration=${1:-30s}
mkdir -p .cache
verdict=0
targets=0
while IFS=: read -r file name; do
	targets=$((targets + 1))
	package=./$(dirname "$file")
	log=.cache/fuzz-$name.log
	crashes=0 outcome=pass
	go test "$package" -run '^$' -fuzz "^$name\$" -fuzztime "$duration" -fuzzminimizetime 1x >"$log" 2>&1 </dev/null || { outcome=fail verdict=1; }
	! grep -q 'Failing input written' "$log" || crashes=1
	inputs=$(sed -n 's/.*execs: \([0-9]*\).*/\1/p' "$log" | tail -n 1)
	[ "$outcome" = pass ] || cat "$log"
	printf 'LINE fuzz %s.%s inputs=%s crashes=%d %s\n' "$(basename "$package")" "$name" "${inputs:-0}" "$crashes" "$outcome"
done < <(grep -roE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' cmd internal | sed 's/func //' | sort)
[ "$targets" -gt 0 ] || { echo "no fuzz target was found" >&2; exit 1; }
exit "$verdict"
