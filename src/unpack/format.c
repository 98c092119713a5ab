/* SPDX-License-Identifier: ISC */
/* What all formats share: their descriptions, the budget, clean names. */
#include "unpack/format.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *
chunk_state_text(enum chunk_state state)
{
	switch (state) {
	case CHUNK_READ:
		return "read";
	case CHUNK_PADDING:
		return "padding";
	case CHUNK_OPAQUE:
		return "opaque";
	case CHUNK_UNREAD:
		return "unread";
	}
	return "unread";
}

const char *
authenticity_text(enum authenticity authenticity)
{
	switch (authenticity) {
	case AUTHENTICITY_UNKNOWN:
		break;
	case AUTHENTICITY_NONE:
		return "none";
	case AUTHENTICITY_CRC:
		return "crc";
	case AUTHENTICITY_HASH:
		return "hash";
	case AUTHENTICITY_SIGNED:
		return "signed";
	}
	return "unknown";
}

const char *
answer_text(enum answer answer)
{
	switch (answer) {
	case ANSWER_UNKNOWN:
		break;
	case ANSWER_NO:
		return "no";
	case ANSWER_YES:
		return "yes";
	}
	return "unknown";
}

void
format_detail(struct format_info *info, const char *format, ...)
{
	size_t len = strlen(info->detail);
	va_list args;

	va_start(args, format);
	(void)vsnprintf(
	    info->detail + len, sizeof(info->detail) - len, format, args);
	va_end(args);
}

enum err
budget_take(struct budget *budget, uint64_t n)
{
	if (n > budget->limit - budget->made)
		return ERR_LIMIT;
	budget->made += n;
	if (budget->expired != NULL && budget->expired(budget->context))
		return ERR_LIMIT;
	return ERR_OK;
}

size_t
budget_left(const struct budget *budget)
{
	return (size_t)(budget->limit - budget->made);
}

size_t
format_clean_name(struct bytes name, char *to)
{
	size_t len = 0;
	struct bytes part;

	while (bytes_next_field(&name, '/', &part)) {
		if (part.len == 0 || bytes_equal(part, BYTES(".")) ||
		    bytes_equal(part, BYTES("..")))
			continue;
		to[len++] = '/';
		memcpy(to + len, part.ptr, part.len);
		len += part.len;
	}
	if (len == 0)
		to[len++] = '/';
	return len;
}

void
node_fail(struct node *node, enum err code, size_t at, const char *format,
    const char *field)
{
	if (node->fault.code == ERR_OK)
		node->fault = (struct fault){
			.code = code, .at = at, .format = format, .field = field
		};
}

void
node_set_mode(struct node *node, uint32_t mode, size_t at, const char *format)
{
	static const struct {
		uint32_t type;
		enum node_kind kind;
	} rows[] = {
		{ 0010000, NODE_FIFO },
		{ 0020000, NODE_CHAR },
		{ 0040000, NODE_DIRECTORY },
		{ 0060000, NODE_BLOCK },
		{ 0100000, NODE_FILE },
		{ 0120000, NODE_SYMLINK },
		{ 0140000, NODE_SOCKET },
	};

	node->mode = mode & 07777;
	node->kind = NODE_FILE;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].type == (mode & 0170000)) {
			node->kind = rows[i].kind;
			return;
		}
	node_fail(node, ERR_MALFORMED, at, format, "mode");
}

void
node_set_device(struct node *node, uint32_t id)
{
	node->device_major = (id & 0xfff00) >> 8;
	node->device_minor = (id & 0xff) | ((id >> 12) & 0xfff00);
}
