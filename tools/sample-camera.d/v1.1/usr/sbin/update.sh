#!/bin/sh
# Fetches the newest firmware, and writes it to the flash only if it is newer
# than this one and its signature is good.
set -e
server=https://update.example.com/argentum/cam1
fetch="curl --fail --silent --show-error --proto =https --tlsv1.2"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

. /etc/os-release
$fetch -o latest "$server/latest"
$fetch -o latest.sig "$server/latest.sig"
openssl dgst -sha256 -verify /etc/argentum/release.pub.pem \
    -signature latest.sig latest
read -r version file <latest
newest=$(printf '%s\n' "$VERSION_ID" "$version" | sort -V | tail -n 1)
[ "$version" != "$VERSION_ID" ] && [ "$version" = "$newest" ] || exit 0

$fetch -o firmware.img "$server/$file"
$fetch -o firmware.img.sig "$server/$file.sig"
openssl dgst -sha256 -verify /etc/argentum/release.pub.pem \
    -signature firmware.img.sig firmware.img
flashcp firmware.img /dev/mtd1
reboot
