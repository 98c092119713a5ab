/* SPDX-License-Identifier: ISC */
/* Compiles data/components.tsv into the database that the program embeds. */
#include "base/arena.h"
#include "base/limits.h"
#include "inspect/signatures.h"

#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>

/* The table is ours, and nowhere near as large as this. */
#define TABLE_LEN (4 * MIB)

/* The file, in `to` of TABLE_LEN bytes. */
static struct bytes
read_whole(const char *path, uint8_t *to)
{
	FILE *f = fopen(path, "rb");

	if (f == NULL || to == NULL) {
		perror(path);
		exit(1);
	}
	size_t len = fread(to, 1, TABLE_LEN, f);

	if (ferror(f) || len == TABLE_LEN) {
		fprintf(stderr, "%s: not readable, or too large\n", path);
		exit(1);
	}
	fclose(f);
	return (struct bytes){ to, len };
}

static struct signatures_compiled
compile(const char *path, struct bytes table, struct arena *arena)
{
	struct signature *rows = NULL;
	size_t count = 0;
	struct fault fault = { 0 };
	struct signatures_compiled compiled = { NULL, NULL };
	char reason[500] = "not a table of signatures";
	enum err err = signatures_read(table, arena, &rows, &count, &fault);

	if (err == ERR_OK)
		err = signatures_compile(
		    rows, count, &compiled, &fault, reason, sizeof(reason));
	if (err != ERR_OK) {
		fprintf(stderr, "%s:%llu: %s: %s\n", path,
		    (unsigned long long)fault.at, fault.field, reason);
		exit(1);
	}
	return compiled;
}

/* Four bytes of length, then the database; no length for none. */
static int
put_database(FILE *out, const hs_database_t *database)
{
	char *serialized = NULL;
	size_t len = 0;
	uint8_t prefix[4];

	if (database != NULL &&
	    hs_serialize_database(database, &serialized, &len) != HS_SUCCESS)
		return 0;
	for (size_t i = 0; i < sizeof(prefix); i++)
		prefix[i] = (uint8_t)(len >> (8 * i));
	int done = fwrite(prefix, 1, sizeof(prefix), out) == sizeof(prefix) &&
	    fwrite(serialized, 1, len, out) == len;

	free(serialized);
	return done;
}

int
main(int argc, char *argv[])
{
	struct arena arena = arena_open(16 * MIB);
	uint8_t seal[SIGNATURES_SEAL_LEN];

	if (argc != 3) {
		fprintf(stderr, "usage: compile-signatures TABLE OUT\n");
		return 2;
	}
	uint8_t *text = malloc(TABLE_LEN);
	struct bytes table = read_whole(argv[1], text);
	struct signatures_compiled compiled = compile(argv[1], table, &arena);
	FILE *out = fopen(argv[2], "wb");

	signatures_seal(table, seal);
	if (out == NULL || fwrite(seal, 1, sizeof(seal), out) != sizeof(seal) ||
	    !put_database(out, compiled.banners) ||
	    !put_database(out, compiled.numbers) || fclose(out) != 0) {
		perror(argv[2]);
		return 1;
	}
	signatures_free(&compiled);
	free(text);
	arena_close(&arena);
	return 0;
}
