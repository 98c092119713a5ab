/* SPDX-License-Identifier: ISC */
/* Fuzzes crypto/vkey.c and crypto/spki.c: what is read is written the same. */
#include "crypto/vkey.h"

#include "crypto/spki.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The digits of the id may be capitals in what was read. */
static bool
is_same(struct bytes a, const uint8_t *b, size_t len, size_t name_len)
{
	if (a.len != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		bool digit = i > name_len && i <= name_len + 8;

		if ((digit ? bytes_lower(a.ptr[i]) : a.ptr[i]) != b[i])
			return false;
	}
	return true;
}

static void
check_vkey(struct bytes in)
{
	const struct crypto_hooks *hooks = &crypto_hooks_default;
	uint8_t text[VKEY_TEXT_LEN];
	struct vkey vkey = { .name = { text, 1 }, .id = 0x5a5a5a5a };
	size_t len = 0;

	if (vkey_read(in, hooks, &vkey) != ERR_OK) {
		if (vkey.name.ptr != text || vkey.id != 0x5a5a5a5a)
			abort();
		return;
	}
	if (!vkey_name_is_good(vkey.name) || vkey.name.ptr != in.ptr)
		abort();
	if (!vkey.usable)
		return;
	if (vkey_id(hooks, vkey.type, vkey.name, &vkey.key) != vkey.id ||
	    vkey_write(hooks, vkey.type, vkey.name, &vkey.key, text, &len) !=
		ERR_OK ||
	    !is_same(in, text, len, vkey.name.len))
		abort();
}

static void
check_spki(struct bytes in)
{
	uint8_t der[SPKI_MAX_LEN];
	struct cose_key key;
	struct cose_key again;

	if (spki_read(in, &key) == ERR_OK &&
	    !bytes_equal(in, (struct bytes){ der, spki_write(&key, der) }))
		abort();
	if (spki_read_pem(in, &key) != ERR_OK)
		return;
	struct out pem = out_open(1024);

	spki_put_pem(&pem, &key);
	if (spki_read_pem(out_bytes(&pem), &again) != ERR_OK ||
	    !cose_key_equal(&key, &again))
		abort();
	out_close(&pem);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_vkey((struct bytes){ data, size });
	check_spki((struct bytes){ data, size });
	return 0;
}
