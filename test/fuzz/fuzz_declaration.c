/* SPDX-License-Identifier: ISC */
/* A stranger's declaration: read, checked, and written back. */
#include "base/data.h"
#include "base/limits.h"
#include "base/text.h"
#include "declare/check.h"
#include "declare/read.h"
#include "declare/write.h"

#include <stdlib.h>

#define TODAY 1795305600u

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* A value that is written reads back as itself. */
static void
check_identity(struct bytes value)
{
	struct out o = out_open(MIB);
	struct arena arena = arena_open(4 * MIB);
	struct declaration d = { NULL, 0 };
	struct declaration_fault fault = { 0 };

	out_text(&o, "t:\n  f: ");
	yaml_put_value(&o, value, 4);
	must(o.failed == ERR_OK);
	must(declaration_read(out_bytes(&o), &arena, &d, &fault) == ERR_OK);
	must(d.count == 1 && bytes_equal(d.list[0].value, value));
	arena_close(&arena);
	out_close(&o);
}

static void
check_answer(const struct declared *d)
{
	must(d->line > 0 && d->column > 0);
	must(d->table.len > 0 && d->table.len <= LIMIT_DECLARATION_NAME_LEN);
	must(d->field.len > 0 && d->field.len <= LIMIT_DECLARATION_NAME_LEN);
	must(d->row.len <= LIMIT_DECLARATION_NAME_LEN);
	must(d->value.len <= LIMIT_DECLARATION_VALUE_LEN);
	must(text_is_clean(d->table) && text_is_clean(d->row) &&
	    text_is_clean(d->field) && text_is_clean(d->value));
}

static void
check_problems(const struct declaration *declaration)
{
	struct arena arena = arena_open(64 * MIB);
	struct problems p = { 0 };
	struct fault fault = { 0 };
	enum err err = declaration_check(
	    data_embedded(), declaration, TODAY, &arena, &p, &fault);

	must(err == ERR_OK && p.count <= PROBLEMS_MAX);
	must(p.applicability_count == 78);
	for (size_t i = 0; i < p.count; i++) {
		must(p.list[i].text.len > 0);
		must(i == 0 || p.list[i].line == 0 ||
		    (p.list[i - 1].line > 0 &&
			p.list[i - 1].line <= p.list[i].line));
	}
	arena_close(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = arena_open(64 * MIB);
	struct declaration d = { NULL, SIZE_MAX };
	struct declaration_fault fault = { 0 };
	enum err err =
	    declaration_read((struct bytes){ data, size }, &arena, &d, &fault);

	if (err != ERR_OK) {
		must(err != ERR_MEMORY && d.count == SIZE_MAX);
		must(fault.text[0] != '\0' &&
		    text_is_clean(bytes_of(fault.text)));
	} else {
		must(d.count <= LIMIT_DECLARATION_ANSWERS);
		for (size_t i = 0; i < d.count; i++) {
			check_answer(&d.list[i]);
			if (i < 16)
				check_identity(d.list[i].value);
		}
		check_problems(&d);
	}
	arena_close(&arena);
	return 0;
}
