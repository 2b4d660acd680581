#!/usr/bin/env bash
# Files that travel with the project must name no machine's paths and no package
# registry's host, and the lock file must hold hashes only, no download addresses:
# whoever builds Concerto decides from where.
set -euo pipefail
cd "$(dirname "$0")/.."

# files lists what is tracked or about to be, NUL-separated; a tarball has no git.
files() {
	git ls-files -z --cached --others --exclude-standard 2>/dev/null ||
		find . -type f -not -path './node_modules/*' -not -path './bin/*' -not -path './assets/dist/*' -not -path './.cache/*' -print0
}
# search PATTERN: lines of text files that match. Brackets in the patterns keep them from finding themselves.
search() { files | xargs -0 grep -HnIE -- "$1" 2>/dev/null || true; }

bad=0
# report TITLE FINDINGS: prints findings, when there are any, and has the script fail.
report() {
	[ -n "$2" ] || return 0
	printf '%s:\n' "$1"
	printf '%s\n' "$2" | cut -c1-160
	bad=1
}

report "download addresses in the lock file" "$(grep -nE '"resolved": *"http' package-lock.json || true)"
report "paths of one machine" "$(search '(^|[^A-Za-z0-9._/-])/(roo[t]|hom[e]/[a-z][a-z0-9_-]*|User[s]/[A-Za-z]+|wor[k])/')"
report "hosts of package registries" \
	"$(search '(registr[y]\.npmjs|registr[y]\.yarnpkg|prox[y]\.golang|su[m]\.golang|de[b]\.debian|securit[y]\.debian|pyp[i]\.org|crate[s]\.io)')"
exit "$bad"
