# SPDX-License-Identifier: ISC
# --help and the manual pages name the same commands and options.
. "$(dirname "$0")/common.sh"

# options_of_page FILE: the long options its .It lines introduce
options_of_page() {
	sed -n 's/^\.It .*Fl -\([a-z-]*\).*/\1/p' "$1" | sort -u
}
options_of_help() {
	"$hallmark" "$@" --help | grep -o -- '--[a-z][a-z-]*' |
		sed 's/^--//' | sort -u
}

for command in assess cat catalogue declare diff ls sbom key label ledger serve trust watch; do
	page=$source/man/hallmark-$command.1
	options_of_page "$page" >page
	options_of_help $command >help
	check "hallmark-$command.1 and --help differ: $(diff page help)" \
	    cmp -s page help
	check "hallmark.1 names $command" \
	    grep -q "Xr hallmark-$command 1" "$source/man/hallmark.1"
done
options_of_page "$source/man/hallmark.1" >page
"$hallmark" --help | grep -o -- '^  --[a-z]*' | sed 's/^  --//' | sort >help
check "hallmark.1 and --help differ: $(diff page help)" cmp -s page help

if command -v mandoc >/dev/null; then
	for page in "$source"/man/*.1; do
		check "mandoc -Tlint $page" mandoc -Tlint -W warning "$page"
	done
else
	echo 'skipped: mandoc is not installed'
fi
finish
