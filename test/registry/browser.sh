# SPDX-License-Identifier: ISC
# A registry as its readers see it: Debian's chromium, driven by playwright-core
# and looked at by axe-core, which npm fetches for this one run.
#
#   browser.sh HALLMARK SOURCE
#
# Skipped without node, npm, chromium or the two packages. SCREENSHOTS=FOLDER
# keeps pictures of the pages there. HALLMARK_NPM names a folder with a
# node_modules to take instead of fetching.
playwright=1.60.0 # later ones ask for more than Debian 12's Node.js 18
axe=4.14.1

skip() {
	echo "skipped: $*"
	exit 77
}

for program in node npm; do
	command -v $program >/dev/null || skip "$program is needed"
done
command -v chromium-headless-shell >/dev/null ||
	command -v chromium >/dev/null ||
	skip "chromium or chromium-headless-shell is needed"
# Here, for the tests go to a folder of their own.
[ -z "${SCREENSHOTS-}" ] || SCREENSHOTS=$(realpath -m "$SCREENSHOTS")
export SCREENSHOTS=${SCREENSHOTS-}
. "$(dirname "$0")/../cli/common.sh"
. "$source/test/registry/scene.sh"

server=
end() {
	[ -z "$server" ] || kill "$server" 2>/dev/null
	wait
	rm -rf "$work"
}
trap end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

fetch() {
	[ -z "${HALLMARK_NPM-}" ] || {
		cp -r "$HALLMARK_NPM/node_modules" .
		return
	}
	timeout 30 npm install --no-audit --no-fund --ignore-scripts \
	    --prefer-offline --prefix . "playwright-core@$playwright" \
	    "axe-core@$axe" >npm.log 2>&1
}
mkdir npm scene
(cd npm && fetch) &
fetching=$!
cp "$source/test/registry/browser.mjs" npm/
cd scene || exit 1
scene
wait $fetching || skip "npm could not install playwright-core@$playwright" \
    "and axe-core@$axe"
[ "$failed" -eq 0 ] || finish

"$hallmark" serve registry --key ledger.key --listen 127.0.0.1:0 \
    >served 2>serve.log &
server=$!
for _ in $(seq 200); do
	grep -qs '^http' served && break
	sleep 0.1
done
check 'the registry starts' grep -q '^http' served || finish
node ../npm/browser.mjs "$hallmark" "$(head -n 1 served)" || failed=1
kill "$server"
wait "$server"
check 'the registry ends well' test $? -eq 0
server=
# a browser opens connections ahead, and leaves some of them unused
grep -v -e '^info ' -e '^warn refused unused=[0-9]*$' serve.log >complaints
check 'and had nothing to complain of' cmp complaints /dev/null
cat complaints
finish
