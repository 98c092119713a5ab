/* SPDX-License-Identifier: ISC */
/* Walks the directories of a FAT file system. */
#include "unpack/fat.h"

#include "base/cursor.h"
#include "base/number.h"
#include "unpack/fat_private.h"
#include "unpack/utf16.h"

#include <stdlib.h>
#include <string.h>

#define ATTR_VOLUME 0x08
#define ATTR_DIRECTORY 0x10
#define ATTR_LONG_NAME 0x0f /* of the low six bits */
#define CASE_BASE 0x08
#define CASE_EXTENSION 0x10
#define SHORT_LEN ((size_t)11)
#define SHORT_BASE_LEN ((size_t)8)
#define PART_LEN ((size_t)26) /* bytes of a long name in one entry */
#define PARTS_MAX 20
#define NAME_MAX_LEN UTF16_ROOM(PARTS_MAX *PART_LEN)
#define DIRECTORY_MAX_LEN (2 * MIB) /* 65536 entries (specification §6) */

/* A long name, put together from the entries in front of its file. */
struct long_name {
	uint8_t text[PARTS_MAX * PART_LEN]; /* UTF-16 */
	size_t parts;			    /* still to come; 0: none or all */
	size_t len;			    /* bytes; 0: there is no name */
	uint8_t sum;			    /* of the short name */
};

struct entry {
	uint8_t attributes;
	uint32_t first; /* cluster */
	uint32_t size;
	uint64_t mtime;
	size_t name_len;
	char name[NAME_MAX_LEN];
};

static uint8_t
sum_of(struct bytes name)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < name.len; i++)
		sum = (uint8_t)((sum >> 1) + (sum << 7) + name.ptr[i]);
	return sum;
}

/* One entry of a long name: they come last part first. */
static void
add_part(struct bytes raw, struct long_name *name)
{
	size_t number = raw.ptr[0] & 0x3f;
	bool begins = (raw.ptr[0] & 0x40) != 0;

	if (number == 0 || number > PARTS_MAX ||
	    (!begins && (number != name->parts || raw.ptr[13] != name->sum))) {
		name->parts = 0;
		name->len = 0;
		return;
	}
	if (begins) {
		name->len = number * PART_LEN;
		name->sum = raw.ptr[13];
	}
	uint8_t *to = name->text + (number - 1) * PART_LEN;

	memcpy(to, raw.ptr + 1, 10);
	memcpy(to + 10, raw.ptr + 14, 12);
	memcpy(to + 22, raw.ptr + 28, 4);
	name->parts = number - 1;
}

static size_t
put_part(struct bytes part, bool lower, char *to)
{
	size_t len = part.len;

	while (len > 0 && part.ptr[len - 1] == ' ')
		len--;
	for (size_t i = 0; i < len; i++) {
		uint8_t c = part.ptr[i];

		if (lower && c >= 'A' && c <= 'Z')
			c = (uint8_t)(c - 'A' + 'a');
		to[i] = (char)c;
	}
	return len;
}

static size_t
put_short_name(struct bytes raw, char *to)
{
	uint8_t cases = raw.ptr[12];
	struct bytes base = bytes_slice(raw, 0, SHORT_BASE_LEN);
	struct bytes extension =
	    bytes_slice(raw, SHORT_BASE_LEN, SHORT_LEN - SHORT_BASE_LEN);
	size_t len = put_part(base, (cases & CASE_BASE) != 0, to);

	if (len > 0 && to[0] == 0x05) /* e5 would mean deleted */
		to[0] = (char)0xe5;
	size_t more =
	    put_part(extension, (cases & CASE_EXTENSION) != 0, to + len + 1);

	if (more == 0)
		return len;
	to[len] = '.';
	return len + 1 + more;
}

/* Days since 1970 of a date (Hinnant, "chrono-compatible date algorithms"). */
static uint64_t
days_of(uint64_t year, uint64_t month, uint64_t day)
{
	if (month <= 2)
		year--;
	uint64_t era = year / 400;
	uint64_t year_of_era = year % 400;
	uint64_t day_of_year =
	    (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	uint64_t day_of_era = year_of_era * 365 + year_of_era / 4 -
	    year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static uint64_t
time_of(uint32_t date, uint32_t time)
{
	uint32_t month = date >> 5 & 15;
	uint32_t day = date & 31;

	if (month == 0 || month > 12 || day == 0)
		return 0;
	return days_of(1980 + (date >> 9), month, day) * 86400 +
	    (time >> 11) * UINT64_C(3600) + (time >> 5 & 63) * UINT64_C(60) +
	    (time & 31) * UINT64_C(2);
}

static void
read_entry(struct bytes raw, const struct long_name *name, struct entry *ret)
{
	struct cursor c = cur_open(raw, "fat directory");
	struct bytes small = cur_bytes(&c, SHORT_LEN, "DIR_Name");

	ret->attributes = cur_u8(&c, "DIR_Attr");
	cur_skip(&c, 8, "DIR_NTRes … DIR_LstAccDate");
	ret->first = (uint32_t)cur_u16le(&c, "DIR_FstClusHI") << 16;
	uint32_t time = cur_u16le(&c, "DIR_WrtTime");
	uint32_t date = cur_u16le(&c, "DIR_WrtDate");

	ret->mtime = time_of(date, time);
	ret->first |= cur_u16le(&c, "DIR_FstClusLO");
	ret->size = cur_u32le(&c, "DIR_FileSize");
	ret->name_len = 0;
	if (name->len > 0 && name->parts == 0 && sum_of(small) == name->sum)
		ret->name_len = utf16_to_utf8(
		    (struct bytes){ name->text, name->len }, ret->name);
	if (ret->name_len == 0)
		ret->name_len = put_short_name(raw, ret->name);
}

static bool
is_long_name(struct bytes raw)
{
	return (raw.ptr[11] & 0x3f) == ATTR_LONG_NAME;
}

/* The label that the root directory holds; else the boot sector's. */
static struct bytes
volume_of(struct bytes in, const struct fat_super *s)
{
	struct bytes root = s->bits == 32
	    ? fat_cluster(in, s, s->root_first)
	    : bytes_slice(
		  in, size_min((size_t)s->root_at, in.len), s->root_len);

	for (size_t at = 0; at + FAT_ENTRY_LEN <= root.len;
	     at += FAT_ENTRY_LEN) {
		struct bytes raw = bytes_slice(root, at, FAT_ENTRY_LEN);

		if (raw.ptr[0] == 0)
			break;
		if (raw.ptr[0] != 0xe5 && !is_long_name(raw) &&
		    (raw.ptr[11] & ATTR_VOLUME) != 0)
			return bytes_trim(bytes_slice(raw, 0, SHORT_LEN));
	}
	if (bytes_equal(s->label, BYTES("NO NAME    ")))
		return BYTES(""); /* what stands there for none */
	return bytes_trim(s->label);
}

static enum err
probe(struct bytes in, struct format_info *ret)
{
	struct fat_super s;
	enum err err = fat_read_super(in, &s);

	if (err != ERR_OK)
		return err;
	struct bytes volume = volume_of(in, &s);

	*ret = (struct format_info){
		.size = s.size < in.len ? (size_t)s.size : in.len,
		.authenticity = AUTHENTICITY_NONE,
		.encrypted = ANSWER_NO,
	};
	format_detail(ret, "FAT%u, %u clusters of %zu bytes, no modes", s.bits,
	    s.clusters, s.cluster_len);
	if (volume.len > 0)
		format_detail(ret, ", volume \"%.*s\"", (int)volume.len,
		    (const char *)volume.ptr);
	if (s.copies_differ)
		format_detail(ret, ", its tables differ");
	if (s.size > in.len)
		format_detail(ret, ", cut short");
	return ERR_OK;
}

static void
close_fat(void *handle)
{
	struct fat *fs = handle;

	if (fs == NULL)
		return;
	visits_close(&fs->visits);
	free(fs->file);
	free(fs);
}

static enum err
open_fat(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct fat *fs = calloc(1, sizeof(*fs));

	if (fs == NULL)
		return ERR_MEMORY;
	enum err err = fat_read_super(in, &fs->super);

	if (err != ERR_OK)
		goto done;
	if (fs->super.size < in.len)
		in.len = (size_t)fs->super.size;
	fs->in = in;
	fs->budget = budget;
	tree_open(&fs->tree, "fat");
	/* Those that are there at all, the last perhaps in part. */
	size_t there = fs->super.data_at < in.len
	    ? (in.len - (size_t)fs->super.data_at - 1) / fs->super.cluster_len +
		1
	    : 0;

	err = visits_open(size_min(there, fs->super.clusters) + 2, &fs->visits);
	if (err != ERR_OK)
		goto done;
	*ret_handle = fs;
done:
	if (err != ERR_OK)
		close_fat(fs);
	return err;
}

/*
 * Lists a directory next, as far as its chain is good. The level's id is the
 * cluster being listed, 0 for the root of FAT12 and FAT16.
 */
static void
enter(struct fat *fs, uint32_t first, struct node *node)
{
	struct tree_level level = { .id = first };
	uint32_t cluster = first;
	enum err err = ERR_OK;

	while (err == ERR_OK) {
		if (cluster < 2 || cluster - 2 >= fs->super.clusters) {
			err = ERR_MALFORMED;
			break;
		}
		struct bytes raw = fat_cluster(fs->in, &fs->super, cluster);

		if (raw.len < fs->super.cluster_len)
			err = ERR_TRUNCATED;
		else if (!visits_add(&fs->visits, cluster))
			err = ERR_MALFORMED;
		else if (level.end >= DIRECTORY_MAX_LEN)
			err = ERR_LIMIT;
		if (err != ERR_OK)
			break;
		level.end += fs->super.cluster_len;
		err = fat_next_cluster(&fs->super, cluster, &cluster);
	}
	if (err != ERR_END)
		node_fail(node, err, 0, "fat", "directory chain");
	tree_enter(&fs->tree, &level, node);
}

static void
enter_root(struct fat *fs, struct node *node)
{
	struct tree_level level = { .id = 0 };

	tree_name_root(&fs->tree, node);
	node->mode = 0755;
	if (fs->super.bits == 32) {
		enter(fs, fs->super.root_first, node);
		return;
	}
	if (fs->super.root_at < fs->in.len)
		level.end = bytes_slice(fs->in, (size_t)fs->super.root_at,
				fs->super.root_len)
				.len /
		    FAT_ENTRY_LEN * FAT_ENTRY_LEN;
	if (level.end < fs->super.root_len)
		node_fail(node, ERR_TRUNCATED, 0, "fat", "root directory");
	tree_enter(&fs->tree, &level, node);
}

/* The raw entry that the level stands at; moves it on. enter() has seen that
   all is there. */
static struct bytes
take_raw(const struct fat *fs, struct tree_level *level)
{
	size_t cluster_len = fs->super.cluster_len;
	size_t at = (size_t)level->at;
	struct bytes raw;

	if (level->id == 0) {
		raw = bytes_slice(
		    fs->in, (size_t)fs->super.root_at + at, FAT_ENTRY_LEN);
		level->at += FAT_ENTRY_LEN;
		return raw;
	}
	raw = bytes_slice(fat_cluster(fs->in, &fs->super, (uint32_t)level->id),
	    at % cluster_len, FAT_ENTRY_LEN);
	level->at += FAT_ENTRY_LEN;
	if (level->at % cluster_len == 0 && level->at < level->end) {
		uint32_t next = (uint32_t)level->id;

		if (fat_next_cluster(&fs->super, next, &next) != ERR_OK)
			level->at = level->end;
		level->id = next;
	}
	return raw;
}

/* The next entry with a file behind it; ERR_END when there is none. */
static enum err
next_entry(struct fat *fs, struct entry *ret)
{
	struct long_name name = { .parts = 0 };
	const struct tree_level *listed = NULL;

	for (;;) {
		struct tree_level *level = tree_top(&fs->tree);

		if (level == NULL)
			return ERR_END;
		if (level != listed) /* no name goes on in another directory */
			name = (struct long_name){ .parts = 0 };
		listed = level;
		struct bytes raw = take_raw(fs, level);

		if (raw.len < FAT_ENTRY_LEN || raw.ptr[0] == 0) {
			level->at = level->end; /* nothing behind it counts */
			continue;
		}
		if (raw.ptr[0] != 0xe5 && is_long_name(raw)) {
			add_part(raw, &name);
			continue;
		}
		if (raw.ptr[0] != 0xe5 && raw.ptr[0] != '.' &&
		    (raw.ptr[11] & ATTR_VOLUME) == 0) {
			read_entry(raw, &name, ret);
			return ERR_OK;
		}
		name.len = 0;
	}
}

static enum err
next_fat(void *handle, struct node *ret)
{
	struct fat *fs = handle;
	struct node node = { .kind = NODE_FILE, .mode = 0644 };
	struct entry e;

	free(fs->file);
	fs->file = NULL;
	if (!fs->begun) {
		fs->begun = true;
		enter_root(fs, &node);
		*ret = node;
		return ERR_OK;
	}
	enum err err = budget_take(fs->budget, 0);

	if (err == ERR_OK)
		err = next_entry(fs, &e);
	if (err != ERR_OK)
		return err;
	tree_name(&fs->tree,
	    (struct bytes){ (const uint8_t *)e.name, e.name_len }, &node);
	node.mtime = e.mtime;
	if (fs->super.bits != 32)
		e.first &= 0xffff;
	if ((e.attributes & ATTR_DIRECTORY) != 0) {
		node.kind = NODE_DIRECTORY;
		node.mode = 0755;
		enter(fs, e.first, &node);
	} else {
		err = fat_read_file(fs, e.first, e.size, &node);
	}
	if (err != ERR_OK)
		return err;
	*ret = node;
	return ERR_OK;
}

static size_t
used_fat(void *handle)
{
	const struct fat *fs = handle;

	return fs->in.len;
}

const struct format fat_format = {
	.name = "fat",
	.magic = { MAGIC(510, "\x55\xaa") },
	.probe = probe,
	.open = open_fat,
	.next = next_fat,
	.used = used_fat,
	.close = close_fat,
};
