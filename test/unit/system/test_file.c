/* SPDX-License-Identifier: ISC */
/* Sealed copies in, whole files out. */
#include "system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/hallmark-test-XXXXXX";

static int
enter_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int
leave_folder(void **state)
{
	static const char *const names[] = { "in", "out", "link", "pipe" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)unlink(names[i]);
	return chdir("/") != 0 || rmdir(folder) != 0;
}

static void
put(const char *name, const char *content)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	assert_true(fputs(content, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
assert_content(const char *name, const char *content)
{
	char buffer[64] = "";
	FILE *f = fopen(name, "r");

	assert_non_null(f);
	buffer[fread(buffer, 1, sizeof(buffer) - 1, f)] = '\0';
	fclose(f);
	assert_string_equal(buffer, content);
}

static void
file_copy_is_whole_and_cannot_be_changed(void **state)
{
	const char *why = NULL;
	struct bytes map;
	size_t len;
	int fd;

	(void)state;
	put("in", "firmware");
	assert_int_equal(file_read_sealed("in", 8, &fd, &len, &why), ERR_OK);
	assert_int_equal(len, 8);
	assert_int_equal(file_map_sealed(fd, len, &map), ERR_OK);
	assert_true(bytes_equal_text(map, "firmware"));
	put("in", "changed!");
	assert_true(bytes_equal_text(map, "firmware"));
	assert_true(pwrite(fd, "x", 1, 0) < 0);
	assert_int_equal(errno, EPERM);
	assert_int_equal(ftruncate(fd, 4), -1);
	assert_ptr_equal(
	    mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0),
	    MAP_FAILED);
	file_unmap(map);
	close(fd);
}

static void
file_refuses_bad_input_and_says_why(void **state)
{
	static const struct {
		const char *name;
		size_t limit;
		enum err err;
		const char *why;
	} cases[] = {
		{ "missing", 100, ERR_MALFORMED, "No such file or directory" },
		{ "/", 100, ERR_MALFORMED, "is a directory" },
		{ "/dev/null", 100, ERR_MALFORMED, "is empty" },
		{ "in", 7, ERR_LIMIT, "is too large" },
		{ "in/x", 7, ERR_MALFORMED, "Not a directory" },
		{ "/dev/zero", 5000, ERR_LIMIT, "is too large" },
	};

	(void)state;
	put("in", "firmware");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *why = NULL;
		size_t len = 123;
		int fd = -5;

		assert_int_equal(file_read_sealed(cases[i].name, cases[i].limit,
				     &fd, &len, &why),
		    cases[i].err);
		assert_string_equal(why, cases[i].why);
		assert_int_equal(fd, -5);
		assert_int_equal(len, 123);
	}
}

static void
file_reads_a_pipe_to_its_end(void **state)
{
	const char *why = NULL;
	struct bytes map;
	size_t len;
	int fds[2];
	int fd;
	int saved = dup(STDIN_FILENO);

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "stream", 6), 6);
	close(fds[1]);
	assert_int_equal(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
	close(fds[0]);
	assert_int_equal(file_read_sealed("-", 100, &fd, &len, &why), ERR_OK);
	assert_int_equal(file_map_sealed(fd, len, &map), ERR_OK);
	assert_true(bytes_equal_text(map, "stream"));
	file_unmap(map);
	close(fd);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	close(saved);
}

static void
file_map_refuses_what_is_not_sealed_or_not_as_long(void **state)
{
	struct bytes map = { NULL, 77 };
	int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int sealed;

	(void)state;
	assert_int_equal(ftruncate(fd, 10), 0);
	assert_int_equal(file_map_sealed(fd, 10, &map), ERR_SYSTEM);
	close(fd);
	assert_int_equal(file_seal(BYTES("0123456789"), &sealed), ERR_OK);
	assert_int_equal(file_map_sealed(sealed, 11, &map), ERR_SYSTEM);
	assert_int_equal(map.len, 77);
	assert_int_equal(file_map_sealed(sealed, 10, &map), ERR_OK);
	file_unmap(map);
	close(sealed);
}

static void
file_write_replaces_the_whole_file(void **state)
{
	const char *why = NULL;
	struct stat before;
	struct stat after;

	(void)state;
	put("out", "a longer old report");
	assert_int_equal(stat("out", &before), 0);
	assert_int_equal(file_write("out", BYTES("new"), &why), ERR_OK);
	assert_content("out", "new");
	assert_int_equal(stat("out", &after), 0);
	assert_true(before.st_ino != after.st_ino);
}

static void
file_write_follows_a_link_and_keeps_it(void **state)
{
	const char *why = NULL;
	struct stat st;

	(void)state;
	put("out", "old");
	assert_int_equal(symlink("out", "link"), 0);
	assert_int_equal(file_write("link", BYTES("new"), &why), ERR_OK);
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_content("out", "new");
}

static void
file_write_to_a_device_writes_directly(void **state)
{
	const char *why = NULL;
	struct stat st;

	(void)state;
	assert_int_equal(file_write("/dev/null", BYTES("new"), &why), ERR_OK);
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(
	    file_write("/dev/full", BYTES("new"), &why), ERR_SYSTEM);
	assert_string_equal(why, "No space left on device");
}

static void
file_write_says_why_it_failed(void **state)
{
	const char *why = NULL;

	(void)state;
	assert_int_equal(
	    file_write("no/such/folder", BYTES("new"), &why), ERR_SYSTEM);
	assert_string_equal(why, "No such file or directory");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(file_copy_is_whole_and_cannot_be_changed),
		cmocka_unit_test(file_refuses_bad_input_and_says_why),
		cmocka_unit_test(file_reads_a_pipe_to_its_end),
		cmocka_unit_test(
		    file_map_refuses_what_is_not_sealed_or_not_as_long),
		cmocka_unit_test(file_write_replaces_the_whole_file),
		cmocka_unit_test(file_write_follows_a_link_and_keeps_it),
		cmocka_unit_test(file_write_to_a_device_writes_directly),
		cmocka_unit_test(file_write_says_why_it_failed),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
