/* SPDX-License-Identifier: ISC */
/*
 * Many digests at a time are those of one by one. The input is the byte that all
 * messages begin with, and then messages: two bytes of length (little-endian),
 * and where the next one begins, counted from the start of this one.
 */
#include "crypto/hooks.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_MOST 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct crypto_hooks *hooks = &crypto_hooks_default;
	struct bytes rest[COUNT_MOST];
	uint8_t got[COUNT_MOST * SHA256_LEN];
	size_t count = 0;
	size_t at = 1;

	/* Messages may overlap: so few bytes are many. */
	while (count < COUNT_MOST && at < size && size - at > 3) {
		size_t len = (size_t)data[at] | (size_t)data[at + 1] << 8;
		size_t step = (size_t)3 + data[at + 2];

		at += 3;
		if (len > size - at)
			len %= size - at + 1;
		rest[count++] = (struct bytes){ data + at, len };
		at += step - 3;
	}
	if (count == 0)
		return 0;
	hooks->sha256_many(hooks->context, data[0], rest, count, got);
	for (size_t i = 0; i < count; i++) {
		const struct bytes part[2] = { { data, 1 }, rest[i] };
		uint8_t want[SHA256_LEN];

		hooks->sha256(hooks->context, part, 2, want);
		if (memcmp(got + i * SHA256_LEN, want, SHA256_LEN) != 0)
			abort();
	}
	return 0;
}
