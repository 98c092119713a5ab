# SPDX-License-Identifier: ISC
# A label's whole life: accredited, issued, logged, drawn, scanned, verified,
# spoiled, suspended, revoked, renewed, expired; and what is refused.
. "$(dirname "$0")/common.sh"
export SOURCE_DATE_EPOCH=1795305600 # 2026-11-22
begin=$SOURCE_DATE_EPOCH
image=$source/test/data/squashfs/good/gzip.sqfs
other=$source/test/data/squashfs/good/$(ls "$source/test/data/squashfs/good" |
	grep -v -e README -e gzip | head -n 1)
declaration=$source/test/data/declaration/good/argentum-cam1-1.1.yaml
issuer=https://lab.example
scheme=psti

# at SECONDS: from here on it is so much later.
at() {
	SOURCE_DATE_EPOCH=$((begin + $1))
}

# accredit KEY URI FILE [ARG...]: by the owner, for all of the scheme.
accredit() {
	local key=$1 uri=$2 file=$3
	shift 3
	expect 0 '' trust add --issuer https://owner.example --key owner.key \
	    --body "$key" --name "Body of $key" --uri "$uri" \
	    --scope $scheme:conforming -o "$file" "$@"
}

# append CODE WORDS FILE...: into the ledger, or refused.
append() {
	local code=$1 words=$2
	shift 2
	"$hallmark" ledger append registry --key ledger.key "$@" >out 2>err
	[ $? -eq "$code" ] || fail "append $*: $(cat out err)"
	checks=$((checks + 1))
	[ -z "$words" ] || grep -qF -- "$words" out err ||
		fail "append $*: $(cat out err)"
}

# bundle FILE
bundle() {
	expect 0 '' ledger bundle registry --key ledger.key --days 30 -o "$1"
}

# verify CODE LABEL BUNDLE ISSUER LEDGER HOLDS [ARG...]: the three answers.
verify() {
	local code=$1 label=$2 bundle=$3 n=1 answer
	shift 3
	local answers="$1 $2 $3"
	shift 3
	expect "$code" '' label verify "$label" --trust anchors \
	    --bundle "$bundle" "$@"
	for answer in $answers; do
		grep -q "^$n [a-z ]*  $answer: " out ||
			fail "answer $n of $label is not $answer: $(cat out)"
		n=$((n + 1))
	done
	case $label in
	[Hh]*'#'* | HM1:*) same_in_a_browser "$label" "$bundle" "$answers" "$@" ;;
	esac
}

# same_in_a_browser LABEL BUNDLE ANSWERS [--at DATE]: what the registry's page
# finds out (data/verify.js) is the same. Left out where there is no node.
browsed=0
same_in_a_browser() {
	local now=$SOURCE_DATE_EPOCH
	node -e 0 2>/dev/null || return 0
	[ "${4-}" != --at ] || now=$(date -ud "$5" +%s)
	cp "$source/data/verify.js" verify.mjs
	node "$source/test/registry/answers.mjs" "$PWD/verify.mjs" anchors "$2" \
	    "$1" "$now" >answers 2>&1
	check "the script says $3, too" grep -qx "$3" answers
	browsed=$((browsed + 1))
}

# ---- keys, trust, ledger
for name in owner lab rival ledger maker; do
	expect 0 '' key new $name.key --no-passphrase --public $name.pub \
	    --name $name.example
done
expect 0 '' key new p256.key -t p256 --no-passphrase --public p256.pub
{
	echo "owner $(cat owner.pub)"
	echo "log $(cat ledger.pub)"
	echo "quorum none"
} >anchors
accredit lab.pub "$issuer" lab.accreditation
accredit rival.pub https://rival.example rival.accreditation
expect 0 '' ledger init registry --key ledger.key --origin ledger.example \
    --policy anchors
append 0 '' lab.accreditation rival.accreditation

# ---- issue
expect 0 '' assess "$image" --declaration "$declaration" --scheme $scheme --json
cp out assessment.json
set -- --assessment assessment.json --image "$image" --scheme $scheme \
    --key lab.key --issuer $issuer --oemid 32473
expect 0 '' label issue "$@" -o camera.label --evidence camera.evidence
check 'says what was labelled' grep -q \
    '^labelled: conforming of scheme psti, declared, for Example Optics' out
check 'a statement' test "$(head -c 1 camera.label | od -An -tx1)" = ' d2'
expect 0 '' label issue "$@" -o again.label --json
check 'twice the same' cmp -s camera.label again.label
check 'JSON' python3 - <<'PYTHON'
import json
a = json.load(open("out"))
assert a["schema"] == "hallmark.label-issue/1" and a["issued"] is True
assert a["refusals"] == [] and a["label"]["level_name"] == "conforming"
assert a["label"]["oemid"] == "32473" and a["label"]["index"] is None
PYTHON
expect 0 '' label issue "$@" -o short.label --valid-days 10 \
    --support-until 2030-01-01 --maker 'Ärgentum & Söhne' --model X1 \
    --product-version 9
expect 0 '' label show short.label
check 'said by options' grep -q '^  updates until 2030-01-01$' out
check 'UTF-8' grep -q '^  maker       Ärgentum & Söhne$' out
expect 2 '1095 days at most' label issue "$@" -o x.label --valid-days 1096
expect 2 'no number of days' label issue "$@" -o x.label --valid-days 0
expect 2 'no date' label issue "$@" -o x.label --support-until 2031-02-29
expect 2 'over already' label issue "$@" -o x.label --support-until 2020-02-28
expect 2 'is missing, too long' label issue "$@" -o x.label \
    --model 'a model whose name is longer than 32 bytes'
expect 2 'neither a private' label issue "${@:1:10}" --oemid none -o x.label
expect 2 '--output is missing' label issue "$@"
expect 2 '--issuer is missing' label issue --assessment a --image b \
    --scheme c --key d
expect 3 'No such file' label issue "${@:3}" -o x.label --assessment none
expect 3 'is no assessment' label issue --assessment anchors \
    --image "$image" --scheme $scheme --key lab.key --issuer $issuer \
    --oemid 32473 -o x.label
check 'nothing was written' test ! -e x.label

# ---- what an assessment does not support
expect 1 '' label issue --assessment assessment.json --image "$other" \
    --scheme $scheme --key lab.key --issuer $issuer --oemid 32473 -o x.label
check 'another image' grep -q 'image' out
expect 1 '' label issue --assessment assessment.json --image "$image" \
    --scheme hallmark --key lab.key --issuer $issuer --oemid 32473 -o x.label
"$hallmark" assess "$image" --scheme $scheme --json >bare.json
expect 1 '' label issue --assessment bare.json --image "$image" \
    --scheme $scheme --key lab.key --issuer $issuer --oemid 32473 -o x.label
check 'a requirement is named' grep -q '^  psti S1-1(2): not met' out
expect 1 '' label issue --assessment bare.json --image "$image" \
    --scheme $scheme --key lab.key --issuer $issuer --oemid 32473 -o x.label \
    --json
check 'JSON of a refusal' python3 - <<'PYTHON'
import json
a = json.load(open("out"))
assert a["issued"] is False and "label" not in a
assert any(r.get("requirement") == "S1-1(2)" and r["need"] for r in a["refusals"])
PYTHON
at $((10 * 365 * 86400))
expect 1 '' label issue "$@" -o x.label
check 'support has ended' grep -qi 'support' out
at 0
check 'nothing was written' test ! -e x.label

# ---- before it is in the ledger
bundle bundle.early
verify 1 camera.label bundle.early yes unknown unknown
expect 0 'not in a ledger yet' label qr camera.label --text
verify 1 "$(cat out)" bundle.early yes unknown unknown

# ---- logged
mkdir attached
append 0 'camera.label: 2' camera.label --attach attached
mv attached/camera.label young.label
append 0 '' camera.evidence
bundle bundle.young
verify 0 camera.label bundle.young yes yes yes --image "$image"
check 'the image is it' grep -q '^4 is of that image  *yes' out
verify 1 camera.label bundle.young yes yes yes --image "$other"
check 'another image' grep -q '^4 is of that image  *no' out
expect 0 'not full' label qr camera.label --ledger registry --text
verify 0 "$(cat out)" bundle.young yes yes yes
expect 0 '' ledger fill registry --key ledger.key
bundle bundle.full
expect 0 '' label qr camera.label --ledger registry --text
text=$(cat out)
verify 0 "$text" bundle.full yes yes yes
printf '\n  %s \r\n' "$text" >scanned
verify 0 scanned bundle.full yes yes yes
verify 0 " QR-Code:$text" bundle.full yes yes yes
"$hallmark" label verify - --trust anchors --bundle bundle.full <scanned \
    >out 2>err || fail "standard input: $(cat err)"
check 'standard input' grep -q '^3 holds  *yes' out
# A statement's file does not say where it stands, and its tile is full …
verify 1 camera.label bundle.full yes unknown unknown
# … but a receipt in it does, if it is from when the tile was full.
expect 0 '' ledger prove registry 2 --attach --key ledger.key -o receipted.label
verify 0 receipted.label bundle.full yes yes yes
verify 1 young.label bundle.full yes unknown unknown
verify 0 young.label bundle.young yes yes yes
mkdir twice
append 0 'there already: 2' young.label --attach twice
verify 0 twice/young.label bundle.full yes yes yes
expect 0 '' label qr receipted.label --text
check 'the receipt serves the QR code, too' test "$(cat out)" = "$text"
# One hash of its path changed.
python3 - <<'PYTHON'
label = bytearray(open("receipted.label", "rb").read())
bare = open("camera.label", "rb").read()
at = next(i for i in range(8, len(bare)) if label[i] != bare[i])
label[at + 200] ^= 1
open("spoilt.label", "wb").write(label)
PYTHON
expect 1 '' label verify spoilt.label --trust anchors --bundle bundle.full
check 'not in the ledger' grep -q '^2 [a-z ]*  \(no\|unknown\): ' out

# ---- pictures
expect 0 '62.2 x 37.2 mm' label qr camera.label --ledger registry \
    --host label.example --png q.png --svg q.svg --mark m.svg --text
url=$(cat out)
check 'a URL' test "${url#HTTPS://LABEL.EXAMPLE/V#}" != "$url"
verify 0 "$url" bundle.full yes yes yes
verify 0 "https://Label.Example/V#${url#*#}" bundle.full yes yes yes
if command -v zbarimg >/dev/null; then
	check 'scanned by zbar' test \
	    "$(zbarimg --quiet --raw -Sdisable -Sqrcode.enable q.png 2>/dev/null)" = "$url"
else
	echo 'skipped: scanning (there is no zbarimg)'
fi
if command -v ZXingReader >/dev/null; then
	check 'scanned by zxing' grep -qF "\"$url\"" <(ZXingReader q.png)
fi
check 'the words' grep -q '>CONFORMING<' m.svg
check 'the basis' grep -q '>declared by the maker,<' m.svg
expect 0 '' label qr camera.label --ledger registry --terminal ascii
check 'ASCII' grep -q '^        ##############' out
expect 0 '' label qr camera.label --ledger registry --terminal colour
check 'colour' grep -qF $'\033[38;5;16;48;5;231m' out
expect 0 'is small' label qr camera.label --ledger registry --svg q.svg \
    --module 0.35
expect 2 'telephones' label qr camera.label --svg q.svg --module 0.3
expect 2 'not legible' label qr camera.label --mark q.svg --width 24.9
expect 2 'say one' label qr camera.label --host a.example --offline
expect 2 'no name of a host' label qr camera.label --host 'a/b'
expect 2 'colour, blocks or ascii' label qr camera.label --terminal x
expect 1 'not in this ledger' label qr short.label --ledger registry

# ---- one character changed, everywhere
good=0
wrong=0
base=${text#HM1:}
for i in $(seq 0 13 $((${#base} - 1))); do
	digit=${base:i:1}
	new=7
	[ "$digit" = 7 ] && new=8
	"$hallmark" label verify "HM1:${base:0:i}$new${base:i+1}" \
	    --trust anchors --bundle bundle.full >out 2>err
	case $? in
	1|3)	good=$((good + 1)) ;;
	*)	wrong=$((wrong + 1)) ;;
	esac
done
check 'a changed character is noticed' test "$wrong" -eq 0
check 'and was looked for' test "$good" -gt 40
expect 3 'is no label' label verify "${text}0" --trust anchors \
    --bundle bundle.full
expect 3 'is no label' label verify "${text%????????????}" --trust anchors \
    --bundle bundle.full
expect 3 'is no label' label verify anchors --trust anchors \
    --bundle bundle.full
expect 3 'is no bundle' label verify "$text" --trust anchors --bundle anchors
expect 3 'whom to trust' label verify "$text" --trust bundle.full \
    --bundle bundle.full
expect 2 '--trust is missing' label verify "$text" --bundle bundle.full
sed 's/^owner.*/owner '"$(sed 's/[/&]/\\&/g' rival.pub)"'/' anchors >others
expect 3 'is no bundle' label verify "$text" --trust others \
    --bundle bundle.full

# ---- JSON, and files as standard output
expect 0 '' label verify "$text" --trust anchors --bundle bundle.full --json \
    --image "$image"
check 'JSON' python3 - <<'PYTHON'
import json
a = json.load(open("out"))
assert a["schema"] == "hallmark.label-verification/1" and a["all_good"] is True
for question in ("issuer", "ledger", "status"):
    assert a[question]["answer"] == "yes", question
assert a["issuer"]["name"] and a["ledger"]["index"] == 2 and a["image"] is True
assert a["label"]["issued"] == "2026-11-22T00:00:00Z"
PYTHON
expect 0 '' label show "$text" --json
check 'show says nothing of truth' grep -q '"verified":false' out
expect 0 '' label verify "$text" --trust anchors --bundle bundle.full --no-jail
check 'without the jail the same' grep -q '^3 holds  *yes' out

# ---- the maker's signature
expect 0 '' label countersign camera.label --key p256.key -o both.label
expect 0 '' label show both.label --countersigner p256.pub
check 'countersigned' grep -q 'countersigned by the key given' out
expect 1 '' label show both.label --countersigner maker.pub
expect 1 'already' label countersign both.label --key maker.key -o x.label
expect 3 'compact' label countersign "$text" --key maker.key -o x.label
expect 0 '' label qr both.label --ledger registry --text
check 'the ledger has it all the same' test "$(cat out)" = "$text"

# ---- suspended, reinstated
at 100
expect 0 '' label suspend camera.label --ledger registry \
    --reason investigation --text 'Reports of open telnet.' --key lab.key \
    -o suspension
append 0 '' suspension
bundle bundle.suspended
verify 1 "$text" bundle.suspended yes yes no
check 'in words' grep -q 'suspended as of 2026-11-22T00:01:40Z' out
at 200
expect 0 '' label reinstate 2 --ledger registry --reason cleared \
    --key lab.key -o again
append 0 '' again
bundle bundle.again
verify 0 "$text" bundle.again yes yes yes
expect 2 'no reason to revoke a label' label revoke 2 --ledger registry \
    --reason cleared --key lab.key -o x
expect 1 'no label at that index' label revoke 0 --ledger registry \
    --reason vulnerability --key lab.key -o x
expect 2 'is no reason' label revoke 2 --ledger registry --reason because \
    --key lab.key -o x
expect 2 'needs --ledger' label revoke 2 --reason exploited --key lab.key -o x
expect 1 'no entry' label revoke 99999 --ledger registry --reason exploited \
    --key lab.key -o x
expect 2 'who issued it' label revoke "$text" --reason exploited \
    --key lab.key -o x
expect 2 'does not say its index' label revoke camera.label \
    --reason exploited --key lab.key -o x
expect 2 '--reason is missing' label revoke 2 --key lab.key -o x
# An index that nothing here verifies is told; a ledger verifies it.
expect 0 'index 2 is what a receipt in it says; it was not verified' \
    label suspend receipted.label --reason investigation --key lab.key -o x
expect 0 'index 2 is what the label says of itself; it was not verified' \
    label suspend "$text" --issuer "$issuer" --reason investigation \
    --key lab.key -o y
check 'the same statement' cmp -s x y
expect 0 '' label suspend "$text" --ledger registry --reason investigation \
    --key lab.key -o y
check 'and by the ledger, which knows the issuer, too' cmp -s x y
expect 0 '' label suspend camera.label --index 2 --reason investigation \
    --key lab.key -o y
check 'and by the user' cmp -s x y
expect 1 'no label at that index' label suspend camera.label --index 1 \
    --ledger registry --reason investigation --key lab.key -o z
expect 1 'no entry' label suspend camera.label --index 99999 \
    --ledger registry --reason investigation --key lab.key -o z
check 'nothing was written' test ! -e z
expect 2 '--to is missing' label transfer 2 --key lab.key --reason 13 -o x

# ---- corrected, transferred, renewed
expect 0 '' label correct 2 --ledger registry --field maker \
    --value 'Example Optics Ltd' --reason 'The name was cut.' --key lab.key \
    -o correction
append 0 '' correction
at 300
expect 0 '' label renew camera.label --assessment assessment.json \
    --image "$image" --key lab.key -o renewed.label
expect 1 'another release' label renew camera.label --image "$other" \
    --assessment assessment.json --key lab.key -o x.label
append 0 '' renewed.label
bundle bundle.renewed
verify 1 "$text" bundle.renewed yes yes no
check 'superseded' grep -q 'superseded\|newer' out
verify 0 renewed.label bundle.renewed yes yes yes
# another body may not label the release, but after a transfer
at 400
expect 0 '' label issue --assessment assessment.json --image "$image" \
    --scheme $scheme --key rival.key --issuer https://rival.example \
    --oemid 32473 -o rival.label
append 1 'refused' rival.label
expect 0 '' label transfer renewed.label --ledger registry \
    --reason body-changes --to rival.pub --key lab.key -o transfer
append 0 '' transfer rival.label
expect 1 'another label at that index' label suspend rival.label --index 2 \
    --ledger registry --reason investigation --key rival.key -o z
bundle bundle.rival
verify 0 rival.label bundle.rival yes yes yes

# ---- what owners should know
expect 0 '' label update camera.label --product-version 1.2 --image "$other" \
    --url https://example.com/cam --install 'Press OK.' --see-version 'Menu' \
    --contact mailto:psirt@example.com --endpoints 'a.example, b.example' \
    --released 2026-11-20 --key lab.key -o update
expect 0 '' label advise 2 --ledger registry --id CVE-2026-1 --exploited \
    --fixed 1.2 --title 'Anybody can log in.' --url https://example.com/1 \
    --key lab.key -o advisory
append 0 '' update advisory
expect 0 '' ledger list registry --json
check 'both are in the ledger' grep -q '"kind":"advisory"' out
check 'as a whole product' grep -q '"sub":"product/[0-9a-f]*"' out
product=$(grep -o 'product/[0-9a-f]*' out | head -n 1)
expect 0 '' label advise "$product" --id CVE-2026-2 --issuer "$issuer" \
    --key lab.key -o advisory
append 0 '' advisory
expect 2 '--issuer is missing' label advise "$product" --id x --key lab.key \
    -o x
expect 2 '--id is missing' label advise 2 --ledger registry --key lab.key -o x
expect 2 '--product-version is missing' label update 2 --key lab.key -o x
expect 2 'needs --ledger' label update 2 --product-version 1 --key lab.key -o x
expect 2 'url: is empty, too long' label update camera.label \
    --product-version 1 --url javascript:alert --key lab.key -o x
expect 2 'endpoints: is empty' label update camera.label --product-version 1 \
    --endpoints 'a,,b' --key lab.key -o x
expect 2 'no date' label update camera.label --product-version 1 \
    --released yesterday --key lab.key -o x
expect 3 'is about no product' label advise product/12 --id x --issuer y \
    --key lab.key -o x

# ---- revoked, for good
at 500
expect 0 '' label revoke rival.label --ledger registry --reason exploited \
    --key rival.key -o revocation
append 0 '' revocation
bundle bundle.revoked
verify 1 rival.label bundle.revoked yes yes no
check 'revoked' grep -q 'revoked as of' out

# ---- by the clock
verify 1 "$text" bundle.again yes yes no --at 2027-11-23
verify 1 "$text" bundle.again yes yes unknown --at 2026-11-21
expect 2 'no date' label verify "$text" --trust anchors --bundle bundle.again \
    --at yesterday
at $((40 * 86400))
verify 1 renewed.label bundle.renewed yes yes unknown # too old to say so

# ---- who was withdrawn cannot go on by dating back
at 600
expect 0 '' trust add --issuer https://owner.example --key owner.key \
    --body lab.pub --name "Body of lab.pub" --uri "$issuer" --withdraw \
    -o withdrawal
append 0 '' withdrawal
bundle bundle.withdrawn
expect 0 '' label issue "$@" -o late.label --product-version 2
append 1 'refused' late.label
at 0
expect 0 '' label issue "$@" -o backdated.label --product-version 3
at 700
verify 1 backdated.label bundle.withdrawn no unknown unknown

finish
