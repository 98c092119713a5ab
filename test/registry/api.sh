# SPDX-License-Identifier: ISC
# The whole API over HTTP, against a registry of a ledger that has everything:
# on SQLite, or on the PostgreSQL that HALLMARK_TEST_POSTGRES names.
# usage: api.sh HALLMARK SOURCE
. "$(dirname "$0")/../cli/common.sh"
. "$source/test/registry/scene.sh"
/usr/bin/python3 -c 'import cbor2, cryptography, jsonschema' 2>/dev/null || {
	echo "skipped: python3-cbor2, -cryptography or -jsonschema is missing"
	exit 77
}
scene

# Statements that nobody has handed in yet.
issue() {
	local file=$1 key=$2 uri=$3
	shift 3
	expect 0 '' label issue --assessment declared.json \
	    --image "$scene_image" --scheme psti --key "$key.key" \
	    --issuer "$uri" --oemid 32473 --maker 'Example Optics' \
	    -o "$file" "$@"
}
issue new.label lab $lab --model 'Brand New' --product-version 1
issue second.label office $office --model 'Brand New' --product-version 1
issue foreign.label stranger https://stranger.example --model Other \
    --product-version 1
expect 0 '' label countersign new.label --key stranger.key -o signed.label
expect 0 '' label suspend "$(cat good.index)" --ledger registry \
    --reason investigation --text 'Suspended <b>over</b> HTTP.' \
    --key lab.key -o suspension
cp declared.json assessment.json

# serve ARG...: starts it and waits until it says where it is; sets base.
serve() {
	"$hallmark" serve registry --key ledger.key --listen 127.0.0.1:0 \
	    --json --no-limits "$@" >serve.json 2>serve.log &
	served=$!
	for _ in $(seq 100); do
		base=$(sed -n 's/.*"base_uri": *"\([^"]*\)".*/\1/p' serve.json)
		[ -z "$base" ] || return 0
		kill -0 $served 2>/dev/null || break
		sleep 0.1
	done
	fail "it does not start: $(cat serve.log)"
	finish
}

serve ${HALLMARK_TEST_POSTGRES:+--database "$HALLMARK_TEST_POSTGRES"}
trap 'kill $served 2>/dev/null; rm -rf "$work"' EXIT
/usr/bin/python3 "$source/test/registry/api.py" "$base" "$work" "$hallmark" ||
    fail "api.py"
kill $served
wait $served
check 'it ends well' test $? -eq 0
check 'nothing went wrong inside' test -z "$(grep '^error' serve.log)"
finish
