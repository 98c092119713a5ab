# SPDX-License-Identifier: ISC
# ls and cat show exactly what is in an image, and nothing acts on terminals.
. "$(dirname "$0")/common.sh"

# A tar archive written by a second implementation (Python's).
python3 - <<'PYTHON' || exit 1
import io, tarfile
def entry(name, kind, mode, uid=0, gid=0, content=b'', link='', dev=(0, 0)):
    t = tarfile.TarInfo(name)
    t.type, t.mode, t.uid, t.gid, t.linkname = kind, mode, uid, gid, link
    t.devmajor, t.devminor = dev
    t.size, t.mtime = len(content), 1600000000
    archive.addfile(t, io.BytesIO(content))
archive = tarfile.open('image', 'w', format=tarfile.USTAR_FORMAT)
f = tarfile.REGTYPE
entry('etc', tarfile.DIRTYPE, 0o755)
entry('etc/passwd', f, 0o644, content=b'root::0:0::/:/bin/sh\n')
entry('bin/su', f, 0o4755, 0, 7, b'\x7fELF')
entry('opt/bin/su', f, 0o1644, 8, 9, b'other')
entry('bin/sh', tarfile.SYMTYPE, 0o777, link='busybox')
entry('dev/console', tarfile.CHRTYPE, 0o600, dev=(5, 1))
entry('evil\x1b[2J', f, 0o600, content=b'raw \x1b bytes')
archive.close()
PYTHON

expect 0 '' ls image
same out 'tar@0x0!/etc
tar@0x0!/etc/passwd
tar@0x0!/bin/su
tar@0x0!/opt/bin/su
tar@0x0!/bin/sh
tar@0x0!/dev/console
tar@0x0!/evil\x1b[2J
'
expect 0 '' ls -l image
same out 'drwxr-xr-x     0     0          0 tar@0x0!/etc
-rw-r--r--     0     0         21 tar@0x0!/etc/passwd
-rwsr-xr-x     0     7          4 tar@0x0!/bin/su
-rw-r--r-T     8     9          5 tar@0x0!/opt/bin/su
lrwxrwxrwx     0     0          0 tar@0x0!/bin/sh -> busybox
crw-------     0     0    5,    1 tar@0x0!/dev/console
-rw-------     0     0         11 tar@0x0!/evil\x1b[2J
'

expect 0 '' cat image 'tar@0x0!/etc/passwd'
same out 'root::0:0::/:/bin/sh
'
expect 0 '' cat image /passwd
same out 'root::0:0::/:/bin/sh
'
expect 0 '' cat image /bin/su
same out $'\177ELF'
expect 0 '' cat image /opt/bin/su
same out 'other'
expect 1 'fits several files' cat image /su
check 'the candidates are named' grep -qF '  tar@0x0!/opt/bin/su' err
expect 0 '' cat image $'/evil\033[2J'
same out $'raw \033 bytes'
expect 1 'no such file in the image' cat image /etc/shadow
expect 1 'no such file in the image' cat image 'tar@0x0!/etc/pass'
expect 1 'not a file but a symlink' cat image /bin/sh
expect 1 'not a file but a directory' cat image 'tar@0x0!/etc'
expect 1 'not a file but a char' cat image /dev/console

# a container inside another
gzip -nc image >image.gz
expect 0 '' cat image.gz 'gzip@0x0!tar@0x0!/etc/passwd'
expect 0 '' cat image.gz /etc/passwd
same out 'root::0:0::/:/bin/sh
'

expect 0 '' ls --json image
python3 - <<'PYTHON' || fail 'ls --json'
import json
o = json.load(open('out'))
assert o['schema'] == 'hallmark.listing/1'
assert o['image'] == {'name': 'image', 'size': len(open('image', 'rb').read())}
assert o['cut_short'] == '' and o['trouble'] == ''
files = o['files']
assert len(files) == 7
assert files[0]['path'] == 'tar@0x0!/etc' and files[0]['kind'] == 'directory'
assert files[2] == {'path': 'tar@0x0!/bin/su', 'kind': 'file', 'mode': '4755',
    'uid': 0, 'gid': 7, 'size': 4, 'mtime': 1600000000}, files[2]
assert files[4]['link'] == 'busybox'
assert (files[5]['major'], files[5]['minor']) == (5, 1)
assert files[6]['path'] == 'tar@0x0!/evil\x1b[2J'
PYTHON

# names beyond ASCII; written by 7z 16.02
base64 -d >image.7z <<'BASE64'
N3q8ryccAATpKD5DcAAAAAAAAAAhAAAAAAAAAAKQNu0BAANoaWhpAAAAgTMHrg/OP8PniCoxHVtc
PWSisXIv6jnfrYG9IEV+GNEBO7Kt5aNtcVm5N1foD156eGmby27Lh3gxyFGeHIqG2XhwtVkXZRyA
PZeizgKQ/WXYmuKPNyXRIIlNLgUi7LLrWtT/AAAAFwYIAQloAAcLAQABIwMBAQVdABAAAAyAigoB
zo6khQAA
BASE64
expect 0 '' ls image.7z
same out '7z@0x0!/d
7z@0x0!/d/äöü.txt
7z@0x0!/d/日本.txt
'
expect 0 '' cat image.7z /äöü.txt
same out 'hi'

# nobody reads the answer: no hang
"$hallmark" ls image | true
checks=$((checks + 1))
finish
