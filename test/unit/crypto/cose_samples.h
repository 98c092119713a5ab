/* SPDX-License-Identifier: ISC */
/* COSE messages and keys of the specifications, as hex, and ways to read them. */
#ifndef TEST_UNIT_CRYPTO_COSE_SAMPLES_H
#define TEST_UNIT_CRYPTO_COSE_SAMPLES_H

#include "crypto/cose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SAMPLE_LEN 512

/* RFC 9052 C.2.1, with the key "11" on P-256. */
#define SIGN1_P256                                                             \
	"d28443a10126a10442313154546869732069732074686520636f6e74656e742e5840" \
	"8eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106c4d25a91aef0b0117e"     \
	"2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36"
#define KEY_P256                                                               \
	"bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff"     \
	"20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e"

/* cose-wg Examples, eddsa-sig-01, with the key of RFC 8032 §7.1. */
#define SIGN1_ED25519                                                          \
	"d28445a201270300a10442313154546869732069732074686520636f6e74656e742e" \
	"58407142fd2ff96d56db85bee905a76ba1d0b7321a95c8c4d3607c5781932b7a"     \
	"fb8711497dfa751bf40b58b3bcc32300b1487f3db34085eef013bf08f4a44d6f"     \
	"ef0d"
#define KEY_ED25519                                                            \
	"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

/* RFC 9052 C.1.1, with the key "11" on P-256. */
#define SIGN_P256                                                              \
	"d8628440a054546869732069732074686520636f6e74656e742e818343a10126a104" \
	"4231315840e2aeafd40d69d19dfe6e52077c5d7ff4e408282cbefb5d06cbf414af"   \
	"2e19d982ac45ac98b8544c908b4507de1e90b717c3d34816fe926a2b98f53afd"     \
	"2fa0f30a"

/* Bytes in a message or a key; room for the longest. */
struct sample {
	uint8_t room[SAMPLE_LEN];
	size_t len;
};

static inline struct sample
sample_of(const char *hex)
{
	struct sample s = { .len = strlen(hex) / 2 };

	assert_true(s.len <= sizeof(s.room));
	for (size_t i = 0; i < 2 * s.len; i++) {
		unsigned c = (uint8_t)hex[i];
		unsigned digit = c <= '9' ? c - '0' : c - 'a' + 10;

		assert_true(digit < 16);
		s.room[i / 2] = (uint8_t)((unsigned)s.room[i / 2] << 4 | digit);
	}
	return s;
}

static inline struct bytes
sample_bytes(const struct sample *s)
{
	return (struct bytes){ s->room, s->len };
}

static inline struct cose_key
sample_key(enum cose_curve curve, const char *hex)
{
	struct sample s = sample_of(hex);
	struct cose_key key = { .curve = curve };

	assert_int_equal(s.len, cose_key_len(&key));
	memcpy(key.point, s.room, s.len);
	return key;
}

#endif
