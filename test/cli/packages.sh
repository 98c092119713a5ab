# SPDX-License-Identifier: ISC
# Packages of several kinds in one image: each once, with its purl, in the jail.
. "$(dirname "$0")/common.sh"

python3 - "$source" <<'PYTHON' || exit 1
import io, sys, tarfile
def put(name, content):
    t = tarfile.TarInfo(name)
    t.size = len(content)
    archive.addfile(t, io.BytesIO(content))
archive = tarfile.open('image', 'w', format=tarfile.USTAR_FORMAT)
put('etc/os-release', b'ID=poky\nVERSION_ID=4.0.5\nPRETTY_NAME=Poky\n')
put('usr/lib/os-release', b'ID=poky\nVERSION_ID=4.0.5\n')
with open(sys.argv[1] + '/test/data/rpm/good/rpmdb.sqlite', 'rb') as f:
    put('var/lib/rpm/rpmdb.sqlite', f.read())
put('usr/lib/node_modules/a/node_modules/@b/c/package.json',
    b'{"name":"@b/c","version":"1.2.3"}')
put('usr/lib/python3/site-packages/Flask-2.0.dist-info/METADATA',
    b'Metadata-Version: 2.1\nName: Flask\nVersion: 2.0\n')
put('boot/vmlinuz', b'\x7f\x01kernel\0' * 400 +
    b'Linux version 6.1.0-18-amd64 (a@b.example.org) (gcc 12) '
    b'#1 SMP Debian 6.1.76-1 (2024-02-01)\0')
put('lib/modules/6.1.0-18-amd64/a.ko.xz', b'\xfd7zXZ\0')
archive.close()
PYTHON

checks=$((checks + 1))
"$hallmark" assess --json image >out 2>err
python3 - <<'PYTHON' || fail "components are not as expected: $(cat out)"
import json
found = {c['purl']: c for c in json.load(open('out'))['components']}
assert sorted(found) == [
    'pkg:generic/linux@6.1.76',
    'pkg:generic/poky@4.0.5',
    'pkg:npm/%40b/c@1.2.3',
    'pkg:pypi/flask@2.0',
    'pkg:rpm/acme-camera@2.0~rc1-1?arch=noarch',
    'pkg:rpm/fedora/busybox@1.36.1-5.fc39?arch=noarch',
    'pkg:rpm/fedora/zlib@1.2.13-4.fc39?arch=noarch',
    'pkg:rpm/redhat/openssl-libs@3.0.9-2.el9?arch=noarch&epoch=1',
], sorted(found)
busybox = found['pkg:rpm/fedora/busybox@1.36.1-5.fc39?arch=noarch']
assert busybox['version'] == '1.36.1-5.fc39'
assert busybox['upstream'] == '1.36.1'
poky = found['pkg:generic/poky@4.0.5']
assert len(poky['evidence']) == 2
assert found['pkg:pypi/flask@2.0']['evidence'][0]['at'] == 22
PYTHON
finish
