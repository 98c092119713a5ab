/* SPDX-License-Identifier: ISC */
/* The store's process: jail, start, and one loop over its sockets. */
#include "worker/store.h"

#include "base/limits.h"
#include "system/clock.h"
#include "system/file.h"
#include "system/jail.h"
#include "worker/daemon.h"
#include "worker/registry_wire.h"
#include "worker/store_private.h"

#include <errno.h>
#include <libgen.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The state of a large ledger, its view, the database's pages. */
#define STORE_MEMORY_LEN (16384 * MIB)
#define STORE_PAGE_LEN 4096
#define STORE_WISH_LEN (16 * KIB)

enum err
store_fail(const char *event, const char *why, enum err err)
{
	daemon_tell("error", event, "why", why);
	return err;
}

void
store_bump(struct store *s)
{
	(void)atomic_fetch_add_explicit(s->page, 1, memory_order_release);
}

/* ---- channels ---- */

static void
close_channel(struct store_channel *c)
{
	if (c->fd < 0)
		return;
	message_writer_close(&c->writer);
	message_reader_close(&c->reader);
	(void)close(c->fd); /* what was written has gone out */
	c->fd = -1;
}

/* The new ones stand in the place of the old ones, whose http is gone. */
static void
take_channels(struct store *s, const int *fd, size_t count)
{
	for (size_t i = 0; i < s->channel_count; i++)
		close_channel(&s->channel[i]);
	for (size_t i = 0; i < count; i++)
		s->channel[i] = (struct store_channel){
			.fd = fd[i],
			.takes_statements = i == 0,
			.reader = message_reader_open(fd[i]),
			.writer = message_writer_open(fd[i]),
		};
	s->channel_count = count;
}

/* ERR_END: the parent wants us to end. */
static enum err
take_control(struct store *s)
{
	int fd[HANDING_MAX];
	size_t count = 0;
	uint8_t word = 0;
	bool is_closed = false;

	for (;;) {
		enum err err = handing_take(
		    STORE_CONTROL_FD, &word, fd, &count, &is_closed);

		if (err == ERR_END)
			return is_closed ? ERR_END : ERR_OK;
		if (err != ERR_OK || word != STORE_CHANNELS)
			return store_fail(
			    "store-control", "it is broken", ERR_SYSTEM);
		take_channels(s, fd, count);
	}
}

/* All questions that have come in whole. A channel whose other end talks
   nonsense, or does not listen, is closed. */
static enum err
take_questions(struct store *s, struct store_channel *c)
{
	struct registry_question question;
	struct message message;

	c->reader.total = 0;
	for (;;) {
		enum message_arrival arrival =
		    message_read(&c->reader, 0, &message);

		if (arrival == MESSAGE_NOT_YET)
			return ERR_OK;
		if (arrival != MESSAGE_ARRIVED ||
		    message.type != REGISTRY_WIRE_QUESTION ||
		    registry_wire_read_question(message.payload, &question) !=
			ERR_OK)
			break;
		enum err err = store_answer(s, c, &question);

		if (err != ERR_OK)
			return err;
		if (c->writer.failed != ERR_OK)
			break;
	}
	close_channel(c);
	return ERR_OK;
}

static enum err
take_channel(struct store *s, struct store_channel *c)
{
	if (!c->takes_statements)
		return take_questions(s, c);
	enum err err = store_take(s, c);

	if (err != ERR_END)
		return err;
	close_channel(c);
	return ERR_OK;
}

/* ---- the clock ---- */

/* What is to be done now and then; not while the state is being read. */
static enum err
tick(struct store *s)
{
	uint64_t now = clock_now_ms();
	enum err err = ERR_OK;

	if (!s->is_caught_up || now < s->ticked_ms + STORE_TICK_MS)
		return ERR_OK;
	s->ticked_ms = now;
	if (s->wish.role == STORE_FRONT)
		return store_look(s);
	if (s->ledger.policy->quorum != POLICY_QUORUM_NONE)
		err = store_publish(s); /* witnesses may have signed */
	if (err == ERR_OK)
		err = store_publish_tokens(s, false);
	if (err == ERR_OK && s->is_unsafe && now >= s->safe_next_ms)
		err = store_make_safe(s);
	return err;
}

/* Milliseconds until something is due. */
static int
wait_len(const struct store *s, int wait_ms)
{
	if (s->tokens_are_old && s->is_caught_up) {
		int left = clock_left_ms(s->tokens_next_ms);

		return left < wait_ms ? left : wait_ms;
	}
	return wait_ms;
}

enum err
store_serve(struct store *s, int wait_ms)
{
	struct pollfd fd[1 + HANDING_MAX] = { { STORE_CONTROL_FD, POLLIN, 0 } };
	size_t count = s->channel_count;
	enum err err = ERR_OK;

	/* negative ones are passed over */
	for (size_t i = 0; i < count; i++)
		fd[1 + i] = (struct pollfd){ s->channel[i].fd, POLLIN, 0 };
	int ready = poll(fd, 1 + count, wait_len(s, wait_ms));

	if (ready < 0 && errno != EINTR)
		return store_fail("store-poll", "it failed", ERR_SYSTEM);
	/* readers first: a batch of statements takes its time */
	for (size_t i = count; ready > 0 && i > 0 && err == ERR_OK; i--)
		if (fd[i].revents != 0)
			err = take_channel(s, &s->channel[i - 1]);
	if (err == ERR_OK && ready > 0 && fd[0].revents != 0)
		err = take_control(s);
	return err == ERR_OK ? tick(s) : err;
}

/* ---- the process ---- */

static enum err
read_wish(struct store *s)
{
	struct stat st;

	if (fstat(STORE_WISH_FD, &st) != 0 || st.st_size <= 0 ||
	    st.st_size > (off_t)STORE_WISH_LEN ||
	    file_map_sealed(
		STORE_WISH_FD, (size_t)st.st_size, &s->wish_bytes) != ERR_OK)
		return ERR_SYSTEM;
	(void)close(STORE_WISH_FD); /* the mapping stays */
	return store_wish_read(s->wish_bytes, &s->wish);
}

static enum err
map_page(struct store *s)
{
	void *page = mmap(NULL, STORE_PAGE_LEN, PROT_READ | PROT_WRITE,
	    MAP_SHARED, STORE_PAGE_FD, 0);

	if (page == MAP_FAILED)
		return ERR_SYSTEM;
	s->page = page;
	return ERR_OK;
}

/* The folder of a database that is a file; empty for a server's. */
static const char *
database_folder(const struct store *s, char room[STORE_PATH_MAX + 1])
{
	const char *name = (const char *)s->wish.database.ptr;

	if (strstr(name, "://") != NULL)
		return NULL;
	memcpy(room, name, s->wish.database.len + 1);
	return dirname(room);
}

static enum err
enter_jail(struct store *s, bool jail)
{
	char room[STORE_PATH_MAX + 1];
	char text[JAIL_TEXT_LEN] = "none";
	const char *folder[4];
	size_t count = 0;
	const char *database = database_folder(s, room);

	folder[count++] = (const char *)s->wish.published.ptr;
	if (s->wish.role != STORE_FRONT)
		folder[count++] = (const char *)s->wish.ledger.ptr;
	if (database != NULL)
		folder[count++] = database;
	if (s->copy_path.len > 1)
		folder[count++] = (const char *)s->copy_path.ptr;
	const struct jail_limits limits = {
		.profile = JAIL_STORE,
		.memory_len = STORE_MEMORY_LEN,
		.folder = folder,
		.folder_count = count,
	};

	if (jail && jail_enter(&limits, text) != ERR_OK)
		return store_fail("store-jail", text, ERR_SYSTEM);
	daemon_tell("info", "store-started", "jail", text);
	return ERR_OK;
}

static enum err
tell_ready(struct store *s)
{
	if (s->is_ready)
		return ERR_OK;
	s->is_ready = true;
	return handing_send(STORE_CONTROL_FD, STORE_READY, NULL, 0);
}

/* Until the parent has enough; then everything is brought to its end. */
static enum err
run(struct store *s)
{
	enum err err = store_catch_up(s);

	if (err == ERR_OK)
		err = tell_ready(s);
	while (err == ERR_OK)
		err = store_serve(s, STORE_TICK_MS);
	if (err != ERR_END)
		return err;
	if (s->wish.role == STORE_FRONT || !s->is_caught_up)
		return ERR_OK;
	err = store_publish_tokens(s, true);
	return err == ERR_OK ? store_make_safe(s) : err;
}

static enum err
start(struct store *s, bool jail)
{
	enum err err = read_wish(s);

	if (err == ERR_OK)
		err = map_page(s);
	if (err != ERR_OK)
		return store_fail("store-start", "it was told nothing", err);
	err = store_open_outside(s);
	if (err == ERR_OK)
		err = enter_jail(s, jail);
	if (err == ERR_OK)
		err = store_open_inside(s);
	if (err == ERR_OK && !s->wish.rebuild && s->head.size > 0)
		err = tell_ready(s);
	return err;
}

int
store_worker_main(int argc, char *argv[])
{
	struct arena arena = arena_open(1 * MIB);
	struct store *s = arena_take(&arena, sizeof(*s));
	enum err err = ERR_SYSTEM;

	if (argc != 3 || s == NULL)
		return 2; /* these come from our own parent */
	daemon_ignore_signals();
	daemon_outlive_sigterm();
	err = start(s, strcmp(argv[2], "no-jail") != 0);
	if (err == ERR_OK)
		err = run(s);
	for (size_t i = 0; i < s->channel_count; i++)
		close_channel(&s->channel[i]);
	store_close(s);
	arena_close(&arena);
	return err == ERR_OK ? 0 : 1;
}
