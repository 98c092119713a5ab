# SPDX-License-Identifier: ISC
# A ledger from its first entry to its witnesses, mirrors and audits, and every
# refusal on the way.
. "$(dirname "$0")/common.sh"
export SOURCE_DATE_EPOCH=1795305600

# value FIELD: of the JSON in out.
value() {
	python3 -c 'import json, sys; print(json.load(open("out"))[sys.argv[1]])' "$1"
}

# flip FILE OFFSET: turns a bit there.
flip() {
	python3 - "$1" "$2" <<'PYTHON'
import sys
name, at = sys.argv[1], int(sys.argv[2])
data = bytearray(open(name, "rb").read())
data[at] ^= 4
open(name, "wb").write(data)
PYTHON
}

# with FILE ARG...: expect, with FILE on standard input. First CODE and WORDS.
with() {
	local file=$1 code=$2 words=$3 got
	shift 3
	checks=$((checks + 1))
	"$hallmark" "$@" >out 2>err <"$file"
	got=$?
	[ "$got" -eq "$code" ] || fail "$* : exit $got, not $code: $(cat err)"
	grep -qF -- "$words" err || fail "$* : says $(cat err)"
}

for name in log other body; do
	expect 0 '' key new $name.key --no-passphrase --name $name.example/1 \
		--public $name.vkey
done
for name in one two copy; do
	expect 0 '' key new $name.key --no-passphrase --name $name.example \
		--witness --public $name.vkey
done
expect 0 '' key new p256.key --type p256 --no-passphrase
expect 0 '' key new owner.key --no-passphrase --name owner.example \
	--public owner.vkey
{
	echo "log $(cat log.vkey)"
	echo "witness one $(cat one.vkey)"
	echo "witness two $(cat two.vkey)"
	echo "group both all one two"
	echo "quorum both"
} >policy
{
	echo "log $(cat log.vkey)"
	echo "quorum none"
} >bare
{
	echo "owner $(cat owner.vkey)"
	echo "quorum none"
} >owned

# ---- init
expect 2 'say --origin' ledger init L --key log.key --open
expect 2 'who may accredit' ledger init L --key log.key --origin log.example/1
expect 2 'names no owner' ledger init L --key log.key --origin log.example/1 \
	--policy policy
expect 2 'one is not open' ledger init L --key log.key --origin log.example/1 \
	--policy owned --open
expect 3 'but not this one' ledger init L --key other.key \
	--origin log.example/1 --policy policy --open
expect 3 'is no name' ledger init L --key log.key --origin 'a b' --open
expect 3 'is no name' ledger init L --key p256.key --origin a --open
echo 'quorum nobody' >wrong
expect 3 'policy, line 1' ledger init L --key log.key --origin a --policy wrong
check 'nothing was made' test ! -e L
expect 0 '' ledger init L --key log.key --origin log.example/1 \
	--policy policy --open
check 'the line for policies' grep -qxF "log $(cat log.vkey)" out
expect 3 'File exists' ledger init L --key log.key --origin log.example/1 \
	--open
expect 3 'No such file' ledger list nowhere
mkdir empty
expect 3 'cannot be opened' ledger list empty

# ---- append
for i in $(seq 0 299); do
	printf 'entry %d' "$i" >"entry$i"
done
expect 0 '' ledger append L entry0 entry1 entry2 entry1 --key log.key
same out 'entry0: 0
entry1: 1
entry2: 2
entry1: there already: 1
'
expect 3 'missing' ledger append L entry3 missing --key log.key
check 'what came before it is in' grep -qx 'entry3: 3' out
mkdir got
expect 0 '' ledger append L entry2 entry4 --key log.key --receipt got --json
check 'one was added' test "$(value added) $(value known)" = '1 1'
check 'schema' test "$(value schema)" = hallmark.ledger-append/1
check 'two receipts' test -s got/entry2.receipt -a -s got/entry4.receipt
expect 3 'key' ledger append L entry5 --key other.key
expect 3 'is empty' ledger append L /dev/null --key log.key
head -c 65536 /dev/zero >large
expect 3 'too large' ledger append L large --key log.key
args=$(seq -f 'entry%.0f' 5 299)
# shellcheck disable=SC2086 # the list is words
expect 0 '' ledger append L $args --key log.key
check 'more than one batch' grep -qx 'entry299: 299' out

# more than the store takes in one batch
expect 0 '' ledger init B --key log.key --origin log.example/1 --open
for i in $(seq 0 79); do
	{ printf '%05d' "$i"; head -c 65530 /dev/zero; } >"big$i"
done
# shellcheck disable=SC2046 # words
expect 0 '' ledger append B $(seq -f 'big%.0f' 0 79) --key log.key --json
check 'all of them' test "$(value added) $(value size)" = '80 80'
expect 0 '' ledger audit B
rm -r B big*

# ---- list, show
expect 0 '' ledger list L 2 4
same out '2 - opaque
3 - opaque
'
expect 0 '' ledger list L 298 --json
check 'two entries' test "$(python3 -c 'import json
print(len(json.load(open("out"))["entries"]))')" = 2
expect 0 '' ledger show L 7 -o -
same out 'entry 7'
expect 1 'no such entry' ledger show L 300
expect 2 'is no number' ledger show L x
expect 2 'is no number' ledger list L -- -1

# ---- witnesses
expect 1 'no head has' ledger prove L 2
expect 1 'no head has' ledger export L X
expect 0 '' ledger witness L --request
cp out request
for name in one two; do
	with request 0 200 ledger witness W$name --key $name.key \
		--name $name.example --policy bare
	cp out answer.$name
	expect 0 '' ledger witness L --add answer.$name
done
check 'complete' grep -qx \
	'1 cosignatures of the tree of 300, the quorum is complete' out
expect 0 '' ledger witness L --add answer.two --json
check 'known now' test "$(value taken) $(value known) $(value quorum)" = \
	'0 1 True'
hash=$(printf log.example/1 | sha256sum | cut -c 1-64)
check 'where monitors look' grep -q one.example "Wone/$hash/checkpoint"
with request 1 409 ledger witness Wone --key one.key --name one.example \
	--policy bare
same out '300
'
with request 1 '"status":409,"type":"text/x.tlog.size"' ledger witness Wone \
	--key one.key --name one.example --policy bare --json
expect 0 '' ledger witness L --request --old 300
cp out again
with again 0 200 ledger witness Wone --key one.key --name one.example \
	--policy bare
sed 's/^old 300/old 301/' again >wrong
with wrong 1 400 ledger witness Wone --key one.key --name one.example \
	--policy bare
head -n 5 again >wrong
with wrong 1 400 ledger witness Wone --key one.key --name one.example \
	--policy bare
sed 's|^log.example/1$|log.example/2|' again >wrong
with wrong 1 404 ledger witness Wone --key one.key --name one.example \
	--policy bare
sed 's/^300$/299/; s/^old 300/old 299/' again >wrong
with wrong 1 403 ledger witness Wone --key one.key --name one.example \
	--policy bare
expect 1 'an older state was restored' ledger witness L --request --old 301
expect 2 'say the logs' ledger witness Wone --key one.key
expect 2 '--request and --add' ledger witness L --request --add x
expect 2 'need no key' ledger witness L --request --key log.key
expect 2 '--old goes with' ledger witness Wone --old 3
with request 0 200 ledger witness Wthree --key copy.key --name copy.example \
	--policy bare
cp out answer.copy
expect 1 'no line of the policy' ledger witness L --add answer.copy
sed 's/one.example/two.example/' answer.one >wrong
expect 1 'no line of the policy' ledger witness L --add wrong
echo nonsense >wrong
expect 3 'malformed' ledger witness L --add wrong
# A witness that lost its memory's meaning does not begin anew.
printf 'broken\n' >"Wone/$hash/checkpoint"
with again 4 500 ledger witness Wone --key one.key --name one.example \
	--policy bare

# Requests at the same time: one of each size is answered, none goes back.
for size in 1 2 3 4 5 6 7 8; do
	"$hallmark" ledger append R "entry$size" --key log.key >/dev/null 2>&1 ||
		"$hallmark" ledger init R --key log.key --origin log.example/1 \
			--open >/dev/null
	"$hallmark" ledger witness R --request >"request$size"
done
for size in 1 2 3 4 5 6 7 8; do
	"$hallmark" ledger witness Wrace --key one.key --name one.example \
		--policy bare <"request$size" >"answer$size" 2>"status$size" &
done
wait
check 'a status each' test "$(cat status? | grep -c -E '^(200|409) ')" = 8
check 'one was first' test "$(cat status? | grep -c '^200 ')" -ge 1
before=$(sed -n 2p "Wrace/$hash/checkpoint")
for size in 1 2 3 4 5 6 7 8; do
	"$hallmark" ledger witness Wrace --key one.key --name one.example \
		--policy bare <"request$size" >/dev/null 2>&1
done
check 'never back' test "$(sed -n 2p "Wrace/$hash/checkpoint")" -ge "$before"

# ---- proofs
expect 0 '' ledger prove L 2 -o two.proof
expect 0 '' ledger verify two.proof --policy policy --statement entry2
check 'entry 2 of 300' grep -q 'entry 2 of log.example/1, a tree of 300, 2 wit' out
expect 0 '' ledger prove L entry2
check 'by file as by index' cmp -s out two.proof
expect 1 '' ledger verify two.proof --policy policy --statement entry3
expect 2 'say what it is about' ledger verify two.proof --policy policy
expect 2 'say whom to trust' ledger verify two.proof --statement entry2
sed 's/^index 2/index 3/' two.proof >wrong
expect 1 '' ledger verify wrong --policy policy --statement entry2
grep -v 'two.example' two.proof >wrong
expect 1 '' ledger verify wrong --policy policy --statement entry2
expect 0 '' ledger verify wrong --policy bare --statement entry2
sed "s|^log .*|log $(cat other.vkey)|" bare >others
expect 1 '' ledger verify two.proof --policy others --statement entry2
expect 0 '' ledger verify got/entry4.receipt --policy bare --statement entry4
expect 1 '' ledger verify got/entry4.receipt --policy bare --statement entry2
expect 1 '' ledger verify got/entry4.receipt --policy others --statement entry4
expect 2 'a receipt is signed' ledger prove L 2 --receipt
expect 3 'not this ledger' ledger prove L 2 --receipt --key other.key
expect 0 '' ledger prove L 299 --receipt --key log.key -o last.receipt
expect 0 '' ledger verify last.receipt --policy bare --statement entry299 --json
check 'its index' test "$(value index) $(value size) $(value good)" = \
	'299 300 True'
flip last.receipt 100
expect 1 '' ledger verify last.receipt --policy bare --statement entry299
expect 0 '' ledger prove L --from 5 --json
check 'hashes' test "$(value from) $(value size)" = '5 300'
expect 0 '' ledger prove L --from 5
check 'as a witness is asked' test "$(wc -l <out)" -gt 3
expect 1 'fewer entries' ledger prove L --from 301
expect 2 'say an entry' ledger prove L
expect 2 'say an entry' ledger prove L 2 --from 2
expect 1 'no such entry' ledger prove L 300
printf 'never logged' >never
expect 1 'is not in this ledger' ledger prove L never

# ---- audit
expect 0 '' ledger audit L
check 'all sound' grep -q '300 entries, .* all sound' out
expect 0 '' ledger audit L --json
check 'sound' test "$(value sound) $(value entries)" = 'True 300'

# ---- it has only grown
expect 0 '' ledger init E --key log.key --origin log.example/1 --open
expect 0 '' ledger append E entry0 entry1 entry2 --key log.key
expect 0 '' ledger prove E 0 -o old.proof
sed -n '/^log.example/,$p' old.proof >old.checkpoint
expect 0 '' ledger verify old.checkpoint --policy bare --json
old=$(value root)
# shellcheck disable=SC2046 # words
expect 0 '' ledger append E $(seq -f 'entry%.0f' 3 9) --key log.key
expect 0 '' ledger prove E --from 3 --receipt --key log.key -o grown.receipt
expect 0 '' ledger verify grown.receipt --policy bare --old old.checkpoint
same out 'grown.receipt: consistency receipt: from 3 entries on only grown: log.example/1, a tree of 10
'
expect 0 '' ledger verify grown.receipt --policy bare --from 3 --root "$old" \
	--json
check 'what it says' test "$(value what) $(value from) $(value size)" = \
	'consistency receipt 3 10'
expect 1 '' ledger verify grown.receipt --policy bare --from 4 --root "$old"
expect 1 '' ledger verify grown.receipt --policy bare --from 3 \
	--root "$(printf %064d 0)"
expect 1 '' ledger verify grown.receipt --policy bare --statement entry2
expect 1 '' ledger verify grown.receipt --policy others --from 3 --root "$old"
expect 1 '' ledger verify got/entry4.receipt --policy bare \
	--old old.checkpoint
expect 3 'is no checkpoint' ledger verify grown.receipt --policy others \
	--old old.checkpoint
expect 2 '--from and --root' ledger verify grown.receipt --policy bare --from 3
expect 2 'one of --statement' ledger verify grown.receipt --policy bare \
	--old old.checkpoint --statement entry2
expect 2 'no hash' ledger verify grown.receipt --policy bare --from 3 --root 00
expect 2 'say what it is about' ledger verify grown.receipt --policy bare
expect 2 'are for receipts' ledger verify old.proof --policy bare \
	--old old.checkpoint
expect 2 'speaks for itself' ledger verify old.checkpoint --policy bare \
	--old old.checkpoint
flip grown.receipt 200
expect 1 '' ledger verify grown.receipt --policy bare --old old.checkpoint
cp -r L damaged
flip damaged/entries 100
expect 1 '' ledger audit damaged
check 'not sound' grep -q 'not sound' out

# ---- export
expect 0 '' ledger export L X
same out '6 files, 300 entries
'
expect 0 '' ledger verify X/checkpoint --policy policy
expect 0 '' ledger export L X
same out '1 files, 300 entries
'
check 'a tile' test "$(stat -c %s X/tile/0/000)" = 8192
expect 0 '' ledger init O --key other.key --origin other.example/1 --open
expect 0 '' ledger append O entry0 --key other.key
expect 1 'holds another ledger' ledger export O X

# ---- fill
expect 0 '' ledger fill L --key log.key
same out '212 entries of padding, 512 in all
'
expect 0 '' ledger fill L --key log.key --json
check 'full' test "$(value added)" = 0
expect 0 '' ledger list L 300 301
same out '300 - padding
'
expect 0 '' ledger witness L --request --old 300
cp out request
rm -r Wone
for name in one two; do
	"$hallmark" ledger witness L --request >first
	file=request
	[ $name = two ] || file=first
	with $file 0 200 ledger witness W$name --key $name.key \
		--name $name.example --policy bare
	cp out answer.$name
	expect 0 '' ledger witness L --add answer.$name
done
expect 0 '' ledger export L X
check 'only what is new' grep -qx '4 files, 512 entries' out

# ---- mirror
expect 2 'say which log' ledger mirror X M
expect 2 'go together' ledger mirror X M --policy policy --key copy.key
expect 3 'No such file' ledger mirror nowhere M --policy policy
expect 3 '' ledger mirror empty M --policy policy
expect 1 '' ledger mirror X M --policy others
check 'it kept nothing' test ! -e M/checkpoint
cp -r X bad
flip bad/tile/entries/001 50
expect 1 '' ledger mirror bad M --policy policy
check 'which file' grep -q 'not what its log signed: tile/entries/001' out
check 'no head' test ! -e M/checkpoint
rm bad/tile/0/001
expect 1 '' ledger mirror bad M --policy policy --json
check 'missing' test "$(value outcome) $(value path)" = 'incomplete tile/0/001'
expect 0 '' ledger mirror X M --policy policy --key copy.key --name copy.example
check 'cosigned' grep -q copy.example M/checkpoint
expect 0 '' ledger mirror X M --policy policy --json
check 'nothing new' test "$(value outcome)" = same
expect 0 '' ledger audit M --policy policy
check 'a copy is audited, too' grep -q '512 entries, 1 heads, all sound' out
expect 2 'say whom to trust' ledger audit M
expect 0 '' ledger show M 7 -o -
same out 'entry 7'
expect 0 '' ledger prove M 2 -o mirrored.proof
expect 0 '' ledger verify mirrored.proof --policy policy --statement entry2
expect 3 'holds a copy' ledger append M entry0 --key log.key
expect 3 'is a copy' ledger witness M --request
cp -r M hurt
flip hurt/tile/entries/000 30
expect 1 '' ledger audit hurt --policy policy
expect 0 '' ledger mirror M M2 --policy policy
check 'a mirror of a mirror' cmp -s M/tile/1/000.p/2 M2/tile/1/000.p/2

# a log that shows another tree to somebody else
expect 0 '' ledger init F --key log.key --origin log.example/1 --open
# shellcheck disable=SC2046 # words
expect 0 '' ledger append F entry1 $(seq -f 'entry%.0f' 2 299) --key log.key
expect 0 '' ledger export F XF
expect 0 '' ledger init G --key log.key --origin log.example/1 --open
expect 0 '' ledger append G entry0 entry1 --key log.key
expect 0 '' ledger export G XG
expect 0 '' ledger mirror XG MG --policy bare
expect 1 '' ledger mirror XF MG --policy bare
check 'a fork' grep -q 'signed another tree' out
expect 1 '' ledger mirror XG M --policy bare
check 'an older one' grep -q 'behind the mirror' out

# ---- who may: a ledger with an owner
expect 0 '' ledger init T --key log.key --origin log.example/1 --policy owned
expect 0 '' trust add --issuer https://owner.example --key owner.key \
	--body body.vkey --name 'A body' --uri https://body.example \
	--scope hallmark:2 -o accredit.cose
expect 0 '' trust add --issuer https://other.example --key other.key \
	--body other.vkey --name Other --uri https://other.example \
	--scope hallmark:3 -o forged.cose
mkdir whole
expect 1 '' ledger append T entry0 accredit.cose forged.cose accredit.cose \
	--key log.key --attach whole
check 'no statement' grep -q '^entry0: refused: ' out
check 'admitted' grep -qx 'accredit.cose: 0' out
check 'nobody' grep -q '^forged.cose: refused: ' out
check 'once' grep -qx 'accredit.cose: there already: 0' out
expect 0 '' ledger append T accredit.cose --key log.key
same out 'accredit.cose: there already: 0
'
expect 1 '' ledger append T forged.cose --key log.key --json
check 'a word for it' test "$(python3 -c 'import json
print(json.load(open("out"))["files"][0]["reason"])')" != None
expect 0 '' ledger list T
check 'who, what, about whom' grep -q \
	'^0 2026-11-22T00:00:00Z accreditation https://owner.example ' out
expect 0 '' ledger show T 0 --json
check 'its issuer' test "$(value iss)" = https://owner.example
expect 0 '' ledger verify whole/accredit.cose --policy bare
check 'it proves itself' grep -q 'statement: entry 0 of log.example/1' out
expect 1 '' ledger verify accredit.cose --policy bare
check 'nothing to verify' grep -q 'not proven: it carries no receipt' out
expect 2 'speaks for itself' ledger verify whole/accredit.cose --policy bare \
	--statement accredit.cose
expect 0 '' ledger append T whole/accredit.cose --key log.key
same out 'whole/accredit.cose: there already: 0
'
expect 0 '' ledger prove T 0 --attach --key log.key -o attached
expect 0 '' ledger verify attached --policy bare
expect 0 '' ledger fill T --key log.key
expect 0 '' ledger audit T
check 'all with right' grep -q ' 0 statements without right' out
# The same entries in a ledger that asks nobody: a monitor sees it.
expect 0 '' ledger init N --key log.key --origin log.example/1 --open
expect 0 '' ledger append N entry0 accredit.cose forged.cose --key log.key
expect 0 '' ledger audit N
expect 1 '' ledger audit N --policy owned
check 'the first' grep -q '^0: ' out
check 'the third' grep -q '^2: ' out
check 'two' grep -q ' 2 statements without right' out
expect 1 '' ledger audit N --policy owned --json
check 'a list' test "$(python3 -c 'import json
print([v["index"] for v in json.load(open("out"))["violations"]])')" = '[0, 2]'

# ---- the file that a statement commits to, and a right that is not there
image=$source/test/data/squashfs/good/gzip.sqfs
expect 0 '' assess "$image" --scheme psti --json \
	--declaration "$source/test/data/declaration/good/argentum-cam1-1.1.yaml"
cp out report
expect 0 '' label issue --assessment report --image "$image" --scheme psti \
	--key body.key --issuer https://body.example --oemid 32473 \
	-o label.cose --evidence report.cose
expect 1 '' ledger append T label.cose report.cose --key log.key \
	--attach whole --json
check 'which right is missing' test "$(python3 -c 'import json
a = json.load(open("out"))["files"]
print(a[0]["reason"], a[0]["right"], a[1]["outcome"])')" = 'no-right scheme added'
expect 0 '' ledger append N label.cose --key log.key --attach whole
expect 1 '' ledger audit N --policy owned --json
check 'a monitor is told, too' test "$(python3 -c 'import json
print([v.get("right") for v in json.load(open("out"))["violations"]])')" = \
	"[None, None, 'scheme']"
expect 0 '' ledger verify whole/report.cose --policy bare --evidence report
check 'in the ledger' grep -q '^whole/report.cose: statement: entry 256 of ' out
check 'and of this file' grep -qx \
	'report: the file that the statement commits to' out
expect 0 '' ledger show T 256
check 'which file' grep -qx "file     $(sha256sum <report | cut -d ' ' -f 1)" out
expect 0 '' ledger show T 256 --json
check 'which file, as JSON' test "$(value preimage_sha256)" = \
	"$(sha256sum <report | cut -d ' ' -f 1)"
expect 0 '' ledger prove T 256 -o report.proof
expect 0 '' ledger verify report.proof --policy bare --statement report.cose \
	--evidence report --json
check 'as JSON' test "$(value good) $(value evidence) $(value index)" = \
	'True True 256'
expect 0 '' ledger verify report.proof --policy bare --statement report.cose \
	--json
check 'nobody asked' test "$(grep -c evidence out)" = 0
expect 1 '' ledger verify whole/report.cose --policy bare --evidence "$image"
same out 'whole/report.cose: statement: not proven: evidence: the statement '\
'commits to another file
'
expect 1 '' ledger verify report.proof --policy bare --statement report.cose \
	--evidence entry0 --json
check 'another' test "$(value good) $(value evidence) $(value why)" = \
	'False False evidence: the statement commits to another file'
expect 1 '' ledger verify whole/accredit.cose --policy bare --evidence report
check 'to none' grep -q 'evidence: the statement commits to no file' out
expect 0 '' ledger prove T 0 --receipt --key log.key -o accredit.receipt
expect 1 '' ledger verify accredit.receipt --policy bare \
	--statement accredit.cose --evidence report
check 'to none' grep -q 'evidence: the statement commits to no file' out
expect 1 '' ledger verify got/entry4.receipt --policy bare --statement entry4 \
	--evidence entry4
check 'no statement, so no file' grep -q 'commits to no file' out
# Another fault comes first: nothing is said of a file then.
expect 1 '' ledger verify whole/report.cose --policy others --evidence report
check 'not in that ledger' test "$(grep -c evidence out)" = 0
expect 2 '--evidence is for one' ledger verify old.checkpoint --policy bare \
	--evidence report
expect 2 '--evidence is for one' ledger verify grown.receipt --policy bare \
	--old old.checkpoint --evidence report
expect 3 'No such file' ledger verify whole/report.cose --policy bare \
	--evidence none
expect 0 '' ledger fill T --key log.key

# ---- bundle, status
expect 0 '' ledger bundle T --key log.key -o bundle
check 'a bundle' test -s bundle
expect 2 'from 1 to 366' ledger bundle T --key log.key --days 0 -o wrong
expect 3 'not this key' ledger bundle T --key other.key -o wrong
expect 3 'is open' ledger bundle L --key log.key -o wrong
expect 0 '' ledger status T --key log.key -o status
check 'a status list' test -s status
expect 0 '' ledger status T --key log.key -o again
check 'the same again' cmp -s status again

expect 0 '' ledger bundle T --key log.key -o again --json
check 'the bundle itself as without' cmp -s again bundle
check 'about the bundle' python3 - <<'PYTHON'
import hashlib, json
a = json.load(open("out"))
made = open("again", "rb").read()
assert a["schema"] == "hallmark.ledger-bundle/1"
assert a["size"] == 512 and "list" not in a
assert a["bytes"] == len(made)
assert a["sha256"] == hashlib.sha256(made).hexdigest()
assert a["issued"] == "2026-11-22T00:00:00Z"
assert a["expires"] == "2026-11-29T00:00:00Z"
PYTHON
expect 0 '' ledger status T --key log.key -o again --json
check 'about the list' test "$(value schema) $(value list) $(value uri)" = \
	'hallmark.ledger-status/1 0 https://log.example/1'
expect 2 'goes with --output' ledger status T --key log.key --json
expect 2 'goes with --output' ledger bundle T --key log.key --json -o -

# ---- a copy of the newest head elsewhere
expect 0 '' ledger init C --key log.key --origin log.example/1 --open \
	--copy heads
check 'its file' test -e heads/ledger-head
expect 3 'of a ledger already' ledger init C2 --key log.key \
	--origin log.example/1 --open --copy heads
check 'nothing was made' test ! -e C2
expect 0 '' ledger append C entry0 entry1 --key log.key
cp -r C backup
expect 0 '' ledger append C entry2 --key log.key
expect 0 '' ledger append C entry3 --key log.key
cp -r backup restored
expect 3 'an older state was restored' ledger append restored entry9 \
	--key log.key
expect 3 'an older state was restored' ledger fill restored --key log.key
expect 3 'an older state was restored' ledger append restored entry9 \
	--key log.key --copy heads
expect 0 '' ledger list restored
expect 0 '' ledger append C entry4 --key log.key
# a fork of the same size
rm backup/copy
expect 0 '' ledger append backup entry7 entry8 entry9 --key log.key
expect 3 'in the copy is another one' ledger append backup entry5 \
	--key log.key --copy heads
# the other disk is not there, then another one is
mv heads gone
expect 3 'No such file' ledger append C entry5 --key log.key
mkdir heads
expect 3 'has no copy of the newest head any more' ledger append C entry5 \
	--key log.key
rmdir heads
expect 0 '' ledger append C entry5 --key log.key --copy elsewhere
expect 0 '' ledger fill C --key log.key
check 'it is known from then on' test "$(cat C/copy)" = "$PWD/elsewhere"
expect 3 'of another' ledger append O entry1 --key other.key --copy elsewhere
check 'and was not noted' test ! -e O/copy

expect 2 'say init' ledger nonsense
expect 0 '' ledger --help
finish
