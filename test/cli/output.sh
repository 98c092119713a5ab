# SPDX-License-Identifier: ISC
# Reports go where they should, whole or not at all.
. "$(dirname "$0")/common.sh"

printf 'x%.0s' {1..3000} >image
"$hallmark" assess image --html a.html --sbom a.cdx.json --sarif=a.sarif --oscal a.oscal \
    >out 2>err
code=$?
check 'assess ends with 0 or 1' [ $code -le 1 ]
check 'nothing on standard error' [ ! -s err ]
check 'the terminal has its answer' [ -s out ]
check 'no colour in a file' [ "$(grep -c $'\033' out)" -eq 0 ]
check 'html' grep -qi '<html' a.html
check 'sbom' python3 -m json.tool a.cdx.json /dev/null
check 'sarif' python3 -m json.tool a.sarif /dev/null
check 'oscal' python3 -m json.tool a.oscal /dev/null
check 'nothing else is left' [ -z "$(find . -name '.hallmark*')" ]

"$hallmark" assess image --html - >out 2>err
check '- is standard output' grep -qi '<html' out
check 'and nothing but the page' [ "$(head -c 1 out)" = '<' ]

expect 4 'missing/a.html: No such file' assess image --html missing/a.html
if [ -w /dev/full ]; then
	"$hallmark" assess image >/dev/full 2>err
	check 'a full disk is the machine failing' [ $? -eq 4 ]
	check 'and is said' grep -q 'No space left' err
fi

# --data: a broken table is refused, with its name
mkdir data
printf 'no table at all' >data/rules.tsv
"$hallmark" assess --data data image >out 2>err
check 'a broken data file is bad input' [ $? -eq 3 ]
check 'and is named' grep -q 'rules.tsv' err
rm data/rules.tsv
mkdir data/components
printf 'no table at all' >data/components/crypto.tsv
"$hallmark" assess --data data image >out 2>err
check 'so is one that the worker reads' [ $? -eq 3 ]
check 'and it is named' grep -q 'components/crypto.tsv' err
rm -r data/components
printf 'unused' >data/mine.tsv
"$hallmark" assess --json --data data image >own 2>err
check 'an added data file is fine' [ $? -le 1 ]
"$hallmark" assess --json image >builtin 2>err
check 'and changes the version of the data' python3 -c '
import json
assert json.load(open("own"))["tool"]["data"] != \
    json.load(open("builtin"))["tool"]["data"]'
finish
