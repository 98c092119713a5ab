/* SPDX-License-Identifier: ISC */
/* Base45, base41, base64: what is decoded is encoded to the same text. */
#include "codec/base64.h"
#include "codec/base_n.h"

#include <stdlib.h>
#include <string.h>

#define ROOM_LEN 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_base_n(enum base_n base, struct bytes in)
{
	static uint8_t plain[ROOM_LEN];
	static uint8_t text[ROOM_LEN];
	struct bytes out = { NULL, 0 };
	struct bytes again = { NULL, 0 };
	size_t at = SIZE_MAX;

	if (base_n_decode(base, in, plain, sizeof(plain), &out, &at) ==
	    ERR_OK) {
		must(out.len == base_n_bytes_len(in.len));
		must(base_n_encode(base, out, text, sizeof(text), &again) ==
		    ERR_OK);
		must(bytes_equal(again, in));
	} else {
		must(out.ptr == NULL && at < in.len);
	}
	must(base_n_encode(base, in, text, sizeof(text), &again) == ERR_OK);
	must(again.len == base_n_text_len(in.len));
	must(base_n_decode(base, again, plain, sizeof(plain), &out, &at) ==
	    ERR_OK);
	must(bytes_equal(out, in));
}

static void
check_base64(enum base64_alphabet alphabet, struct bytes in)
{
	static uint8_t plain[ROOM_LEN];
	static uint8_t text[ROOM_LEN];
	struct bytes out = { NULL, 0 };
	struct bytes again = { NULL, 0 };
	size_t at = SIZE_MAX;

	if (base64_decode(alphabet, in, plain, sizeof(plain), &out, &at) ==
	    ERR_OK) {
		must(out.len <= base64_bytes_len(in.len));
		must(base64_encode(alphabet, out, text, sizeof(text), &again) ==
		    ERR_OK);
		must(bytes_equal(again, in));
	} else {
		must(out.ptr == NULL && at <= in.len);
	}
	must(base64_encode(alphabet, in, text, sizeof(text), &again) == ERR_OK);
	must(again.len == base64_text_len(alphabet, in.len));
	must(base64_decode(alphabet, again, plain, sizeof(plain), &out, &at) ==
	    ERR_OK);
	must(bytes_equal(out, in));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };

	if (size > ROOM_LEN / 2)
		return 0;
	check_base_n(BASE_45, in);
	check_base_n(BASE_41, in);
	check_base64(BASE64_STANDARD, in);
	check_base64(BASE64_URL, in);
	return 0;
}
