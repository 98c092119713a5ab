/* SPDX-License-Identifier: ISC */
/* Fuzzes codec/json_read.c: levels match, texts lie in the input. */
#include "codec/json_read.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json_reader r = json_reader_open((struct bytes){ data, size });
	struct json_item item;
	size_t depth = 0;
	size_t count = 0;
	enum err err;

	while ((err = json_read(&r, &item)) == ERR_OK) {
		if (item.kind == JSON_END)
			depth--;
		if (item.depth != depth || depth > JSON_READ_DEPTH ||
		    r.pos > size || ++count > size)
			abort();
		if (item.kind == JSON_OBJECT || item.kind == JSON_ARRAY)
			depth++;
		if (item.text.len > 0 &&
		    (item.text.ptr < data ||
			item.text.ptr + item.text.len > data + size))
			abort();
		struct out o = out_open(3 * size + 1);

		json_put_unescaped(&o, item.text);
		if (o.failed == ERR_LIMIT || o.len > item.text.len)
			abort();
		out_close(&o);
	}
	if (err == ERR_END && depth != 0)
		abort();
	return 0;
}
