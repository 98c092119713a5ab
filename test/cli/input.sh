# SPDX-License-Identifier: ISC
# Bad input ends with 3 and names the file and the reason.
. "$(dirname "$0")/common.sh"

: >empty
mkdir folder
printf 'x' >one
truncate -s 1073741825 large
for command in assess ls sbom; do
	expect 3 'missing: No such file or directory' $command missing
	expect 3 'folder: is a directory' $command folder
	expect 3 'empty: is empty' $command empty
	expect 3 'large: is too large (over 1024 MiB)' $command large
	expect 3 'standard input: is empty' $command -
	expect 3 'one/x: Not a directory' $command one/x
done
expect 3 'missing: No such file or directory' cat missing /etc/passwd

printf 'x' >secret
chmod 0 secret
if [ "$(id -u)" -ne 0 ]; then
	expect 3 'secret: Permission denied' assess secret
elif command -v setpriv >/dev/null; then
	chmod 755 .
	setpriv --reuid 65534 --regid 65534 --clear-groups \
	    "$hallmark" assess secret >out 2>err
	check 'exit 3 for an unreadable file' [ $? -eq 3 ]
	check 'why' grep -q 'secret: Permission denied' err
else
	echo 'skipped: the unreadable file needs an ordinary user or setpriv'
fi

# any bytes at all are assessed
expect 0 '' ls one
head -c 100000 /dev/urandom >noise
expect 0 '' ls noise
"$hallmark" ls - <noise >out 2>err
check 'standard input is read' [ $? -eq 0 ]
head -c 100000 noise | "$hallmark" ls - >out 2>err
check 'a pipe is read' [ $? -eq 0 ]
ln -s noise link
expect 0 '' ls link

expect 3 'missing: No such file or directory' assess --data missing noise
finish
