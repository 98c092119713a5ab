/* SPDX-License-Identifier: ISC */
/* A process at either end of the registry's channels that says anything. */
#include "base/limits.h"
#include "worker/registry_wire.h"

#include <stdlib.h>

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
same(struct out *o, struct bytes in)
{
	must(o->failed == ERR_OK);
	must(bytes_equal(out_bytes(o), in));
	out_close(o);
}

static void
try_question(struct bytes in)
{
	struct registry_question q = { .limit = 77 };
	struct out o = out_open(MIB);

	if (registry_wire_read_question(in, &q) != ERR_OK) {
		must(q.limit == 77);
		out_close(&o);
		return;
	}
	must(registry_question_ok(&q));
	registry_wire_write_question(&o, &q);
	same(&o, in);
}

static void
try_statement(struct bytes in)
{
	struct registry_wire_statement s;
	struct out o = out_open(MIB);

	if (registry_wire_read_statement(in, &s) == ERR_OK) {
		registry_wire_write_statement(&o, &s);
		same(&o, in);
	}
	out_close(&o);
}

static void
try_outcome(struct bytes in)
{
	struct registry_wire_outcome outcome;
	struct out o = out_open(MIB);

	if (registry_wire_read_outcome(in, &outcome) == ERR_OK) {
		registry_wire_write_outcome(&o, &outcome);
		same(&o, in);
	}
	out_close(&o);
}

static void
try_reply(struct bytes in, enum registry_ask ask)
{
	struct arena arena = arena_open(MIB);
	struct registry_wire_reply reply;
	struct out o = out_open(MIB);

	if (registry_wire_read_reply(in, ask, &arena, &reply) == ERR_OK) {
		must(reply.reply.count <= REGISTRY_ROWS_MAX);
		registry_wire_write_reply(&o, &reply);
		same(&o, in);
	}
	out_close(&o);
	arena_close(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte says which it is: a number of enum registry_ask is a reply. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };

	if (size == 0)
		return 0;
	in = bytes_from(in, 1);
	if (data[0] < REGISTRY_ASKS)
		try_reply(in, (enum registry_ask)data[0]);
	else if (data[0] == 'q')
		try_question(in);
	else if (data[0] == 's')
		try_statement(in);
	else
		try_outcome(in);
	return 0;
}
