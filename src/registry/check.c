/* SPDX-License-Identifier: ISC */
/* Reads the lines, asks for what they name and compares. */
#include "registry/check.h"

#include "label/compact_text.h"
#include "registry/label_text.h"
#include "statement/status_change.h"

#include <string.h>

struct checking {
	struct route_call *call;
	struct check check;
	struct check_line *lines; /* CHECK_LINES_MAX of them */
};

/* ---- fields of a line ---- */

static bool
is_separator(uint8_t byte)
{
	return byte == ',' || byte == ';' || byte == '\t';
}

/* The next field of a line, without the quotes around it. No text or number of
   ours has a quote in it. */
static bool
next_field(struct bytes *rest, struct bytes *ret)
{
	bool quoted = rest->len > 0 && rest->ptr[0] == '"';
	size_t end = quoted ? 1 : 0;

	if (rest->ptr == NULL)
		return false;
	if (quoted)
		end = bytes_find_byte(*rest, '"', 1);
	if (end > rest->len)
		end = rest->len;
	while (end < rest->len && !is_separator(rest->ptr[end]))
		end++;
	*ret = bytes_trim(bytes_slice(*rest, 0, end));
	if (quoted && ret->len >= 2 && ret->ptr[ret->len - 1] == '"')
		*ret = bytes_trim(bytes_slice(*ret, 1, ret->len - 2));
	*rest = end < rest->len ? bytes_from(*rest, end + 1)
				: (struct bytes){ NULL, 0 };
	return true;
}

static bool
begins(struct bytes text, const char *begin)
{
	return bytes_equal_any_case(bytes_slice(text, 0, strlen(begin)), begin);
}

static bool
is_label_text(struct bytes field)
{
	return begins(field, "HM1:") ||
	    (begins(field, "HTTPS://") &&
		bytes_find(field, BYTES("/V#"), 0) != SIZE_MAX);
}

/* "17", "#17", "https://registry.example/label/17", with the language too. */
static bool
read_number(struct bytes field, uint64_t *ret)
{
	size_t at = bytes_find(field, BYTES("/label/"), 0);

	if (at != SIZE_MAX &&
	    (begins(field, "https://") || begins(field, "http://")))
		field = bytes_from(field, at + strlen("/label/"));
	else if (bytes_starts(field, BYTES("#")))
		field = bytes_from(field, 1);
	return route_number(field, ret);
}

/* The field of a line that counts; false when none does: then it is the first
   that is not empty. */
static bool
find_field(struct bytes line, struct bytes *ret)
{
	struct bytes rest = line;
	struct bytes field;
	struct bytes first = { NULL, 0 };
	struct bytes number = { NULL, 0 };
	uint64_t value;

	while (next_field(&rest, &field)) {
		if (is_label_text(field)) {
			*ret = field;
			return true;
		}
		if (number.len == 0 && read_number(field, &value))
			number = field;
		if (first.len == 0)
			first = field;
	}
	*ret = number.len > 0 ? number : first;
	return number.len > 0;
}

/* ---- one line ---- */

static enum err
ask_label(struct checking *c, uint64_t index, const struct registry_label **ret)
{
	const struct registry_question question = {
		.ask = REGISTRY_ASK_LABELS,
		.by = REGISTRY_BY_INDEX,
		.number = index,
		.limit = 1,
	};
	struct registry_reply reply;
	enum err err = route_ask(c->call, &question, &reply);

	if (err != ERR_OK)
		return err;
	c->check.head = reply.head;
	*ret = reply.count > 0 ? &reply.labels[0] : NULL;
	return ERR_OK;
}

/* Its number has a label. */
static void
set_found(struct checking *c, struct check_line *line)
{
	line->answer = CHECK_FOUND;
	line->standing = standing_of(line->label, c->call->request->now);
}

/*
 * Whether the code is the ledger's label: the small form of the entry is the
 * only one from which the entry can be written again, so all that it has must
 * be in the code. A proof, where there is one, must be the tile's.
 */
static bool
is_same(const struct compact *said, const struct compact *there)
{
	if (said->proof.len > 0 && !bytes_equal(said->proof, there->proof))
		return false;
	return bytes_equal(said->kid, there->kid) &&
	    said->issued == there->issued && said->expires == there->expires &&
	    bytes_equal(said->payload, there->payload) &&
	    bytes_equal(said->signature, there->signature);
}

static enum err
check_logged(
    struct checking *c, const struct compact *said, struct check_line *line)
{
	struct compact there;
	enum err err = ask_label(c, said->index, &line->label);

	if (err != ERR_OK)
		return err;
	line->answer = CHECK_NO_LABEL;
	if (line->label == NULL)
		return ERR_OK;
	err = label_text_compact(c->call, said->index, &there);
	if (err != ERR_OK)
		return err == ERR_END ? ERR_OK : err;
	if (is_same(said, &there))
		set_found(c, line);
	else
		line->answer = CHECK_FORGED;
	return ERR_OK;
}

/* What the row tells without asking for the entry. */
static bool
may_be(const struct compact *said, const struct registry_label *row)
{
	return row->issued == said->issued && row->expires == said->expires &&
	    bytes_equal(
		said->kid, (struct bytes){ row->body, COMPACT_KID_LEN });
}

/* A code that was drawn before its label was logged names no place: the digest
   of the image finds those that it can be. */
static enum err
check_unlogged(
    struct checking *c, const struct compact *said, struct check_line *line)
{
	struct label_claims claims;
	struct fault fault;
	struct registry_question question = {
		.ask = REGISTRY_ASK_LABELS,
		.by = REGISTRY_BY_DIGEST,
		.newest_first = true,
		.limit = 20,
	};
	struct registry_reply reply;
	enum err err;

	line->answer = CHECK_UNREADABLE;
	if (label_claims_read(said->payload, &claims, &fault) != ERR_OK)
		return ERR_OK;
	line->answer = CHECK_NOT_LOGGED;
	question.value = (struct bytes){ claims.product.digest, SHA256_LEN };
	err = route_ask(c->call, &question, &reply);
	if (err != ERR_OK)
		return err;
	c->check.head = reply.head;
	for (size_t i = 0; i < reply.count; i++) {
		struct compact there;

		if (!may_be(said, &reply.labels[i]))
			continue;
		err =
		    label_text_compact(c->call, reply.labels[i].index, &there);
		if (err != ERR_OK && err != ERR_END)
			return err;
		if (err == ERR_END || !is_same(said, &there))
			continue;
		line->label = &reply.labels[i];
		set_found(c, line);
		return ERR_OK;
	}
	return ERR_OK;
}

static enum err
check_text(struct checking *c, struct check_line *line)
{
	uint8_t *room = arena_take(c->call->arena, COMPACT_MAX_LEN);
	struct bytes bytes;
	struct compact said;
	struct fault fault;

	line->answer = CHECK_UNREADABLE;
	if (room == NULL)
		return ERR_MEMORY;
	if (compact_from_text(line->text, room, &bytes, &fault) != ERR_OK ||
	    compact_read(bytes, &said, &fault) != ERR_OK ||
	    (said.logged && said.index > LEDGER_INDEX_MAX))
		return ERR_OK;
	return said.logged ? check_logged(c, &said, line)
			   : check_unlogged(c, &said, line);
}

static enum err
check_number(struct checking *c, uint64_t index, struct check_line *line)
{
	enum err err = ask_label(c, index, &line->label);

	if (err != ERR_OK)
		return err;
	line->answer = CHECK_NO_LABEL;
	if (line->label != NULL)
		set_found(c, line);
	return ERR_OK;
}

static enum err
check_line(struct checking *c, struct check_line *line)
{
	uint64_t index;

	line->answer = CHECK_UNREADABLE;
	if (is_label_text(line->text))
		return check_text(c, line);
	if (read_number(line->text, &index))
		return check_number(c, index, line);
	return ERR_OK;
}

/* ---- the list ---- */

static enum err
take_line(struct checking *c, size_t number, struct bytes text)
{
	struct check_line *line = &c->lines[c->check.count];
	struct bytes field;
	bool has_one = find_field(text, &field);
	enum err err;

	/* A header, or nothing between the separators. */
	if (field.len == 0 || (!has_one && number == 1))
		return ERR_OK;
	if (c->check.count == CHECK_LINES_MAX) {
		c->check.more = true;
		return ERR_END;
	}
	*line = (struct check_line){ .number = number, .text = field };
	err = check_line(c, line);
	if (err != ERR_OK)
		return err;
	c->check.counts[line->answer]++;
	c->check.count++;
	return ERR_OK;
}

static enum err
ask_head(struct checking *c)
{
	const struct registry_question question = {
		.ask = REGISTRY_ASK_HEAD,
		.by = REGISTRY_BY_ALL,
	};
	struct registry_reply reply;
	enum err err = route_ask(c->call, &question, &reply);

	if (err == ERR_OK)
		c->check.head = reply.head;
	return err;
}

enum err
check_run(struct route_call *call, struct bytes list, struct check *ret)
{
	struct checking c = { .call = call };
	struct bytes line;
	size_t number = 0;
	enum err err;

	c.lines = arena_take_array(
	    call->arena, CHECK_LINES_MAX + 1, sizeof(*c.lines));
	if (c.lines == NULL)
		return ERR_MEMORY;
	c.check.line = c.lines;
	if (bytes_starts(list, BYTES("\xef\xbb\xbf")))
		list = bytes_from(list, 3); /* what spreadsheets begin with */
	err = ask_head(&c);
	while (err == ERR_OK && bytes_next_line(&list, &line))
		err = take_line(&c, ++number, bytes_trim(line));
	if (err != ERR_OK && err != ERR_END)
		return err;
	*ret = c.check;
	return ERR_OK;
}

const char *
check_answer_word(enum check_answer answer)
{
	static const char *const words[CHECK_ANSWERS] = {
		[CHECK_FOUND] = "found",
		[CHECK_NO_LABEL] = "no-label",
		[CHECK_FORGED] = "forged",
		[CHECK_NOT_LOGGED] = "not-logged",
		[CHECK_UNREADABLE] = "unreadable",
	};

	return words[answer];
}
