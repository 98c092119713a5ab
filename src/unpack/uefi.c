/* SPDX-License-Identifier: ISC */
/* UEFI firmware volumes: the sections of their files, decompressed. */
#include "unpack/flash.h"
#include "unpack/uefi_private.h"
#include "unpack/vendor_private.h"

#include "base/limits.h"
#include "base/number.h"
#include "codec/decompress.h"

#include <stdio.h>
#include <stdlib.h>

/* Sections in sections; edk2's images reach 3. */
#define LEVELS_MAX 8
#define SECTION_NAME_LEN 48

/* Sections that lie one behind the other. */
struct level {
	struct bytes in;
	size_t pos;
	size_t at; /* in the volume, when they lie there as they are */
	bool in_place;
	struct out made; /* else what was decompressed */
};

struct uefi {
	struct bytes in; /* the volume */
	struct budget *budget;
	struct uefi_volume volume;
	size_t pos; /* the next file's */
	struct level level[LEVELS_MAX];
	size_t depth;
	size_t given;  /* sections of this file */
	size_t unread; /* bytes in codings that are not known */
	bool broken;
	bool rest_given; /* of a volume without files */
	char file[UEFI_NAME_LEN];
	char name[UEFI_NAME_LEN + SECTION_NAME_LEN];
};

static enum err
uefi_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = {
		.encrypted = ANSWER_NO,
		.rollback = ANSWER_UNKNOWN,
	};
	struct uefi_volume v;
	struct uefi_file file;
	size_t count = 0;
	bool broken = false;

	if (!uefi_volume_read(in, &v) || in.len < v.size / 2)
		return ERR_MALFORMED;
	info.size = size_min(v.size, in.len);
	struct bytes volume = bytes_slice(in, 0, info.size);
	size_t pos = v.files_at;

	while (v.ffs != 0 &&
	    uefi_file_next(volume, v.erased, &pos, &file, &broken))
		count += file.type != UEFI_FILE_PAD;
	if (v.ffs != 0) {
		format_detail(&info, "FFS%u, %zu files", v.ffs, count);
	} else {
		char guid[UEFI_GUID_TEXT_LEN + 1];

		uefi_guid_text(v.guid, guid);
		format_detail(&info, "%s", guid);
	}
	if (in.len < v.size)
		format_detail(&info, ", cut short");
	*ret = info;
	return ERR_OK;
}

static enum err
uefi_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct uefi_volume v;

	if (!uefi_volume_read(in, &v))
		return ERR_MALFORMED;
	struct uefi *u = calloc(1, sizeof(*u));

	if (u == NULL)
		return ERR_MEMORY;
	u->in = bytes_slice(in, 0, v.size);
	u->budget = budget;
	u->volume = v;
	u->pos = v.files_at;
	*ret_handle = u;
	return ERR_OK;
}

static void
pop(struct uefi *u)
{
	u->depth--;
	out_close(&u->level[u->depth].made);
}

static struct level *
top(struct uefi *u)
{
	return &u->level[u->depth - 1];
}

/* The name may stand inside what wraps the file's program. */
static void
look_for_name(struct uefi *u, struct bytes sections)
{
	char name[UEFI_NAME_LEN];

	if (u->depth > 1 && u->given > 0)
		return;
	uefi_find_name(sections, name);
	if (name[0] != '\0')
		(void)snprintf(u->file, sizeof(u->file), "%s", name);
}

static void
set_node(struct uefi *u, const char *kind, struct bytes content,
    const size_t *in_volume, struct node *ret)
{
	if (u->given == 0)
		(void)snprintf(
		    u->name, sizeof(u->name), "/%s/%s", u->file, kind);
	else
		(void)snprintf(u->name, sizeof(u->name), "/%s/%zu-%s", u->file,
		    u->given + 1, kind);
	u->given++;
	*ret = (struct node){
		.kind = NODE_FILE,
		.name = bytes_of(u->name),
		.size = content.len,
		.content = content,
		.in_place = in_volume != NULL,
		.at = in_volume != NULL ? *in_volume : 0,
	};
}

static void
give_section(struct uefi *u, const struct uefi_section *s, struct node *ret)
{
	const struct level *level = top(u);
	size_t at = level->at + s->at;

	set_node(u, s->name, bytes_slice(level->in, s->at, s->len),
	    level->in_place ? &at : NULL, ret);
}

/* Opens what lies in a section; ERR_UNSUPPORTED: it cannot be. */
static enum err
enter(struct uefi *u, const struct uefi_section *s)
{
	const struct level *above = top(u);
	struct bytes content = bytes_slice(above->in, s->at, s->len);
	struct level level = { .in = content, .in_place = above->in_place };
	size_t used;

	if (u->depth == LEVELS_MAX || (s->way == UEFI_CODED && !s->known))
		return ERR_UNSUPPORTED;
	if (s->way == UEFI_CODED) {
		level.in_place = false;
		level.made =
		    out_open(size_min(LIMIT_FILE_LEN, budget_left(u->budget)));
		enum err err =
		    decompress_stream(s->gzip ? CODEC_GZIP : CODEC_LZMA,
			content, &level.made, &used);

		if (err == ERR_OK)
			err = budget_take(u->budget, level.made.len);
		if (err != ERR_OK) {
			out_close(&level.made);
			return err;
		}
		level.in = out_bytes(&level.made);
	} else if (level.in_place) {
		level.at = above->at + s->at;
	}
	u->level[u->depth++] = level;
	look_for_name(u, level.in);
	return ERR_OK;
}

/* A file without sections is given whole. */
static bool
next_file(struct uefi *u, struct node *ret)
{
	struct uefi_file file;
	char guid[UEFI_GUID_TEXT_LEN + 1];

	for (;;) {
		if (!uefi_file_next(
			u->in, u->volume.erased, &u->pos, &file, &u->broken))
			return false;
		if (file.type != UEFI_FILE_PAD && file.len > 0)
			break;
	}
	u->given = 0;
	uefi_guid_text(file.guid, guid);
	(void)snprintf(u->file, sizeof(u->file), "%s", guid);
	struct bytes content = bytes_slice(u->in, file.at, file.len);

	if (file.type == UEFI_FILE_RAW) {
		set_node(u, "raw", content, &file.at, ret);
		return true;
	}
	u->level[u->depth++] = (struct level){
		.in = content,
		.at = file.at,
		.in_place = true,
	};
	look_for_name(u, content);
	return true;
}

/* A volume of variables, or of a maker's own kind. */
static enum err
give_rest(struct uefi *u, struct node *ret)
{
	struct bytes rest = bytes_from(u->in, u->volume.files_at);

	if (u->volume.ffs != 0 || u->rest_given || rest.len == 0)
		return ERR_END;
	u->rest_given = true;
	*ret = (struct node){
		.kind = NODE_PAYLOAD,
		.size = rest.len,
		.content = rest,
		.in_place = true,
		.at = u->volume.files_at,
	};
	return ERR_OK;
}

/* Most of a volume that could not be read is not "read". */
static enum err
end(const struct uefi *u)
{
	if (u->unread > u->in.len / 2)
		return ERR_UNSUPPORTED;
	return u->broken ? ERR_MALFORMED : ERR_END;
}

static enum err
step(struct uefi *u, struct node *ret, bool *ret_given)
{
	struct uefi_section s;

	if (!uefi_section_next(top(u)->in, &top(u)->pos, &s)) {
		pop(u);
		return ERR_OK;
	}
	if (s.way == UEFI_SKIP || s.len == 0)
		return ERR_OK;
	/* edk2 aligns programs with sections of nothing. */
	if (s.way == UEFI_LEAF &&
	    vendor_is_blank(bytes_slice(top(u)->in, s.at, s.len)))
		return ERR_OK;
	*ret_given = true;
	if (s.way == UEFI_LEAF) {
		give_section(u, &s, ret);
		return ERR_OK;
	}
	enum err err = enter(u, &s);

	if (err == ERR_OK) {
		*ret_given = false;
		return ERR_OK;
	}
	if (err == ERR_MEMORY || err == ERR_LIMIT)
		return err;
	give_section(u, &s, ret);
	node_fail(ret, err, s.at, "uefi section", "coding");
	u->unread += s.len;
	return ERR_OK;
}

static enum err
uefi_next(void *handle, struct node *ret)
{
	struct uefi *u = handle;
	bool given = false;
	enum err err = ERR_OK;

	if (u->volume.ffs == 0)
		return give_rest(u, ret);
	while (!given && err == ERR_OK) {
		if (u->depth > 0) {
			err = step(u, ret, &given);
			continue;
		}
		if (!next_file(u, ret))
			return end(u);
		given = u->depth == 0;
	}
	return err;
}

static size_t
uefi_used(void *handle)
{
	const struct uefi *u = handle;

	return u->in.len;
}

static void
uefi_close(void *handle)
{
	struct uefi *u = handle;

	if (u == NULL)
		return;
	while (u->depth > 0)
		pop(u);
	free(u);
}

const struct format uefi_fv_format = {
	.name = "uefi-fv",
	.magic = { MAGIC(40, "_FVH") },
	.probe = uefi_probe,
	.open = uefi_open,
	.next = uefi_next,
	.used = uefi_used,
	.close = uefi_close,
};
