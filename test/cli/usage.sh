# SPDX-License-Identifier: ISC
# Wrong command lines end with 2 and say why; --help ends with 0.
. "$(dirname "$0")/common.sh"

printf 'x' >image
expect 2 'usage: hallmark'
expect 2 'unknown command' polish image
expect 2 'unknown command' $'\033[2J'
check 'a hostile word is escaped' grep -qF '\x1b[2J' err
expect 2 'unknown option' assess --gold image
expect 2 'unknown option' assess -x image
expect 2 "needs a value" assess image --declaration
expect 2 "no such scheme; there are hallmark, psti, cra-self" assess --scheme gold image
expect 2 'unknown option' assess --schema basic image
expect 2 'an argument is missing' assess
expect 2 'one argument too many' assess image image
expect 2 'needs a value' assess image --html
expect 2 'given twice' assess --json --json image
expect 2 'takes no value' assess --json=yes image
expect 2 'only one answer' assess --json --html - image
expect 2 'only one answer' assess --sarif - --html=- image
expect 2 'an argument is missing' cat image
expect 2 'an argument is missing' ls -l
expect 2 'one argument too many' sbom -- --json image
expect 2 'say list, show or export' catalogue
expect 2 'say list, show or export' catalogue burn
expect 2 'an argument is missing' catalogue show

for command in assess sbom ls cat catalogue declare diff key; do
	expect 0 '' $command --help
	check "$command --help" grep -q "^usage: hallmark $command" out
done
expect 0 '' --help
for command in assess sbom ls cat catalogue declare diff key; do
	check "--help names $command" grep -q "^  $command " out
done
expect 0 '' --version
check '--version' grep -Eq '^hallmark [0-9.]+ \(data [0-9a-f]{12}\)$' out
finish
