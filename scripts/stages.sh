# Sourced by test.sh and lint.sh: runs named stages one after another, prints how long
# each took, and goes on after a failure, so that one run shows everything that is wrong.

passed=0
skipped=0
failed=()

# stage NAME COMMAND…
stage() {
	local name=$1 began=$SECONDS
	shift
	printf '\n==> %s\n' "$name"
	if "$@" </dev/null; then
		printf '    ok: %s (%d s)\n' "$name" $((SECONDS - began))
		passed=$((passed + 1))
	else
		printf '    FAILED: %s (%d s)\n' "$name" $((SECONDS - began))
		failed+=("$name")
	fi
}

# lacking NAME WHY: a stage that this tree has not got. It is counted, and in
# continuous integration it is a failure.
lacking() {
	printf '\n==> %s\n    LACKING: %s\n' "$1" "$2"
	if [ "${CI:-}" = true ]; then failed+=("$1"); else skipped=$((skipped + 1)); fi
}

# close_stages prints the closing lines and ends the script.
close_stages() {
	local name
	printf '\n'
	for name in ${failed[@]+"${failed[@]}"}; do printf 'failed: %s\n' "$name"; done
	printf 'took %d min %d s\n' $((SECONDS / 60)) $((SECONDS % 60))
	printf 'stages: %d passed, %d failed' "$passed" "${#failed[@]}"
	[ "$skipped" -eq 0 ] || printf ', %d skipped' "$skipped"
	printf '\n'
	[ "${#failed[@]}" -eq 0 ]
	exit
}
