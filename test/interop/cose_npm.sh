#!/bin/sh
# SPDX-License-Identifier: ISC
# COSE in both directions between hallmark and the npm package @auth0/cose.
#
#   cose_npm.sh COSE_TOOL
#
# The package is fetched for this one run; without npm, or a registry that
# answers within half a minute, the test is skipped.
set -eu

version=1.0.2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
tool=$(realpath "$1")

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	echo "skipped: node and npm are needed"
	exit 77
fi
# Debian 12's is 18, which does not find the names in one of its parts.
if ! node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'; then
	echo "skipped: Node.js 20 is needed"
	exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$here/cose_npm.mjs" "$folder/"
cd "$folder"
if ! timeout 30 npm install --no-audit --no-fund --ignore-scripts \
	--prefer-offline --prefix . "@auth0/cose@$version" >npm.log 2>&1; then
	echo "skipped: npm could not install @auth0/cose@$version"
	exit 77
fi
node cose_npm.mjs "$tool"
