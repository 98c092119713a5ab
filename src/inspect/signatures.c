/* SPDX-License-Identifier: ISC */
/* The tables of banners: read, checked and compiled. */
#include "inspect/signatures.h"

#include "base/limits.h"
#include "base/table.h"
#include "codec/crc.h"

#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Fewer bytes would be found everywhere. */
#define SIGNATURE_MIN_WIDTH 5

static const char *const where_texts[] = {
	[SIGNATURE_ANY] = "any",
	[SIGNATURE_ELF] = "elf",
	[SIGNATURE_BLOB] = "blob",
};

static int
hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Reads what follows a backslash; the bytes used, 0 when it is none of ours. */
static size_t
read_escape(struct bytes in, uint8_t *ret)
{
	static const char letters[] = "0nt\\";
	static const uint8_t bytes[] = { 0, '\n', '\t', '\\' };
	const char *letter =
	    in.len == 0 || in.ptr[0] == 0 ? NULL : strchr(letters, in.ptr[0]);

	if (letter != NULL) {
		*ret = bytes[letter - letters];
		return 1;
	}
	if (in.len < 3 || in.ptr[0] != 'x' || hex_digit(in.ptr[1]) < 0 ||
	    hex_digit(in.ptr[2]) < 0)
		return 0;
	*ret = (uint8_t)(hex_digit(in.ptr[1]) * 16 + hex_digit(in.ptr[2]));
	return 3;
}

/* \0 \n \t \\ and \xNN become the bytes they stand for. */
static enum err
unescape(struct bytes in, struct arena *arena, struct bytes *ret)
{
	uint8_t *to = arena_take(arena, in.len);
	size_t len = 0;

	if (to == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < in.len; i++) {
		uint8_t byte = in.ptr[i];

		if (byte == '\\') {
			size_t used = read_escape(bytes_from(in, i + 1), &byte);

			if (used == 0)
				return ERR_MALFORMED;
			i += used;
		}
		to[len++] = byte;
	}
	*ret = (struct bytes){ to, len };
	return ERR_OK;
}

static bool
read_where(struct bytes text, enum signature_where *ret)
{
	for (size_t i = 0; i < sizeof(where_texts) / sizeof(where_texts[0]);
	     i++) {
		if (bytes_equal_text(text, where_texts[i])) {
			*ret = (enum signature_where)i;
			return true;
		}
	}
	return false;
}

/* The tables are known by their folder, so that a new one needs no code. */
#define TABLES_BEGIN "components/"
#define TABLES_END ".tsv"

/* The next table of the set at or after *place, in *ret; false at the end. */
static bool
next_table(
    const struct data_set *data, size_t *place, const struct data_file **ret)
{
	for (; *place < data->count; (*place)++) {
		struct bytes name = bytes_of(data->file[*place].name);

		if (bytes_starts(name, BYTES(TABLES_BEGIN)) &&
		    bytes_ends(name, BYTES(TABLES_END))) {
			*ret = &data->file[(*place)++];
			return true;
		}
	}
	return false;
}

static enum err
read_row(const struct table *t, struct arena *arena, struct signature *ret,
    const char **ret_field)
{
	const struct {
		const char *column;
		struct bytes *to;
	} samples[] = {
		{ "also", &ret->also },
		{ "hit", &ret->hit },
		{ "miss", &ret->miss },
	};

	ret->line = t->line;
	ret->component = table_field(t, "component");
	ret->cpe = table_field(t, "cpe");
	ret->purl = table_field(t, "purl");
	ret->version = table_field(t, "version");
	ret->pattern = arena_text(arena, table_field(t, "pattern"));
	if (ret->pattern == NULL)
		return ERR_MEMORY;
	*ret_field = "component";
	if (ret->component.len == 0)
		return ERR_MALFORMED;
	*ret_field = "purl";
	if (!bytes_starts(ret->purl, BYTES("pkg:")))
		return ERR_MALFORMED;
	*ret_field = "where";
	if (!read_where(table_field(t, "where"), &ret->where))
		return ERR_MALFORMED;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		enum err err = unescape(
		    table_field(t, samples[i].column), arena, samples[i].to);

		*ret_field = samples[i].column;
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

static enum err
fail(struct fault *fault, enum err code, const char *table, size_t line,
    const char *field)
{
	*fault = (struct fault){ code, line, table, field };
	return code;
}

/* Walks one table; adds to *count, and fills `rows` unless it is NULL. */
static enum err
walk(const struct data_file *file, struct arena *arena, struct signature *rows,
    size_t *count, struct fault *fault)
{
	struct table t;
	size_t before = *count;
	enum err err = table_open(file->content, &t);

	if (err != ERR_OK)
		return fail(fault, err, file->name, 1, "header");
	for (err = table_next(&t); err == ERR_OK; err = table_next(&t)) {
		const char *field = "row";

		if (rows != NULL) {
			rows[*count].table = file->name;
			err = read_row(&t, arena, &rows[*count], &field);
		}
		if (err != ERR_OK)
			return fail(fault, err, file->name, t.line, field);
		(*count)++;
	}
	if (err != ERR_END)
		return fail(fault, err, file->name, t.line, "fields");
	if (*count == before)
		return fail(fault, ERR_MALFORMED, file->name, t.line, "rows");
	return ERR_OK;
}

static enum err
walk_all(const struct data_set *data, struct arena *arena,
    struct signature *rows, size_t *ret_count, struct fault *fault)
{
	const struct data_file *file;
	size_t place = 0;
	size_t count = 0;

	while (next_table(data, &place, &file)) {
		enum err err = walk(file, arena, rows, &count, fault);

		if (err != ERR_OK)
			return err;
	}
	if (count == 0)
		return fail(fault, ERR_MALFORMED, TABLES_BEGIN, 0, "rows");
	*ret_count = count;
	return ERR_OK;
}

enum err
signatures_read(const struct data_set *data, struct arena *arena,
    struct signature **ret, size_t *ret_count, struct fault *ret_fault)
{
	size_t count = 0;
	enum err err = walk_all(data, arena, NULL, &count, ret_fault);

	if (err != ERR_OK)
		return err;
	struct signature *rows =
	    arena_take_array(arena, count, sizeof(struct signature));

	if (rows == NULL)
		return fail(ret_fault, ERR_MEMORY, TABLES_BEGIN, 0, "rows");
	err = walk_all(data, arena, rows, &count, ret_fault);
	if (err != ERR_OK)
		return err;
	*ret = rows;
	*ret_count = count;
	return ERR_OK;
}

void
signatures_seal(const struct data_set *data, uint8_t seal[SIGNATURES_SEAL_LEN])
{
	const struct data_file *file;
	size_t place = 0;
	uint32_t crc = 0;

	while (next_table(data, &place, &file))
		crc = crc32_add(crc, file->content);
	for (size_t i = 0; i < 4; i++) {
		seal[i] = (uint8_t) "HSDB"[i];
		seal[4 + i] = (uint8_t)(crc >> (8 * i));
	}
}

/* A pattern without an end, or one that says too little, is refused. */
static enum err
check_width(const struct signature *row, char *reason, size_t reason_len)
{
	hs_expr_info_t *info = NULL;
	hs_compile_error_t *trouble = NULL;

	if (hs_expression_info(row->pattern, 0, &info, &trouble) !=
	    HS_SUCCESS) {
		(void)snprintf(reason, reason_len, "%s",
		    trouble == NULL ? "not understood" : trouble->message);
		(void)hs_free_compile_error(trouble);
		return ERR_MALFORMED;
	}
	unsigned min = info->min_width;
	unsigned max = info->max_width;

	free(info);
	if (min >= SIGNATURE_MIN_WIDTH && max <= SIGNATURE_WIDTH)
		return ERR_OK;
	(void)snprintf(reason, reason_len,
	    "matches %u to %u bytes; %d to %d are allowed", min, max,
	    SIGNATURE_MIN_WIDTH, SIGNATURE_WIDTH);
	return ERR_MALFORMED;
}

/* What is handed to vectorscan. */
struct expressions {
	const char **pattern;
	unsigned *flags;
	unsigned *number; /* of the row */
	size_t count;
};

static enum err
open_expressions(struct arena *arena, size_t rows, struct expressions *ret)
{
	*ret = (struct expressions){
		arena_take_array(arena, rows, sizeof(char *)),
		arena_take_array(arena, rows, sizeof(unsigned)),
		arena_take_array(arena, rows, sizeof(unsigned)),
		0,
	};
	return ret->pattern == NULL || ret->flags == NULL || ret->number == NULL
	    ? ERR_MEMORY
	    : ERR_OK;
}

static void
add_expression(
    struct expressions *e, const char *pattern, unsigned flags, size_t row)
{
	e->pattern[e->count] = pattern;
	e->flags[e->count] = flags;
	e->number[e->count] = (unsigned)row;
	e->count++;
}

/* A regular expression for these very bytes, or NULL. */
static const char *
literal(struct arena *arena, struct bytes text)
{
	static const char digits[] = "0123456789abcdef";
	char *to = arena_take(arena, text.len * 4 + 1);

	for (size_t i = 0; to != NULL && i < text.len; i++) {
		to[4 * i] = '\\';
		to[4 * i + 1] = 'x';
		to[4 * i + 2] = digits[text.ptr[i] >> 4];
		to[4 * i + 3] = digits[text.ptr[i] & 15];
	}
	return to;
}

static enum err
compile(const struct expressions *e, struct hs_database **ret, size_t *ret_bad,
    char *reason, size_t reason_len)
{
	/* No features: the database must run on every machine of its kind. */
	const hs_platform_info_t platform = { .tune = HS_TUNE_FAMILY_GENERIC };
	hs_compile_error_t *trouble = NULL;

	if (hs_compile_multi(e->pattern, e->flags, e->number,
		(unsigned)e->count, HS_MODE_BLOCK, &platform, ret,
		&trouble) == HS_SUCCESS)
		return ERR_OK;
	if (trouble != NULL) {
		*ret_bad = trouble->expression < 0
		    ? 0
		    : e->number[trouble->expression];
		(void)snprintf(reason, reason_len, "%s", trouble->message);
	}
	(void)hs_free_compile_error(trouble);
	return ERR_MALFORMED;
}

static enum err
compile_both(const struct signature *rows, size_t count, struct arena *arena,
    struct signatures_compiled *ret, size_t *ret_bad, char *reason,
    size_t reason_len)
{
	struct expressions banners, numbers;

	if (open_expressions(arena, count, &banners) != ERR_OK ||
	    open_expressions(arena, count, &numbers) != ERR_OK)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const char *pattern = rows[i].pattern;

		*ret_bad = i;
		if (check_width(&rows[i], reason, reason_len) != ERR_OK)
			return ERR_MALFORMED;
		if (rows[i].also.len == 0) {
			add_expression(&banners, pattern, 0, i);
			continue;
		}
		add_expression(&numbers, pattern, 0, i);
		pattern = literal(arena, rows[i].also);
		if (pattern == NULL)
			return ERR_MEMORY;
		add_expression(&banners, pattern, HS_FLAG_SINGLEMATCH, i);
	}
	enum err err =
	    compile(&banners, &ret->banners, ret_bad, reason, reason_len);

	if (err == ERR_OK && numbers.count > 0)
		err = compile(
		    &numbers, &ret->numbers, ret_bad, reason, reason_len);
	return err;
}

/* Patterns and literals of the table for the time of compiling. */
#define SIGNATURES_WORK_LEN (4 * MIB)

enum err
signatures_compile(const struct signature *rows, size_t count,
    struct signatures_compiled *ret, struct fault *ret_fault, char *reason,
    size_t reason_len)
{
	struct signatures_compiled compiled = { NULL, NULL };
	struct arena arena = arena_open(SIGNATURES_WORK_LEN);
	size_t bad = 0;
	enum err err = ERR_MALFORMED;

	(void)snprintf(reason, reason_len, "no rows, or no memory");
	if (count > 0)
		err = compile_both(
		    rows, count, &arena, &compiled, &bad, reason, reason_len);
	arena_close(&arena);
	if (err != ERR_OK) {
		signatures_free(&compiled);
		return fail(ret_fault, err,
		    count > 0 ? rows[bad].table : TABLES_BEGIN,
		    count > 0 ? rows[bad].line : 0, "pattern");
	}
	*ret = compiled;
	return ERR_OK;
}

void
signatures_free(struct signatures_compiled *compiled)
{
	(void)hs_free_database(compiled->banners);
	(void)hs_free_database(compiled->numbers);
	*compiled = (struct signatures_compiled){ NULL, NULL };
}
