/* SPDX-License-Identifier: ISC */
/* A declare worker that was taken over says anything. */
#include "base/limits.h"
#include "system/message.h"
#include "worker/declare_client.h"
#include "worker/declare_wire.h"

#include <stdlib.h>
#include <string.h>

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
	struct declared answer;
	struct declaration_fault fault;
	uint64_t count;

	if (message->type == DECLARE_WIRE_ANSWER &&
	    declare_wire_read_answer(message->payload, &answer) == ERR_OK) {
		declare_wire_write_answer(&o, &answer);
		must(bytes_equal(out_bytes(&o), message->payload));
	}
	if (message->type == DECLARE_WIRE_FAULT &&
	    declare_wire_read_fault(message->payload, &fault) == ERR_OK) {
		declare_wire_write_fault(&o, &fault);
		must(bytes_equal(out_bytes(&o), message->payload));
	}
	if (message->type == DECLARE_WIRE_DONE &&
	    declare_wire_read_done(message->payload, &count) == ERR_OK) {
		declare_wire_write_done(&o, count);
		must(bytes_equal(out_bytes(&o), message->payload));
	}
	out_close(&o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct arena arena = arena_open(64 * MIB);
	struct declare_reply reply;
	struct message message;

	must(declare_reply_open(&arena, &reply) == ERR_OK);
	while (message_take(&in, &message) == ERR_OK) {
		size_t before = reply.count;
		enum declare_reply_state state = reply.state;
		enum err err = declare_reply_take(&reply, &message);

		check_identity(&message);
		must(err != ERR_MEMORY);
		must(err == ERR_OK ||
		    (reply.count == before && reply.state == state));
		must(reply.count <= LIMIT_DECLARATION_ANSWERS);
		must(strlen(reply.jail) <= WIRE_TEXT_LEN &&
		    strlen(reply.trouble) <= WIRE_TEXT_LEN);
		if (err != ERR_OK)
			break;
	}
	arena_close(&arena);
	return 0;
}
