/* SPDX-License-Identifier: ISC */
/* The messages' fields, in the order in which they stand in the bytes. */
#include "worker/wire.h"

#include "base/cursor.h"
#include "base/text.h"

#include <string.h>

/* ---- writing ---- */

static void
put_text(struct out *to, const char *text, size_t limit)
{
	wire_put_field(to, bytes_of(text != NULL ? text : ""), limit);
}

void
wire_write_hello(struct out *to, struct bytes jail)
{
	wire_put_field(to, jail, WIRE_TEXT_LEN);
}

void
wire_write_chunk(struct out *to, const struct chunk *chunk)
{
	const struct format_info *info = &chunk->info;

	wire_put_field(to, chunk->path, LIMIT_PATH_LEN);
	put_text(to, chunk->format, WIRE_NAME_LEN);
	out_u8(to, chunk->nested);
	out_u64le(to, chunk->at);
	out_u64le(to, chunk->size);
	out_u8(to, (uint8_t)chunk->state);
	out_u64le(to, info->size);
	out_u8(to, (uint8_t)info->authenticity);
	out_u8(to, (uint8_t)info->encrypted);
	out_u8(to, (uint8_t)info->rollback);
	out_u8(to, info->may_be_signed);
	put_text(to, info->architecture, WIRE_NAME_LEN);
	put_text(to, info->operating_system, WIRE_NAME_LEN);
	put_text(to, info->detail, FORMAT_DETAIL_LEN - 1);
	out_u8(to, (uint8_t)chunk->fault.code);
	out_u64le(to, chunk->fault.at);
	put_text(to, chunk->fault.format, WIRE_TEXT_LEN);
	put_text(to, chunk->fault.field, WIRE_TEXT_LEN);
}

void
wire_write_fact(struct out *to, const struct fact *fact)
{
	out_u8(to, (uint8_t)fact->kind);
	out_u64le(to, fact->at);
	out_u64le(to, fact->number);
	wire_put_field(to, fact->path, LIMIT_PATH_LEN);
	wire_put_field(to, fact->text, WIRE_FIELD_LEN);
	wire_put_field(to, fact->name, WIRE_FIELD_LEN);
	wire_put_field(to, fact->value, WIRE_FIELD_LEN);
	wire_put_field(to, fact->detail, WIRE_FIELD_LEN);
	wire_put_field(to, fact->extra, WIRE_FIELD_LEN);
}

void
wire_write_entry(struct out *to, const struct wire_entry *entry)
{
	wire_put_field(to, entry->path, LIMIT_PATH_LEN);
	wire_put_field(to, entry->link, LIMIT_PATH_LEN);
	out_u8(to, (uint8_t)entry->kind);
	out_u32le(to, entry->mode & 07777);
	out_u32le(to, entry->uid);
	out_u32le(to, entry->gid);
	out_u32le(to, entry->device_major);
	out_u32le(to, entry->device_minor);
	out_u64le(to, entry->mtime);
	out_u64le(to, entry->size);
	out_u8(to, (uint8_t)entry->fault);
}

void
wire_write_done(struct out *to, const struct wire_done *done)
{
	out_u64le(to, done->node_count);
	wire_put_field(to, done->cut_short, WIRE_TEXT_LEN);
}

void
wire_write_trouble(struct out *to, const struct wire_trouble *trouble)
{
	out_u8(to, (uint8_t)trouble->code);
	wire_put_field(to, trouble->text, WIRE_TEXT_LEN);
}

/* ---- reading ---- */

/* A number below `count`, as an enum's. */
static unsigned
get_choice(struct cursor *c, unsigned count, const char *field)
{
	size_t at = c->pos;
	unsigned value = cur_u8(c, field);

	if (value < count)
		return value;
	cur_fail(c, ERR_MALFORMED, at, field);
	return 0;
}

/* Texts that our own program holds as constants are printable ASCII. */
static struct bytes
get_plain(struct cursor *c, size_t limit, const char *field)
{
	size_t at = c->pos;
	struct bytes text = wire_get_field(c, limit, field);

	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < 0x20 || text.ptr[i] > 0x7e)
			cur_fail(c, ERR_MALFORMED, at, field);
	return cur_ok(c) ? text : (struct bytes){ NULL, 0 };
}

/* Names of formats, architectures and systems: lower case, digits, - and _. */
static struct bytes
get_name(struct cursor *c, const char *field)
{
	size_t at = c->pos;
	struct bytes name = get_plain(c, WIRE_NAME_LEN, field);

	for (size_t i = 0; i < name.len; i++) {
		uint8_t byte = name.ptr[i];

		if ((byte < 'a' || byte > 'z') && (byte < '0' || byte > '9') &&
		    byte != '-' && byte != '_')
			cur_fail(c, ERR_MALFORMED, at, field);
	}
	return cur_ok(c) ? name : (struct bytes){ NULL, 0 };
}

/* Foreign text that becomes a C string: no zero byte inside. */
static struct bytes
get_zero_free(struct cursor *c, size_t limit, const char *field)
{
	size_t at = c->pos;
	struct bytes text = wire_get_field(c, limit, field);

	if (bytes_find_byte(text, 0, 0) != SIZE_MAX)
		cur_fail(c, ERR_MALFORMED, at, field);
	return cur_ok(c) ? text : (struct bytes){ NULL, 0 };
}

/* `to` has room: the length was checked against its limit. */
static const char *
fill(char *to, struct bytes text)
{
	if (text.len > 0)
		memcpy(to, text.ptr, text.len);
	to[text.len] = '\0';
	return text.len > 0 ? to : NULL;
}

enum err
wire_read_hello(struct bytes in, struct bytes *ret_jail)
{
	struct cursor c = cur_open(in, "hello message");
	struct bytes jail = get_plain(&c, WIRE_TEXT_LEN, "jail");

	if (wire_end(&c) == ERR_OK)
		*ret_jail = jail;
	return c.fault.code;
}

enum err
wire_read_chunk(struct bytes in, struct wire_chunk *ret)
{
	struct cursor c = cur_open(in, "chunk message");
	struct chunk chunk = { 0 };
	struct format_info *info = &chunk.info;

	chunk.path = wire_get_field(&c, LIMIT_PATH_LEN, "path");
	struct bytes format = get_name(&c, "format");

	chunk.nested = get_choice(&c, 2, "nested") != 0;
	chunk.at = cur_u64le(&c, "at");
	chunk.size = cur_u64le(&c, "size");
	chunk.state = get_choice(&c, CHUNK_UNREAD + 1, "state");
	info->size = cur_u64le(&c, "info.size");
	info->authenticity =
	    get_choice(&c, AUTHENTICITY_SIGNED + 1, "authenticity");
	info->encrypted = get_choice(&c, ANSWER_YES + 1, "encrypted");
	info->rollback = get_choice(&c, ANSWER_YES + 1, "rollback");
	info->may_be_signed = get_choice(&c, 2, "may be signed") != 0;
	struct bytes architecture = get_name(&c, "architecture");
	struct bytes operating_system = get_name(&c, "operating system");
	struct bytes detail =
	    get_zero_free(&c, FORMAT_DETAIL_LEN - 1, "detail");

	chunk.fault.code = get_choice(&c, ERR_SYSTEM + 1, "fault.code");
	chunk.fault.at = cur_u64le(&c, "fault.at");
	struct bytes fault_format =
	    get_plain(&c, WIRE_TEXT_LEN, "fault.format");
	struct bytes fault_field = get_plain(&c, WIRE_TEXT_LEN, "fault.field");

	if (cur_ok(&c) && format.len == 0)
		cur_fail(&c, ERR_MALFORMED, c.pos, "format");
	if (wire_end(&c) != ERR_OK)
		return c.fault.code;
	(void)fill(info->detail, detail); /* it is an array inside */
	ret->chunk = chunk;
	ret->chunk.format = fill(ret->format, format);
	ret->chunk.info.architecture = fill(ret->architecture, architecture);
	ret->chunk.info.operating_system =
	    fill(ret->operating_system, operating_system);
	ret->chunk.fault.format = fill(ret->fault_format, fault_format);
	ret->chunk.fault.field = fill(ret->fault_field, fault_field);
	return ERR_OK;
}

enum err
wire_read_fact(struct bytes in, struct fact *ret)
{
	struct cursor c = cur_open(in, "fact message");
	struct fact fact = { 0 };

	fact.kind = get_choice(&c, FACT_KIND_COUNT, "kind");
	fact.at = cur_u64le(&c, "at");
	fact.number = cur_u64le(&c, "number");
	fact.path = wire_get_field(&c, LIMIT_PATH_LEN, "path");
	fact.text = wire_get_field(&c, WIRE_FIELD_LEN, "text");
	fact.name = wire_get_field(&c, WIRE_FIELD_LEN, "name");
	fact.value = wire_get_field(&c, WIRE_FIELD_LEN, "value");
	fact.detail = wire_get_field(&c, WIRE_FIELD_LEN, "detail");
	fact.extra = wire_get_field(&c, WIRE_FIELD_LEN, "extra");
	if (cur_ok(&c) && fact.kind == FACT_NONE)
		cur_fail(&c, ERR_MALFORMED, 0, "kind");
	if (wire_end(&c) == ERR_OK)
		*ret = fact;
	return c.fault.code;
}

enum err
wire_read_entry(struct bytes in, struct wire_entry *ret)
{
	struct cursor c = cur_open(in, "entry message");
	struct wire_entry entry = { 0 };

	entry.path = wire_get_field(&c, LIMIT_PATH_LEN, "path");
	entry.link = wire_get_field(&c, LIMIT_PATH_LEN, "link");
	entry.kind = get_choice(&c, NODE_SOCKET + 1, "kind");
	size_t mode_at = c.pos;

	entry.mode = cur_u32le(&c, "mode");
	if (entry.mode > 07777)
		cur_fail(&c, ERR_MALFORMED, mode_at, "mode");
	entry.uid = cur_u32le(&c, "uid");
	entry.gid = cur_u32le(&c, "gid");
	entry.device_major = cur_u32le(&c, "device_major");
	entry.device_minor = cur_u32le(&c, "device_minor");
	entry.mtime = cur_u64le(&c, "mtime");
	entry.size = cur_u64le(&c, "size");
	entry.fault = get_choice(&c, ERR_SYSTEM + 1, "fault");
	if (wire_end(&c) == ERR_OK)
		*ret = entry;
	return c.fault.code;
}

enum err
wire_read_done(struct bytes in, struct wire_done *ret)
{
	struct cursor c = cur_open(in, "done message");
	struct wire_done done = { 0 };

	done.node_count = cur_u64le(&c, "node_count");
	done.cut_short = get_plain(&c, WIRE_TEXT_LEN, "cut_short");
	if (wire_end(&c) == ERR_OK)
		*ret = done;
	return c.fault.code;
}

enum err
wire_read_trouble(struct bytes in, struct wire_trouble *ret)
{
	struct cursor c = cur_open(in, "trouble message");
	struct wire_trouble trouble = { 0 };

	trouble.code = get_choice(&c, ERR_SYSTEM + 1, "code");
	trouble.text = get_plain(&c, WIRE_TEXT_LEN, "text");
	if (wire_end(&c) == ERR_OK)
		*ret = trouble;
	return c.fault.code;
}
