/* SPDX-License-Identifier: ISC */
/* The table of file names that carry an upstream version. */
#include "inspect/file_names.h"

#include "base/table.h"

#include <stdbool.h>
#include <stdint.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

struct file_name_row {
	struct bytes component, cpe, purl;
	struct bytes prefix; /* of the last part: rules most names out */
	pcre2_code *code;    /* matches the whole of it; group 1: version */
};

static enum err
fail(struct fault *fault, enum err code, size_t line, const char *field)
{
	*fault = (struct fault){ code, line, "file-names.tsv", field };
	return code;
}

static enum err
read_row(const struct table *t, struct file_name_row *ret)
{
	struct bytes pattern = table_field(t, "pattern");
	int error;
	PCRE2_SIZE at;

	ret->component = table_field(t, "component");
	ret->cpe = table_field(t, "cpe");
	ret->purl = table_field(t, "purl");
	ret->prefix = table_field(t, "prefix");
	if (ret->component.len == 0 || ret->prefix.len == 0)
		return ERR_MALFORMED;
	ret->code = pcre2_compile(pattern.ptr, pattern.len,
	    PCRE2_ANCHORED | PCRE2_ENDANCHORED, &error, &at, NULL);
	return ret->code == NULL ? ERR_MALFORMED : ERR_OK;
}

static enum err
count_rows(struct bytes table, size_t *ret, struct fault *fault)
{
	struct table t;
	size_t count = 0;
	enum err err = table_open(table, &t);

	if (err != ERR_OK)
		return fail(fault, err, 1, "header");
	for (err = table_next(&t); err == ERR_OK; err = table_next(&t))
		count++;
	if (err != ERR_END)
		return fail(fault, err, t.line, "fields");
	*ret = count;
	return ERR_OK;
}

enum err
file_names_open(struct bytes table, struct arena *arena, struct file_names *ret,
    struct fault *ret_fault)
{
	struct file_names names = { 0 };
	struct table t;
	size_t rows = 0;
	enum err err = ERR_OK;

	if (table.len > 0)
		err = count_rows(table, &rows, ret_fault);
	if (err != ERR_OK)
		return err;
	names.rows = arena_take_array(arena, rows, sizeof(*names.rows));
	names.match = pcre2_match_data_create(2, NULL);
	if (names.rows == NULL || names.match == NULL) {
		file_names_close(&names);
		return fail(ret_fault, ERR_MEMORY, 0, "rows");
	}
	if (rows > 0)
		err = table_open(table, &t);
	while (err == ERR_OK && names.count < rows) {
		err = table_next(&t);
		if (err == ERR_OK)
			err = read_row(&t, &names.rows[names.count++]);
	}
	if (err != ERR_OK) {
		file_names_close(&names);
		return fail(ret_fault, err, t.line, "pattern");
	}
	*ret = names;
	return ERR_OK;
}

void
file_names_close(struct file_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		pcre2_code_free(names->rows[i].code);
	pcre2_match_data_free(names->match);
	*names = (struct file_names){ 0 };
}

static struct bytes
last_part(struct bytes path)
{
	size_t at = path.len;

	while (at > 0 && path.ptr[at - 1] != '/')
		at--;
	return bytes_from(path, at);
}

enum err
file_names_find(
    const struct file_names *names, struct bytes path, struct file_name *ret)
{
	struct bytes name = last_part(path);

	for (size_t i = 0; i < names->count; i++) {
		const struct file_name_row *row = &names->rows[i];

		if (!bytes_starts(name, row->prefix))
			continue;
		int result = pcre2_match(
		    row->code, name.ptr, name.len, 0, 0, names->match, NULL);

		if (result == PCRE2_ERROR_NOMEMORY)
			return ERR_MEMORY;
		if (result < 2)
			continue;
		const PCRE2_SIZE *v = pcre2_get_ovector_pointer(names->match);

		*ret = (struct file_name){
			row->component,
			row->cpe,
			row->purl,
			bytes_slice(name, v[2], v[3] - v[2]),
		};
		return ERR_OK;
	}
	return ERR_END;
}
