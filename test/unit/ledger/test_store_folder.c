/* SPDX-License-Identifier: ISC */
/* The ledger in a real folder, with a real key and real threads, and killed. */
#include "crypto/key_file.h"
#include "ledger/store.h"
#include "system/folder.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define BATCH 8
#define PLACES ((size_t)1 << 22)
#define NAME_LEN 64

struct real {
	char path[NAME_LEN];
	struct folder files;
	struct signer signer;
	struct ledger_world world;
	struct ledger *ledger;
};

static void
real_open(struct real *r)
{
	static const uint8_t seed[KEY_FILE_RANDOM_LEN] = { 7 };

	*r = (struct real){ .path = "/tmp/hallmark-ledger-XXXXXX" };
	assert_non_null(mkdtemp(r->path));
	assert_int_equal(
	    key_file_make(COSE_CURVE_ED25519, seed, &r->signer), ERR_OK);
}

static void
real_close(struct real *r)
{
	char command[2 * NAME_LEN];

	ledger_close(r->ledger);
	folder_close(&r->files);
	key_file_close(&r->signer);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", r->path);
	assert_int_equal(system(command), 0);
}

/* Opens the ledger in the folder's folder "ledger"; makes it first. */
static enum err
real_start(struct real *r, bool create, struct ledger_why *ret_why)
{
	char path[2 * NAME_LEN];
	const char *reason = "";

	(void)snprintf(path, sizeof(path), "%s/ledger", r->path);
	enum err err = folder_open(path, create, &r->files, &reason);

	assert_int_equal(err, ERR_OK);
	r->world = (struct ledger_world){
		.files = &r->files,
		.hooks = &crypto_hooks_default,
		.signer = &r->signer,
	};
	if (create)
		err = ledger_create(&r->world, BYTES("ledger.example"),
		    LEDGER_WAL_LEN_MIN, 5, ret_why);
	if (err == ERR_OK)
		err = ledger_open(&r->world, &r->ledger, ret_why);
	return err;
}

static void
real_stop(struct real *r)
{
	ledger_close(r->ledger);
	r->ledger = NULL;
	folder_close(&r->files);
}

/* Entry `number`: it says so itself. */
static void
list_entries(uint64_t first, uint8_t room[BATCH][64], struct bytes *entry)
{
	for (uint64_t i = 0; i < BATCH; i++) {
		uint64_t number = first + i;

		memset(room[i], (int)(number % 251), 64);
		memcpy(room[i], &number, sizeof(number));
		entry[i] = (struct bytes){ room[i], 9 + number % 50 };
	}
}

static void
a_ledger_lives_in_a_real_folder(void **state)
{
	struct ledger_audit audit;
	struct ledger_why why = { "" };
	struct bytes entry[BATCH];
	uint8_t room[BATCH][64];
	uint64_t place[BATCH];
	struct real r;

	(void)state;
	real_open(&r);
	assert_int_equal(real_start(&r, true, &why), ERR_OK);
	for (uint64_t i = 0; i < 200; i++) {
		list_entries(i * BATCH, room, entry);
		assert_int_equal(
		    ledger_submit(r.ledger, entry, BATCH, 1, place), ERR_OK);
		assert_int_equal(place[0], i * BATCH);
	}
	assert_int_equal(ledger_finish(r.ledger), ERR_OK);
	real_stop(&r);
	assert_int_equal(real_start(&r, false, &why), ERR_OK);
	/* All of it again: nothing is added. */
	for (uint64_t i = 0; i < 200; i++) {
		list_entries(i * BATCH, room, entry);
		assert_int_equal(
		    ledger_append(r.ledger, entry, BATCH, 1, place), ERR_OK);
		assert_int_equal(place[BATCH - 1], i * BATCH + BATCH - 1);
	}
	assert_int_equal(
	    ledger_audit(r.ledger, NULL, NULL, &audit, &why), ERR_OK);
	assert_int_equal(audit.entries, 200 * BATCH);
	assert_int_equal(audit.heads, 201);
	real_close(&r);
}

/* Appends for ever and tells what was acknowledged; it will be killed. */
static void
write_until_killed(struct real *r, int pipe_to, uint64_t first)
{
	struct ledger_why why = { "" };
	struct bytes entry[BATCH];
	uint8_t room[BATCH][64];

	if (real_start(r, false, &why) != ERR_OK) {
		(void)fprintf(stderr, "%s\n", why.text);
		_exit(1);
	}
	for (uint64_t at = first;; at += BATCH) {
		uint64_t said[2 * BATCH];
		uint64_t place[BATCH];

		list_entries(at, room, entry);
		if (ledger_append(r->ledger, entry, BATCH, 1, place) != ERR_OK)
			_exit(2);
		for (size_t i = 0; i < BATCH; i++) {
			said[2 * i] = place[i];
			said[2 * i + 1] = at + i;
		}
		if (write(pipe_to, said, sizeof(said)) != sizeof(said))
			_exit(3);
	}
}

struct promises {
	uint64_t number[PLACES]; /* plus one; 0: none */
	uint64_t next;		 /* entry that nobody appended yet */
};

static void
hear(int pipe_from, struct promises *p)
{
	uint64_t said[2];

	while (read(pipe_from, said, sizeof(said)) == sizeof(said)) {
		assert_true(said[0] < PLACES);
		p->number[said[0]] = said[1] + 1;
	}
}

static void
check_promises(struct real *r, const struct promises *p)
{
	static uint8_t room[LEDGER_ENTRY_MAX];
	struct ledger_audit audit;
	struct ledger_why why = { "" };

	if (real_start(r, false, &why) != ERR_OK)
		fail_msg("after the kill: %s", why.text);
	for (uint64_t i = 0; i < PLACES; i++) {
		struct bytes entry;
		uint64_t number = 0;

		if (p->number[i] == 0)
			continue;
		assert_int_equal(
		    ledger_read_entry(r->ledger, i, room, &entry), ERR_OK);
		memcpy(&number, entry.ptr, sizeof(number));
		assert_int_equal(number + 1, p->number[i]);
	}
	if (ledger_audit(r->ledger, NULL, NULL, &audit, &why) != ERR_OK)
		fail_msg("after the kill: %s", why.text);
	real_stop(r);
}

static void
kill_once(struct real *r, struct promises *p, unsigned after_usecs)
{
	struct timespec wait = { 0, (long)after_usecs * 1000 };
	uint64_t first = p->next;
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		(void)close(ends[0]);
		write_until_killed(r, ends[1], first);
	}
	(void)close(ends[1]);
	(void)nanosleep(&wait, NULL);
	assert_int_equal(kill(child, SIGKILL), 0);
	hear(ends[0], p);
	(void)close(ends[0]);
	int status = 0;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	p->next = first + 1000 * BATCH; /* beyond what it can have done */
}

static void
killed_at_random_moments_it_keeps_what_it_acknowledged(void **state)
{
	unsigned rounds = getenv("HALLMARK_LONG") != NULL ? 2000 : 30;
	struct promises *p = calloc(1, sizeof(*p));
	struct ledger_why why = { "" };
	unsigned wait = 1;
	struct real r;

	(void)state;
	assert_non_null(p);
	real_open(&r);
	assert_int_equal(real_start(&r, true, &why), ERR_OK);
	real_stop(&r);
	for (unsigned i = 0; i < rounds; i++) {
		wait = wait * 1103515245u + 12345u;
		kill_once(&r, p, 2000 + (wait >> 8) % 30000);
		check_promises(&r, p);
	}
	real_close(&r);
	free(p);
}

static void
two_processes_cannot_write(void **state)
{
	struct ledger_why why = { "" };
	struct real second;
	struct real r;
	int status = 0;

	(void)state;
	real_open(&r);
	assert_int_equal(real_start(&r, true, &why), ERR_OK);
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		second = r;
		_exit(real_start(&second, false, &why) == ERR_MALFORMED &&
			    strstr(why.text, "another process") != NULL
			? 0
			: 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	real_close(&r);
}

static void
a_folder_keeps_to_itself(void **state)
{
	static const char *const names[] = { "../outside", "/etc/passwd",
		"link", "sub/../../outside", "sub", "absent" };
	const char *reason = NULL;
	struct real r;
	char path[2 * NAME_LEN];
	int file = -1;

	(void)state;
	real_open(&r);
	(void)snprintf(path, sizeof(path), "%s/in", r.path);
	assert_int_equal(folder_open(path, true, &r.files, &reason), ERR_OK);
	(void)snprintf(path, sizeof(path), "%s/in/link", r.path);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	(void)snprintf(path, sizeof(path), "%s/in/sub", r.path);
	assert_int_equal(mkdir(path, 0700), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		reason = NULL;
		assert_int_equal(r.files.open(r.files.context, names[i],
				     FOLDER_READ, &file, &reason),
		    ERR_MALFORMED);
		assert_non_null(reason);
		assert_int_equal(file, -1);
	}
	assert_int_equal(r.files.open(r.files.context, "../outside", FOLDER_NEW,
			     &file, &reason),
	    ERR_MALFORMED);
	assert_int_equal(
	    r.files.open(r.files.context, "link", FOLDER_NEW, &file, &reason),
	    ERR_MALFORMED);
	real_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ledger_lives_in_a_real_folder),
		cmocka_unit_test(
		    killed_at_random_moments_it_keeps_what_it_acknowledged),
		cmocka_unit_test(two_processes_cannot_write),
		cmocka_unit_test(a_folder_keeps_to_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
