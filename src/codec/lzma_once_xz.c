/* SPDX-License-Identifier: ISC */
/* LZMA in its containers: alone, and as .xz files of one block. */
#include "codec/lzma_once.h"

#include "codec/crc.h"

#include <lzma.h>
#include <stdlib.h>
#include <string.h>

/* LZMA2's control bytes. */
#define CONTROL_END 0x00
#define CONTROL_PLAIN_RESET 0x01
#define CONTROL_PLAIN 0x02
#define CONTROL_LZMA 0x80
#define CONTROL_RESET_STATE 0xa0
#define CONTROL_RESET_PROPS 0xc0
#define CONTROL_RESET_ALL 0xe0
#define PLAIN_HEADER_LEN 3
#define LZMA_HEADER_LEN 5

#define CHECK_LEN_MAX 8
#define INDEX_LEN_MAX 32

static size_t
read_u16(const uint8_t *at)
{
	return (size_t)at[0] << 8 | at[1];
}

static bool
copy_chunk(struct bytes *in, struct once_room *room)
{
	if (in->len < PLAIN_HEADER_LEN)
		return false;
	size_t len = read_u16(in->ptr + 1) + 1;
	struct bytes content = bytes_slice(*in, PLAIN_HEADER_LEN, len);

	if (content.len < len || len > room->limit - room->len)
		return false;
	memcpy(room->ptr + room->len, content.ptr, len);
	room->len += len;
	*in = bytes_from(*in, PLAIN_HEADER_LEN + len);
	return true;
}

static bool
decode_chunk(struct once_decoder *d, struct bytes *in, struct once_room *room)
{
	if (in->len <= LZMA_HEADER_LEN)
		return false;
	uint8_t control = in->ptr[0];
	size_t made = ((size_t)(control & 0x1f) << 16) + read_u16(in->ptr + 1);
	size_t len = read_u16(in->ptr + 3) + 1;
	size_t header_len = LZMA_HEADER_LEN;

	if (control >= CONTROL_RESET_PROPS) {
		if (!once_set_props(d, in->ptr[header_len++]))
			return false;
	} else if (control >= CONTROL_RESET_STATE) {
		once_reset(d);
	}
	struct bytes chunk = bytes_slice(*in, header_len, len);
	struct once_room part = *room;

	if (chunk.len < len || made >= room->limit - room->len)
		return false;
	part.limit = room->len + made + 1;
	if (!once_begin(d, &chunk) || once_run(d, &chunk, &part) != ONCE_FULL ||
	    !once_finish(d, &chunk) || chunk.len > 0)
		return false;
	room->len = part.len;
	*in = bytes_from(*in, header_len + len);
	return true;
}

/* Whether a chunk may come when that much was set up. */
static bool
is_in_order(uint8_t control, bool has_dictionary, bool has_props)
{
	if (control > CONTROL_PLAIN && control < CONTROL_LZMA)
		return false;
	if (control == CONTROL_PLAIN_RESET || control >= CONTROL_RESET_ALL)
		return true;
	if (control == CONTROL_PLAIN || control >= CONTROL_RESET_PROPS)
		return has_dictionary;
	return has_dictionary && has_props;
}

static bool
decode_chunks(struct once_decoder *d, struct bytes *in, struct once_room *room)
{
	bool has_dictionary = false;
	bool has_props = false;

	while (in->len > 0) {
		uint8_t control = in->ptr[0];

		if (control == CONTROL_END) {
			*in = bytes_from(*in, 1);
			return true;
		}
		if (!is_in_order(control, has_dictionary, has_props))
			return false;
		if (control == CONTROL_PLAIN_RESET ||
		    control >= CONTROL_RESET_ALL) {
			room->begin = room->len;
			has_dictionary = true;
			has_props = control >= CONTROL_RESET_ALL;
		}
		has_props = has_props || control >= CONTROL_RESET_PROPS;
		if (control < CONTROL_LZMA ? !copy_chunk(in, room)
					   : !decode_chunk(d, in, room))
			return false;
	}
	return false;
}

/* The block's header: LZMA2 is its only filter. liblzma checks its CRC. */
static bool
read_block_header(struct bytes *in, lzma_block *block)
{
	lzma_filter filters[LZMA_FILTERS_MAX + 1];

	if (in->len == 0 || in->ptr[0] == 0)
		return false;
	block->header_size = lzma_block_header_size_decode(in->ptr[0]);
	if (block->header_size > in->len)
		return false;
	block->filters = filters;
	lzma_ret got = lzma_block_header_decode(block, NULL, in->ptr);

	block->filters = NULL;
	if (got != LZMA_OK)
		return false;
	bool alone = filters[0].id == LZMA_FILTER_LZMA2 &&
	    filters[1].id == LZMA_VLI_UNKNOWN;

	for (size_t i = 0; filters[i].id != LZMA_VLI_UNKNOWN; i++)
		free(filters[i].options);
	*in = bytes_from(*in, block->header_size);
	return alone;
}

static bool
skip_zeroes_to_four(struct bytes *in, uint64_t done)
{
	for (; done % 4 != 0; done++) {
		if (in->len == 0 || in->ptr[0] != 0)
			return false;
		*in = bytes_from(*in, 1);
	}
	return true;
}

/* The check behind the block's padding. */
static bool
check_content(struct bytes *in, lzma_check kind, struct bytes content)
{
	uint8_t want[CHECK_LEN_MAX];
	size_t len = lzma_check_size(kind);
	uint64_t sum = 0;

	if (kind == LZMA_CHECK_CRC32)
		sum = crc32_of(content);
	else if (kind == LZMA_CHECK_CRC64)
		sum = lzma_crc64(content.ptr, content.len, 0);
	for (size_t i = 0; i < len; i++)
		want[i] = (uint8_t)(sum >> (8 * i));
	if (!bytes_starts(*in, (struct bytes){ want, len }))
		return false;
	*in = bytes_from(*in, len);
	return true;
}

/* The index must be this one: a record for one block. */
static bool
check_index(struct bytes *in, uint64_t unpadded, uint64_t uncompressed)
{
	uint8_t want[INDEX_LEN_MAX] = { 0x00, 0x01 };
	size_t len = 2;

	if (lzma_vli_encode(unpadded, NULL, want, &len, sizeof(want)) !=
		LZMA_OK ||
	    lzma_vli_encode(uncompressed, NULL, want, &len, sizeof(want)) !=
		LZMA_OK)
		return false;
	while (len % 4 != 0)
		want[len++] = 0;
	uint32_t sum = lzma_crc32(want, len, 0);

	for (size_t i = 0; i < 4; i++)
		want[len++] = (uint8_t)(sum >> (8 * i));
	if (!bytes_starts(*in, (struct bytes){ want, len }))
		return false;
	*in = bytes_from(*in, len);
	return true;
}

static bool
check_footer(
    struct bytes in, const lzma_stream_flags *header, lzma_vli index_len)
{
	lzma_stream_flags footer;

	return in.len == LZMA_STREAM_HEADER_SIZE &&
	    lzma_stream_footer_decode(&footer, in.ptr) == LZMA_OK &&
	    footer.check == header->check && footer.backward_size == index_len;
}

static bool
is_known(lzma_check check)
{
	return check == LZMA_CHECK_NONE || check == LZMA_CHECK_CRC32 ||
	    check == LZMA_CHECK_CRC64;
}

bool
once_decode_xz(struct once_decoder *d, struct bytes in, uint8_t *to, size_t cap,
    size_t *ret_len)
{
	struct once_room room = { .ptr = to, .limit = cap };
	lzma_stream_flags header;
	lzma_block block = { .version = 1 };

	if (in.len < LZMA_STREAM_HEADER_SIZE ||
	    lzma_stream_header_decode(&header, in.ptr) != LZMA_OK ||
	    !is_known(header.check))
		return false;
	block.check = header.check;
	in = bytes_from(in, LZMA_STREAM_HEADER_SIZE);
	if (!read_block_header(&in, &block))
		return false;
	size_t left = in.len;

	if (!decode_chunks(d, &in, &room))
		return false;
	uint64_t packed = left - in.len;
	struct bytes content = { to, room.len };

	if ((block.compressed_size != LZMA_VLI_UNKNOWN &&
		block.compressed_size != packed) ||
	    (block.uncompressed_size != LZMA_VLI_UNKNOWN &&
		block.uncompressed_size != room.len) ||
	    !skip_zeroes_to_four(&in, packed) ||
	    !check_content(&in, header.check, content))
		return false;
	uint64_t unpadded =
	    block.header_size + packed + lzma_check_size(header.check);

	left = in.len;
	if (!check_index(&in, unpadded, room.len) ||
	    !check_footer(in, &header, left - in.len))
		return false;
	*ret_len = room.len;
	return true;
}

uint64_t
once_alone_size(const uint8_t header[ONCE_ALONE_HEADER_LEN])
{
	uint64_t size = 0;

	for (size_t i = 0; i < 8; i++)
		size |= (uint64_t)header[5 + i] << (8 * i);
	return size;
}

bool
once_begin_alone(
    struct once_decoder *d, struct bytes *in, uint64_t cap, size_t *ret_size)
{
	struct bytes rest = bytes_from(*in, ONCE_ALONE_HEADER_LEN);

	if (in->len <= ONCE_ALONE_HEADER_LEN)
		return false;
	uint64_t size = once_alone_size(in->ptr);

	if (size == 0 || size > cap || size > SIZE_MAX ||
	    !once_set_props(d, in->ptr[0]) || !once_begin(d, &rest))
		return false;
	*in = rest;
	*ret_size = (size_t)size;
	return true;
}

bool
once_decode_alone(struct once_decoder *d, struct bytes in, uint8_t *to,
    size_t cap, size_t *ret_len)
{
	struct once_room room = { .ptr = to };

	if (!once_begin_alone(d, &in, cap, &room.limit) ||
	    once_run(d, &in, &room) != ONCE_FULL || !once_finish(d, &in))
		return false;
	*ret_len = room.len;
	return true;
}
