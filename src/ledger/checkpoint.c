/* SPDX-License-Identifier: ISC */
/* Checkpoints: three lines, and what a log adds. */
#include "ledger/checkpoint.h"

#include "codec/base64.h"

static enum err
fail(struct fault *ret_fault, enum err code, size_t at, const char *field)
{
	*ret_fault = (struct fault){ code, at, "checkpoint", field };
	return code;
}

/* Takes a line with its newline off *rest; false when there is none, or an
   empty one. */
static bool
take_line(struct bytes *rest, struct bytes *ret)
{
	size_t end = bytes_find_byte(*rest, '\n', 0);

	if (end == SIZE_MAX || end == 0)
		return false;
	*ret = bytes_slice(*rest, 0, end);
	*rest = bytes_from(*rest, end + 1);
	return true;
}

/* Decimal without a zero in front. */
static enum err
read_size(struct bytes line, uint64_t *ret)
{
	if (line.ptr[0] == '0' && line.len > 1)
		return ERR_MALFORMED;
	if (!bytes_to_u64(line, ret))
		return ERR_MALFORMED;
	return *ret <= MERKLE_SIZE_MAX ? ERR_OK : ERR_LIMIT;
}

static enum err
read_root(struct bytes line, struct merkle_hash *ret)
{
	uint8_t room[SHA256_LEN + 4];
	struct bytes root;
	size_t wrong;

	if (base64_decode(BASE64_STANDARD, line, room, sizeof(room), &root,
		&wrong) != ERR_OK)
		return ERR_MALFORMED;
	return merkle_read_hash(root, ret);
}

enum err
checkpoint_read_text(
    struct bytes text, struct checkpoint *ret, struct fault *ret_fault)
{
	struct checkpoint c = { .text = text };
	struct bytes rest = text;
	struct bytes line;
	size_t at;
	enum err err;

	if (text.len > CHECKPOINT_TEXT_MAX)
		return fail(
		    ret_fault, ERR_LIMIT, CHECKPOINT_TEXT_MAX, "length");
	if (text.len == 0 || text.ptr[text.len - 1] != '\n')
		return fail(
		    ret_fault, ERR_TRUNCATED, text.len, "final newline");
	if (!take_line(&rest, &c.origin))
		return fail(ret_fault, ERR_MALFORMED, 0, "origin");
	at = text.len - rest.len;
	if (!take_line(&rest, &line))
		return fail(ret_fault, ERR_MALFORMED, at, "size");
	err = read_size(line, &c.head.size);
	if (err != ERR_OK)
		return fail(ret_fault, err, at, "size");
	at = text.len - rest.len;
	if (!take_line(&rest, &line) || read_root(line, &c.head.root) != ERR_OK)
		return fail(ret_fault, ERR_MALFORMED, at, "root");
	c.extensions = rest;
	while (rest.len > 0) {
		at = text.len - rest.len;
		if (!take_line(&rest, &line))
			return fail(ret_fault, ERR_MALFORMED, at, "extension");
	}
	*ret = c;
	return ERR_OK;
}

enum err
checkpoint_read(struct bytes in, struct checkpoint *ret, struct note *ret_note,
    struct fault *ret_fault)
{
	struct note note;
	enum err err = note_read(in, &note, ret_fault);

	if (err != ERR_OK)
		return err;
	err = checkpoint_read_text(note.text, ret, ret_fault);
	if (err == ERR_OK)
		*ret_note = note;
	return err;
}
