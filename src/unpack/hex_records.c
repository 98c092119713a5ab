/* SPDX-License-Identifier: ISC */
/* Intel HEX and Motorola S-record: images written as lines of text. */
#include "base/bytes.h"
#include "unpack/mcu.h"
#include "unpack/runs.h"
#include "unpack/signatures.h"

#define LINE_BYTES_MAX 260 /* one of length, 255 and what is around them */

/* Both end in a line of their own; without it this many lines must be right. */
#define LINES_MIN 4

enum line_kind {
	LINE_BROKEN,
	LINE_OTHER, /* right, without data: a start address, a count */
	LINE_DATA,
	LINE_END,
};

struct line {
	enum line_kind kind;
	uint64_t address;
	size_t data_at, data_len; /* in `bytes` */
	uint8_t bytes[LINE_BYTES_MAX];
	size_t len;
};

/* What goes from line to line; zero at the start. */
struct place {
	uint64_t base; /* Intel's upper bits of the address */
};

static bool
decode(struct bytes text, struct line *line)
{
	line->len = hex_decode(text, line->bytes, sizeof(line->bytes));
	return line->len > 0;
}

static uint8_t
sum_of(const struct line *line)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < line->len; i++)
		sum = (uint8_t)(sum + line->bytes[i]);
	return sum;
}

static uint64_t
number(const struct line *line, size_t at, size_t len)
{
	uint64_t value = 0;

	for (size_t i = 0; i < len; i++)
		value = value << 8 | line->bytes[at + i];
	return value;
}

/* :LLAAAATT data CC; the sum of all bytes is 0. */
static void
read_ihex(struct bytes text, struct place *place, struct line *ret)
{
	ret->kind = LINE_BROKEN;
	if (text.len < 11 || text.ptr[0] != ':' ||
	    !decode(bytes_from(text, 1), ret) || sum_of(ret) != 0 ||
	    ret->len != (size_t)ret->bytes[0] + 5)
		return;
	size_t len = ret->bytes[0];
	uint8_t type = ret->bytes[3];

	ret->kind = LINE_OTHER;
	switch (type) {
	case 0x00:
		ret->kind = LINE_DATA;
		ret->address = place->base + number(ret, 1, 2);
		ret->data_at = 4;
		ret->data_len = len;
		return;
	case 0x01:
		ret->kind = LINE_END;
		return;
	case 0x02:
	case 0x04:
		if (len != 2)
			ret->kind = LINE_BROKEN;
		else
			place->base = number(ret, 4, 2)
			    << (type == 0x02 ? 4 : 16);
		return;
	default: /* 03, 05: where it starts; 0a to 0e: micro:bit's own */
		if (type > 0x0e)
			ret->kind = LINE_BROKEN;
		return;
	}
}

/* STLL address data CC; the sum from LL on is ff. */
static void
read_srec(struct bytes text, struct place *place, struct line *ret)
{
	static const uint8_t address_len[10] = { 2, 2, 3, 4, 0, 2, 3, 4, 3, 2 };

	(void)place; /* its addresses are whole */
	ret->kind = LINE_BROKEN;
	if (text.len < 10 || text.ptr[0] != 'S' || text.ptr[1] < '0' ||
	    text.ptr[1] > '9' || !decode(bytes_from(text, 2), ret) ||
	    sum_of(ret) != 0xff || ret->len != (size_t)ret->bytes[0] + 1)
		return;
	unsigned type = text.ptr[1] - (unsigned)'0';
	size_t len = address_len[type];

	if (len == 0 || ret->len < len + 2)
		return;
	ret->kind = LINE_OTHER;
	ret->address = number(ret, 1, len);
	ret->data_at = 1 + len;
	ret->data_len = ret->len - len - 2;
	if (type >= 1 && type <= 3)
		ret->kind = LINE_DATA;
	else if (type >= 7)
		ret->kind = LINE_END;
}

typedef void line_reader(
    struct bytes text, struct place *place, struct line *ret);

struct summary {
	size_t lines, data_len;
	size_t end; /* behind the last right line */
	bool has_end;
};

/* Every line up to the end; adds what they hold to `runs` unless it is NULL. */
static enum err
walk(struct bytes in, line_reader *read, struct runs *runs, struct summary *ret)
{
	struct summary s = { .lines = 0 };
	struct place place = { 0 };
	struct bytes rest = in;
	struct bytes text;
	struct line line;

	while (!s.has_end && bytes_next_line(&rest, &text)) {
		text = bytes_trim(text);
		if (text.len == 0)
			continue;
		read(text, &place, &line);
		if (line.kind == LINE_BROKEN)
			break;
		s.lines++;
		s.end = in.len - rest.len;
		s.has_end = line.kind == LINE_END;
		if (line.kind != LINE_DATA)
			continue;
		s.data_len += line.data_len;
		if (runs == NULL)
			continue;
		enum err err = runs_add(runs, line.address,
		    (struct bytes){ line.bytes + line.data_at, line.data_len });

		if (err != ERR_OK)
			return err;
	}
	*ret = s;
	return ERR_OK;
}

static enum err
probe(struct bytes in, line_reader *read, struct format_info *ret)
{
	struct summary s;
	enum err err = walk(in, read, NULL, &s);

	if (err != ERR_OK)
		return err;
	if (s.data_len == 0 || (!s.has_end && s.lines < LINES_MIN))
		return ERR_MALFORMED;
	*ret = (struct format_info){
		.size = s.end,
		.authenticity = AUTHENTICITY_CRC, /* a sum in each line */
		.encrypted = ANSWER_NO,
		.rollback = ANSWER_NO,
	};
	format_detail(ret, "%zu lines, %zu bytes, sums agree%s", s.lines,
	    s.data_len, s.has_end ? "" : ", cut short");
	return ERR_OK;
}

static enum err
open_lines(struct bytes in, line_reader *read, struct budget *budget,
    void **ret_handle)
{
	struct runs *r = NULL;
	struct summary s;
	/* two digits for each byte */
	enum err err = runs_open(budget, in.len / 2, &r);

	if (err == ERR_OK)
		err = walk(in, read, r, &s);
	if (err == ERR_OK)
		err = runs_join(r);
	if (err == ERR_OK)
		*ret_handle = r;
	else
		runs_close(r);
	return err;
}

static enum err
ihex_probe(struct bytes in, struct format_info *ret)
{
	return probe(in, read_ihex, ret);
}

static enum err
ihex_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	return open_lines(in, read_ihex, budget, ret_handle);
}

static enum err
srec_probe(struct bytes in, struct format_info *ret)
{
	return probe(in, read_srec, ret);
}

static enum err
srec_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	return open_lines(in, read_srec, budget, ret_handle);
}

const struct format ihex_format = {
	.name = "ihex",
	.magic = { MAGIC(0, ":") },
	.only_at_start = true,
	.probe = ihex_probe,
	.open = ihex_open,
	.next = runs_next,
	.close = runs_close,
};

const struct format srec_format = {
	.name = "srec",
	.magic = { MAGIC(0, "S0"), MAGIC(0, "S1"), MAGIC(0, "S2"),
	    MAGIC(0, "S3") },
	.only_at_start = true,
	.probe = srec_probe,
	.open = srec_open,
	.next = runs_next,
	.close = runs_close,
};
