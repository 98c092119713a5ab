# SPDX-License-Identifier: ISC
# Sourced by the tests: hallmark, source, a folder of their own, and checks.
# shellcheck shell=bash disable=SC2034
set -u
hallmark=$(realpath "$1")
source=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
unset SOURCE_DATE_EPOCH NO_COLOR
failed=0
checks=0

fail() {
	echo "FAILED: $*"
	failed=$((failed + 1))
}

# expect CODE WORDS ARG...: runs hallmark; its exit code, and WORDS in what it
# says on standard error ('' for silence). Leaves files out and err.
expect() {
	local code=$1 words=$2 got
	shift 2
	checks=$((checks + 1))
	"$hallmark" "$@" >out 2>err </dev/null
	got=$?
	[ "$got" -eq "$code" ] || fail "$* : exit $got, not $code: $(cat err)"
	if [ -z "$words" ]; then
		[ ! -s err ] || fail "$* : says $(cat err)"
	else
		grep -qF -- "$words" err || fail "$* : says $(cat err)"
	fi
}

# same FILE TEXT: the file's content is exactly TEXT.
same() {
	checks=$((checks + 1))
	printf '%s' "$2" | cmp -s - "$1" ||
		fail "$1 is: $(cat "$1") -- not: $2"
}

# check WORDS COMMAND...: the command succeeds.
check() {
	local words=$1
	shift
	checks=$((checks + 1))
	"$@" || fail "$words"
}

finish() {
	echo "$checks checks, $failed failed"
	[ "$failed" -eq 0 ]
	exit
}
