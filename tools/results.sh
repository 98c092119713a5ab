# SPDX-License-Identifier: ISC
# For scripts that run checks: keeps count of them. Source it, call results_open,
# then a result_* per check, and results_close at the end, which prints one last
# line, "N passed, N failed", and exits with 1 if any failed.
# shellcheck shell=sh

# The lines "ok name", "FAIL name: why" and "skip name: why" are kept in a file,
# because a pipe or a subshell would lose a variable.
results_open()
{
	results=$(mktemp)
	trap 'rm -f "$results"' EXIT
	trap 'exit 130' INT TERM
}

result_ok()
{
	echo "ok $1" | tee -a "$results"
}

result_fail()
{
	echo "FAIL $1: $2" | tee -a "$results"
}

# A skipped check is named, and is no pass.
result_skip()
{
	echo "skip $1: $2" | tee -a "$results"
}

# Runs the command behind $1 as the check of that name; its output is shown only
# if it fails.
result_of()
{
	result_name=$1
	shift
	result_log=$(mktemp)
	if "$@" >"$result_log" 2>&1; then
		result_ok "$result_name"
	else
		result_status=$?
		tail -n 60 "$result_log"
		result_fail "$result_name" "$1 ended with $result_status"
	fi
	rm -f "$result_log"
}

# Takes over the lines that another script printed on its standard output; other
# lines are only shown.
results_take()
{
	while IFS= read -r result_line; do
		echo "$result_line"
		case $result_line in
		"ok "*|"FAIL "*|"skip "*)
			echo "$result_line" >>"$results" ;;
		esac
	done
}

# Runs the Meson tests of the build folder $1 and takes over their results, with
# $2 in front of their names. More arguments go to meson test.
results_of_meson()
{
	result_folder=$1
	result_prefix=$2
	shift 2
	result_log=$result_folder/meson-logs/testlog
	# The log is named after the wrapper and the like; only the newest counts.
	rm -f "$result_log"*.json
	meson test -C "$result_folder" --no-rebuild --print-errorlogs "$@" \
	    >"$result_folder/test-output.txt" 2>&1 || result_failed=yes
	set -- "$result_log"*.json
	if [ ! -f "$1" ]; then
		if grep -q 'No tests defined\|No suitable tests' \
		    "$result_folder/test-output.txt"; then
			result_skip "$result_prefix tests" "there are none"
		else
			tail -n 60 "$result_folder/test-output.txt"
			result_fail "$result_prefix tests" "meson test did not run"
		fi
		return 0
	fi
	# One line of JSON a test. A quote inside a string is \", so that neither
	# pattern can match inside the test's own output.
	# The name may begin with "project:suite / ".
	sed -n -e 's/^{"name": "[^" ]*:\([^" ]* \/ \)/{"name": "\1/' \
	    -e 's/^{"name": "\([^"]*\)".* "result": "\([A-Z]*\)".*$/\2 \1/p' \
	    "$1" >"$result_folder/test-results.txt"
	if [ "${result_failed-}" = yes ]; then
		sed -n '/^>>>/,$p' "$result_folder/test-output.txt" |
		    head -n 300
	fi
	result_failed=
	while read -r result_kind result_name; do
		case $result_kind in
		OK|EXPECTEDFAIL)
			result_ok "$result_prefix $result_name" ;;
		SKIP)
			result_skip "$result_prefix $result_name" \
			    "the test skipped itself" ;;
		*)
			result_fail "$result_prefix $result_name" \
			    "$(echo "$result_kind" | tr '[:upper:]' '[:lower:]')"
			;;
		esac
	done <"$result_folder/test-results.txt"
	[ "$(wc -l <"$1")" = "$(wc -l <"$result_folder/test-results.txt")" ] ||
	    result_fail "$result_prefix tests" "could not read all of $1"
}

results_close()
{
	result_passed=$(grep -c '^ok ' "$results" || true)
	result_failed=$(grep -c '^FAIL ' "$results" || true)
	echo
	grep '^skip ' "$results" || true
	grep '^FAIL ' "$results" || true
	echo "$result_passed passed, $result_failed failed"
	# Nothing run is nothing proved.
	[ "$result_failed" = 0 ] && [ "$result_passed" != 0 ] && exit 0
	exit 1
}
