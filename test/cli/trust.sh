# SPDX-License-Identifier: ISC
# Who may label what: accredited, restricted, withdrawn, recognised; and what
# nobody may.
. "$(dirname "$0")/common.sh"
export SOURCE_DATE_EPOCH=1795305600 # 2026-11-22
begin=$SOURCE_DATE_EPOCH
owner=https://owner.example

# later DAYS: from here on it is so much later.
later() {
	SOURCE_DATE_EPOCH=$((begin + $1 * 86400))
}

# add FILE ARG...: the owner signs.
add() {
	local file=$1
	shift
	expect 0 '' trust add --issuer "$owner" --key owner.key -o "$file" "$@"
}

# body NAME: the arguments that name a body.
body() {
	echo --body "$1.key" --name "Laboratory-$1" --uri "https://$1.example"
}

# append CODE WORDS FILE: into the ledger, or refused.
append() {
	checks=$((checks + 1))
	"$hallmark" ledger append registry --key ledger.key "$3" >out 2>err
	[ $? -eq "$1" ] || fail "append $3: $(cat out err)"
	grep -qF -- "$2" out err || fail "append $3: $(cat out err)"
}

for name in owner nord sud ledger stranger; do
	expect 0 '' key new $name.key --no-passphrase --name $name.example \
	    --public $name.pub
done
{
	echo "owner $(cat owner.pub)"
	echo 'quorum none'
} >policy
expect 0 '' ledger init registry --key ledger.key --policy policy \
    --origin ledger.example
{
	echo "owner $(cat owner.pub)"
	echo "log $(cat ledger.pub)"
	echo 'quorum none'
} >anchors

# ---- accreditations
# shellcheck disable=SC2046 # words
add nord.st $(body nord) --scope hallmark:substantial:camera+lock,psti:1 \
    --from 2026-01-01 --until 2028-01-01
append 0 '' nord.st
# shellcheck disable=SC2046
add sud.st $(body sud) --scope hallmark:high --from 2026-01-01
append 0 '' sud.st
append 0 '' sud.st # the same once more is the same place
expect 0 '' trust list registry
check 'two bodies' test "$(wc -l <out)" -eq 2
check 'with their scopes' grep -q \
    '^0 accredit [0-9a-f]\{16\} https://nord.example "Laboratory-nord" hallmark:2:camera+lock,psti:1 from 2026-01-01 until 2028-01-01$' out
check 'and without an end' grep -q 'hallmark:3 from 2026-01-01$' out

# ---- nobody else accredits
expect 0 '' trust add --issuer "$owner" --key stranger.key -o bad.st \
    --body stranger.key --name S --uri https://s.example --scope psti:1
append 1 'neither an owner' bad.st
expect 0 '' trust add --issuer https://nord.example --key nord.key -o bad.st \
    --body stranger.key --name S --uri https://s.example --scope psti:1
append 1 "only the scheme's owner" bad.st
expect 0 '' trust add --issuer "$owner" --key owner.key -o bad.st \
    --body nord.key --name Thief --uri https://thief.example --scope psti:1
append 1 'under another name (index 0)' bad.st
# shellcheck disable=SC2046
add bad.st $(body stranger) --withdraw
append 1 'no accreditation' bad.st

# ---- restrict, withdraw
later 10
# shellcheck disable=SC2046
add less.st $(body nord) --restrict --scope psti:conforming
append 0 '' less.st
later 20
# shellcheck disable=SC2046
add none.st $(body nord) --withdraw --suspend-labels
append 0 '' none.st
append 0 '' nord.st # there already: not an accreditation anew
expect 0 '' trust show registry https://nord.example
check 'three statements on it' test "$(grep -c nord.example out)" -eq 3
check 'the last one withdraws' grep -q '^3 withdraw .*labels outside suspended$' out
check 'no label yet' grep -q \
    'labels: 0 valid 0 revoked 0 suspended 0 superseded$' out
expect 0 '' trust show registry https://nord.example --at 2 --json
python3 - <<'EOF' || fail 'trust show --json'
import json
o = json.load(open('out'))
assert o['schema'] == 'hallmark.trust-body/1'
body, = o['bodies']
assert [h['action'] for h in body['history']] == ['accredit']
assert body['history'][0]['scopes'][0]['categories'] == ['camera', 'lock']
EOF
expect 0 '' trust list registry --at 3
check 'before it was withdrawn' grep -q '^2 restrict .* psti:1 from' out
expect 1 'is no body' trust show registry https://nobody.example
thumbprint=$("$hallmark" key show sud.key | sed -n 's/^thumbprint *//p')
expect 0 '' trust show registry "${thumbprint:0:8}"
check 'by its thumbprint' grep -q sud.example out

# ---- recognitions
n=0
for file in "$source"/examples/recognitions/*.txt; do
	add recognition.st --recognition "$file"
	append 0 '' recognition.st
	n=$((n + 1))
done
check 'four recognitions' test $n -eq 4
expect 0 '' trust list registry --json
python3 - <<'EOF' || fail 'trust list --json'
import json
o = json.load(open('out'))
assert o['schema'] == 'hallmark.trust/1'
assert [b['action'] for b in o['bodies']] == ['withdraw', 'accredit']
assert len(o['recognitions']) == 4
korea, = [r for r in o['recognitions'] if 'Korea' in r['their_domain']]
assert (korea['our_scheme'], korea['our_level']) == ('cls-iot', 3)
assert korea['from'] == '2025-01-01T00:00:00Z' and korea['until'] is None
EOF
printf 'their_domain: X\nmood: good\n' >bad.txt
expect 3 'line 2' trust add --issuer "$owner" --key owner.key -o x.st \
    --recognition bad.txt
printf 'their_domain: X\ntheir_domain: Y\n' >bad.txt
expect 3 'line 2' trust add --issuer "$owner" --key owner.key -o x.st \
    --recognition bad.txt
sed '/^source/d' "$source/examples/recognitions/korea.txt" >bad.txt
expect 3 'source is missing' trust add --issuer "$owner" --key owner.key \
    -o x.st --recognition bad.txt
sed 's/^our_level.*/our_level: gold/' \
    "$source/examples/recognitions/korea.txt" >bad.txt
expect 3 'our_level' trust add --issuer "$owner" --key owner.key -o x.st \
    --recognition bad.txt

# ---- a maker: no label, but a voice
# shellcheck disable=SC2046
add maker.st $(body stranger) --scope none
append 0 '' maker.st
expect 0 '' trust show registry https://stranger.example
check 'without a scope' grep -q '"Laboratory-stranger"  from' out

# ---- out of a bundle
expect 0 '' ledger bundle registry --key ledger.key -o bundle
expect 0 '' trust list bundle --policy anchors
check 'the bundle names them, too' grep -q '^3 withdraw .*nord.example' out
expect 2 'whom to trust' trust list bundle
printf x >>bundle
expect 3 'bundle' trust list bundle --policy anchors

# ---- the command line
expect 2 'say -o' trust add --issuer "$owner" --key owner.key
expect 2 'say --issuer' trust add --key owner.key -o x.st
expect 2 'say --body KEY or' trust add --issuer "$owner" -o x.st
expect 2 'say --scope' trust add --issuer "$owner" -o x.st --key owner.key \
    --body nord.key
expect 2 'leaves no --scope' trust add --issuer "$owner" -o x.st \
    --key owner.key --body nord.key --withdraw --scope psti:1
expect 2 'is no list' trust add --issuer "$owner" -o x.st --key owner.key \
    --body nord.key --name N --uri https://n.example --scope psti:gold
expect 2 'is no date' trust add --issuer "$owner" -o x.st --key owner.key \
    --body nord.key --name N --uri https://n.example --scope psti:1 \
    --until 2027-02-30
expect 2 "name is missing" trust add --issuer "$owner" -o x.st \
    --key owner.key --body nord.key --uri https://n.example --scope psti:1
expect 2 'scopes is missing' trust add --issuer "$owner" -o x.st \
    --key owner.key --body nord.key --name N --uri https://n.example \
    --scope psti:1,psti:1
expect 2 'say add, list or show' trust
expect 3 'nowhere' trust list nowhere --policy anchors

finish
