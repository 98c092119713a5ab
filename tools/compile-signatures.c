/* SPDX-License-Identifier: ISC */
/* Compiles data/components/ into the database that the program embeds. */
#include "base/arena.h"
#include "base/data.h"
#include "base/limits.h"
#include "inspect/signatures.h"

#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The tables are ours, and none is nearly as large as this. */
#define TABLE_LEN (1 * MIB)
#define TABLES_MAX 100
#define WORK_LEN ((TABLES_MAX + 16) * MIB)

static struct bytes
read_whole(const char *path, struct arena *arena)
{
	FILE *f = fopen(path, "rb");
	uint8_t *to = arena_take(arena, TABLE_LEN);

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

/* As data/meson.build calls it: the folder and the name, without what is
   before. */
static const char *
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	while (slash != NULL && slash > path && slash[-1] != '/')
		slash--;
	return slash != NULL ? slash : path;
}

static struct signatures_compiled
compile(const struct data_set *data, struct arena *arena)
{
	struct signature *rows = NULL;
	size_t count = 0;
	struct fault fault = { 0 };
	struct signatures_compiled compiled = { NULL, NULL };
	char reason[500] = "not a table of signatures";
	enum err err = signatures_read(data, arena, &rows, &count, &fault);

	if (err == ERR_OK)
		err = signatures_compile(
		    rows, count, &compiled, &fault, reason, sizeof(reason));
	if (err != ERR_OK) {
		fprintf(stderr, "%s:%llu: %s: %s\n", fault.format,
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
	struct arena arena = arena_open(WORK_LEN);
	struct data_file file[TABLES_MAX];
	struct data_set data = { file, 0 };
	uint8_t seal[SIGNATURES_SEAL_LEN];

	if (argc < 3 || argc - 2 > TABLES_MAX) {
		fprintf(stderr, "usage: compile-signatures OUT TABLE ...\n");
		return 2;
	}
	for (int i = 2; i < argc; i++)
		file[data.count++] = (struct data_file){ name_of(argv[i]),
			read_whole(argv[i], &arena), NULL };
	struct signatures_compiled compiled = compile(&data, &arena);
	FILE *out = fopen(argv[1], "wb");

	signatures_seal(&data, seal);
	if (out == NULL || fwrite(seal, 1, sizeof(seal), out) != sizeof(seal) ||
	    !put_database(out, compiled.banners) ||
	    !put_database(out, compiled.numbers) || fclose(out) != 0) {
		perror(argv[1]);
		return 1;
	}
	signatures_free(&compiled);
	arena_close(&arena);
	return 0;
}
