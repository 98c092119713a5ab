/* SPDX-License-Identifier: ISC */
/* Jail first; then the image is read, and what is seen is sent at once. */
#include "worker/parse.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/out.h"
#include "codec/crew.h"
#include "crypto/hash.h"
#include "inspect/data.h"
#include "inspect/inspect.h"
#include "system/file.h"
#include "system/handing.h"
#include "system/jail.h"
#include "system/message.h"
#include "unpack/unpack.h"
#include "worker/data_pack.h"
#include "worker/relay.h"
#include "worker/reply.h"
#include "worker/wire.h"

#include <assert.h>
#include <errno.h>
#include <iconv.h>
#include <locale.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Address space beside the image and the decompressed bytes: the program, its
   libraries, indexes and facts. */
#define PARSE_MEMORY_LEN (512 * MIB)

/* CPU seconds after the deadline of the clock, for finishing. */
#define PARSE_GRACE_SECS 5

struct parse {
	enum reply_mode mode;
	bool jail;
	struct bytes wanted; /* the path for "cat" */
	struct bytes image;
	struct bytes pack;
	struct message_writer writer;
	struct out payload; /* of the message being written */
	struct arena arena; /* the data set's table */
	struct data_set data;
	struct inspect_data *signatures;
	struct facts facts;
	size_t facts_sent;
	struct budget budget;
	struct relay *relay; /* NULL: all in one thread */
	struct unpack *unpack;
	struct inspect *inspect;
	uint64_t node_count;
	const char *cut_short; /* static, or NULL */
	bool told;	       /* the trouble was sent already */
	time_t deadline;
};

/* ---- messages ---- */

static void
send(struct parse *p, enum wire_kind kind)
{
	if (p->payload.failed == ERR_OK)
		message_write(
		    &p->writer, (uint8_t)kind, out_bytes(&p->payload));
	else
		p->writer.failed = p->payload.failed;
	p->payload.len = 0;
}

static void
send_hello(struct parse *p, const char *jail)
{
	wire_write_hello(&p->payload, bytes_of(jail));
	send(p, WIRE_HELLO);
	message_flush(&p->writer);
}

static void
send_trouble(struct parse *p, enum err code, const char *text)
{
	struct wire_trouble trouble = { code, bytes_of(text) };

	wire_write_trouble(&p->payload, &trouble);
	send(p, WIRE_TROUBLE);
	message_flush(&p->writer);
}

static void
send_done(struct parse *p)
{
	const char *cut_short = p->cut_short;

	if (cut_short == NULL && p->unpack != NULL)
		cut_short = unpack_cut_short(p->unpack);
	if (cut_short == NULL && p->facts.cut_short)
		cut_short = "the limit on facts";
	struct wire_done done = {
		.node_count = p->node_count,
		.cut_short = bytes_of(cut_short != NULL ? cut_short : ""),
	};

	wire_write_done(&p->payload, &done);
	send(p, WIRE_DONE);
	message_flush(&p->writer);
}

/* A crash in the next file must not lose what the last one showed. */
static void
send_new_facts(struct parse *p)
{
	while (p->facts_sent < p->facts.count) {
		wire_write_fact(&p->payload, &p->facts.list[p->facts_sent++]);
		send(p, WIRE_FACT);
	}
	message_flush(&p->writer);
}

static void
send_entry(struct parse *p, const struct unpack_event *event)
{
	const struct node *node = &event->node;
	struct wire_entry entry = {
		.path = event->path,
		.link = node->link,
		.kind = node->kind,
		.mode = node->mode,
		.uid = node->uid,
		.gid = node->gid,
		.device_major = node->device_major,
		.device_minor = node->device_minor,
		.mtime = node->mtime,
		.size = node->size,
		.fault = node->fault.code,
	};

	if (node->kind == NODE_PAYLOAD)
		entry.size = node->content.len;
	wire_write_entry(&p->payload, &entry);
	send(p, WIRE_ENTRY);
}

static void
send_content(struct parse *p, struct bytes content)
{
	while (content.len > 0) {
		struct bytes piece = bytes_slice(content, 0, WIRE_CONTENT_LEN);

		message_write(&p->writer, WIRE_CONTENT, piece);
		content = bytes_from(content, piece.len);
	}
}

/* ---- modes: each takes one event; ERR_END: it has what it wants ---- */

/* With the first event, so that the image is unpacked meanwhile. Sends the
   trouble itself: a data file of the user may be broken. */
static enum err
open_inspectors(struct parse *p)
{
	char text[WIRE_TEXT_LEN];
	struct fault fault = { 0 };
	enum err err = inspect_data_open(&p->data, &p->signatures, &fault);

	if (err == ERR_OK)
		err = inspect_open(p->signatures, &p->facts, &p->inspect);
	if (err == ERR_OK)
		return ERR_OK;
	(void)snprintf(text, sizeof(text), "data file %s, line %llu: %s %s",
	    fault.format != NULL ? fault.format : "?",
	    (unsigned long long)fault.at,
	    fault.field != NULL ? fault.field : "it", err_text(err));
	send_trouble(p, err, text);
	p->told = true;
	return err;
}

/* What one event shows, and the messages about it: in the relay's thread. */
static enum err
inspect_event(void *context, const struct unpack_event *event)
{
	struct parse *p = context;
	enum err err = p->inspect == NULL ? open_inspectors(p) : ERR_OK;

	if (err != ERR_OK)
		return err;
	if (event->kind == UNPACK_CHUNK) {
		wire_write_chunk(&p->payload, &event->chunk);
		send(p, WIRE_CHUNK);
		err = inspect_chunk(p->inspect, event);
		send_new_facts(p);
		return err;
	}
	err = inspect_file(p->inspect, event);
	send_new_facts(p);
	return err;
}

static enum err
assess_event(struct parse *p, const struct unpack_event *event)
{
	if (p->relay != NULL)
		return relay_send(p->relay, event);
	return inspect_event(p, event);
}

static enum err
list_event(struct parse *p, const struct unpack_event *event)
{
	if (event->kind == UNPACK_FILE && !event->raw)
		send_entry(p, event);
	return ERR_OK;
}

static enum err
cat_event(struct parse *p, const struct unpack_event *event)
{
	if (event->kind != UNPACK_FILE || event->raw ||
	    !bytes_equal(event->path, p->wanted))
		return ERR_OK;
	send_entry(p, event);
	if (event->node.kind == NODE_FILE || event->node.kind == NODE_PAYLOAD)
		send_content(p, event->node.content);
	return ERR_END;
}

static enum err (*const take_event[REPLY_MODE_COUNT])(
    struct parse *p, const struct unpack_event *event) = {
	[REPLY_ASSESS] = assess_event,
	[REPLY_LIST] = list_event,
	[REPLY_CAT] = cat_event,
};

/* A listing waits for who reads it, so only its own work counts. */
static time_t
now(const struct parse *p)
{
	struct timespec ts;
	int failed =
	    clock_gettime(p->mode == REPLY_ASSESS ? CLOCK_MONOTONIC
						  : CLOCK_PROCESS_CPUTIME_ID,
		&ts);

	assert(failed == 0); /* both clocks exist on every Linux */
	return ts.tv_sec;
}

static bool
is_expired(void *context)
{
	const struct parse *p = context;

	return now(p) >= p->deadline;
}

static enum err
read_image(struct parse *p)
{
	struct unpack_event event;
	enum err err = unpack_open(p->image, &p->budget, &p->unpack);

	while (err == ERR_OK) {
		if (is_expired(p)) {
			p->cut_short = "the time limit";
			break;
		}
		err = unpack_next(p->unpack, &event);
		if (err != ERR_OK)
			break;
		p->node_count += event.kind == UNPACK_FILE && !event.raw;
		err = take_event[p->mode](p, &event);
	}
	err = err == ERR_END ? ERR_OK : err;
	if (p->relay == NULL)
		return err;
	enum err taken = relay_drain(p->relay);

	return err == ERR_OK ? taken : err;
}

static enum err
answer(struct parse *p)
{
	p->deadline = now(p) + LIMIT_ASSESS_SECS;
	enum err err = read_image(p);

	if (err == ERR_OK && p->mode == REPLY_ASSESS && p->inspect == NULL)
		err = open_inspectors(p); /* an image without any event */
	if (err == ERR_OK && p->mode == REPLY_ASSESS) {
		err = inspect_finish(p->inspect);
		send_new_facts(p);
	}
	if (err == ERR_OK)
		send_done(p);
	else if (!p->told)
		send_trouble(p, err, err_text(err));
	return err;
}

/* ---- start ---- */

static bool
read_mode(const char *text, enum reply_mode *ret)
{
	for (unsigned mode = 0; mode < REPLY_MODE_COUNT; mode++) {
		if (strcmp(text, reply_mode_text((enum reply_mode)mode)) != 0)
			continue;
		*ret = (enum reply_mode)mode;
		return true;
	}
	return false;
}

/* These come from our own parent. */
static bool
read_arguments(int argc, char *argv[], struct parse *ret)
{
	if (argc != 5 || !read_mode(argv[2], &ret->mode))
		return false;
	ret->jail = strcmp(argv[3], "no-jail") != 0;
	ret->wanted = bytes_of(argv[4]);
	return true;
}

/* Waits for image and data. ERR_END: there is none, the command has ended. */
static enum err
take_input(struct parse *p, const struct data_set *embedded)
{
	struct pollfd wait = { .fd = PARSE_HANDING_FD, .events = POLLIN };
	int fd[HANDING_MAX];
	size_t count = 0;
	uint8_t word;
	bool closed;

	while (poll(&wait, 1, -1) < 0)
		if (errno != EINTR)
			return ERR_SYSTEM;
	enum err err =
	    handing_take(PARSE_HANDING_FD, &word, fd, &count, &closed);

	if (err == ERR_OK && count != 1 && count != 2)
		err = ERR_SYSTEM;
	if (err == ERR_OK)
		err = file_map_sealed_whole(fd[0], &p->image);
	if (err != ERR_OK)
		return err;
	p->data = *embedded;
	if (count == 2)
		err = file_map_sealed_whole(fd[1], &p->pack);
	if (err == ERR_OK && count == 2)
		err = data_pack_read(p->pack, &p->arena, &p->data);
	return err;
}

/* Libraries that read files when first used do so now, or never. */
static void
warm_up(void)
{
	uint8_t digest[HASH_MAX_LEN];
	iconv_t converter;

	/* libarchive drops names that the locale cannot express */
	(void)setlocale(LC_CTYPE, "C.UTF-8"); /* some may be lost without */
	/* mktime(), for the times in zip, would look at a zone's file */
	(void)setenv("TZ", "UTC0", 1); /* some times may be off without */
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG |
		OPENSSL_INIT_ADD_ALL_DIGESTS | OPENSSL_INIT_LOAD_CRYPTO_STRINGS,
	    NULL); /* failing shows at the first digest */
	(void)hash_of(HASH_SHA256, BYTES(""), digest); /* loads the provider */
	converter = iconv_open("UTF-8", "UTF-16LE");   /* gconv's cache */
	(void)iconv_close(converter); /* libarchive opens its own */
}

/* One unpacks ahead, one inspects. Without them the same work is done in one
   thread, with the same answer. */
static void
start_threads(void *context)
{
	struct parse *p = context;

	if (crew_open(CREW_AHEAD, &p->budget.crew) != ERR_OK)
		p->budget.crew = NULL;
	if (p->mode == REPLY_ASSESS &&
	    relay_open(inspect_event, p, &p->relay) != ERR_OK)
		p->relay = NULL;
}

static enum err
enter_jail(struct parse *p)
{
	char text[JAIL_TEXT_LEN] = "none";
	struct jail_limits limits = {
		.memory_len = p->image.len + LIMIT_LIVE_LEN + PARSE_MEMORY_LEN,
		.cpu_secs = 2 * LIMIT_ASSESS_SECS + PARSE_GRACE_SECS,
		.start_threads = start_threads,
		.context = p,
	};
	enum err err = ERR_OK;

	if (p->jail)
		err = jail_enter(&limits, text);
	else
		start_threads(p);

	if (err == ERR_OK)
		send_hello(p, text);
	else
		send_trouble(p, err, "this machine offers no jail (seccomp)");
	return err;
}

static void
close_all(struct parse *p)
{
	relay_close(p->relay);
	inspect_close(p->inspect);
	unpack_close(p->unpack);
	crew_close(p->budget.crew);
	inspect_data_close(p->signatures);
	facts_close(&p->facts);
	arena_close(&p->arena);
	out_close(&p->payload);
	message_writer_close(&p->writer);
	file_unmap(p->pack);
	file_unmap(p->image);
}

int
parse_main(int argc, char *argv[], const struct data_set *embedded)
{
	struct parse p = {
		.writer = message_writer_open(PARSE_ANSWER_FD),
		.payload = out_open(LIMIT_MESSAGE_LEN),
		.arena = arena_open(MIB),
		.facts = facts_open(LIMIT_FACTS_LEN),
	};
	enum err err = ERR_SYSTEM;

	p.budget = (struct budget){ .expired = is_expired, .context = &p };
	if (!read_arguments(argc, argv, &p))
		return 2;
	warm_up();
	err = take_input(&p, embedded);
	if (err == ERR_END)
		goto done;
	if (err != ERR_OK) {
		send_trouble(&p, ERR_SYSTEM, "the parser got no image");
		goto done;
	}
	err = enter_jail(&p);
	if (err == ERR_OK)
		err = answer(&p);
	if (err == ERR_OK)
		err = p.writer.failed;
done:
	close_all(&p);
	return err == ERR_OK ? 0 : 1;
}
