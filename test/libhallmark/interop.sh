#!/bin/bash
# SPDX-License-Identifier: ISC
# interop.sh ROOT WRITE_SAMPLE: labels verified again by Python's libraries.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$2" "$work"
python=/usr/bin/python3
[ -x "$python" ] || python=python3
"$python" "$1/test/interop/label.py" "$work"
