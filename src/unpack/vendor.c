/* SPDX-License-Identifier: ISC */
/* Matches bytes with the rows of a table, and gives what lies behind them. */
#include "unpack/vendor_private.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "base/number.h"

#include <stdlib.h>
#include <string.h>

/* This part of a payload must be there when an image was cut. */
#define CUT_SHARE 2

struct vendor_handle {
	struct slices *slices;
	struct out made; /* a payload that its coding hid */
	enum err fault;	 /* why it is not whole */
	bool gives_made;
};

static bool
read_digits(struct bytes in, uint32_t base, uint64_t *ret)
{
	uint64_t value = 0;
	struct bytes text = bytes_trim(in);

	if (text.len == 0 || text.len > 8)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint32_t digit = base;

		if (text.ptr[i] >= '0' && text.ptr[i] <= '9')
			digit = text.ptr[i] - (uint32_t)'0';
		else if (text.ptr[i] >= 'a' && text.ptr[i] <= 'f')
			digit = text.ptr[i] - (uint32_t)'a' + 10;
		else if (text.ptr[i] >= 'A' && text.ptr[i] <= 'F')
			digit = text.ptr[i] - (uint32_t)'A' + 10;
		if (digit >= base)
			return false;
		value = value * base + digit;
	}
	*ret = value;
	return true;
}

static size_t
offset_of(struct bytes in, uint32_t at)
{
	size_t back = at & ~VENDOR_FROM_END;

	if ((at & VENDOR_FROM_END) == 0)
		return at;
	return back <= in.len ? in.len - back : SIZE_MAX;
}

static uint64_t
read_digit_text(struct cursor *c, const struct vendor_number *number)
{
	struct bytes text = cur_text(c, number->len, "number");
	uint64_t value = 0;

	if (cur_ok(c) &&
	    !read_digits(text, number->kind == VENDOR_HEX ? 16 : 10, &value))
		cur_fail(c, ERR_MALFORMED, number->at, "number");
	return value;
}

bool
vendor_number_read(
    struct bytes in, const struct vendor_number *number, uint64_t *ret)
{
	struct cursor c =
	    cur_open_at(in, offset_of(in, number->at), "vendor header");
	uint64_t value = 0;

	switch (number->kind) {
	case VENDOR_ABSENT:
		*ret = 0;
		return true;
	case VENDOR_U8:
		value = cur_u8(&c, "number");
		break;
	case VENDOR_U16LE:
		value = cur_u16le(&c, "number");
		break;
	case VENDOR_U16BE:
		value = cur_u16be(&c, "number");
		break;
	case VENDOR_U24BE:
		value = (uint64_t)cur_u8(&c, "number") << 16;
		value |= cur_u16be(&c, "number");
		break;
	case VENDOR_U32LE:
		value = cur_u32le(&c, "number");
		break;
	case VENDOR_U32BE:
		value = cur_u32be(&c, "number");
		break;
	case VENDOR_DECIMAL:
	case VENDOR_HEX:
		value = read_digit_text(&c, number);
		break;
	}
	if (cur_ok(&c))
		*ret = value;
	return cur_ok(&c);
}

uint32_t
vendor_u32le(struct bytes in, size_t at)
{
	struct cursor c = cur_open_at(in, at, "vendor header");

	return cur_u32le(&c, "number");
}

uint32_t
vendor_u32be(struct bytes in, size_t at)
{
	struct cursor c = cur_open_at(in, at, "vendor header");

	return cur_u32be(&c, "number");
}

struct bytes
vendor_text_of(struct bytes in, size_t at, size_t len)
{
	struct bytes field = bytes_slice(in, at, len);
	size_t end = bytes_find_byte(field, 0, 0);

	field = bytes_trim(bytes_slice(field, 0, end));
	for (size_t i = 0; i < field.len; i++)
		if (field.ptr[i] < 0x20 || field.ptr[i] > 0x7e)
			return (struct bytes){ NULL, 0 };
	return field;
}

void
vendor_say_text(struct format_info *info, const char *label, struct bytes text)
{
	if (text.len > 0)
		format_detail(info, ", %s \"%.*s\"", label, (int)text.len,
		    (const char *)text.ptr);
}

bool
vendor_is_blank(struct bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		if ((in.ptr[i] != 0x00 && in.ptr[i] != 0xff) ||
		    in.ptr[i] != in.ptr[0])
			return false;
	return true;
}

struct bytes
vendor_payload(const struct vendor_image *image)
{
	size_t end = image->total - image->row->tail_len;

	if (end <= image->header_len)
		return bytes_slice(image->in, 0, 0);
	return bytes_slice(
	    image->in, image->header_len, end - image->header_len);
}

static bool
has_magics(struct bytes in, const struct vendor_row *row)
{
	for (size_t i = 0; i < VENDOR_MAGICS; i++) {
		const struct vendor_magic *magic = &row->magic[i];

		if (magic->len == 0)
			break;
		size_t at = offset_of(in, magic->at);

		if (at > in.len || in.len - at < magic->len ||
		    memcmp(in.ptr + at, magic->bytes, magic->len) != 0)
			return false;
	}
	return true;
}

/* Header and size, and whether they go together. */
static bool
measure(struct bytes in, const struct vendor_row *row, struct vendor_image *ret)
{
	struct vendor_image image = { .row = row };
	uint64_t header;
	uint64_t total = row->size_plus;

	if (!vendor_number_read(in, &row->header, &header))
		return false;
	header += row->header_len;
	for (size_t i = 0; i < VENDOR_SIZES; i++) {
		uint64_t part;

		if (!vendor_number_read(in, &row->size[i], &part))
			return false;
		total += part;
	}
	if (row->counts == VENDOR_TO_END)
		total = in.len;
	else if (row->counts == VENDOR_PAYLOAD)
		total += header + row->tail_len;
	header += row->tail_len;
	if (header >= in.len || total <= header || total > SIZE_MAX / 2 ||
	    in.len - header < (total - header) / CUT_SHARE ||
	    (row->fills && total != in.len))
		return false;
	header -= row->tail_len;
	image.header_len = (size_t)header;
	image.total = (size_t)total;
	image.in = bytes_slice(in, 0, image.total);
	image.cut_short = image.in.len < image.total;
	*ret = image;
	return true;
}

static bool
check_sums(const struct vendor_image *image, struct format_info *info)
{
	for (size_t i = 0; i < VENDOR_SUMS; i++) {
		const struct vendor_sum *sum = &image->row->sum[i];

		if (sum->kind == VENDOR_SUM_NONE)
			break;
		bool whole = vendor_sum_is_whole(image, sum);
		bool agrees = whole && vendor_sum_agrees(image, sum);

		if (sum->must && !agrees)
			return false;
		if (whole)
			format_detail(info, ", %s %s", sum->what,
			    agrees ? "agrees" : "is wrong");
	}
	return true;
}

static bool
check_texts(const struct vendor_image *image, struct format_info *info)
{
	for (size_t i = 0; i < VENDOR_TEXTS; i++) {
		const struct vendor_text *text = &image->row->text[i];

		if (text->len == 0)
			break;
		struct bytes value =
		    vendor_text_of(image->in, text->at, text->len);

		if (text->must && value.len == 0)
			return false;
		vendor_say_text(info, text->label, value);
	}
	return true;
}

/* All but the magics, which are asked for first: they seldom are there. */
static bool
row_fits(struct bytes in, const struct vendor_row *row,
    struct vendor_image *ret_image, struct format_info *ret)
{
	struct vendor_image image;
	struct format_info info = {
		.authenticity = row->authenticity,
		.encrypted = row->encrypted,
		.rollback = ANSWER_NO,
	};

	if (!measure(in, row, &image))
		return false;
	info.size = image.in.len;
	format_detail(&info, "%s", row->says);
	if (!check_texts(&image, &info) || !check_sums(&image, &info))
		return false;
	if (row->check != NULL && !row->check(&image, &info))
		return false;
	if (image.cut_short)
		format_detail(&info, ", cut short");
	*ret_image = image;
	*ret = info;
	return true;
}

static bool
find_row(struct vendor_rows rows, struct bytes in,
    struct vendor_image *ret_image, struct format_info *ret)
{
	for (size_t i = 0; i < rows.count; i++)
		if (has_magics(in, &rows.row[i]) &&
		    row_fits(in, &rows.row[i], ret_image, ret))
			return true;
	return false;
}

enum err
vendor_probe(struct vendor_rows rows, struct bytes in, struct format_info *ret)
{
	struct vendor_image image;

	return find_row(rows, in, &image, ret) ? ERR_OK : ERR_MALFORMED;
}

static void
add_payload(const struct vendor_image *image, struct slices *to)
{
	size_t end = image->total - image->row->tail_len;

	slices_add(to, image->header_len, end - image->header_len, false);
}

/* A coding that is not known after all leaves the bytes as they are. */
static enum err
fill(struct vendor_handle *h, const struct vendor_image *image,
    struct budget *budget)
{
	if (image->row->parts != NULL) {
		image->row->parts(image, h->slices);
		return ERR_OK;
	}
	if (image->row->decode == NULL) {
		add_payload(image, h->slices);
		return ERR_OK;
	}
	h->made = out_open(size_min(LIMIT_FILE_LEN, budget_left(budget)));
	h->fault = image->row->decode(image, &h->made);
	if (h->fault == ERR_OK)
		h->fault = h->made.failed;
	if (h->fault == ERR_MEMORY)
		return ERR_MEMORY;
	if (h->fault == ERR_UNSUPPORTED || h->made.len == 0)
		add_payload(image, h->slices);
	else
		h->gives_made = true;
	return budget_take(budget, h->gives_made ? h->made.len : 0);
}

enum err
vendor_open(struct vendor_rows rows, struct bytes in, struct budget *budget,
    void **ret_handle)
{
	struct vendor_image image;
	struct format_info info;

	if (!find_row(rows, in, &image, &info))
		return ERR_MALFORMED;
	struct vendor_handle *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return ERR_MEMORY;
	enum err err = slices_open(image.in, &h->slices);

	if (err == ERR_OK)
		err = fill(h, &image, budget);
	if (err != ERR_OK) {
		vendor_close(h);
		return err;
	}
	*ret_handle = h;
	return ERR_OK;
}

enum err
vendor_made_open(
    struct bytes in, struct out *made, enum err fault, void **ret_handle)
{
	struct vendor_handle *h = calloc(1, sizeof(*h));
	enum err err = h == NULL ? ERR_MEMORY : slices_open(in, &h->slices);

	if (err != ERR_OK) {
		out_close(made);
		free(h);
		return err;
	}
	h->made = *made;
	h->fault = fault;
	h->gives_made = true;
	*ret_handle = h;
	return ERR_OK;
}

enum err
vendor_next(void *handle, struct node *ret)
{
	struct vendor_handle *h = handle;

	if (!h->gives_made)
		return slices_next(h->slices, ret);
	*ret = (struct node){
		.kind = NODE_PAYLOAD,
		.size = h->made.len,
		.content = out_bytes(&h->made),
	};
	if (h->fault != ERR_OK)
		node_fail(ret, h->fault, 0, "vendor image", "payload");
	h->gives_made = false;
	return ERR_OK;
}

void
vendor_close(void *handle)
{
	struct vendor_handle *h = handle;

	if (h == NULL)
		return;
	slices_close(h->slices);
	out_close(&h->made);
	free(h);
}
