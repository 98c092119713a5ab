/* SPDX-License-Identifier: ISC */
/* A worker that was taken over says anything: what the parent makes of it. */
#include "base/limits.h"
#include "system/message.h"
#include "worker/reply.h"
#include "worker/wire.h"

#include <stdlib.h>

#define IMAGE_SIZE 4096

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* What is accepted is written back to the same bytes. */
static void
check_identity(const struct message *message)
{
	struct out o = out_open(LIMIT_MESSAGE_LEN);
	struct bytes in = message->payload;
	struct wire_chunk chunk;
	struct wire_entry entry;
	struct wire_done done;
	struct fact fact;

	switch (message->type) {
	case WIRE_CHUNK:
		if (wire_read_chunk(in, &chunk) == ERR_OK) {
			wire_write_chunk(&o, &chunk.chunk);
			must(bytes_equal(out_bytes(&o), in));
		}
		break;
	case WIRE_FACT:
		if (wire_read_fact(in, &fact) == ERR_OK) {
			wire_write_fact(&o, &fact);
			must(bytes_equal(out_bytes(&o), in));
		}
		break;
	case WIRE_ENTRY:
		if (wire_read_entry(in, &entry) == ERR_OK) {
			wire_write_entry(&o, &entry);
			must(bytes_equal(out_bytes(&o), in));
		}
		break;
	case WIRE_DONE:
		if (wire_read_done(in, &done) == ERR_OK) {
			wire_write_done(&o, &done);
			must(bytes_equal(out_bytes(&o), in));
		}
		break;
	default:
		break;
	}
	out_close(&o);
}

static void
check_observation(struct observation *o)
{
	uint64_t end = 0;

	must(o->chunk_count <= LIMIT_CHUNKS);
	must(o->facts.count <= LIMIT_FACTS);
	for (size_t i = 0; i < o->facts.count; i++)
		must(o->facts.list[i].kind > FACT_NONE &&
		    o->facts.list[i].kind < FACT_KIND_COUNT &&
		    o->facts.list[i].path.len <= LIMIT_PATH_LEN);
	must(observation_complete_layout(o, IMAGE_SIZE) == ERR_OK);
	for (size_t i = 0; i < o->chunk_count; i++) {
		must(o->chunks[i].format != NULL);
		if (o->chunks[i].nested)
			continue;
		must(o->chunks[i].at == end && o->chunks[i].size > 0);
		end += o->chunks[i].size;
	}
	must(end == IMAGE_SIZE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte chooses what was asked for; frames follow. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = bytes_from((struct bytes){ data, size }, 1);
	struct message message;
	enum err err = ERR_OK;

	if (size == 0)
		return 0;
	struct reply r =
	    reply_open((enum reply_mode)(data[0] % REPLY_MODE_COUNT), NULL);

	while (err == ERR_OK && message_take(&in, &message) == ERR_OK) {
		enum reply_state before = r.state;

		check_identity(&message);
		err = reply_take(&r, &message);
		must(err == ERR_OK || r.state == before);
		must(before != STATE_ENDED || err != ERR_OK);
	}
	must(r.mode == REPLY_ASSESS ||
	    (r.seen.facts.count == 0 && r.seen.chunk_count == 0));
	check_observation(&r.seen);
	reply_close(&r);
	return 0;
}
