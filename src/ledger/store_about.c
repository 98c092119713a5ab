/* SPDX-License-Identifier: ISC */
/* The file that says whose ledger it is: four lines of text. */
#include "crypto/vkey.h"
#include "ledger/store_private.h"

#include <string.h>

#define ABOUT_FIRST_LINE "hallmark-ledger 1"

void
store_put_about(const struct store_about *about, struct out *o)
{
	out_text(o, ABOUT_FIRST_LINE "\norigin ");
	out_put(o, (struct bytes){ about->origin, about->origin_len });
	out_text(o, "\nkey ");
	out_hex_bytes(o, (struct bytes){ about->key.point, ED25519_KEY_LEN });
	out_text(o, "\nwal ");
	out_decimal(o, about->wal_len);
	out_text(o, "\n");
}

/* Takes a line "word value" off *rest. */
static bool
take_line(struct bytes *rest, struct bytes word, struct bytes *ret)
{
	struct bytes line;

	if (!bytes_next_line(rest, &line) || !bytes_starts(line, word))
		return false;
	*ret = bytes_from(line, word.len);
	return true;
}

static int
digit_of(uint8_t byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

static bool
read_key(struct bytes hex, struct cose_key *ret)
{
	struct cose_key key = { .curve = COSE_CURVE_ED25519 };

	if (hex.len != (size_t)2 * ED25519_KEY_LEN)
		return false;
	for (size_t i = 0; i < ED25519_KEY_LEN; i++) {
		int high = digit_of(hex.ptr[2 * i]);
		int low = digit_of(hex.ptr[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		key.point[i] = (uint8_t)(high << 4 | low);
	}
	*ret = key;
	return true;
}

static bool
same_when_written(const struct store_about *about, struct bytes in)
{
	struct out o = out_open(STORE_ABOUT_LEN_MAX);

	store_put_about(about, &o);
	bool same = o.failed == ERR_OK && bytes_equal(out_bytes(&o), in);

	out_close(&o);
	return same;
}

enum err
store_read_about(
    struct bytes in, const struct crypto_hooks *hooks, struct store_about *ret)
{
	struct store_about about = { 0 };
	struct bytes rest = in;
	struct bytes line;
	uint64_t wal_len = 0;

	if (!take_line(&rest, BYTES(ABOUT_FIRST_LINE), &line) || line.len > 0)
		return ERR_MALFORMED;
	if (!take_line(&rest, BYTES("origin "), &line) ||
	    !vkey_name_is_good(line) || line.len > LEDGER_ORIGIN_MAX)
		return ERR_MALFORMED;
	memcpy(about.origin, line.ptr, line.len);
	about.origin_len = line.len;
	if (!take_line(&rest, BYTES("key "), &line) ||
	    !read_key(line, &about.key))
		return ERR_MALFORMED;
	if (!take_line(&rest, BYTES("wal "), &line) ||
	    !bytes_to_u64(line, &wal_len) || wal_len < LEDGER_WAL_LEN_MIN ||
	    wal_len > LEDGER_WAL_LEN_MAX ||
	    wal_len % (2 * STORE_BLOCK_LEN) != 0)
		return ERR_MALFORMED;
	about.wal_len = (size_t)wal_len;
	/* Nothing that we would write in another way: CR, zeroes in front. */
	if (!same_when_written(&about, in))
		return ERR_MALFORMED;
	hooks->sha256(hooks->context, &in, 1, about.id);
	*ret = about;
	return ERR_OK;
}
