/* SPDX-License-Identifier: ISC */
/* Writes nodes as text and JSON. */
#include "cli/listing.h"

#include "base/text.h"

#include <stdio.h>

static const struct {
	const char *text;
	char letter; /* as ls(1) has it */
} kinds[] = {
	[NODE_PAYLOAD] = { "payload", '-' },
	[NODE_FILE] = { "file", '-' },
	[NODE_DIRECTORY] = { "directory", 'd' },
	[NODE_SYMLINK] = { "symlink", 'l' },
	[NODE_CHAR] = { "char", 'c' },
	[NODE_BLOCK] = { "block", 'b' },
	[NODE_FIFO] = { "fifo", 'p' },
	[NODE_SOCKET] = { "socket", 's' },
};

const char *
listing_kind_text(enum node_kind kind)
{
	return kinds[kind].text;
}

/* Source: POSIX.1-2017, ls, "file mode". */
static void
put_mode(struct out *to, const struct wire_entry *entry)
{
	static const struct {
		uint32_t special;   /* set-user-ID and so on */
		char with, without; /* the execute bit */
	} rows[] = { { 04000, 's', 'S' }, { 02000, 's', 'S' },
		{ 01000, 't', 'T' } };
	char text[] = "?---------";

	text[0] = kinds[entry->kind].letter;
	for (size_t i = 0; i < 3; i++) {
		uint32_t bits = entry->mode >> (6 - 3 * i) & 7;
		bool special = (entry->mode & rows[i].special) != 0;
		bool executes = (bits & 1) != 0;

		if ((bits & 4) != 0)
			text[1 + 3 * i] = 'r';
		if ((bits & 2) != 0)
			text[2 + 3 * i] = 'w';
		if (special && executes)
			text[3 + 3 * i] = rows[i].with;
		else if (special)
			text[3 + 3 * i] = rows[i].without;
		else if (executes)
			text[3 + 3 * i] = 'x';
	}
	out_text(to, text);
}

void
listing_put_path(struct out *to, const struct wire_entry *entry)
{
	text_put_terminal(to, entry->path);
	out_text(to, "\n");
}

static bool
is_device(const struct wire_entry *entry)
{
	return entry->kind == NODE_CHAR || entry->kind == NODE_BLOCK;
}

void
listing_put_long(struct out *to, const struct wire_entry *entry)
{
	char numbers[64];

	put_mode(to, entry);
	if (is_device(entry))
		(void)snprintf(numbers, sizeof(numbers), " %5u %5u %4u, %4u ",
		    entry->uid, entry->gid, entry->device_major,
		    entry->device_minor);
	else
		(void)snprintf(numbers, sizeof(numbers), " %5u %5u %10llu ",
		    entry->uid, entry->gid, (unsigned long long)entry->size);
	out_text(to, numbers);
	text_put_terminal(to, entry->path);
	if (entry->kind == NODE_SYMLINK) {
		out_text(to, " -> ");
		text_put_terminal(to, entry->link);
	}
	out_text(to, "\n");
}

static void
put_number(struct out *to, const char *key, uint64_t value)
{
	out_text(to, ",\"");
	out_text(to, key);
	out_text(to, "\":");
	out_decimal(to, value);
}

static void
put_text(struct out *to, const char *key, struct bytes value)
{
	out_text(to, ",\"");
	out_text(to, key);
	out_text(to, "\":\"");
	text_put_json(to, value);
	out_text(to, "\"");
}

void
listing_put_json(struct out *to, const struct wire_entry *entry)
{
	char mode[8];

	(void)snprintf(mode, sizeof(mode), "%04o", entry->mode & 07777);
	out_text(to, "{\"path\":\"");
	text_put_json(to, entry->path);
	out_text(to, "\"");
	put_text(to, "kind", bytes_of(listing_kind_text(entry->kind)));
	put_text(to, "mode", bytes_of(mode));
	put_number(to, "uid", entry->uid);
	put_number(to, "gid", entry->gid);
	put_number(to, "size", entry->size);
	put_number(to, "mtime", entry->mtime);
	if (entry->kind == NODE_SYMLINK)
		put_text(to, "link", entry->link);
	if (is_device(entry)) {
		put_number(to, "major", entry->device_major);
		put_number(to, "minor", entry->device_minor);
	}
	if (entry->fault != ERR_OK)
		put_text(to, "fault", bytes_of(err_text(entry->fault)));
	out_text(to, "}");
}
