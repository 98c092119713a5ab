/* SPDX-License-Identifier: ISC */
/* A feed worker that was taken over says anything. */
#include "base/limits.h"
#include "system/message.h"
#include "worker/feed_client.h"
#include "worker/feed_wire.h"

#include <stdlib.h>
#include <string.h>

#define SUBJECTS 8

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static enum err
write_again(const struct message *message, struct out *o)
{
	struct bytes in = message->payload;
	struct feed_row row;
	struct book_health health;
	struct match match;
	struct match_unused unused;
	uint64_t count;
	enum err err = ERR_UNSUPPORTED;

	if (message->type == FEED_WIRE_FEED) {
		err = feed_wire_read_feed(in, &row);
		if (err == ERR_OK)
			feed_wire_write_feed(o, &row);
	} else if (message->type == FEED_WIRE_HEALTH) {
		err = feed_wire_read_health(in, &health);
		if (err == ERR_OK)
			feed_wire_write_health(o, &health);
	} else if (message->type == FEED_WIRE_MATCH) {
		err = feed_wire_read_match(in, &match);
		if (err == ERR_OK)
			feed_wire_write_match(o, &match);
	} else if (message->type == FEED_WIRE_UNUSED) {
		err = feed_wire_read_unused(in, &unused);
		if (err == ERR_OK)
			feed_wire_write_unused(o, &unused);
	} else if (message->type == FEED_WIRE_DONE) {
		err = feed_wire_read_done(in, &count);
		if (err == ERR_OK)
			feed_wire_write_done(o, count);
	}
	return err;
}

/* What is accepted is written back to the same bytes. */
static void
check_identity(const struct message *message)
{
	struct out o = out_open(LIMIT_MESSAGE_LEN);

	if (write_again(message, &o) == ERR_OK)
		must(bytes_equal(out_bytes(&o), message->payload));
	out_close(&o);
}

static void
check_matches(const struct feed_reply *r, size_t from)
{
	must(r->match_count <= LIMIT_MATCHES);
	must(!r->compile || r->match_count == 0);
	for (size_t i = from; i < r->match_count; i++) {
		const struct match *m = &r->matches[i];

		must(m->subject < SUBJECTS && m->id.len > 0);
		must(m->state < MATCH_STATE_COUNT &&
		    m->confidence < MATCH_CONFIDENCE_COUNT &&
		    m->source < CLAIM_SOURCE_COUNT &&
		    m->vex < VEX_STATUS_COUNT);
		must(m->cvss <= 100 || m->cvss == CVSS_UNKNOWN);
		must(m->epss <= 1000000 || m->epss == EPSS_UNKNOWN);
		must(m->exploited_by < 1U << EXPLOITED_SOURCE_COUNT);
	}
}

/* The first byte says whether a book was wanted. */
static void
check_answer(struct bytes in, bool compile)
{
	struct arena arena = arena_open(64 * MIB);
	struct feed_reply reply = feed_reply_open(&arena, compile);
	struct message message;

	reply.subject_count = SUBJECTS;
	while (message_take(&in, &message) == ERR_OK) {
		struct feed_reply before = reply;
		enum err err = feed_reply_take(&reply, &message);

		check_identity(&message);
		must(err == ERR_OK ||
		    (reply.row_count == before.row_count &&
			reply.match_count == before.match_count &&
			reply.unused_count == before.unused_count &&
			reply.state == before.state));
		check_matches(&reply, before.match_count);
		must(strlen(reply.jail) <= WIRE_TEXT_LEN &&
		    strlen(reply.trouble) <= WIRE_TEXT_LEN);
		if (err != ERR_OK)
			break;
	}
	arena_close(&arena);
}

/* What the command sends is read as a stranger's, too. */
static void
check_question(struct bytes in)
{
	struct arena arena = arena_open(16 * MIB);
	struct match_wants wants = { .subject_count = SIZE_MAX };
	struct bytes *names = NULL;
	size_t count = SIZE_MAX;
	struct out o = out_open(LIMIT_MESSAGE_LEN);

	if (feed_wire_read_question(in, &arena, &wants) == ERR_OK) {
		feed_wire_write_question(&o, &wants);
		must(bytes_equal(out_bytes(&o), in));
	} else {
		must(wants.subject_count == SIZE_MAX);
	}
	o.len = 0;
	if (feed_wire_read_list(in, &arena, &names, &count) == ERR_OK) {
		feed_wire_write_list(&o, names, count);
		must(bytes_equal(out_bytes(&o), in));
	} else {
		must(count == SIZE_MAX && names == NULL);
	}
	out_close(&o);
	arena_close(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };

	if (size == 0)
		return 0;
	check_answer(bytes_from(in, 1), data[0] == 'b');
	check_question(in);
	return 0;
}
