/* SPDX-License-Identifier: ISC */
/* Makes and knows padding. */
#include "statement/padding.h"

#include "codec/cbor.h"

static const char word[] = "hallmark padding";

struct bytes
padding_make(uint64_t index, uint8_t *room)
{
	struct cbor_writer w = cbor_writer_open(room, PADDING_LEN_MAX);

	cbor_put_array(&w, 2);
	cbor_put_literal(&w, word);
	cbor_put_uint(&w, index);
	return cbor_written(&w);
}

bool
padding_is(struct bytes entry)
{
	struct cbor_reader r = cbor_open(entry, CBOR_STRICT, "padding");

	if (entry.len > PADDING_LEN_MAX || cbor_array(&r, "padding") != 2 ||
	    !bytes_equal_text(cbor_text(&r, "padding"), word))
		return false;
	(void)cbor_uint(&r, "index");
	return cbor_end(&r) == ERR_OK;
}
