# SPDX-License-Identifier: ISC
# The worker is jailed wherever it runs, and does not outlive its parent.
. "$(dirname "$0")/common.sh"

if [ "${HALLMARK_TEST_NO_JAIL:-}" = 1 ]; then
	echo 'skipped: sanitizers need what the jail takes away'
	exit 77
fi
printf 'x%.0s' {1..3000} >image

# jail_of COMMAND...: the jail that hallmark names when run by COMMAND
jail_of() {
	"$@" "$hallmark" ls --json - <image | python3 -c '
import json, sys
print(json.load(sys.stdin)["jail"])'
}

for must in seccomp rlimits no-new-privs; do
	check "$must holds" grep -q "$must" <<<"$(jail_of env)"
done
check '--no-jail is said' [ "$("$hallmark" ls --json --no-jail image |
	grep -c '"jail":"none"')" -eq 1 ]

# the environment cannot switch it off
check 'HALLMARK_TEST_NO_JAIL does nothing in a release' \
    grep -q seccomp <<<"$(jail_of env HALLMARK_TEST_NO_JAIL=1)"

# where no further user namespaces are allowed
no_namespaces() {
	unshare --user --map-root-user sh -c '
		echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"' sh "$@"
}
if no_namespaces true 2>/dev/null; then
	check 'seccomp holds without namespaces' \
	    grep -q seccomp <<<"$(jail_of no_namespaces)"
else
	echo 'skipped: this machine makes no user namespaces'
fi

# a stopped worker must die with its parent
head -c 30000000 /dev/urandom >noise
"$hallmark" ls noise >/dev/null 2>&1 &
parent=$!
worker=
while [ -z "$worker" ] && kill -0 "$parent" 2>/dev/null; do
	worker=$(pgrep -P "$parent" -f -- --worker=parse)
done
# Taking a namespace for itself clears that order for a moment: wait for the filter.
for _ in $(seq 200); do
	grep -q '^Seccomp:.*2' "/proc/$worker/status" 2>/dev/null && break
	sleep 0.01
done
if [ -n "$worker" ] && kill -STOP "$worker" 2>/dev/null; then
	kill -9 "$parent"
	wait "$parent" 2>/dev/null
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		kill -0 "$worker" 2>/dev/null || break
		sleep 0.2
	done
	checks=$((checks + 1))
	if kill -0 "$worker" 2>/dev/null; then
		fail 'the worker outlived its parent'
		kill -9 "$worker"
	fi
else
	echo 'skipped: the worker was too quick to be stopped'
fi
finish
