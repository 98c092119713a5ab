/* SPDX-License-Identifier: ISC */
/* The first bytes of each table, in the orders in which compilers store it. */
#include "inspect/crypto_tables.h"

#include "base/limits.h"
#include "base/text.h"
#include "inspect/evidence.h"
#include "inspect/needles.h"

/* As byte 5 of an ELF file says. */
enum order {
	ORDER_ANY,
	ORDER_LITTLE,
	ORDER_BIG,
};

struct table {
	const char *algorithm;
	const char *what;
	enum order order; /* of the words; programs store their own */
	enum needle start;
	struct bytes next; /* with this behind it, it is: */
	const char *algorithm_with_next;
};

#define NEXT(literal)                                                          \
	{                                                                      \
		(const uint8_t *)(literal), sizeof(literal) - 1                \
	}

/*
 * Checksums are no cryptography and have no row. DES is told by its permuted
 * choice: its S-boxes are made of small bytes, and a search for those stops
 * everywhere.
 */
static const struct table tables[] = {
	{ .algorithm = "AES", .what = "S-box", .start = NEEDLE_AES_SBOX },
	{ .algorithm = "AES",
	    .what = "Te0",
	    .order = ORDER_BIG,
	    .start = NEEDLE_AES_TE0_BIG },
	{ .algorithm = "AES",
	    .what = "Te0",
	    .order = ORDER_LITTLE,
	    .start = NEEDLE_AES_TE0_LITTLE },
	{ .algorithm = "SHA-256",
	    .what = "K",
	    .order = ORDER_BIG,
	    .start = NEEDLE_SHA256_K_BIG },
	{ .algorithm = "SHA-256",
	    .what = "K",
	    .order = ORDER_LITTLE,
	    .start = NEEDLE_SHA256_K_LITTLE },
	{ .algorithm = "MD5",
	    .what = "T",
	    .order = ORDER_BIG,
	    .start = NEEDLE_MD5_T_BIG },
	{ .algorithm = "MD5",
	    .what = "T",
	    .order = ORDER_LITTLE,
	    .start = NEEDLE_MD5_T_LITTLE },
	/* SHA-1 has one word more: FIPS 180-4 section 5.3.1 */
	{ .algorithm = "MD5",
	    .what = "state",
	    .order = ORDER_BIG,
	    .start = NEEDLE_MD5_STATE_BIG,
	    .next = NEXT("\xc3\xd2\xe1\xf0"),
	    .algorithm_with_next = "SHA-1" },
	{ .algorithm = "MD5",
	    .what = "state",
	    .order = ORDER_LITTLE,
	    .start = NEEDLE_MD5_STATE_LITTLE,
	    .next = NEXT("\xf0\xe1\xd2\xc3"),
	    .algorithm_with_next = "SHA-1" },
	{ .algorithm = "DES", .what = "PC-1", .start = NEEDLE_DES_PC1 },
};

static enum err
add_table(const struct unpack_event *file, const struct table *table, size_t at,
    struct facts *facts)
{
	struct fact fact = evidence_fact(file, FACT_CRYPTO_TABLE, at, 0);
	struct bytes behind =
	    bytes_from(file->node.content, at + needle_bytes(table->start).len);
	bool longer = table->next.len > 0 && bytes_starts(behind, table->next);

	fact.at = at;
	fact.name =
	    bytes_of(longer ? table->algorithm_with_next : table->algorithm);
	fact.value = bytes_of(table->what);
	return facts_add(facts, &fact);
}

static bool
may_have(const struct unpack_event *file, const struct table *table)
{
	struct bytes content = file->node.content;

	if (table->order == ORDER_ANY || content.len < 6 ||
	    !bytes_starts(content, BYTES("\177ELF")))
		return true;
	return content.ptr[5] == (uint8_t)table->order;
}

static bool
is_program(const struct unpack_event *file)
{
	struct bytes content = file->node.content;

	if (content.len == 0 || content.len > LIMIT_CRYPTO_FILE_LEN)
		return false;
	return bytes_starts(content, BYTES("\177ELF")) ||
	    (file->node.kind == NODE_PAYLOAD && !text_is_text(content));
}

enum err
crypto_tables_inspect(
    const struct unpack_event *file, uint64_t held, struct facts *facts)
{
	enum err err = ERR_OK;

	if (!is_program(file))
		return ERR_OK;
	for (size_t i = 0;
	     i < sizeof(tables) / sizeof(tables[0]) && err == ERR_OK; i++) {
		size_t at = SIZE_MAX;

		if (may_have(file, &tables[i]))
			at = needle_find(
			    file->node.content, held, tables[i].start, 0);
		if (at != SIZE_MAX)
			err = add_table(file, &tables[i], at, facts);
	}
	return err;
}
