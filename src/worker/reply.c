/* SPDX-License-Identifier: ISC */
/* Which message is allowed when, and what each adds to the observation. */
#include "worker/reply.h"

#include "base/limits.h"

const char *
reply_mode_text(enum reply_mode mode)
{
	static const char *const texts[REPLY_MODE_COUNT] = {
		[REPLY_ASSESS] = "assess",
		[REPLY_LIST] = "list",
		[REPLY_CAT] = "cat",
	};

	return texts[mode];
}

#define IN_ASSESS (1U << REPLY_ASSESS)
#define IN_LIST (1U << REPLY_LIST)
#define IN_CAT (1U << REPLY_CAT)
#define IN_ALL (IN_ASSESS | IN_LIST | IN_CAT)

/* Whatever stands in no row is refused. */
static const struct {
	enum reply_state state;
	enum wire_kind kind;
	unsigned modes;
	enum reply_state next;
} transitions[] = {
	{ STATE_START, WIRE_HELLO, IN_ALL, STATE_OPEN },
	{ STATE_START, WIRE_TROUBLE, IN_ALL, STATE_ENDED },
	{ STATE_OPEN, WIRE_CHUNK, IN_ASSESS, STATE_OPEN },
	{ STATE_OPEN, WIRE_FACT, IN_ASSESS, STATE_OPEN },
	{ STATE_OPEN, WIRE_ENTRY, IN_LIST, STATE_OPEN },
	{ STATE_OPEN, WIRE_ENTRY, IN_CAT, STATE_CONTENT },
	{ STATE_OPEN, WIRE_DONE, IN_ALL, STATE_ENDED },
	{ STATE_OPEN, WIRE_TROUBLE, IN_ALL, STATE_ENDED },
	{ STATE_CONTENT, WIRE_CONTENT, IN_CAT, STATE_CONTENT },
	{ STATE_CONTENT, WIRE_DONE, IN_CAT, STATE_ENDED },
	{ STATE_CONTENT, WIRE_TROUBLE, IN_CAT, STATE_ENDED },
};

bool
reply_allows(enum reply_state state, enum reply_mode mode, unsigned kind,
    enum reply_state *ret_next)
{
	for (size_t i = 0; i < sizeof(transitions) / sizeof(transitions[0]);
	     i++) {
		if (transitions[i].state != state ||
		    transitions[i].kind != kind ||
		    (transitions[i].modes & (1U << mode)) == 0)
			continue;
		*ret_next = transitions[i].next;
		return true;
	}
	return false;
}

struct reply
reply_open(enum reply_mode mode, const struct reply_sink *sink)
{
	struct reply r = { .mode = mode, .seen = observation_open() };

	if (sink != NULL)
		r.sink = *sink;
	return r;
}

void
reply_close(struct reply *r)
{
	observation_close(&r->seen);
}

static enum err
take_hello(struct reply *r, struct bytes payload)
{
	struct bytes jail;
	enum err err = wire_read_hello(payload, &jail);

	if (err == ERR_OK)
		wire_keep_text(r->jail, jail);
	return err;
}

static enum err
take_chunk(struct reply *r, struct bytes payload)
{
	struct wire_chunk chunk;
	enum err err = wire_read_chunk(payload, &chunk);

	if (err != ERR_OK)
		return err;
	if (!chunk.chunk.nested &&
	    chunk.chunk.size <= UINT64_MAX - r->bytes_done)
		r->bytes_done += chunk.chunk.size;
	return observation_add_chunk(&r->seen, &chunk.chunk);
}

static enum err
take_fact(struct reply *r, struct bytes payload)
{
	struct fact fact;
	enum err err = wire_read_fact(payload, &fact);

	return err == ERR_OK ? facts_add(&r->seen.facts, &fact) : err;
}

static enum err
take_entry(struct reply *r, struct bytes payload)
{
	struct wire_entry entry;
	enum err err = wire_read_entry(payload, &entry);

	if (err != ERR_OK)
		return err;
	if (r->entry_count == LIMIT_NODES)
		return ERR_LIMIT;
	r->entry_count++;
	if (r->sink.entry == NULL)
		return ERR_OK;
	return r->sink.entry(r->sink.context, &entry);
}

static enum err
take_content(struct reply *r, struct bytes payload)
{
	if (r->sink.content == NULL)
		return ERR_OK;
	return r->sink.content(r->sink.context, payload);
}

static enum err
take_done(struct reply *r, struct bytes payload)
{
	struct wire_done done;
	enum err err = wire_read_done(payload, &done);

	if (err != ERR_OK)
		return err;
	struct bytes text = arena_copy(&r->seen.facts.arena, done.cut_short);

	if (text.len != done.cut_short.len)
		text = BYTES("a limit on facts");
	r->seen.cut_short = text;
	r->seen.node_count = done.node_count;
	return ERR_OK;
}

static enum err
take_trouble(struct reply *r, struct bytes payload)
{
	struct wire_trouble trouble;
	enum err err = wire_read_trouble(payload, &trouble);

	if (err != ERR_OK)
		return err;
	wire_keep_text(r->trouble, trouble.text);
	r->trouble_code = trouble.code != ERR_OK ? trouble.code : ERR_SYSTEM;
	return ERR_OK;
}

enum err
reply_take(struct reply *r, const struct message *message)
{
	static enum err (*const takers[WIRE_KIND_COUNT])(
	    struct reply * r, struct bytes payload) = {
		[WIRE_HELLO] = take_hello,
		[WIRE_CHUNK] = take_chunk,
		[WIRE_FACT] = take_fact,
		[WIRE_ENTRY] = take_entry,
		[WIRE_CONTENT] = take_content,
		[WIRE_DONE] = take_done,
		[WIRE_TROUBLE] = take_trouble,
	};
	enum reply_state next;

	if (!reply_allows(r->state, r->mode, message->type, &next))
		return ERR_MALFORMED;
	enum err err = takers[message->type](r, message->payload);

	if (err == ERR_OK)
		r->state = next;
	return err;
}
