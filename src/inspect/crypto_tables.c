/* SPDX-License-Identifier: ISC */
/* The first bytes of each table, in the orders in which compilers store it. */
#include "inspect/crypto_tables.h"

#include "base/limits.h"
#include "base/text.h"
#include "inspect/evidence.h"

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
	struct bytes start;
	struct bytes next; /* with this behind it, it is: */
	const char *algorithm_with_next;
};

#define START(literal)                                                         \
	{                                                                      \
		(const uint8_t *)(literal), sizeof(literal) - 1                \
	}

/*
 * Checksums are no cryptography and have no row. DES is told by its permuted
 * choice: its S-boxes are made of small bytes, and a search for those stops
 * everywhere.
 */
static const struct table tables[] = {
	/* FIPS 197 figure 7 */
	{ .algorithm = "AES",
	    .what = "S-box",
	    .start = START("\x63\x7c\x77\x7b\xf2\x6b\x6f\xc5"
			   "\x30\x01\x67\x2b\xfe\xd7\xab\x76") },
	/* S-box times 2, 1, 1, 3: Daemen and Rijmen, "AES Proposal" 5.2.1 */
	{ .algorithm = "AES",
	    .what = "Te0",
	    .order = ORDER_BIG,
	    .start =
		START("\xc6\x63\x63\xa5\xf8\x7c\x7c\x84\xee\x77\x77\x99") },
	{ .algorithm = "AES",
	    .what = "Te0",
	    .order = ORDER_LITTLE,
	    .start =
		START("\xa5\x63\x63\xc6\x84\x7c\x7c\xf8\x99\x77\x77\xee") },
	/* FIPS 180-4 section 4.2.2 */
	{ .algorithm = "SHA-256",
	    .what = "K",
	    .order = ORDER_BIG,
	    .start =
		START("\x42\x8a\x2f\x98\x71\x37\x44\x91\xb5\xc0\xfb\xcf") },
	{ .algorithm = "SHA-256",
	    .what = "K",
	    .order = ORDER_LITTLE,
	    .start =
		START("\x98\x2f\x8a\x42\x91\x44\x37\x71\xcf\xfb\xc0\xb5") },
	/* RFC 1321 section 3.4: T[1] to T[3] */
	{ .algorithm = "MD5",
	    .what = "T",
	    .order = ORDER_BIG,
	    .start =
		START("\xd7\x6a\xa4\x78\xe8\xc7\xb7\x56\x24\x20\x70\xdb") },
	{ .algorithm = "MD5",
	    .what = "T",
	    .order = ORDER_LITTLE,
	    .start =
		START("\x78\xa4\x6a\xd7\x56\xb7\xc7\xe8\xdb\x70\x20\x24") },
	/* section 3.3; FIPS 180-4 section 5.3.1 has one word more */
	{ .algorithm = "MD5",
	    .what = "state",
	    .order = ORDER_BIG,
	    .start = START("\x67\x45\x23\x01\xef\xcd\xab\x89\x98\xba\xdc\xfe"
			   "\x10\x32\x54\x76"),
	    .next = START("\xc3\xd2\xe1\xf0"),
	    .algorithm_with_next = "SHA-1" },
	{ .algorithm = "MD5",
	    .what = "state",
	    .order = ORDER_LITTLE,
	    .start = START("\x01\x23\x45\x67\x89\xab\xcd\xef\xfe\xdc\xba\x98"
			   "\x76\x54\x32\x10"),
	    .next = START("\xf0\xe1\xd2\xc3"),
	    .algorithm_with_next = "SHA-1" },
	/* FIPS 46-3: by bits from 1, and inside those from 0 */
	{ .algorithm = "DES",
	    .what = "PC-1",
	    .start = START("\x39\x31\x29\x21\x19\x11\x09\x01"
			   "\x3a\x32\x2a\x22\x1a\x12\x0a\x02") },
};

static enum err
add_table(const struct unpack_event *file, const struct table *table, size_t at,
    struct facts *facts)
{
	struct fact fact = evidence_fact(file, FACT_CRYPTO_TABLE, at, 0);
	struct bytes behind =
	    bytes_from(file->node.content, at + table->start.len);
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
crypto_tables_inspect(const struct unpack_event *file, struct facts *facts)
{
	enum err err = ERR_OK;

	if (!is_program(file))
		return ERR_OK;
	for (size_t i = 0;
	     i < sizeof(tables) / sizeof(tables[0]) && err == ERR_OK; i++) {
		size_t at = SIZE_MAX;

		if (may_have(file, &tables[i]))
			at = bytes_find(file->node.content, tables[i].start, 0);
		if (at != SIZE_MAX)
			err = add_table(file, &tables[i], at, facts);
	}
	return err;
}
