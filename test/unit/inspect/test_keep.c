/* SPDX-License-Identifier: ISC */
/* The tree as seen so far: finding, following links, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "inspect/keep.h"

#define ROOT "squashfs@0x0!"

static const struct kept *
add(struct keep *keep, enum node_kind kind, const char *name, const char *text)
{
	char path[256];
	struct unpack_event event = { .kind = UNPACK_FILE };
	struct kept *kept = NULL;

	(void)snprintf(path, sizeof(path), ROOT "%s", name);
	event.path = bytes_of(path);
	event.node.kind = kind;
	event.node.name = bytes_of(name);
	if (kind == NODE_SYMLINK)
		event.node.link = bytes_of(text);
	else
		event.node.content = bytes_of(text);
	event.node.size = strlen(text);
	event.node.mode = 0644;
	assert_int_equal(keep_add(keep, &event, true, &kept), ERR_OK);
	return kept;
}

static const struct kept *
resolve(const struct keep *keep, const char *name)
{
	return keep_resolve(keep, BYTES(ROOT), bytes_of(name));
}

static void
keep_gives_back_what_it_got(void **state)
{
	struct keep keep = keep_open(LIMIT_INDEX_LEN);

	(void)state;
	add(&keep, NODE_FILE, "/etc/inittab", "::respawn:/sbin/getty\n");
	const struct kept *kept =
	    keep_find(&keep, BYTES(ROOT), BYTES("/etc/inittab"));

	assert_non_null(kept);
	assert_true(bytes_equal_text(kept->path, ROOT "/etc/inittab"));
	assert_true(bytes_equal_text(kept->root, ROOT));
	assert_true(bytes_equal_text(kept->text, "::respawn:/sbin/getty\n"));
	assert_int_equal(kept->mode, 0644);
	assert_null(
	    keep_find(&keep, BYTES("cpio@0x0!"), BYTES("/etc/inittab")));
	assert_null(keep_find(&keep, BYTES(ROOT), BYTES("/etc/inittabs")));
	keep_close(&keep);
	assert_null(keep_find(&keep, BYTES(ROOT), BYTES("/etc/inittab")));
	keep_close(&keep);
}

static void
keep_finds_all_of_many_and_the_newest_of_two(void **state)
{
	struct keep keep = keep_open(LIMIT_INDEX_LEN);
	char name[32];

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		(void)snprintf(name, sizeof(name), "/file%u", i);
		add(&keep, NODE_FILE, name, name);
	}
	add(&keep, NODE_FILE, "/file77", "new");
	for (unsigned i = 0; i < 5000; i++) {
		(void)snprintf(name, sizeof(name), "/file%u", i);
		const struct kept *kept =
		    keep_find(&keep, BYTES(ROOT), bytes_of(name));

		assert_non_null(kept);
		assert_true(
		    bytes_equal_text(kept->text, i == 77 ? "new" : name));
	}
	assert_int_equal(keep.count, 5001);
	keep_close(&keep);
}

static void
keep_follows_links_in_every_part(void **state)
{
	struct keep keep = keep_open(LIMIT_INDEX_LEN);

	(void)state;
	add(&keep, NODE_DIRECTORY, "/", "");
	add(&keep, NODE_FILE, "/mnt/rw/shadow", "x");
	add(&keep, NODE_SYMLINK, "/etc", "mnt/./link");
	add(&keep, NODE_SYMLINK, "/mnt/link", "/mnt/other/../rw");
	add(&keep, NODE_SYMLINK, "/mnt/rw/up", "../../etc//shadow");
	const struct kept *shadow = resolve(&keep, "/mnt/rw/shadow");

	assert_non_null(shadow);
	assert_ptr_equal(resolve(&keep, "/etc/shadow"), shadow);
	assert_ptr_equal(resolve(&keep, "/etc/up"), shadow);
	assert_ptr_equal(resolve(&keep, "/../../etc/up"), shadow);
	assert_null(resolve(&keep, "/etc/none"));
	assert_non_null(resolve(&keep, "/"));
	keep_close(&keep);
}

static void
keep_gives_up_on_circles_and_long_names(void **state)
{
	struct keep keep = keep_open(LIMIT_INDEX_LEN);
	char longer[4096];

	(void)state;
	add(&keep, NODE_SYMLINK, "/a", "/b/x");
	add(&keep, NODE_SYMLINK, "/b", "a");
	add(&keep, NODE_SYMLINK, "/self", "self");
	assert_null(resolve(&keep, "/a"));
	assert_null(resolve(&keep, "/self"));
	memset(longer, 'x', sizeof(longer) - 1);
	longer[0] = '/';
	longer[sizeof(longer) - 1] = '\0';
	assert_null(resolve(&keep, longer));
	keep_close(&keep);
}

static void
keep_finds_programs_and_tells_busybox(void **state)
{
	struct keep keep = keep_open(LIMIT_INDEX_LEN);
	bool busybox = false;

	(void)state;
	add(&keep, NODE_FILE, "/bin/busybox", "busybox");
	add(&keep, NODE_SYMLINK, "/usr/sbin/telnetd", "../../bin/busybox");
	add(&keep, NODE_FILE, "/usr/sbin/dropbear", "dropbear");
	add(&keep, NODE_SYMLINK, "/sbin/gone", "/none");
	const struct kept *kept =
	    keep_find_program(&keep, BYTES(ROOT), BYTES("telnetd"), &busybox);

	assert_non_null(kept);
	assert_true(busybox);
	assert_true(bytes_equal_text(kept->name, "/bin/busybox"));
	assert_non_null(keep_find_program(
	    &keep, BYTES(ROOT), BYTES("/usr/sbin/dropbear"), &busybox));
	assert_false(busybox);
	assert_non_null(
	    keep_find_program(&keep, BYTES(ROOT), BYTES("busybox"), &busybox));
	assert_false(busybox);
	assert_null(keep_find_program(&keep, BYTES(ROOT), BYTES("gone"), NULL));
	assert_null(keep_find_program(&keep, BYTES(ROOT), BYTES(""), NULL));
	assert_null(
	    keep_find_program(&keep, BYTES(ROOT), BYTES("./dropbear"), NULL));
	keep_close(&keep);
}

static void
keep_stops_at_its_limit(void **state)
{
	struct keep keep = keep_open(4 * KIB);
	unsigned kept = 0;

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		kept += add(&keep, NODE_FILE, "/x", "text") != NULL;
	assert_true(kept > 0 && kept < 100);
	assert_int_equal(keep.count, kept);
	keep_close(&keep);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keep_gives_back_what_it_got),
		cmocka_unit_test(keep_finds_all_of_many_and_the_newest_of_two),
		cmocka_unit_test(keep_follows_links_in_every_part),
		cmocka_unit_test(keep_gives_up_on_circles_and_long_names),
		cmocka_unit_test(keep_finds_programs_and_tells_busybox),
		cmocka_unit_test(keep_stops_at_its_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
