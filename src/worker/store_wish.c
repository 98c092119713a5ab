/* SPDX-License-Identifier: ISC */
/* The wish as bytes: a database's name may hold a password, which arguments
   would show to everybody. */
#include "base/cursor.h"
#include "worker/store.h"
#include "worker/wire_fields.h"

static void
put_text(struct out *to, struct bytes text)
{
	out_u32le(to, (uint32_t)text.len + 1);
	out_put(to, text);
	out_u8(to, 0);
}

/* Its zero stands behind it, and nowhere else. */
static struct bytes
get_text(struct cursor *c, size_t limit, const char *field)
{
	struct bytes text = wire_get_field(c, limit + 1, field);

	if (!cur_ok(c))
		return (struct bytes){ NULL, 0 };
	if (text.len == 0 || bytes_find_byte(text, 0, 0) != text.len - 1) {
		cur_fail(c, ERR_MALFORMED, c->pos, field);
		return (struct bytes){ NULL, 0 };
	}
	text.len--;
	return text;
}

void
store_wish_write(struct out *to, const struct store_wish *wish)
{
	out_u8(to, (uint8_t)wish->role);
	out_u8(to, wish->rebuild);
	out_u32le(to, wish->life_secs);
	put_text(to, wish->ledger);
	put_text(to, wish->published);
	put_text(to, wish->database);
	put_text(to, wish->uri);
}

enum err
store_wish_read(struct bytes in, struct store_wish *ret)
{
	struct cursor c = cur_open(in, "store's wish");
	struct store_wish w = { 0 };
	uint8_t role = cur_u8(&c, "role");

	w.rebuild = cur_u8(&c, "rebuild") != 0;
	w.life_secs = cur_u32le(&c, "life");
	w.ledger = get_text(&c, STORE_PATH_MAX, "ledger");
	w.published = get_text(&c, STORE_PATH_MAX, "published");
	w.database = get_text(&c, STORE_PATH_MAX, "database");
	w.uri = get_text(&c, STORE_URI_MAX, "uri");
	if (cur_ok(&c) && (role >= STORE_ROLES || w.life_secs == 0))
		cur_fail(&c, ERR_MALFORMED, 0, "role");
	w.role = (enum store_role)role;
	if (wire_end(&c) == ERR_OK)
		*ret = w;
	return c.fault.code;
}
