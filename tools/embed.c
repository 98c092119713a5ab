/* SPDX-License-Identifier: ISC */
/* Writes an assembler file that holds the data files, and the table of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
embed(int number, const char *name, int name_len, const char *path,
    FILE *assembler, FILE *table)
{
	struct stat st;

	if (stat(path, &st) != 0) {
		perror(path);
		exit(1);
	}
	fprintf(assembler,
	    "\t.balign 64\n\t.globl data_%d\n\t.hidden data_%d\ndata_%d:\n"
	    "\t.incbin \"%s\"\n\t.byte 0\n",
	    number, number, number, path);
	fprintf(table, "\t{ \"%.*s\", { data_%d, %lld } },\n", name_len, name,
	    number, (long long)st.st_size);
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
