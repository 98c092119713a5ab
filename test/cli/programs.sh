# SPDX-License-Identifier: ISC
# The programs of the workers are found, and each maps only what it needs.
. "$(dirname "$0")/common.sh"
built=$(dirname "$hallmark")

# Each loads no more than its work asks for: libraries that read or parse stay
# away from keys, and all of them cost time at every start.
loads_none_of() {
	local program=$1 wrong
	shift
	wrong=$(ldd "$program" | grep -Eo "lib($(
		IFS='|'
		echo "$*"
	))[.-]") || return 0
	echo "$wrong"
	return 1
}
check 'the command has no reader of images, no server and no database' \
    loads_none_of "$hallmark" archive xml2 lzma zstd bz2 lzo2 hs fyaml \
    microhttpd gnutls pq sqlite3
check 'what reads images has no server, no database and no token' \
    loads_none_of "$built/hallmark-parse" microhttpd gnutls pq sqlite3 p11-kit
check 'the server loads a server' grep -q libmicrohttpd <<<"$(
	ldd "$built/hallmark-registry")"

# alone, then with the others where an installation has them
mkdir -p alone/bin alone/libexec/hallmark
cp "$hallmark" alone/bin/
hallmark=$work/alone/bin/hallmark
printf 'x%.0s' {1..3000} >image
printf 'format: 1\n' >said.yaml
expect 4 'hallmark-parse: could not be started; it stands beside' assess image
expect 4 'hallmark-parse: could not be started' declare check said.yaml
cp "$built/hallmark-parse" alone/libexec/hallmark/
expect 0 '' ls image
chmod a-x alone/libexec/hallmark/hallmark-parse
if [ "$(id -u)" -ne 0 ] || ! [ -x alone/libexec/hallmark/hallmark-parse ]; then
	expect 4 'hallmark-parse: could not be started' ls image
fi

# by hand, and by a program of another version
for name in parse registry; do
	for word in '' --worker=parse/0.0.0 --worker=feed/0.0.0 --worker=http; do
		checks=$((checks + 1))
		"$built/hallmark-$name" $word >out 2>err </dev/null &&
			fail "hallmark-$name $word: exit 0"
		grep -q 'hallmark starts this program' err ||
			fail "hallmark-$name $word says $(cat err)"
	done
done
finish
