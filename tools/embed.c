/* SPDX-License-Identifier: ISC */
/* Writes an assembler file that holds the data files, and the table of them
   with their digests. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SHA256_LEN 32

static FILE *
create(const char *path)
{
	FILE *f = fopen(path, "w");

	if (f == NULL) {
		perror(path);
		exit(1);
	}
	return f;
}

static void
digest(const char *path, size_t len, unsigned char ret[32])
{
	FILE *f = fopen(path, "r");
	unsigned char *content = malloc(len + 1);
	size_t got = SHA256_LEN;

	if (f == NULL || content == NULL || fread(content, 1, len, f) != len ||
	    EVP_Q_digest(NULL, "SHA256", NULL, content, len, ret, &got) != 1) {
		perror(path);
		exit(1);
	}
	free(content);
	fclose(f);
}

static void
embed(int number, const char *name, int name_len, const char *path,
    FILE *assembler, FILE *table)
{
	unsigned char sum[SHA256_LEN];
	struct stat st;

	if (stat(path, &st) != 0) {
		perror(path);
		exit(1);
	}
	fprintf(assembler,
	    "\t.balign 64\n\t.globl data_%d\n\t.hidden data_%d\ndata_%d:\n"
	    "\t.incbin \"%s\"\n\t.byte 0\n",
	    number, number, number, path);
	digest(path, (size_t)st.st_size, sum);
	fprintf(table,
	    "\t{ \"%.*s\", { data_%d, %lld },\n\t    (const uint8_t[]){",
	    name_len, name, number, (long long)st.st_size);
	for (size_t i = 0; i < SHA256_LEN; i++)
		fprintf(table, " %d,", sum[i]);
	fprintf(table, " } },\n");
}

int
main(int argc, char *argv[])
{
	if (argc < 4) {
		fprintf(stderr, "usage: embed OUT.S OUT.c NAME=PATH ...\n");
		return 2;
	}
	FILE *assembler = create(argv[1]);
	FILE *table = create(argv[2]);

	fprintf(assembler, "\t.section .rodata\n");
	fprintf(table, "#include \"base/data.h\"\n");
	for (int i = 3; i < argc; i++)
		fprintf(table, "extern const uint8_t data_%d[];\n", i);
	fprintf(table, "static const struct data_file files[] = {\n");
	for (int i = 3; i < argc; i++) {
		const char *equals = strchr(argv[i], '=');

		if (equals == NULL) {
			fprintf(stderr, "embed: %s: no '='\n", argv[i]);
			return 2;
		}
		embed(i, argv[i], (int)(equals - argv[i]), equals + 1,
		    assembler, table);
	}
	fprintf(table,
	    "};\nstatic const struct data_set set = {\n"
	    "\tfiles, sizeof(files) / sizeof(files[0])\n};\n"
	    "const struct data_set *data_embedded(void)\n"
	    "{\n\treturn &set;\n}\n");
	fprintf(assembler, "\t.section .note.GNU-stack,\"\",%%progbits\n");
	if (fclose(assembler) != 0 || fclose(table) != 0) {
		perror("embed");
		return 1;
	}
	return 0;
}
