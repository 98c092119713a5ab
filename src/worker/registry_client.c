/* SPDX-License-Identifier: ISC */
/* Asks the store, and takes its answers as a stranger's. */
#include "worker/registry_client.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "registry/registry.h"
#include "system/clock.h"
#include "worker/registry_wire.h"

#include <string.h>

/* Around a statement: its number and its length. */
#define STATEMENT_MORE 64

struct registry_channel
registry_channel_open(int fd)
{
	return (struct registry_channel){
		.fd = fd,
		.reader = message_reader_open(fd),
		.writer = message_writer_open(fd),
	};
}

void
registry_channel_close(struct registry_channel *channel)
{
	message_writer_close(&channel->writer);
	message_reader_close(&channel->reader);
}

/* ---- questions ---- */

static enum err
send_question(
    struct registry_channel *channel, const struct registry_question *question)
{
	struct out o = out_open(4 * KIB);
	enum err err;

	registry_wire_write_question(&o, question);
	err = o.failed;
	if (err == ERR_OK) {
		message_write(
		    &channel->writer, REGISTRY_WIRE_QUESTION, out_bytes(&o));
		message_flush(&channel->writer);
		err = channel->writer.failed;
	}
	out_close(&o);
	return err;
}

/* The channel lives long: what it carried in all is no measure of it. */
static enum err
next_frame(
    struct registry_channel *channel, uint64_t until_ms, struct message *ret)
{
	channel->reader.total = 0;
	return message_read(&channel->reader, until_ms, ret) == MESSAGE_ARRIVED
	    ? ERR_OK
	    : ERR_SYSTEM;
}

/* Room in the caller's arena; without it the pieces are read all the same, so
   that the next question gets its own answer. */
static enum err
take_room(struct arena *arena, size_t len, uint8_t **ret)
{
	if (len > arena->limit - arena->used)
		return ERR_LIMIT;
	*ret = arena_take(arena, len);
	return *ret != NULL ? ERR_OK : ERR_MEMORY;
}

static enum err
take_pieces(struct registry_channel *channel, uint64_t until_ms, size_t len,
    uint8_t *room)
{
	size_t at = 0;

	while (at < len) {
		struct message piece;
		enum err err = next_frame(channel, until_ms, &piece);

		if (err != ERR_OK)
			return err;
		if (piece.type != REGISTRY_WIRE_PIECE ||
		    piece.payload.len == 0 || piece.payload.len > len - at)
			return ERR_MALFORMED;
		if (room != NULL)
			memcpy(room + at, piece.payload.ptr, piece.payload.len);
		at += piece.payload.len;
	}
	return ERR_OK;
}

static enum err
take_long(struct registry_channel *channel, uint64_t until_ms,
    struct bytes payload, struct arena *arena, struct bytes *ret,
    enum err *ret_room)
{
	struct cursor c = cur_open(payload, "long reply");
	size_t len = cur_u32le(&c, "length");
	uint8_t *room = NULL;

	if (!cur_ok(&c) || cur_left(&c) > 0 ||
	    len > REGISTRY_WIRE_REPLY_LEN_MAX)
		return ERR_MALFORMED;
	*ret_room = take_room(arena, len, &room);
	enum err err = take_pieces(channel, until_ms, len, room);

	if (err == ERR_OK)
		*ret = (struct bytes){ room, len };
	return err;
}

/* The reply's bytes, in the arena. *ret_room: whether they found room there. */
static enum err
take_reply(struct registry_channel *channel, struct arena *arena,
    struct bytes *ret, enum err *ret_room)
{
	uint64_t until_ms = clock_now_ms() + REGISTRY_CLIENT_MS;
	struct message frame;
	uint8_t *room = NULL;
	enum err err = next_frame(channel, until_ms, &frame);

	if (err != ERR_OK)
		return err;
	if (frame.type == REGISTRY_WIRE_LONG)
		return take_long(
		    channel, until_ms, frame.payload, arena, ret, ret_room);
	if (frame.type != REGISTRY_WIRE_REPLY || frame.payload.len == 0)
		return ERR_MALFORMED;
	*ret_room = take_room(arena, frame.payload.len, &room);
	if (*ret_room == ERR_OK)
		memcpy(room, frame.payload.ptr, frame.payload.len);
	*ret = (struct bytes){ room, frame.payload.len };
	return ERR_OK;
}

static enum err
ask(void *context, const struct registry_question *question,
    struct arena *arena, struct registry_reply *ret)
{
	struct registry_channel *channel = context;
	struct registry_wire_reply reply;
	struct bytes bytes = { NULL, 0 };
	enum err room = ERR_OK;

	if (channel->is_broken)
		return ERR_SYSTEM;
	if (!registry_question_ok(question))
		return ERR_MALFORMED;
	enum err err = send_question(channel, question);

	if (err == ERR_OK)
		err = take_reply(channel, arena, &bytes, &room);
	if (err == ERR_OK && room != ERR_OK)
		return room;
	if (err == ERR_OK)
		err = registry_wire_read_reply(
		    bytes, question->ask, arena, &reply);
	if (err == ERR_MEMORY)
		return ERR_MEMORY;
	if (err != ERR_OK) {
		channel->is_broken = true;
		return ERR_SYSTEM;
	}
	if (reply.result == ERR_OK)
		*ret = reply.reply;
	return reply.result;
}

struct registry_source
registry_channel_source(struct registry_channel *channel)
{
	return (struct registry_source){ ask, channel };
}

/* ---- statements ---- */

enum err
registry_hand_in(
    struct registry_channel *channel, uint64_t number, struct bytes statement)
{
	struct registry_wire_statement s = { number, statement };
	struct out o = out_open(REGISTRY_BODY_MAX + STATEMENT_MORE);
	enum err err;

	registry_wire_write_statement(&o, &s);
	err = o.failed;
	if (err == ERR_OK) {
		message_write(
		    &channel->writer, REGISTRY_WIRE_STATEMENT, out_bytes(&o));
		message_flush(&channel->writer);
		err = channel->writer.failed;
	}
	out_close(&o);
	return err;
}

/* Bytes of the arena's own. */
static enum err
keep(struct arena *arena, struct bytes *field)
{
	size_t len = field->len;

	*field = arena_copy(arena, *field);
	return field->len == len ? ERR_OK : ERR_MEMORY;
}

enum err
registry_take_outcome(struct registry_channel *channel, struct arena *arena,
    uint64_t *ret_number, struct registry_submission *ret)
{
	struct registry_wire_outcome outcome;
	struct message frame;

	channel->reader.total = 0;
	enum message_arrival arrival =
	    message_read(&channel->reader, UINT64_MAX, &frame);

	if (arrival == MESSAGE_ENDED)
		return ERR_END;
	if (arrival != MESSAGE_ARRIVED || frame.type != REGISTRY_WIRE_OUTCOME ||
	    registry_wire_read_outcome(frame.payload, &outcome) != ERR_OK)
		return ERR_SYSTEM;
	enum err err = keep(arena, &outcome.submission.receipt);

	if (err == ERR_OK)
		err = keep(arena, &outcome.submission.word);
	if (err == ERR_OK)
		err = keep(arena, &outcome.submission.why);
	if (err != ERR_OK)
		return err;
	*ret_number = outcome.number;
	*ret = outcome.submission;
	return ERR_OK;
}
