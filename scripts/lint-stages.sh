# Sourced by test.sh and lint.sh: the checks that read the code without running it.

formatted() {
	local files
	files=$(find . \( -name node_modules -o -name '.?*' \) -prune -o -name '*.go' -print0 | xargs -0 gofmt -l)
	[ -z "$files" ] || { printf 'gofmt would change:\n%s\n' "$files"; return 1; }
}

build_tools() { go -C tools build -trimpath -buildvcs=false -o ../bin/ tool; }

lint_stages() {
	stage "format" formatted
	stage "vet" go vet ./...
	stage "lint tools (sqlc and staticcheck; some minutes the first time)" build_tools
	stage "staticcheck" bin/staticcheck ./...
	stage "generated query code is up to date" bin/sqlc diff -f internal/store/sqlc.yaml
	stage "import direction and habits" go test ./internal/architecture
	stage "tracked files" scripts/tracked-files.sh
}
