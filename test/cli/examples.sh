# SPDX-License-Identifier: ISC
# The examples of the manual pages on keys, ledgers, trust, labels and feeds, run
# as they stand there: but for the last they are one story.
. "$(dirname "$0")/common.sh"
export SOURCE_DATE_EPOCH=1795305600 # 2026-11-22

# Nobody is here to think of passphrases.
hallmark() {
	if [ "$1 $2" = 'key new' ]; then
		"$hallmark" "$@" --no-passphrase
	else
		"$hallmark" "$@"
	fi
}

export hallmark
export -f hallmark

# run_in FOLDER SCRIPT: every command of it must succeed.
run_in() {
	(cd "$1" && bash -eu "$2" >out 2>err) || {
		cat "$1/out" "$1/err"
		return 1
	}
}

# examples PAGE: the lines that a reader would type.
examples() {
	awk '/^\.Sh / { on = $2 == "EXAMPLES"; next }
	    !on { next }
	    /^\.Bd / { block = 1; next }
	    /^\.Ed/ { block = 0; next }
	    /^\.Dl / { sub(/^\.Dl /, ""); print; next }
	    block' "$1" | sed 's/\\e$/\\/'
}

if ! command -v zbarimg >/dev/null; then
	echo 'skipped: scanning (there is no zbarimg)'
	zbarimg() {
		hallmark label qr camera.label --ledger registry --text
	}
	export -f zbarimg
fi
cp "$source/test/data/squashfs/good/gzip.sqfs" camera.img
cp "$source/test/data/declaration/good/argentum-cam1-1.1.yaml" camera.yaml
cp -r "$source/examples/feeds" feeds
python3 "$source/test/cli/whole_feeds.py" feeds
for page in key ledger trust label watch; do
	examples "$source/man/hallmark-$page.1" >script
	folder=.
	if [ $page = key ]; then
		sed -i '/pkcs11:/,$d' script # a token is for token.sh
		folder=keys                  # nothing of it is used by the others
	fi
	check "hallmark-$page.1 has examples" grep -q '^hallmark ' script
	mkdir -p $folder
	check "hallmark-$page.1: its examples fail" \
		run_in $folder "$work/script"
done
finish
