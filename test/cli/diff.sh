# SPDX-License-Identifier: ISC
# What changed is told, with the worse deciding the exit code.
. "$(dirname "$0")/common.sh"

# Two releases as archives: the second starts telnet and root has no password;
# what they share lies at another offset.
python3 - <<'PYTHON' || exit 1
import io, tarfile
def release(name, files, before=b''):
    out = io.BytesIO()
    archive = tarfile.open(fileobj=out, mode='w', format=tarfile.USTAR_FORMAT)
    for path, content in files.items():
        t = tarfile.TarInfo(path)
        t.mode, t.size, t.mtime = 0o755, len(content), 1600000000
        archive.addfile(t, io.BytesIO(content))
    archive.close()
    open(name, 'wb').write(before + out.getvalue())
shared = {'etc/key\x1b[2J.txt': b'hello', 'usr/sbin/telnetd': b'\x7fELF'}
passwd = b'root:x:0:0::/:/bin/sh\n'
good = dict(shared, **{
    'etc/passwd': passwd, 'etc/shadow': b'root:*:1:::::::\n',
    'etc/init.d/rcS': b'#!/bin/sh\nexit 0\n'})
bad = dict(shared, **{
    'etc/passwd': passwd, 'etc/shadow': b'root::1:::::::\n',
    'etc/init.d/rcS': b'#!/bin/sh\ntelnetd -l /bin/sh\n'})
release('good', good)
release('bad', bad)
release('moved', good, b'\xff' * 1024)
PYTHON

export SOURCE_DATE_EPOCH=1700000000
expect 1 '' diff good bad
check 'the worse is named' grep -q '^WORSE' out
check 'with its place' grep -qF '/etc/init.d/rcS: telnetd -l /bin/sh' out
check 'in plain words' grep -qF 'telnetd, port 23, is started now.' out
check 'verdicts are among it' grep -q '^verdicts  *en303645: ' out
check 'and what to test again' grep -q '^RETEST' out
check 'no colour in a file' [ "$(grep -c $'\033' out)" -eq 0 ]
expect 0 '' diff bad good
check 'the way back is better' grep -q '^BETTER' out
check 'and nothing worse' [ "$(grep -c '^WORSE' out)" -eq 0 ]
expect 0 '' diff good good
check 'the same file' grep -qF 'Nothing changed: both are the same file.' out
expect 0 '' diff good moved
check 'another offset is no change of files' \
    [ "$(grep -cE 'telnetd|shadow|rcS' out)" -eq 0 ]

expect 1 '' diff --json good bad
cp out first
expect 1 '' diff --json good bad
check 'the same input gives the same output' cmp first out
"$hallmark" diff --json bad good >back 2>err
"$hallmark" diff --json good good >same 2>err
python3 - <<'PYTHON' || fail 'diff --json'
import hashlib, json
o = json.load(open('first'))
assert list(o) == ['schema', 'tool', 'old', 'new', 'direction', 'caution',
                   'totals', 'changes', 'retest'], list(o)
assert o['schema'] == 'hallmark.diff/1'
assert o['direction'] == 'worse'
assert o['old']['name'] == 'good' and o['new']['name'] == 'bad'
digest = hashlib.sha256(open('bad', 'rb').read()).hexdigest()
assert o['new']['sha256'] == digest
assert sum(o['totals'].values()) == len(o['changes'])
for word, count in o['totals'].items():
    assert count == sum(c['direction'] == word for c in o['changes'])
rules = {c['name']: c for c in o['changes'] if c['area'] == 'findings'}
assert rules['SVC-1']['change'] == 'changed'
assert rules['SVC-1']['old'] == 'info'
assert rules['SVC-1']['new'] == 'fail' and rules['SVC-1']['advice']
assert rules['SVC-1']['evidence'][0]['image'] == 'new'
verdict = [c for c in o['changes'] if c['area'] == 'verdicts' and
           c['framework'] == 'en303645' and c['name'] == '5.6-1'][0]
assert verdict['new'] == 'fail' and 'SVC-1' in verdict['new_because']
assert '5.6-1' in o['retest'][0]['requirements']
back = json.load(open('back'))
assert back['direction'] == 'better' and back['totals']['worse'] == 0
same = json.load(open('same'))
assert same['direction'] == 'neutral' and same['changes'] == []
assert same['retest'] == []
PYTHON

expect 1 '' diff --html page.html good bad
check 'a page' grep -qi '<html' page.html
check 'beside the answer' grep -q '^WORSE' out
check 'without script' [ "$(grep -ci '<script' page.html)" -eq 0 ]
expect 1 '' diff --html - good bad
check '- is standard output' [ "$(head -c 1 out)" = '<' ]
expect 2 'only one answer' diff --json --html - good bad
expect 4 'missing/a.html: No such file' diff --html missing/a.html good bad

checks=$((checks + 1))
"$hallmark" diff - bad <good >out 2>err
[ $? -eq 1 ] || fail 'the old image from standard input'
check 'has that name' grep -qF 'old: -' out
expect 2 'only one image' diff - -
expect 2 'an argument is missing' diff good
expect 3 'nowhere' diff good nowhere
expect 3 'nowhere' diff nowhere good
finish
