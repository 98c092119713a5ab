/* SPDX-License-Identifier: ISC */
/* The messages' fields, in the order in which they stand in the bytes. */
#include "worker/declare_wire.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "base/text.h"
#include "worker/wire_fields.h"

#include <string.h>

void
declare_wire_write_answer(struct out *to, const struct declared *answer)
{
	out_u32le(to, answer->line);
	out_u32le(to, answer->column);
	wire_put_field(to, answer->table, LIMIT_DECLARATION_NAME_LEN);
	wire_put_field(to, answer->row, LIMIT_DECLARATION_NAME_LEN);
	wire_put_field(to, answer->field, LIMIT_DECLARATION_NAME_LEN);
	wire_put_field(to, answer->value, LIMIT_DECLARATION_VALUE_LEN);
}

void
declare_wire_write_fault(struct out *to, const struct declaration_fault *fault)
{
	out_u32le(to, fault->line);
	out_u32le(to, fault->column);
	wire_put_field(to, bytes_of(fault->text), DECLARATION_FAULT_LEN - 1);
}

void
declare_wire_write_done(struct out *to, uint64_t count)
{
	out_u64le(to, count);
}

/* The reader of YAML gives clean text only. */
static struct bytes
get_text(struct cursor *c, size_t limit, const char *field)
{
	size_t at = c->pos;
	struct bytes text = wire_get_field(c, limit, field);

	if (!text_is_clean(text))
		cur_fail(c, ERR_MALFORMED, at, field);
	return cur_ok(c) ? text : (struct bytes){ NULL, 0 };
}

enum err
declare_wire_read_answer(struct bytes in, struct declared *ret)
{
	struct cursor c = cur_open(in, "answer message");
	struct declared d = { 0 };

	d.line = cur_u32le(&c, "line");
	d.column = cur_u32le(&c, "column");
	if (cur_ok(&c) && (d.line == 0 || d.column == 0))
		cur_fail(&c, ERR_MALFORMED, 0, "line");
	d.table = get_text(&c, LIMIT_DECLARATION_NAME_LEN, "table");
	d.row = get_text(&c, LIMIT_DECLARATION_NAME_LEN, "row");
	d.field = get_text(&c, LIMIT_DECLARATION_NAME_LEN, "field");
	d.value = get_text(&c, LIMIT_DECLARATION_VALUE_LEN, "value");
	if (cur_ok(&c) && (d.table.len == 0 || d.field.len == 0))
		cur_fail(&c, ERR_MALFORMED, 0, "table");
	if (wire_end(&c) == ERR_OK)
		*ret = d;
	return c.fault.code;
}

enum err
declare_wire_read_fault(struct bytes in, struct declaration_fault *ret)
{
	struct cursor c = cur_open(in, "fault message");
	struct declaration_fault fault = { 0 };

	fault.line = cur_u32le(&c, "line");
	fault.column = cur_u32le(&c, "column");
	struct bytes text = get_text(&c, DECLARATION_FAULT_LEN - 1, "text");

	if (wire_end(&c) != ERR_OK)
		return c.fault.code;
	if (text.len > 0)
		memcpy(fault.text, text.ptr, text.len);
	*ret = fault;
	return ERR_OK;
}

enum err
declare_wire_read_done(struct bytes in, uint64_t *ret_count)
{
	struct cursor c = cur_open(in, "done message");
	uint64_t count = cur_u64le(&c, "count");

	if (wire_end(&c) == ERR_OK)
		*ret_count = count;
	return c.fault.code;
}
