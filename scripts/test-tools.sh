#!/usr/bin/env bash
# Makes sure that the programs which only the tests need are here: the PostgreSQL
# server, a Chromium, poppler, the spreadsheet of LibreOffice, patch. On Debian as root it installs what is missing;
# elsewhere it says in one line what to install, and fails: no test is skipped for want of them.
set -euo pipefail
cd "$(dirname "$0")/.."

has_postgres() {
	[ -n "${CONCERTO_TEST_POSTGRES:-}" ] || command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}
has_chromium() {
	[ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null
}
has_poppler() { command -v pdftotext >/dev/null; }
has_libreoffice() { command -v soffice >/dev/null; }
has_patch() { command -v patch >/dev/null; } # of the deliberately broken builds

missing() {
	has_postgres || printf 'postgresql '
	has_chromium || printf 'chromium fonts-liberation '
	has_poppler || printf 'poppler-utils '
	has_patch || printf 'patch '
	has_libreoffice || printf 'libreoffice-calc ' # 94 MB to fetch, 296 MB on disk
}

packages=$(missing)
if [ -z "$packages" ]; then
	echo "PostgreSQL, Chromium, poppler, LibreOffice and patch are here"
	exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
	echo "The tests need programs that are not here; on Debian or Ubuntu: sudo apt-get install $packages" >&2
	exit 1
fi

echo "installing ${packages}(one or two minutes)"
mkdir -p .cache
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # a list of package names
if ! { apt-get update -q && apt-get install -q -y --no-install-recommends $packages; } >.cache/apt.log 2>&1; then
	tail -n 20 .cache/apt.log >&2
	echo "apt-get could not install ${packages}(whole output in .cache/apt.log)" >&2
	exit 1
fi
still=$(missing)
[ -z "$still" ] || { echo "still missing after the installation: $still" >&2; exit 1; }
