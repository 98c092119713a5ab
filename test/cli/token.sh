# SPDX-License-Identifier: ISC
# Keys on a token: made, shown, found by what the URI says, and never a PIN shown.
. "$(dirname "$0")/common.sh"
export ASAN_OPTIONS=detect_leaks=0 # SoftHSM's library keeps some memory
library=
for file in /usr/lib/softhsm/libsofthsm2.so /usr/lib64/softhsm/libsofthsm2.so \
    /usr/local/lib/softhsm/libsofthsm2.so; do
	[ -r "$file" ] && library=$file
done
if [ -z "$library" ] || ! command -v softhsm2-util >/dev/null; then
	echo 'skipped: softhsm2 is not installed'
	exit 77
fi
export SOFTHSM2_CONF=$work/softhsm.conf
mkdir tokens
printf 'directories.tokendir = %s\nlog.level = ERROR\n' "$work/tokens" \
    >"$SOFTHSM2_CONF"
softhsm2-util --init-token --free --label hallmark --pin 987654 \
    --so-pin 12345678 >/dev/null || fail 'softhsm2-util made no token'
echo 987654 >pin
echo 111111 >wrong

# uri PATH QUERY
uri() {
	echo "pkcs11:token=hallmark;$1?module-path=$library${2-}"
}

for type in ed25519 p256; do
	expect 0 '' key new "$(uri "object=$type")" --type "$type" \
	    --passphrase-file pin --name example.com/log --public "$type.vkey"
	cp out shown
	expect 0 '' key show "$(uri "object=$type")" --name example.com/log
	check "$type is found again, without a PIN" cmp -s out shown
	expect 0 '' key show "$type.vkey"
	check "$type is the same in its vkey" cmp -s out shown
	expect 3 'nothing is overwritten' key new "$(uri "object=$type")" \
	    --passphrase-file pin
done
expect 0 '' key new "$(uri 'object=sourced' "&pin-source=file:$work/pin")"
expect 0 '' key new "$(uri 'object=valued;id=%01%ab' '&pin-value=987654')"
expect 0 '' key show "$(uri 'id=%01%ab')"
check 'by its id' grep -q thumbprint out

expect 3 'PIN is wrong' key new "$(uri object=x)" --passphrase-file wrong
expect 3 'PIN is wrong' key new "$(uri object=x '&pin-value=111111')"
check 'no PIN is repeated' bash -c '! grep -q 111111 err'
expect 3 'there is no terminal' key new "$(uri object=x)"
expect 3 'there is no such key' key show "$(uri object=x)" \
    --passphrase-file pin
expect 3 'several keys' key show "pkcs11:token=hallmark?module-path=$library"
expect 3 'there is no such token' key show \
    "pkcs11:token=x;object=p256?module-path=$library"
expect 3 'no PKCS#11 library' key show 'pkcs11:object=x?module-path=/dev/null'
expect 3 'not a URI' key show 'pkcs11:object=%zz'
expect 2 'a token has a PIN or none' key new "$(uri object=x)" --no-passphrase
finish
