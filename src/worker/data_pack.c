/* SPDX-License-Identifier: ISC */
/* Packs: u32le count, then per file u32le name and content lengths, bytes. */
#include "worker/data_pack.h"

#include "base/cursor.h"

void
data_pack_write(struct out *to, const struct data_set *set)
{
	out_u32le(to, (uint32_t)set->count);
	for (size_t i = 0; i < set->count; i++) {
		struct bytes name = bytes_of(set->file[i].name);

		if (set->file[i].content.len > UINT32_MAX)
			to->failed = ERR_LIMIT;
		out_u32le(to, (uint32_t)name.len);
		out_u32le(to, (uint32_t)set->file[i].content.len);
		out_put(to, name);
		out_put(to, set->file[i].content);
	}
}

enum err
data_pack_read(struct bytes in, struct arena *arena, struct data_set *ret)
{
	struct cursor c = cur_open(in, "data pack");
	size_t count = cur_u32le(&c, "count");

	if (count > DATA_PACK_FILES)
		cur_fail(&c, ERR_LIMIT, 0, "count");
	if (!cur_ok(&c))
		return c.fault.code;
	struct data_file *file = arena_take_array(arena, count, sizeof(*file));

	if (file == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count && cur_ok(&c); i++) {
		size_t name_len = cur_u32le(&c, "name length");
		size_t content_len = cur_u32le(&c, "content length");

		file[i].name =
		    arena_text(arena, cur_bytes(&c, name_len, "name"));
		file[i].content = cur_bytes(&c, content_len, "content");
		file[i].sha256 = NULL;
		if (file[i].name == NULL)
			return ERR_MEMORY;
	}
	if (cur_left(&c) > 0)
		cur_fail(&c, ERR_MALFORMED, c.pos, "end");
	if (!cur_ok(&c))
		return c.fault.code;
	*ret = (struct data_set){ file, count };
	return ERR_OK;
}
