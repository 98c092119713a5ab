# SPDX-License-Identifier: ISC
# What is JSON parses, sums up, names the jail and repeats itself.
. "$(dirname "$0")/common.sh"

printf 'root::0:0::/:/bin/sh\n' >passwd
tar -cf image --owner=0 --group=0 --mtime=@0 passwd
head -c 5000 /dev/urandom >>image

export SOURCE_DATE_EPOCH=1700000000
"$hallmark" assess --json image >first 2>err
check 'assess ends with 0 or 1' [ $? -le 1 ]
"$hallmark" assess --json image >second 2>err
check 'the same input gives the same output' cmp first second
"$hallmark" assess --json --no-jail image >bare 2>err
mkdir made edited
printf 'of another library' >made/components.hsdb
printf '# not the one compiled in\n' >edited/known-keys.tsv
"$hallmark" assess --json --data made image >made.json 2>err
"$hallmark" assess --json --data edited image >edited.json 2>err

python3 - <<'PYTHON' || fail 'assess --json'
import hashlib, json, os
o = json.load(open('first'))
image = open('image', 'rb').read()
assert o['schema'] == 'hallmark.assessment/1'
assert o['image']['name'] == 'image'
assert o['image']['size'] == len(image)
assert o['image']['sha256'] == hashlib.sha256(image).hexdigest()
assert sum(o['coverage'].values()) == len(image)
at = 0
for chunk in o['layout']:
    assert chunk['at'] == at
    at += chunk['size']
assert at == len(image)
assert len(o['tool']['data']) == 12
assert o['seconds'] == 0
if os.environ.get('HALLMARK_TEST_NO_JAIL') != '1':
    assert 'seccomp' in o['jail'] and 'no-new-privs' in o['jail'], o['jail']
assert json.load(open('bare'))['jail'] == 'none'
assert json.load(open('made.json'))['tool'] == o['tool']
assert json.load(open('edited.json'))['tool']['data'] != o['tool']['data']
PYTHON

expect 0 '' sbom image
check 'sbom parses' python3 -m json.tool out /dev/null
printf '\0\1BusyBox v1.31.1 (2020-01-01 00:00:00 UTC)\0\2' >blob
SOURCE_DATE_EPOCH=1582934400 expect 0 '' sbom --spdx blob
check 'SPDX has what its specification demands' python3 -c '
import json, re
d = json.load(open("out"))
assert d["spdxVersion"] == "SPDX-2.3" and d["dataLicense"] == "CC0-1.0", d
assert d["SPDXID"] == "SPDXRef-DOCUMENT" and d["name"] == "blob", d
assert d["documentNamespace"].startswith("urn:"), d
assert d["creationInfo"]["created"] == "2020-02-29T00:00:00Z", d
assert d["creationInfo"]["creators"][0].startswith("Tool: hallmark-"), d
ids = [p["SPDXID"] for p in d["packages"]]
assert len(set(ids)) == len(ids) == 2, ids
for p in d["packages"]:
    assert re.fullmatch("SPDXRef-[A-Za-z0-9.-]+", p["SPDXID"]), p
    assert p["downloadLocation"] == "NOASSERTION" and p["name"], p
    assert p["filesAnalyzed"] is False, p
busybox = d["packages"][1]
assert busybox["name"] == "busybox" and busybox["versionInfo"] == "1.31.1"
assert {r["referenceType"]: r["referenceLocator"]
        for r in busybox["externalRefs"]} == {
    "cpe23Type": "cpe:2.3:a:busybox:busybox:1.31.1:*:*:*:*:*:*:*",
    "purl": "pkg:generic/busybox@1.31.1"}, busybox
for r in d["relationships"]:
    assert {r["spdxElementId"], r["relatedSpdxElement"]} <= {
        *ids, "SPDXRef-DOCUMENT"}, r
assert [r["relationshipType"] for r in d["relationships"]] == [
    "DESCRIBES", "CONTAINS"], d'
expect 0 '' catalogue list --json
check 'catalogue list parses' python3 -m json.tool out /dev/null
expect 0 '' catalogue show en303645 --json
check 'catalogue show parses' python3 -m json.tool out /dev/null
expect 1 'no such framework' catalogue show nothing
expect 0 '' catalogue show 5.1-1
check 'a requirement shows what it relates to' grep -q 'psti S1-1(2)' out
expect 0 '' catalogue show 'S1-1(2)' --json
check 'from the other end, too' python3 -c '
import json
r = json.load(open("out"))["requirements"][0]
assert r["framework"] == "psti", r
assert r["related"] == [{"framework": "en303645", "requirement": "5.1-1",
    "loose": False}], r'
expect 0 '' catalogue export
check 'the export is whole' python3 -c '
import json
c = json.load(open("out"))
n = {f["id"]: len(f["requirements"]) for f in c["frameworks"]}
assert n["en303645"] == 78 and n["cra"] == 22 and n["psti"] == 8, n
assert len(c["crosswalk"]) > 300
assert any(r["loose"] for r in c["crosswalk"])'
finish
