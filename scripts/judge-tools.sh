#!/usr/bin/env bash
# Makes sure that the judges from outside are here: four programs and a list of words from
# Debian (10 MB to fetch, 26 MB on disk), Lighthouse from npm (185 MB, in .cache/judges), gosec
# and govulncheck from their modules (117 MB in bin; the first build takes up to eight minutes).
# On Debian as root it installs what is missing; elsewhere it says in one line what to install.
set -euo pipefail
cd "$(dirname "$0")/.."

gosec=github.com/securego/gosec/v2/cmd/gosec@v2.30.0
govulncheck=golang.org/x/vuln/cmd/govulncheck@v1.9.0

missing() {
	local p
	for p in sqlmap wapiti slowhttptest ffuf; do
		command -v "$p" >/dev/null || printf '%s ' "$p"
	done
	[ -e /usr/share/dirb/wordlists/common.txt ] || printf 'dirb '
	[ -n "${CHROMIUM:-}" ] || [ -e /usr/bin/chromium ] || printf 'chromium fonts-liberation '
}

packages=$(missing)
mkdir -p .cache/judges
if [ -n "$packages" ]; then
	if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
		echo "The judges need programs that are not here; on Debian or Ubuntu: sudo apt-get install $packages" >&2
		exit 1
	fi
	echo "installing ${packages}(about a minute)"
	export DEBIAN_FRONTEND=noninteractive
	# shellcheck disable=SC2086 # a list of package names
	if ! { apt-get update -q && apt-get install -q -y --no-install-recommends $packages; } >.cache/apt.log 2>&1; then
		tail -n 20 .cache/apt.log >&2
		echo "apt-get could not install ${packages}(whole output in .cache/apt.log)" >&2
		exit 1
	fi
fi

# tool MODULE@VERSION: builds it into bin, unless it is there in that version.
tool() {
	local name=${1%@*}
	name=${name##*/}
	case "$(go version -m "bin/$name" 2>/dev/null)" in
	*"${1##*@}"*) return ;;
	esac
	echo "building $name (some minutes the first time)"
	GOBIN="$PWD/bin" go install -trimpath -buildvcs=false "$1"
}
tool "$gosec"
tool "$govulncheck"

# npm writes its own list last, so an interrupted installation is done again.
if [ trial/judges/package-lock.json -nt .cache/judges/node_modules/.package-lock.json ]; then
	echo "installing Lighthouse (about 40 s)"
	cp trial/judges/package.json trial/judges/package-lock.json .npmrc .cache/judges/
	(cd .cache/judges && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
	touch .cache/judges/node_modules/.package-lock.json
fi
