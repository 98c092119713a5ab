# SPDX-License-Identifier: ISC
# A declaration is begun from an image, checked, and begun again from answers.
. "$(dirname "$0")/common.sh"
good=$source/test/data/declaration/good/argentum-cam1-1.1.yaml
bad=$source/test/data/declaration/bad
export SOURCE_DATE_EPOCH=1795305600
image=$source/test/data/squashfs/good/$(ls "$source/test/data/squashfs/good" |
	grep -v README | head -n 1)

# ---- check
expect 0 '' declare check "$good"
check 'a complete declaration' grep -q ': complete, ' out
SOURCE_DATE_EPOCH=1956528000 expect 1 '' declare check "$good"
check 'its support ends one day' grep -q 'support_end: the support period' out
"$hallmark" declare check - <"$good" >out 2>err
check 'standard input' grep -q '^standard input: complete' out
expect 3 'is no YAML' declare check "$bad/not-yaml.yaml"
check 'line and column' grep -q 'line 2, column ' err
expect 3 'anchors' declare check "$bad/anchors.yaml"
expect 3 'twice' declare check "$bad/twice.yaml"
expect 3 'tables must stand here' declare check "$bad/list.yaml"
expect 3 'No such file' declare check missing.yaml
expect 3 'empty' declare check /dev/null
head -c 1048577 /dev/zero | tr '\0' ' ' >large.yaml
expect 3 'too large' declare check large.yaml
expect 1 '' declare check "$bad/problems.yaml"
while read -r words; do
	check "problems.yaml: $words" grep -qF -- "$words" out
done <<'LINES'
problems.yaml:4:16: product.support_end: "2031-02-29" must be a day
problems.yaml:5:9: product.modl: unknown field "modl": did you mean "model"?
problems.yaml:6:12: product.contact: no answer yet
problems.yaml:7:61: features.Fq: Table PhyIntf lists an interface
problems.yaml:11:14: provisions 5.7-2.support: Fs no is no ground
problems.yaml:13:14: provisions 6-8.support: applies by the features
problems.yaml:15:14: provisions 5.2-2.support: a recommendation
problems.yaml:18:21: SoftServ s.authentication: there is no row "A9"
problems.yaml:22:9: PhyIntf jtag: this name is taken
problems.yaml: not complete, 
LINES
printf 'product:\n  maker: "a\\u202Eb"\n  "\\U0001F600x": y z\n' >hostile.yaml
expect 1 '' declare check hostile.yaml
expect 3 'control characters' declare check "$bad/escape.yaml"
check 'no escape reaches the terminal' grep -qv $'\033' err

expect 1 '' declare check --json "$bad/problems.yaml"
check 'JSON' python3 - <<'PYTHON'
import json
answer = json.load(open("out"))
assert answer["schema"] == "hallmark.declaration-check/1"
assert answer["complete"] is False and answer["image"] is None
kinds = {p["kind"] for p in answer["problems"]}
assert {"form", "unknown", "placeholder", "contradiction", "circular",
    "no-ground", "no-reason", "reference", "duplicate", "missing"} <= kinds
assert len(answer["applicability"]) == 78
reaction = [a for a in answer["applicability"] if a["provision"] == "5.7-2"][0]
assert reaction["applies"] == "yes" and reaction["circular"]
PYTHON

# ---- init
expect 0 '' declare init "$image"
cp out first.yaml
expect 0 '' declare init "$image" --output second.yaml
check 'twice the same' cmp -s first.yaml second.yaml
check 'asks for the maker' grep -qx '  maker: TODO' first.yaml
check 'no provisions at first' sh -c '! grep -q ^provisions: first.yaml'
expect 1 '' declare check first.yaml
check 'a draft has no fault of form' sh -c \
    '! grep -vE "no answer|not answered|have no answer|not complete" out'
sed 's/Fz: TODO/Fz: no/; s/maker: TODO/maker: Argentum/' first.yaml >answers.yaml
expect 0 '' declare init "$image" --from answers.yaml -o later.yaml
check 'keeps an answer' grep -qx '  maker: Argentum' later.yaml
check 'asks for provisions' grep -qx '  5.2-1:' later.yaml
check 'says what does not apply' \
    grep -q 'It does not apply: Fz is no' later.yaml
expect 0 '' declare init "$image" --from later.yaml -o again.yaml
check 'the same again' cmp -s later.yaml again.yaml
expect 3 'is no YAML' declare init "$image" --from "$bad/not-yaml.yaml"
expect 3 'No such file' declare init missing.img
expect 4 'No such file' declare init "$image" -o missing/folder.yaml

# ---- check against an image
expect 0 '' declare check "$good" "$image" # which shows nothing
expect 1 '' declare check --json first.yaml "$image"
check 'names the image' grep -q '"image":{"name":"' out

# ---- wrong command lines
expect 2 'say init, check' declare
expect 2 'say init, check' declare burn
expect 2 'an argument is missing' declare init
expect 2 'an argument is missing' declare check
expect 2 'one argument too many' declare check a b c
expect 2 'one argument too many' declare init a b
finish
