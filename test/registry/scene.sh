# SPDX-License-Identifier: ISC
# Sourced behind test/cli/common.sh: makes the ledger "registry" with everything
# that a page of it can show, and the files LABEL.text with what their QR codes
# hold. Days are counted back from now, because browsers have no other clock.
# shellcheck shell=bash
now=$(date +%s)
scene_image=$source/test/data/squashfs/good/gzip.sqfs
scene_declaration=$source/test/data/declaration/good/argentum-cam1-1.1.yaml
lab=https://lab.example
office=https://office.example
owner=https://owner.example

# ago DAYS: from here on it is so long before now.
ago() {
	export SOURCE_DATE_EPOCH=$((now - $1 * 86400))
}

# log FILE...: into the ledger.
log() {
	expect 0 '' ledger append registry --key ledger.key "$@"
	last=$(sed -n 's/.*: \([0-9]*\)$/\1/p' out | tail -n 1)
}

# accredit KEY URI NAME SCOPES FILE
accredit() {
	expect 0 '' trust add --issuer $owner --key owner.key --body "$1.pub" \
	    --uri "$2" --name "$3" --scope "$4" -o "$5"
}

# label NAME KEY URI ASSESSMENT SCHEME MAKER MODEL VERSION [ARG...]: issued and
# logged; its index goes to the file NAME.index.
label() {
	local name=$1 key=$2 uri=$3 assessment=$4 scheme=$5
	local maker=$6 model=$7 version=$8
	shift 8
	expect 0 '' label issue --assessment "$assessment" \
	    --image "$scene_image" --scheme "$scheme" --key "$key.key" \
	    --issuer "$uri" --oemid 32473 --maker "$maker" --model "$model" \
	    --product-version "$version" -o "$name.label" "$@"
	log "$name.label"
	echo "$last" >"$name.index"
}

# status WORD NAME KEY URI REASON TEXT [ARG...]: suspend, revoke …
status() {
	local word=$1 name=$2 key=$3 uri=$4 reason=$5 text=$6
	shift 6
	expect 0 '' label "$word" "$(cat "$name.index")" --ledger registry \
	    --reason "$reason" --text "$text" --key "$key.key" \
	    --issuer "$uri" -o statement "$@"
	log statement
}

# An assessment that somebody else has made: all of it tested, or for a level of
# the scheme hallmark.
assessments() {
	"$hallmark" assess "$scene_image" --scheme psti --json \
	    --declaration "$scene_declaration" >declared.json
	tr -d '\n\t' <declared.json |
	    sed -e 's/"basis": *"declared"/"basis":"tested"/g' \
	    -e 's/"reason": *"\(needs-review\|unread-bytes\)"/"reason":""/g' \
	    >tested.json
	sed -e 's/"name": *"psti", *"level": *"conforming"/"name":"hallmark","level":"substantial"/' \
	    tested.json >substantial.json
	check 'assessments were made' grep -q '"level":"substantial"' \
	    substantial.json
}

trust() {
	local name

	for name in owner lab ledger stranger; do
		expect 0 '' key new $name.key --no-passphrase \
		    --public $name.pub --name $name.example
	done
	expect 0 '' key new office.key -t p256 --no-passphrase \
	    --public office.pub --name office.example
	{
		echo "owner $(cat owner.pub)"
		echo "log $(cat ledger.pub)"
		echo "quorum none"
	} >anchors
	ago 400
	accredit lab $lab 'Prüflabor Silber' \
	    psti:conforming,hallmark:substantial lab.statement
	accredit office $office "Office <i>\"&'</i> of P-256" \
	    psti:conforming office.statement
	expect 0 '' ledger init registry --key ledger.key \
	    --origin ledger.example --policy anchors
	log lab.statement office.statement
	printf '%s\n' 'their_domain: Elsewhere, its authority' \
	    "their_scheme: Elsewhere's label" 'their_level: one star' \
	    'our_scheme: psti' 'our_level: 1' 'conditions: for cameras' \
	    'source: https://elsewhere.example/arrangement' \
	    'from: 2026-01-01' >recognition
	expect 0 '' trust add --issuer $owner --key owner.key \
	    --recognition recognition -o statement
	log statement
}

# Two releases of one camera, the second renewed, with what its maker says.
camera() {
	local name=(lab $lab declared.json psti 'Example Optics' 'Argentum Cam 1')

	ago 300
	label old "${name[@]}" 1.0
	expect 0 '' label advise "$(cat old.index)" --ledger registry \
	    --id CVE-2026-0001 --exploited --fixed 1.1 --title \
	    'Anybody in the same network can log in with a shared password.' \
	    --url https://optics.example/advisories/1 --key lab.key -o statement
	log statement
	status suspend old lab $lab investigation 'Reports of open telnet.'
	status reinstate old lab $lab cleared 'It was another model.'
	ago 120
	label good "${name[@]}" 1.1 --category camera
	ago 100
	expect 0 '' label update "$(cat good.index)" --ledger registry \
	    --product-version 1.2 \
	    --install 'Open the app, choose Camera, then Update now.' \
	    --see-version "It stands on the app's page About this camera." \
	    --url https://optics.example/firmware/cam1-1.2.img \
	    --contact mailto:security@optics.example --key lab.key \
	    --endpoints updates.optics.example:443,time.optics.example:123 \
	    -o statement
	log statement
	expect 0 '' label correct "$(cat old.index)" --ledger registry \
	    --field maker --value 'Example Optics Ltd' \
	    --reason 'The name was cut.' --key lab.key -o statement
	log statement
}

others() {
	local evil="<b>\"&'</b>"

	ago 290
	label expired lab $lab declared.json psti 'Lumen' 'Lamp L5' 3 \
	    --valid-days 30
	ago 200
	label suspended lab $lab declared.json psti 'Example Optics' \
	    'Aurum Bell' 2.4.0
	label revoked lab $lab declared.json psti 'Porta' 'Lock 2' 5.0
	label p256 office $office tested.json psti 'Beispiel & Söhne' \
	    'Steckdose' 7
	label tested lab $lab substantial.json hallmark 'Argentum Devices' \
	    'Router R9' 2026.4
	label replaced lab $lab declared.json psti 'Porta' 'Lock 3' 1.0
	label hebrew lab $lab declared.json psti 'עין חדה' 'מצלמה 1' 1
	label markup office $office declared.json psti "$evil" \
	    '<img src=x onerror=alert(1)>' '"><svg/onload=alert(1)>'
	status suspend markup office $office investigation \
	    "</blockquote><script>alert(1)</script>$evil"
	ago 60
	expect 0 '' label renew replaced.label --assessment declared.json \
	    --image "$scene_image" --key lab.key -o renewed.label
	log renewed.label
	echo "$last" >renewed.index
	status suspend suspended lab $lab exploited \
	    'A default password is being used by a botnet.'
	status revoke revoked owner $owner surveillance \
	    'The authority of the market asked for it.'
}

# Full tiles, so that QR codes have proofs; then some that have none.
fill() {
	local name

	ago 30
	expect 0 '' ledger fill registry --key ledger.key
	for name in old good expired suspended revoked p256 tested replaced \
	    renewed hebrew markup; do
		expect 0 '' label qr $name.label --ledger registry \
		    --host label.example --text
		cp out $name.text
	done
	label young lab $lab declared.json psti 'Example Optics' 'Young' 1
	expect 0 'not full' label qr young.label --ledger registry \
	    --host label.example --text
	cp out young.text
	expect 0 '' label issue --assessment declared.json \
	    --image "$scene_image" --scheme psti --key stranger.key \
	    --issuer https://stranger.example --oemid 32473 -o stranger.label
	expect 0 'not in a ledger' label qr stranger.label \
	    --host label.example --text
	cp out stranger.text
}

scene() {
	assessments
	trust
	camera
	others
	fill
	unset SOURCE_DATE_EPOCH
}
