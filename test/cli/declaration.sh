# SPDX-License-Identifier: ISC
# What a declaration does to an assessment, and the documents made of it.
. "$(dirname "$0")/common.sh"

# the sample's support period must not end with the calendar
export SOURCE_DATE_EPOCH=1795305600
printf 'x%.0s' {1..3000} >image
cp "$source/test/data/declaration/good/argentum-cam1-1.1.yaml" maker.yaml

"$hallmark" assess --json image >without 2>err
"$hallmark" assess --json --declaration maker.yaml --scheme psti image >with \
    2>err
check 'nothing on standard error' [ ! -s err ]
check 'the declaration changes what it should, and says so' python3 -c '
import hashlib, json
a, b = json.load(open("without")), json.load(open("with"))
assert "declaration" not in a
d = b["declaration"]
assert d["name"] == "maker.yaml" and d["answers"] > 100, d
assert d["sha256"] == hashlib.sha256(open("maker.yaml", "rb").read()).hexdigest()
def verdicts(r):
    return {(v["framework"], v["requirement"]): v for v in r["verdicts"]}
va, vb = verdicts(a), verdicts(b)
assert va.keys() == vb.keys()
for v in va.values():
    assert v["basis"] == "tested" and v["verdict"] not in ("pass", "not-applicable"), v
for key, v in vb.items():
    if v["verdict"] in ("pass", "not-applicable"):
        assert v["basis"] == "declared" and v["because"], v
    if va[key]["verdict"] == "fail":
        assert v["verdict"] == "fail" and v["basis"] == "tested", v
assert vb["en303645", "5.2-1"]["verdict"] == "pass"
assert a["scheme"]["name"] == "hallmark" and a["scheme"]["next"] == "basic"
assert b["scheme"]["name"] == "psti" and b["scheme"]["level"] == "conforming", b["scheme"]
for g in a["scheme"]["gaps"]:
    assert g["need"] in ("fix", "declare", "read", "review"), g
assert [g["requirement"] for g in a["scheme"]["gaps"]] == a["scheme"]["missing"]
'
"$hallmark" assess --declaration maker.yaml image >out 2>err
check 'the terminal names it' grep -q "declaration (maker.yaml)" out
"$hallmark" assess --declaration maker.yaml --html page.html image >out 2>err
check 'the page says whose word it is' grep -q 'declared by the maker' page.html
expect 2 'no such scheme; there are hallmark, psti, cra-self' \
    assess --scheme gold image
expect 3 'missing.yaml' assess --declaration missing.yaml image
printf 'a: &x 1\nb: *x\n' >anchor.yaml
expect 3 'anchor.yaml' assess --declaration anchor.yaml image

# documents: whole, or a list of what they lack
expect 0 '' declare export image --declaration maker.yaml --as psti-statement
check 'a page by default' grep -q '^<!DOCTYPE html>' out
check 'that loads nothing' [ "$(grep -c 'src=\|href=\|<script' out)" -eq 0 ]
check 'every statement has its source' grep -q 'maker.yaml line [0-9]' out
expect 0 '' declare export image --declaration maker.yaml --as ixit \
    --format markdown --output ixit.md
check 'Markdown begins with its title' grep -q '^# Conformance statement' ixit.md
check 'and nothing went to standard output' [ ! -s out ]
for document in technical-file user-information; do
	expect 0 '' declare export image --declaration maker.yaml --as $document
	check "$document has no hole" [ "$(grep -c 'TODO\|example\.com' out)" -eq 0 ]
done
expect 0 '' declare export image --declaration maker.yaml --as technical-file \
    --feeds "$source/examples/feeds"
check 'with feeds it says what is known' \
    grep -q 'known vulnerabilities of the components seen' out
expect 2 'vex needs --feeds' declare export image --declaration maker.yaml \
    --as technical-file --vex maker.yaml
sed '/^ *risk_assessment:/,+1d' maker.yaml >lacking.yaml
expect 1 'lacking.yaml: product.risk_assessment: the document needs it' \
    declare export image --declaration lacking.yaml --as technical-file
check 'nothing is written of it' [ ! -s out ]
sed 's|^\( *security_contact:\).*|\1 TODO|' maker.yaml >hole.yaml
line=$(grep -n 'security_contact: TODO' hole.yaml | cut -d: -f1)
expect 1 "hole.yaml:$line:" \
    declare export image --declaration hole.yaml --as psti-statement -o s.html
check 'no file with holes' [ ! -e s.html ]
expect 2 'no such document; there are technical-file' \
    declare export image --declaration maker.yaml --as poem
expect 2 'no such format' declare export image --declaration maker.yaml \
    --as ixit --format pdf
expect 2 'needs --declaration and --as' declare export image

# foreign text stays text
sed 's#^\( *maker:\).*#\1 "<script>x</script> [a](b) | `c` \\u202e"#' \
    maker.yaml >hostile.yaml
for format in html markdown; do
	expect 0 '' declare export image --declaration hostile.yaml \
	    --as psti-statement --format $format
	check "$format has no script" [ "$(grep -c '<script>' out)" -eq 0 ]
	check "$format has no override" [ "$(grep -c $'\xe2\x80\xae' out)" -eq 0 ]
done
check 'Markdown has no link' grep -qF '\[a\](b) \| \`c\`' out
finish
