/* SPDX-License-Identifier: ISC */
/* Reads the catalogues and the crosswalk between them. */
#include "baseline/catalogue.h"

#include "base/table_file.h"

#define CATALOGUE_MAIN "en303645"

static const char *const framework_columns[] = { "id", "title", "crosswalk",
	"judged", "file", "version", NULL };
static const char *const requirement_columns[] = { "paraphrase", "unsure",
	NULL };
static const char *const provision_columns[] = { "provision", "paraphrase",
	"unsure", "modality", "evidence", "applies_if", "tool_verdict", NULL };
static const char *const crosswalk_columns[] = { "provision", "loose", NULL };

static const struct {
	const char *text;
	enum tool_verdict verdict;
} tool_verdicts[] = {
	{ "none", TOOL_NONE },
	{ "aid", TOOL_AID },
	{ "fail-only", TOOL_FAIL_ONLY },
	{ "both", TOOL_BOTH },
};

bool
catalogue_find_requirement(
    const struct framework *framework, struct bytes id, size_t *ret)
{
	for (size_t i = 0; i < framework->count; i++)
		if (bytes_equal(framework->list[i].id, id)) {
			*ret = i;
			return true;
		}
	return false;
}

bool
catalogue_find_framework(
    const struct catalogue *catalogue, struct bytes id, size_t *ret)
{
	for (size_t i = 0; i < catalogue->framework_count; i++)
		if (bytes_equal(catalogue->framework[i].id, id)) {
			*ret = i;
			return true;
		}
	return false;
}

static bool
read_tool_verdict(struct bytes text, enum tool_verdict *ret)
{
	for (size_t i = 0; i < sizeof(tool_verdicts) / sizeof(tool_verdicts[0]);
	     i++)
		if (bytes_equal_text(text, tool_verdicts[i].text)) {
			*ret = tool_verdicts[i].verdict;
			return true;
		}
	return false;
}

static enum err
read_requirement(
    struct table_file *t, struct framework *framework, bool is_main)
{
	struct requirement *r = &framework->list[framework->count];
	size_t twin;

	r->id = t->table.field[0]; /* the first column, whatever its name */
	r->title = table_field(&t->table, "paraphrase");
	r->unsure = table_field(&t->table, "unsure");
	if (r->id.len == 0 || r->title.len == 0)
		return table_file_fail(t, "empty id or paraphrase");
	if (catalogue_find_requirement(framework, r->id, &twin))
		return table_file_fail(t, "id twice");
	if (is_main) {
		r->modality = table_field(&t->table, "modality");
		r->evidence = table_field(&t->table, "evidence");
		r->applies_if = table_field(&t->table, "applies_if");
		if (!read_tool_verdict(table_field(&t->table, "tool_verdict"),
			&r->tool_verdict))
			return table_file_fail(t, "tool_verdict");
	}
	framework->count++;
	return ERR_OK;
}

static enum err
read_requirements(const struct data_set *data, struct bytes file, bool is_main,
    struct arena *arena, struct framework *framework, struct fault *ret_fault)
{
	struct table_file t;
	enum err err = table_file_open(
	    data, file, is_main ? provision_columns : requirement_columns, &t);

	if (err == ERR_OK) {
		framework->list = arena_take_array(
		    arena, t.row_count, sizeof(*framework->list));
		if (framework->list == NULL)
			return ERR_MEMORY;
		while ((err = table_file_next(&t)) == ERR_OK) {
			err = read_requirement(&t, framework, is_main);
			if (err != ERR_OK)
				break;
		}
	}
	if (err == ERR_END)
		return ERR_OK;
	*ret_fault = t.fault;
	return err;
}

static enum err
read_framework(const struct data_set *data, struct table_file *t,
    struct arena *arena, struct catalogue *catalogue, struct fault *ret_fault)
{
	struct framework *f = &catalogue->framework[catalogue->framework_count];
	bool is_main = catalogue->framework_count == 0;
	size_t twin;
	enum err err;

	f->id = table_field(&t->table, "id");
	f->title = table_field(&t->table, "title");
	f->version = table_field(&t->table, "version");
	f->crosswalk = table_field(&t->table, "crosswalk");
	if (is_main && !bytes_equal_text(f->id, CATALOGUE_MAIN))
		err = table_file_fail(t, "en303645 must come first");
	else if (catalogue_find_framework(catalogue, f->id, &twin))
		err = table_file_fail(t, "id twice");
	else
		err = table_file_yes(t, "judged", &f->judged);
	if (err != ERR_OK) {
		*ret_fault = t->fault;
		return err;
	}
	err = read_requirements(
	    data, table_field(&t->table, "file"), is_main, arena, f, ret_fault);
	if (err == ERR_OK)
		catalogue->framework_count++;
	return err;
}

static enum err
read_frameworks(const struct data_set *data, struct arena *arena,
    struct catalogue *catalogue, struct fault *ret_fault)
{
	struct table_file t;
	enum err err = table_file_open(
	    data, BYTES("frameworks.tsv"), framework_columns, &t);

	if (err != ERR_OK) {
		*ret_fault = t.fault;
		return err;
	}
	catalogue->framework =
	    arena_take_array(arena, t.row_count, sizeof(*catalogue->framework));
	if (catalogue->framework == NULL)
		return ERR_MEMORY;
	while ((err = table_file_next(&t)) == ERR_OK) {
		err = read_framework(data, &t, arena, catalogue, ret_fault);
		if (err != ERR_OK)
			return err;
	}
	if (err == ERR_END && catalogue->framework_count > 0)
		return ERR_OK;
	*ret_fault = t.fault;
	return ERR_MALFORMED;
}

/* A column may belong to several frameworks (the CRA's annexes). */
static bool
find_related(const struct catalogue *catalogue, struct bytes column,
    struct bytes id, struct relation *ret)
{
	for (size_t i = 1; i < catalogue->framework_count; i++) {
		const struct framework *f = &catalogue->framework[i];

		if (bytes_equal(f->crosswalk, column) &&
		    catalogue_find_requirement(f, id, &ret->requirement)) {
			ret->framework = i;
			return true;
		}
	}
	return false;
}

static bool
is_framework_column(const struct catalogue *catalogue, struct bytes column)
{
	for (size_t i = 1; i < catalogue->framework_count; i++)
		if (bytes_equal(catalogue->framework[i].crosswalk, column))
			return true;
	return false;
}

/* Marked by its id, or where other columns have that id too, by column:id. */
static bool
is_loose(struct bytes list, struct bytes column, struct bytes id)
{
	struct bytes item;

	while (bytes_next_field(&list, ';', &item)) {
		struct bytes rest = bytes_from(item, column.len + 1);

		if (bytes_equal(item, id) ||
		    (bytes_starts(item, column) && item.len > column.len &&
			item.ptr[column.len] == ':' && bytes_equal(rest, id)))
			return true;
	}
	return false;
}

static enum err
read_relations(struct table_file *t, struct catalogue *catalogue, size_t cap)
{
	struct bytes loose = table_field(&t->table, "loose");
	struct relation r = { 0 };
	size_t loose_left = table_list_count(loose);

	if (!catalogue_find_requirement(
		&catalogue->framework[0], t->table.field[0], &r.provision))
		return table_file_fail(t, "provision");
	for (size_t i = 1; i < t->table.column_count; i++) {
		struct bytes list = t->table.field[i];
		struct bytes id;

		if (!is_framework_column(catalogue, t->table.column[i]))
			continue;
		while (list.len > 0 && bytes_next_field(&list, ';', &id)) {
			if (!find_related(
				catalogue, t->table.column[i], id, &r))
				return table_file_fail(t, "unknown id");
			if (catalogue->relation_count == cap)
				return table_file_fail(t, "too many ids");
			r.loose = is_loose(loose, t->table.column[i], id);
			loose_left -= r.loose && loose_left > 0;
			catalogue->relation[catalogue->relation_count++] = r;
		}
	}
	if (loose_left > 0)
		return table_file_fail(t, "loose");
	return ERR_OK;
}

/* Ids a row may name, all columns together; the longest row has 11. */
#define RELATIONS_PER_ROW 32

static enum err
read_crosswalk(const struct data_set *data, struct arena *arena,
    struct catalogue *catalogue, struct fault *ret_fault)
{
	struct table_file t;
	enum err err = table_file_open(
	    data, BYTES("crosswalk.tsv"), crosswalk_columns, &t);
	size_t cap = t.row_count * RELATIONS_PER_ROW;

	if (err == ERR_OK) {
		catalogue->relation =
		    arena_take_array(arena, cap, sizeof(*catalogue->relation));
		if (catalogue->relation == NULL)
			return ERR_MEMORY;
		while ((err = table_file_next(&t)) == ERR_OK) {
			err = read_relations(&t, catalogue, cap);
			if (err != ERR_OK)
				break;
		}
	}
	if (err == ERR_END)
		return ERR_OK;
	*ret_fault = t.fault;
	return err;
}

enum err
catalogue_read(const struct data_set *data, struct arena *arena,
    struct catalogue *ret, struct fault *ret_fault)
{
	struct catalogue c = { 0 };
	enum err err = read_frameworks(data, arena, &c, ret_fault);

	if (err == ERR_OK)
		err = read_crosswalk(data, arena, &c, ret_fault);
	if (err == ERR_OK)
		*ret = c;
	return err;
}
