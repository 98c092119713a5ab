/* SPDX-License-Identifier: ISC */
/* Which message of a feed worker is allowed when, and what is kept of it. */
#include "base/limits.h"
#include "worker/feed_client.h"

#include <string.h>

#define FIRST_ROOM ((size_t)16)

struct feed_reply
feed_reply_open(struct arena *arena, bool compile)
{
	return (struct feed_reply){ .arena = arena, .compile = compile };
}

/* ---- lists in the arena ---- */

/* Room for one more; NULL: what there is stays. */
static void *
grow(struct arena *arena, void *list, size_t count, size_t *room, size_t size)
{
	size_t more = *room > 0 ? 2 * *room : FIRST_ROOM;

	if (count < *room)
		return list;
	void *ret = arena_take_array(arena, more, size);

	if (ret == NULL)
		return NULL;
	if (count > 0)
		memcpy(ret, list, count * size);
	*room = more;
	return ret;
}

static void
keep(struct feed_reply *r, struct bytes *text, enum err *err)
{
	size_t len = text->len;

	*text = arena_copy(r->arena, *text);
	if (text->len != len)
		*err = ERR_MEMORY;
}

/* Sources say the same of many: such a text is kept once. */
static void
keep_again(struct feed_reply *r, struct bytes before, struct bytes *text,
    enum err *err)
{
	if (bytes_equal(before, *text))
		*text = before;
	else
		keep(r, text, err);
}

/* ---- messages ---- */

static enum err
take_hello(struct feed_reply *r, struct bytes payload)
{
	struct bytes jail;
	enum err err = wire_read_hello(payload, &jail);

	if (err == ERR_OK)
		wire_keep_text(r->jail, jail);
	return err;
}

static enum err
take_feed(struct feed_reply *r, struct bytes payload)
{
	struct feed_row row;
	enum err err = feed_wire_read_feed(payload, &row);

	if (err != ERR_OK)
		return err;
	if (r->row_count == (size_t)LIMIT_FEED_FILES * FEED_KIND_COUNT)
		return ERR_LIMIT;
	struct feed_row *rows =
	    grow(r->arena, r->rows, r->row_count, &r->row_room, sizeof(*rows));

	if (rows == NULL)
		return ERR_MEMORY;
	r->rows = rows;
	keep(r, &row.name, &err);
	keep(r, &row.member, &err);
	keep(r, &row.what, &err);
	if (err == ERR_OK)
		r->rows[r->row_count++] = row;
	return err;
}

static enum err
take_health(struct feed_reply *r, struct bytes payload)
{
	return feed_wire_read_health(payload, &r->health);
}

static enum err
take_piece(struct feed_reply *r, struct bytes payload)
{
	if (!r->compile)
		return ERR_MALFORMED;
	r->piece_count++;
	return r->take_piece != NULL ? r->take_piece(r->context, payload)
				     : ERR_OK;
}

static enum err
keep_match(struct feed_reply *r, struct match *m)
{
	static const struct match none = { 0 };
	const struct match *before =
	    r->match_count > 0 ? &r->matches[r->match_count - 1] : &none;
	enum err err = ERR_OK;

	keep_again(r, before->id, &m->id, &err);
	keep_again(r, before->title, &m->title, &err);
	keep_again(r, before->range, &m->range, &err);
	keep_again(r, before->because, &m->because, &err);
	keep_again(r, before->fixed_in, &m->fixed_in, &err);
	keep_again(r, before->vex_justification, &m->vex_justification, &err);
	keep_again(r, before->vex_detail, &m->vex_detail, &err);
	keep_again(r, before->vex_author, &m->vex_author, &err);
	keep_again(r, before->vex_document, &m->vex_document, &err);
	return err;
}

static enum err
take_match(struct feed_reply *r, struct bytes payload)
{
	struct match m;
	enum err err = feed_wire_read_match(payload, &m);

	if (err == ERR_OK && (r->compile || m.subject >= r->subject_count))
		err = ERR_MALFORMED;
	if (err != ERR_OK)
		return err;
	if (r->match_count == LIMIT_MATCHES)
		return ERR_LIMIT;
	struct match *list = grow(r->arena, r->matches, r->match_count,
	    &r->match_room, sizeof(*list));

	if (list == NULL)
		return ERR_MEMORY;
	r->matches = list;
	err = keep_match(r, &m);
	if (err == ERR_OK)
		r->matches[r->match_count++] = m;
	return err;
}

static enum err
take_unused(struct feed_reply *r, struct bytes payload)
{
	struct match_unused u;
	enum err err = feed_wire_read_unused(payload, &u);

	if (err == ERR_OK && r->compile)
		err = ERR_MALFORMED;
	if (err != ERR_OK)
		return err;
	if (r->unused_count == LIMIT_MATCHES)
		return ERR_LIMIT;
	struct match_unused *list = grow(r->arena, r->unused, r->unused_count,
	    &r->unused_room, sizeof(*list));

	if (list == NULL)
		return ERR_MEMORY;
	r->unused = list;
	keep(r, &u.id, &err);
	keep(r, &u.component, &err);
	keep(r, &u.document, &err);
	if (err == ERR_OK)
		r->unused[r->unused_count++] = u;
	return err;
}

static enum err
take_done(struct feed_reply *r, struct bytes payload)
{
	uint64_t count;
	uint64_t came =
	    r->compile ? r->piece_count : r->match_count + r->unused_count;
	enum err err = feed_wire_read_done(payload, &count);

	if (err == ERR_OK && count != came)
		return ERR_MALFORMED;
	return err;
}

/* An end before all was read needs a broken feed as its reason. */
static enum err
take_broken(struct feed_reply *r, struct bytes payload)
{
	uint64_t count;
	enum err err = feed_wire_read_done(payload, &count);

	if (err == ERR_OK && count != r->row_count)
		return ERR_MALFORMED;
	for (size_t i = 0; i < r->row_count && err == ERR_OK; i++)
		if (r->rows[i].is_broken)
			return ERR_OK;
	return err == ERR_OK ? ERR_MALFORMED : err;
}

static enum err
take_trouble(struct feed_reply *r, struct bytes payload)
{
	struct wire_trouble trouble;
	enum err err = wire_read_trouble(payload, &trouble);

	if (err != ERR_OK)
		return err;
	wire_keep_text(r->trouble, trouble.text);
	r->trouble_code = trouble.code != ERR_OK ? trouble.code : ERR_SYSTEM;
	return ERR_OK;
}

/* Whatever stands in no row is refused. */
static const struct {
	enum feed_reply_state state;
	enum feed_wire_kind kind;
	enum err (*take)(struct feed_reply *r, struct bytes payload);
	enum feed_reply_state next;
} transitions[] = {
	{ FEED_REPLY_START, FEED_WIRE_HELLO, take_hello, FEED_REPLY_OPEN },
	{ FEED_REPLY_START, FEED_WIRE_TROUBLE, take_trouble,
	    FEED_REPLY_TROUBLE },
	{ FEED_REPLY_OPEN, FEED_WIRE_FEED, take_feed, FEED_REPLY_OPEN },
	{ FEED_REPLY_OPEN, FEED_WIRE_HEALTH, take_health, FEED_REPLY_READY },
	{ FEED_REPLY_OPEN, FEED_WIRE_DONE, take_broken, FEED_REPLY_BROKEN },
	{ FEED_REPLY_OPEN, FEED_WIRE_TROUBLE, take_trouble,
	    FEED_REPLY_TROUBLE },
	{ FEED_REPLY_READY, FEED_WIRE_PIECE, take_piece, FEED_REPLY_READY },
	{ FEED_REPLY_READY, FEED_WIRE_MATCH, take_match, FEED_REPLY_READY },
	{ FEED_REPLY_READY, FEED_WIRE_UNUSED, take_unused, FEED_REPLY_UNUSED },
	{ FEED_REPLY_READY, FEED_WIRE_DONE, take_done, FEED_REPLY_ENDED },
	{ FEED_REPLY_READY, FEED_WIRE_TROUBLE, take_trouble,
	    FEED_REPLY_TROUBLE },
	{ FEED_REPLY_UNUSED, FEED_WIRE_UNUSED, take_unused, FEED_REPLY_UNUSED },
	{ FEED_REPLY_UNUSED, FEED_WIRE_DONE, take_done, FEED_REPLY_ENDED },
	{ FEED_REPLY_UNUSED, FEED_WIRE_TROUBLE, take_trouble,
	    FEED_REPLY_TROUBLE },
};

enum err
feed_reply_take(struct feed_reply *r, const struct message *message)
{
	for (size_t i = 0; i < sizeof(transitions) / sizeof(transitions[0]);
	     i++) {
		if (transitions[i].state != r->state ||
		    transitions[i].kind != message->type)
			continue;
		enum err err = transitions[i].take(r, message->payload);

		if (err == ERR_OK)
			r->state = transitions[i].next;
		return err;
	}
	return ERR_MALFORMED;
}
