# SPDX-License-Identifier: ISC
# Keys are made, shown, and exchanged with openssl; secrets stay where they are.
. "$(dirname "$0")/common.sh"
printf 'a long passphrase\n' >pass
printf 'another one\n' >wrong
keys=$source/test/data/keys

# value FIELD: of the JSON in out.
value() {
	python3 -c 'import json, sys; print(json.load(open("out"))[sys.argv[1]])' "$1"
}

# ---- new
expect 0 '' key new log.key --name example.com/log --passphrase-file pass
cp out shown
check 'a file for its owner alone' test "$(stat -c %a log.key)" = 600
check 'encrypted' grep -q '^-----BEGIN ENCRYPTED PRIVATE KEY' log.key
check 'the public half is shown' grep -q '^-----BEGIN PUBLIC KEY' out
check 'no private bit is' bash -c '! grep -q PRIVATE out'
expect 0 '' key show log.key --name example.com/log --passphrase-file pass
check 'show says what new said' cmp -s out shown
cp log.key before
expect 3 'exists already' key new log.key --passphrase-file pass
check 'nothing is overwritten' cmp -s log.key before
expect 3 'exists already' key new log.key --no-passphrase

expect 0 '' key new body.key --type p256 --no-passphrase --public body.pem
check 'not encrypted' grep -q '^-----BEGIN PRIVATE KEY' body.key
check 'still for its owner' test "$(stat -c %a body.key)" = 600
check 'a public key as PEM' grep -q '^-----BEGIN PUBLIC KEY' body.pem
expect 0 '' key new -t ed25519 witness.key --no-passphrase -n w --witness \
    --public witness.vkey
check 'a vkey of a witness' grep -q '^w+[0-9a-f]\{8\}+B' witness.vkey

# ---- openssl reads ours
if command -v openssl >/dev/null; then
	openssl pkey -in log.key -passin file:pass -pubout >log.pem 2>err
	"$hallmark" key show log.pem | grep thumbprint >a
	grep thumbprint shown >b
	check 'openssl opens it and finds the same key' cmp -s a b
	check 'openssl does not with another passphrase' bash -c \
	    '! openssl pkey -in log.key -passin file:wrong -noout 2>/dev/null'
	openssl pkey -in body.key -pubout >body2.pem 2>err
	check 'likewise P-256' cmp -s body.pem body2.pem
	check 'and its point is the number'"'"'s' \
	    openssl pkey -in body.key -check -noout >/dev/null

	# ---- and we read theirs
	openssl genpkey -algorithm ed25519 -aes-256-cbc -pass file:pass \
	    -out theirs.key
	expect 0 '' key show theirs.key --passphrase-file pass
	openssl pkey -in theirs.key -passin file:pass -pubout >theirs.pem
	sed -n '/BEGIN PUBLIC/,$p' out >ours.pem
	check 'PBKDF2 of openssl' cmp -s ours.pem theirs.pem
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 \
	    -out plain.key 2>/dev/null
	openssl pkcs8 -topk8 -in plain.key -scrypt -passout file:pass \
	    -out theirs.key
	expect 0 '' key show theirs.key --passphrase-file pass
	openssl pkey -in plain.key -pubout >theirs.pem
	sed -n '/BEGIN PUBLIC/,$p' out >ours.pem
	check 'scrypt of openssl' cmp -s ours.pem theirs.pem
else
	echo 'skipped: openssl is not installed'
fi

# ---- show
expect 3 'the passphrase is wrong' key show log.key --passphrase-file wrong
expect 3 'there is no terminal to ask on' key show log.key
expect 3 'No such file' key show log.key --passphrase-file missing
expect 3 'is empty' key show log.key --passphrase-file /dev/null
"$hallmark" key show log.key --passphrase-file - <pass >out 2>err
check 'a passphrase from standard input' grep -q '^type  *Ed25519$' out
"$hallmark" key show log.key --passphrase-file /dev/fd/7 7<pass >out 2>err
check 'a passphrase from a descriptor' grep -q '^type  *Ed25519$' out
vkey=PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW
expect 0 '' key show "$vkey"
check 'a vkey is shown' grep -q "^vkey  *$vkey\$" out
printf '# of the log\n\n%s\n' "$vkey" >peter.vkey
cp out shown
expect 0 '' key show peter.vkey
check 'also from a file' cmp -s out shown
expect 0 '' key show --json "$vkey"
check 'JSON of a vkey' test "$(value vkey)" = "$vkey"
check 'its schema' test "$(value schema)" = hallmark.key/1
value cose_key | xxd -r -p >peter.cbor 2>/dev/null || python3 -c \
    'import sys; sys.stdout.buffer.write(bytes.fromhex(input()))' \
    < <(value cose_key) >peter.cbor
value thumbprint >a
expect 0 '' key show --json peter.cbor
value thumbprint >b
check 'a COSE_Key is read' cmp -s a b
# RFC 9679: the sum over the required members, which our COSE_Key is.
sha256sum <peter.cbor | cut -d' ' -f1 >b
check 'the thumbprint is that of the COSE_Key' cmp -s a b

expect 3 'is a vkey whose id is not its own' key show \
    <(echo "PeterNeumann+c74f20a4+${vkey##*+}") 2>/dev/null
echo "PeterNeumann+c74f20a4+${vkey##*+}" >bad.vkey
expect 3 'is a vkey whose id is not its own' key show bad.vkey
expect 3 'is not a public key' key show "$source/README.md"
expect 3 'is too large' key show "$hallmark"
expect 3 'No such file' key show missing
expect 3 'not read here' key show "$keys/bad/rsa.pem"
expect 3 'too much work' key show "$keys/bad/scrypt-work.pem"
expect 3 'too much work' key show "$keys/bad/pbkdf2-rounds.pem" \
    --passphrase-file pass
chmod 644 body.key
expect 0 'others can read this key' key show body.key
printf 'evil\033[2J+00000000+AA==\n' >evil
expect 3 'is not a public key' key show evil
expect 3 '\x1b[2J' key show $'\033[2J'

# ---- usage
expect 2 'say new or show' key
expect 2 'an argument is missing' key new
expect 2 'no type' key new x.key --type rsa
expect 2 'no name of a vkey' key new x.key --no-passphrase --name 'a b'
expect 2 'a vkey needs a --name' key new x.key --no-passphrase --witness
expect 2 'only Ed25519 keys cosign' key new x.key --no-passphrase -t p256 \
    -n w --witness
expect 2 'exclude each other' key new x.key --no-passphrase \
    --passphrase-file pass
expect 3 'there is no terminal to ask on' key new x.key
check 'no file is left of all these' test ! -e x.key
expect 3 'No such file' key new missing/x.key --no-passphrase
expect 4 'missing' key show "$vkey" --public missing/x

# ---- at a terminal: twice for a new key, without echo
check 'asked for at a terminal' python3 - "$hallmark" <<'PYTHON'
import os, pty, sys

def talk(arguments, answers):
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(sys.argv[1], [sys.argv[1]] + arguments)
    seen = b""
    for prompt, answer in answers:
        while prompt not in seen:
            seen += os.read(fd, 1024)
        rest, seen = seen, b""
        assert answer not in rest
        os.write(fd, answer + b"\n")
    while True:
        try:
            more = os.read(fd, 1024)
        except OSError:
            break
        if not more:
            break
        seen += more
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen

code, seen = talk(["key", "new", "tty.key"], [
    (b"New passphrase for tty.key: ", b"typed twice"),
    (b"Again the passphrase for tty.key: ", b"typed twice")])
assert code == 0 and b"thumbprint" in seen and b"typed twice" not in seen
code, seen = talk(["key", "show", "tty.key"],
    [(b"Passphrase for tty.key: ", b"typed twice")])
assert code == 0 and b"thumbprint" in seen
code, seen = talk(["key", "show", "tty.key"],
    [(b"Passphrase for tty.key: ", b"typed once")])
assert code == 3 and b"passphrase is wrong" in seen
code, seen = talk(["key", "new", "tty2.key"], [
    (b"New passphrase for tty2.key: ", b"one thing"),
    (b"Again the passphrase for tty2.key: ", b"another")])
assert code == 3 and b"differ" in seen and not os.path.exists("tty2.key")
PYTHON
finish
