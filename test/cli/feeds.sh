# SPDX-License-Identifier: ISC
# Known vulnerabilities: feeds in every form, compiled or not, and hostile ones.
. "$(dirname "$0")/common.sh"
export SOURCE_DATE_EPOCH=1795305600 # 2026-11-22: the example's feeds are fresh

python3 - <<'PYTHON' || exit 1
import io, tarfile
archive = tarfile.open('image', 'w', format=tarfile.USTAR_FORMAT)
def put(name, content):
    t = tarfile.TarInfo(name)
    t.mode, t.size, t.mtime = 0o755, len(content), 1600000000
    archive.addfile(t, io.BytesIO(content))
put('usr/lib/libssl.so.1.0.0',
    b'\x7fELF\0TLSv1 part of OpenSSL 1.0.1f 6 Jan 2014\0')
put('bin/busybox', b'\x7fELF\0BusyBox v1.19.4 (2020-01-01) multi-call\0')
archive.close()
PYTHON
cp -r "$source/examples/feeds" feeds
cp "$source/examples/camera.openvex.json" camera.vex
rm -f feeds/advisories.book

# known FILE: what an assessment's JSON says of each, in a line
known() {
	python3 - "$1" <<-'PYTHON'
	import json, sys
	o = json.load(open(sys.argv[1]))
	for v in o.get('vulnerabilities', []):
	    print(v['id'], v['component'], v['state'], v['fixed_in'],
	        'exploited' if v['exploited'] else 'not',
	        v['vex']['status'] if v['vex'] else '-')
	PYTHON
}

# answers FOLDER NAME: assess with these feeds says the same as with the plain
# ones, whose answer is in `plain`
answers() {
	expect 1 '' assess image --json --feeds "$1"
	known out >lines
	check "$2: the answer differs: $(cat lines)" cmp -s lines plain
}

# ---- without feeds nothing of it is there

"$hallmark" assess image --json >without 2>err
check 'no feeds, no word of vulnerabilities' \
    [ "$(grep -c '"vulnerabilities"\|"advisories":' without)" -eq 0 ]
check 'and the rule was not looked for' grep -q 'VULN-1' without

# ---- plain files

expect 1 '' assess image --json --feeds feeds
cp out files.json
known out >plain
same plain 'CVE-2014-0160 openssl affected 1.0.1g exploited -
CVE-2016-2148 busybox affected 1.25.0 not -
'
expect 1 '' assess image --feeds feeds
check 'the terminal names the exploited one' \
    grep -q 'CVE-2014-0160 in openssl 1.0.1f' out
expect 1 '' assess image --json --feeds feeds/cve-records.jsonl
check 'a single file does, too' grep -q '"CVE-2014-0160"' out

# ---- compiled

expect 1 '' watch update feeds
same out 'FEED                                 KIND          RECORDS   REFUSED NEWEST
README.md                            no feed: left alone
cve-records.jsonl                    CVE JSON 5          3         0 2026-11-20
epss_scores.csv                      EPSS                3         0 2026-11-20
known_exploited_vulnerabilities.json CISA KEV            2         0 2026-11-20

vulnerabilities    3 with affected versions, 3 claims
exploited          2, with affected versions 2
EPSS scores        3
VEX statements     0
exploited until    2026-11-20
versions until     2026-11-20
book               '"$(stat -c %s feeds/advisories.book)"' bytes

'"$(sed -n '$p' out)"'
'
check 'an excerpt of a catalogue does not reach' \
    grep -q '^The catalogue of exploited vulnerabilities has 2 entries only' out
cp feeds/advisories.book first
expect 1 '' watch update --json feeds
check 'the JSON of watch update' python3 -c '
import json
o = json.load(open("out"))
assert o["schema"] == "hallmark.feeds/1" and o["reaches"] is False, o
assert [f["kind"] for f in o["feeds"]] == ["none", "CVE JSON 5", "EPSS", "CISA KEV"], o
assert o["exploited_known"] == [2, 2] and "2 entries" in o["missing"], o
'
check 'the same feeds give the same book' cmp first feeds/advisories.book
check 'and nothing else is left' [ "$(find feeds -name '.*' -type f | wc -l)" -eq 0 ]
expect 1 '' assess image --json --feeds feeds
check 'book and files give the same answer' \
    cmp <(grep -v '"seconds"' files.json) <(grep -v '"seconds"' out)
answers feeds/advisories.book 'the book itself'

touch -d '2031-01-01' feeds/epss_scores.csv
expect 1 'epss_scores.csv: is newer than advisories.book, which is used: run hallmark watch update' \
    assess image --json --feeds feeds
known out >lines
check 'an old book is used all the same' cmp lines plain
touch -d '2020-01-01' feeds/epss_scores.csv

# ---- other commands

expect 0 '' sbom image --feeds feeds
check 'CycloneDX carries them' python3 -c '
import json
v = json.load(open("out"))["vulnerabilities"]
assert sorted(x["id"] for x in v) == ["CVE-2014-0160", "CVE-2016-2148"], v
'
expect 0 '' sbom image
check 'but only with feeds' [ "$(grep -c '"vulnerabilities"' out)" -eq 0 ]
expect 0 '' diff image image --feeds feeds
expect 1 '' assess image --feeds feeds --vex-out said.json
check 'OpenVEX names the exploited one' python3 -c '
import json
o = json.load(open("said.json"))
assert o["@context"].startswith("https://openvex.dev/ns"), o
assert "CVE-2014-0160" in {s["vulnerability"]["name"] for s in o["statements"]}, o
'

# ---- what the maker says

expect 1 '' assess image --json --feeds feeds --vex camera.vex
known out >lines
same lines 'CVE-2014-0160 openssl not affected 1.0.1g exploited not_affected
CVE-2016-2148 busybox affected 1.25.0 not -
'
check 'what the statement relieves does not count, what is unused is told' python3 -c '
import json
o = json.load(open("out"))
assert [f["result"] for f in o["findings"] if f["rule"] == "VULN-1"] in ([], ["info"]), o["findings"]
assert [u["id"] for u in o["advisories"]["vex_unused"]] == ["CVE-2017-7494"], o["advisories"]
'
printf '{"not": "VEX"}' >no.vex
expect 3 'no.vex: ' assess image --feeds feeds --vex no.vex
expect 3 'missing.vex: No such file' assess image --feeds feeds --vex missing.vex
cp feeds/known_exploited_vulnerabilities.json kev.vex
expect 3 'kev.vex: byte 0: VEX: a statement is of an unsupported kind' \
    assess image --feeds feeds --vex kev.vex

# ---- usage

expect 2 '--vex needs --feeds: statements on vulnerabilities say nothing' \
    assess image --vex camera.vex
expect 2 '--vex-out needs --feeds' assess image --vex-out x.json
expect 2 '--vex needs --feeds' sbom image --vex camera.vex
expect 2 'SPDX 2.3 has no vulnerabilities' sbom image --spdx --feeds feeds
expect 2 'only one answer fits standard output' \
    assess image --json --feeds feeds --vex-out -
expect 2 'only one input fits standard input' \
    assess - --feeds feeds --vex -
expect 2 'say update' watch
expect 2 'an argument is missing' watch update

# ---- whole feeds, and old ones

cp -r feeds whole
python3 "$source/test/cli/whole_feeds.py" whole || exit 1
expect 0 '' watch update whole
check 'nothing is missing' [ "$(grep -c '^The catalogue' out)" -eq 0 ]
expect 1 '' assess image --json --feeds whole
known out >lines
check 'what concerns nobody here changes nothing' cmp lines plain
(
	export SOURCE_DATE_EPOCH=1801000000 # 2027-01-26
	"$hallmark" watch update whole >old 2>err
	echo $? >code
)
check 'old feeds are compiled, but the answer is no' [ "$(cat code)" -eq 1 ]
check 'and it says what is old' grep -q \
    'The catalogue of exploited vulnerabilities ends on 2026-11-20' old

# ---- forms

mkdir forms
cve=feeds/cve-records.jsonl
kev=feeds/known_exploited_vulnerabilities.json
rest() { # the feeds but for the records, in a new folder
	rm -rf forms
	mkdir forms
	cp $kev feeds/epss_scores.csv forms/
}
for tool in gzip xz bzip2 zstd; do
	command -v $tool >/dev/null || {
		echo "skipped: there is no $tool"
		continue
	}
	rest
	$tool -c <$cve >forms/by-content
	answers forms $tool
done
rest
{
	head -1 $cve | gzip -c
	tail -n +2 $cve | gzip -c
} >forms/two-members.gz
answers forms 'two members of gzip'
rest
python3 - <<'PYTHON' || exit 1
import io, json, tarfile, zipfile
records = open('feeds/cve-records.jsonl').read().splitlines()
inner = io.BytesIO()
with zipfile.ZipFile(inner, 'w', zipfile.ZIP_DEFLATED) as z:
    for r in records:
        z.writestr('cves/' + json.loads(r)['cveMetadata']['cveId'] + '.json', r)
    z.writestr('cves/README.md', 'nothing')
    z.writestr('cves/broken.json',
        '{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{')
open('cves.zip', 'wb').write(inner.getvalue())
with zipfile.ZipFile('cves.zip.zip', 'w') as z:
    z.writestr('cves.zip', inner.getvalue())
with tarfile.open('cves.tar.gz', 'w:gz') as t:
    for i, r in enumerate(records):
        entry = tarfile.TarInfo('a/%d.json' % i)
        entry.size = len(r)
        t.addfile(entry, io.BytesIO(r.encode()))
PYTHON
for form in cves.zip cves.zip.zip cves.tar.gz; do
	rest
	cp $form forms/
	answers forms $form
done
rest
cp cves.zip forms/
expect 1 '' watch update forms
check 'a broken record in an archive is left out and counted' \
    grep -q '^cves.zip  *CVE JSON 5  *3  *1 ' out
rest
mkdir -p forms/a/b
cp $cve forms/a/b/
answers forms 'folders in folders'
rest
python3 - <<'PYTHON' || exit 1
import json, os
for r in open('feeds/cve-records.jsonl').read().splitlines():
    for i in range(150):
        o = json.loads(r)
        if i > 0:
            o['cveMetadata']['cveId'] += '%04d' % i
            o['containers']['cna']['affected'][0]['product'] = 'x'
        year = o['cveMetadata']['cveId'][4:8]
        os.makedirs('forms/cves/' + year, exist_ok=True)
        json.dump(o, open('forms/cves/%s/%s.json' %
            (year, o['cveMetadata']['cveId']), 'w'))
PYTHON
answers forms 'a tree of single records'
(
	ulimit -n 200
	"$hallmark" assess image --json --feeds forms >out 2>err
	echo $? >code
)
known out >lines
check "a tree with few descriptors: $(cat err)" cmp lines plain
expect 1 '' watch update forms
check 'a tree is one row' grep -q '^cves/  *CVE JSON 5  *450 ' out

# ---- broken feeds: file and place are named, and nothing is written

rest
head -c 500 $kev >forms/known_exploited_vulnerabilities.json
cp $cve forms/
expect 3 'forms/known_exploited_vulnerabilities.json: byte ' \
    assess image --feeds forms --html page.html
check 'no answer, no page' [ ! -s out -a ! -e page.html ]
expect 3 'forms/known_exploited_vulnerabilities.json: byte ' watch update forms
check 'no book' [ "$(find forms -name '*book*' | wc -l)" -eq 0 ]
cp first forms/advisories.book
expect 3 'byte ' watch update forms
check 'the old book stays' cmp first forms/advisories.book
rest
gzip -c $cve | head -c 300 >forms/cut.gz
expect 3 'forms/cut.gz: byte 300: gzip: stream ends too early' \
    assess image --feeds forms
rest
head -c 400 cves.zip >forms/cut.zip
expect 3 'forms/cut.zip: ' assess image --feeds forms
rest
: >forms/empty.json
expect 3 'forms/empty.json: is empty' assess image --feeds forms
expect 3 'forms/empty.json: is empty' watch update forms

# a book is read as a stranger's
rest
head -c 100 first >forms/advisories.book
expect 3 'forms/advisories.book: ' assess image --feeds forms
head -c 1000 /dev/zero >forms/advisories.book
expect 3 'forms/advisories.book: ' assess image --feeds forms
mkdir nothing
expect 3 'nothing: holds no feed' assess image --feeds nothing
printf 'hello\n' >nothing/README
expect 3 'nothing: holds no feed' assess image --feeds nothing
expect 3 'nothing: holds no feed' watch update nothing
expect 3 'nowhere: No such file' assess image --feeds nowhere
expect 3 'nowhere: No such file' watch update nowhere
expect 3 ': Not a directory' watch update $kev

# ---- hostile folders

rest
cp $cve forms/
mkfifo forms/fifo
ln -s / forms/root
mkdir forms/.git
printf 'broken' >forms/.git/x.json
printf '{' >forms/.hidden.json
expect 1 'forms/fifo: is no plain file: left alone' \
    assess image --json --feeds forms
check 'links to folders are not followed' \
    grep -q 'forms/root: is a link to a folder: left alone' err
known out >lines
check 'the rest counts' cmp lines plain
expect 3 'forms/fifo: is neither a folder nor a plain file' \
    assess image --feeds forms/fifo
rest
ln -s "$work/$cve" forms/linked.jsonl
answers forms 'a link to a file'
ln -s nowhere forms/dangling.json
expect 3 'forms/dangling.json: No such file' assess image --feeds forms
rest
cp $cve forms/$'a\x1b[2J\n.jsonl'
"$hallmark" watch update forms >out 2>err
check 'names do not reach the terminal as they are' \
    [ "$(cat out err | grep -c $'\x1b')" -eq 0 ]
"$hallmark" watch update --json forms >out 2>err
check 'nor break the JSON' python3 -c 'import json; json.load(open("out"))'
rest
deep=forms$(printf '/d%.0s' {1..9})
mkdir -p "$deep"
expect 3 'lies too deep' assess image --feeds forms

# a bomb: what it claims to unpack to is too much
rest
python3 - <<'PYTHON' || exit 1
import struct
zip = bytearray(open('cves.zip', 'rb').read())
struct.pack_into('<I', zip, zip.find(b'PK\1\2') + 24, 3 << 30)
open('forms/bomb.zip', 'wb').write(zip)
PYTHON
expect 3 'forms/bomb.zip: cves/CVE-2014-0160.json: byte 0: zip: member exceeds a limit' \
    assess image --feeds forms
rest
python3 - <<'PYTHON' || exit 1
import gzip
content = open('feeds/cve-records.jsonl', 'rb').read()
for i in range(9):
    content = gzip.compress(content)
open('forms/nested.gz', 'wb').write(content)
PYTHON
expect 3 'forms/nested.gz: byte 0: archive: depth exceeds a limit' \
    assess image --feeds forms

# ---- a reader that dies

# The command waits for its image, so its workers can be found.
mkfifo slow
"$hallmark" assess - --feeds feeds <slow >out 2>err &
command=$!
exec 7>slow
for _ in {1..100}; do
	for pid in $(pgrep -P $command); do
		grep -qz -- '--worker=feed/' /proc/"$pid"/cmdline &&
			kill -KILL "$pid" && break 2
	done
	sleep 0.05
done
cat image >&7
exec 7>&-
wait $command
code=$?
check "a killed reader: exit $code: $(cat err)" [ $code -eq 4 ]
check "it is told: $(cat err)" grep -q 'the reader of feeds was killed' err
check 'and there is no answer without it' [ ! -s out ]

# ---- the jail holds it

expect 1 '' watch update --json feeds
if [ "${HALLMARK_TEST_NO_JAIL:-}" != 1 ]; then
	check 'the reader is in its jail' grep -q '"jail":".*seccomp' out
fi
expect 1 '' watch update --no-jail --json feeds
check 'or says that it is not' grep -q '"jail":"none"' out
finish
