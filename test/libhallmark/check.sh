#!/bin/bash
# SPDX-License-Identifier: ISC
# check.sh BUILD ROOT WRITE_SAMPLE: what libhallmark promises its callers.
# Looks into the library as it was linked, installs it into a folder, builds the
# example against that, shared and static, and runs it on a sample ledger.
set -eu
build=$1
root=$2
write_sample=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
# The object is the library; its bound is in DESIGN's words "small": 64 KiB.
object=$build/src/libhallmark/hallmark.o
shared=$build/src/libhallmark/libhallmark.so.1.0.0
text_max=65536

fail()
{
	echo "FAIL $*"
	failed=1
}

# Names that no part of it may call: heap, streams, files, threads, clock.
foreign='malloc|calloc|realloc|reallocarray|free|strdup|posix_memalign|mmap|sbrk
|printf|fprintf|snprintf|puts|fwrite|fopen|open|openat|read|pread|write|pwrite
|socket|connect|send|recv|ioctl|pthread_[a-z_]*|thrd_[a-z]*|fork|execve|system
|time|clock|clock_gettime|gettimeofday|getenv|exit|abort|signal|__assert_fail'
foreign=$(echo "$foreign" | tr -d '\n')

check_calls()
{
	nm -u "$object" | awk '{ print $2 }' >"$work/calls"
	if grep -Ex "$foreign" "$work/calls"; then
		fail "calls these"
	fi
	# The test of the test: the names are spelled as nm spells them.
	grep -qx inflate "$work/calls" || fail "nm shows no calls"
	echo "free" | grep -qEx "$foreign" || fail "the list finds nothing"
}

# Sanitised builds are larger and have data; only the plain one is measured.
check_size()
{
	size -A "$object" >"$work/size"
	text=$(awk '/^\.(text|rodata|eh_frame)/ { n += $2 }
		END { print n + 0 }' "$work/size")
	data=$(awk '($1 ~ /^\.(data|bss|tdata|tbss)/) &&
		($1 !~ /^\.data\.rel\.ro/) { n += $2 }
		END { print n + 0 }' "$work/size")
	if nm -u "$object" | grep -q '__asan\|__ubsan'; then
		echo "skipped: size of a sanitised library ($text bytes)"
		return
	fi
	echo "libhallmark: $text bytes of code and constants, $data of data"
	[ "$text" -gt 8192 ] || fail "no size was read"
	[ "$text" -le "$text_max" ] || fail "more than $text_max bytes of code"
	[ "$data" -eq 0 ] || fail "has data that can change"
}

check_names()
{
	sed -n 's/^[^*].*[ *]\(hallmark_[a-z0-9_]*\)(.*/\1/p' \
	    "$root/src/libhallmark/hallmark.h" | sort -u >"$work/promised"
	nm -g --defined-only "$object" | awk '{ print $3 }' | sort \
	    >"$work/in_object"
	nm -D --defined-only "$shared" | awk '$2 == "T" { print $3 }' | sort \
	    >"$work/in_shared"
	for kind in object shared; do
		diff "$work/promised" "$work/in_$kind" ||
		    fail "the $kind defines other names than hallmark.h"
	done
	readelf -d "$shared" | grep -q 'SONAME.*\[libhallmark.so.1\]' ||
	    fail "the soname is not libhallmark.so.1"
	readelf -d "$shared" | grep -q TEXTREL && fail "has text relocations"
	return 0
}

install_it()
{
	meson install -C "$build" --no-rebuild --destdir "$work/installed" \
	    --tags runtime,devel,man >"$work/log" 2>&1 || {
		cat "$work/log"
		fail "meson install"
		exit 1
	}
	pc=$(find "$work/installed" -name libhallmark.pc)
	[ -n "$pc" ] || {
		fail "libhallmark.pc is not installed"
		exit 1
	}
	PKG_CONFIG_PATH=$(dirname "$pc")
	PKG_CONFIG_SYSROOT_DIR=$work/installed
	export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
	LD_LIBRARY_PATH=$(dirname "$(dirname "$pc")")
	export LD_LIBRARY_PATH
}

# Words that pkg-config gives are to be parted.
# shellcheck disable=SC2046
build_example()
{
	flags="-std=c17 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror"
	# shellcheck disable=SC2086
	$CC $flags "$root/examples/gateway.c" \
	    $(pkg-config --cflags --libs libhallmark) -o "$work/gateway" ||
	    fail "the example against the shared library"
	# shellcheck disable=SC2086
	$CC $flags "$root/examples/gateway.c" $(pkg-config --cflags libhallmark) \
	    "$LD_LIBRARY_PATH/libhallmark.a" \
	    $(PKG_CONFIG_SYSROOT_DIR='' pkg-config --static --libs-only-l \
		libhallmark | sed 's/-lhallmark//') \
	    -o "$work/gateway-static" ||
	    fail "the example against the static library"
	# shellcheck disable=SC2086
	$CC $flags "$root/test/libhallmark/hooks.c" \
	    $(pkg-config --cflags --libs libhallmark) \
	    $(PKG_CONFIG_SYSROOT_DIR='' pkg-config --cflags --libs libcrypto \
		libsodium) -o "$work/hooks" ||
	    fail "a caller with hooks"
	if command -v c++ >/dev/null; then
		echo '#include <hallmark.h>' |
		    c++ -std=c++17 -Wall -Wextra -Werror -fsyntax-only \
			$(pkg-config --cflags libhallmark) -x c++ - ||
		    fail "the header as C++"
	fi
}

# The first lines of what it prints, as numbers of write_label_sample.
run_example()
{
	mkdir "$work/sample"
	"$write_sample" "$work/sample"
	count=0
	while IFS='	' read -r name text now answers; do
		wanted=1
		[ "$answers" = "1 1 1 1" ] && wanted=0
		for program in gateway gateway-static; do
			status=0
			"$work/$program" "$work/sample/anchors" \
			    "$work/sample/bundle" "$text" "$now" \
			    >"$work/out" 2>&1 || status=$?
			[ "$status" = "$wanted" ] || {
				cat "$work/out"
				fail "$program, $name: exit $status"
			}
		done
		count=$((count + 1))
	done <"$work/sample/labels"
	[ "$count" -gt 10 ] || fail "no labels were tried"
	good=$(cat "$work/sample/good")
	"$work/gateway" "$work/sample/anchors" "$work/sample/bundle" "$good" \
	    1800000000 | grep -qx 'issuer: signed by an accredited body' ||
	    fail "what the example prints"
	"$work/hooks" "$work/sample/anchors" "$work/sample/bundle" "$good" \
	    1800000000 || fail "a caller's own hooks"
	head -c 1000 "$work/sample/bundle" >"$work/sample/short"
	status=0
	"$work/gateway" "$work/sample/anchors" "$work/sample/short" "$good" \
	    2>"$work/out" || status=$?
	[ "$status" = 3 ] || fail "a cut bundle: exit $status"
	echo "the example judged $count labels, shared and static"
}

CC=${CC:-cc}
for tool in nm size readelf pkg-config; do
	command -v $tool >/dev/null || {
		echo "skipped: no $tool"
		exit 77
	}
done
check_calls
check_size
check_names
case ${4-plain} in
sanitized)
	echo "skipped: installing a sanitised library"
	exit $failed
	;;
esac
install_it
build_example
run_example
exit $failed
