/* SPDX-License-Identifier: ISC */
/* Reads rules.tsv and joins its rows to the code. */
#include "baseline/rules.h"

#include "base/table_file.h"

static const char *const columns[] = { "id", "provisions", "also", "looks_at",
	"state", "weight", "fail", "warn", "info", "advice", NULL };

static const char *const subject_texts[SUBJECT_COUNT] = {
	[SUBJECT_IMAGE] = "image",
	[SUBJECT_SYSTEM] = "system",
	[SUBJECT_WHOLE_SYSTEM] = "whole-system",
	[SUBJECT_FILES] = "files",
	[SUBJECT_PROGRAMS] = "programs",
	[SUBJECT_COMPONENTS] = "components",
	[SUBJECT_CERTIFICATES] = "certificates",
	[SUBJECT_UPDATE] = "update",
	[SUBJECT_KERNEL] = "kernel",
	[SUBJECT_KERNEL_OPTIONS] = "kernel-options",
	[SUBJECT_BOOT] = "boot",
	[SUBJECT_DECLARATION] = "declaration",
	[SUBJECT_ADVISORIES] = "advisories",
};

static bool
read_subject(struct bytes text, enum subject *ret)
{
	for (size_t i = 0; i < SUBJECT_COUNT; i++)
		if (bytes_equal_text(text, subject_texts[i])) {
			*ret = (enum subject)i;
			return true;
		}
	return false;
}

static enum err
read_provisions(
    struct table_file *t, const struct catalogue *catalogue, struct rule *rule)
{
	struct bytes list = table_field(&t->table, "provisions");
	struct bytes id;

	while (list.len > 0 && bytes_next_field(&list, ';', &id)) {
		struct rule_target *to = &rule->target[rule->target_count];

		to->framework = 0;
		if (!catalogue_find_requirement(
			&catalogue->framework[0], id, &to->requirement))
			return table_file_fail(t, "provisions");
		rule->provisions[rule->provision_count++] = id;
		rule->target_count++;
	}
	return ERR_OK;
}

static enum err
read_also(
    struct table_file *t, const struct catalogue *catalogue, struct rule *rule)
{
	struct bytes list = table_field(&t->table, "also");
	struct bytes id;

	while (list.len > 0 && bytes_next_field(&list, ';', &id)) {
		struct rule_target *to = &rule->target[rule->target_count];
		struct bytes framework;

		if (!bytes_next_field(&id, ':', &framework) ||
		    !catalogue_find_framework(
			catalogue, framework, &to->framework) ||
		    !catalogue_find_requirement(
			&catalogue->framework[to->framework], id,
			&to->requirement))
			return table_file_fail(t, "also");
		rule->target_count++;
	}
	return ERR_OK;
}

static enum err
read_targets(struct table_file *t, const struct catalogue *catalogue,
    struct arena *arena, struct rule *rule)
{
	size_t count = table_list_count(table_field(&t->table, "provisions"));
	size_t also = table_list_count(table_field(&t->table, "also"));
	enum err err;

	rule->provisions =
	    arena_take_array(arena, count, sizeof(*rule->provisions));
	rule->target =
	    arena_take_array(arena, count + also, sizeof(*rule->target));
	if (rule->provisions == NULL || rule->target == NULL)
		return ERR_MEMORY;
	err = read_provisions(t, catalogue, rule);
	if (err == ERR_OK)
		err = read_also(t, catalogue, rule);
	return err;
}

static enum err
read_rule(struct table_file *t, const struct catalogue *catalogue,
    struct arena *arena, const struct rule_code *code, struct rule *rule)
{
	struct bytes state = table_field(&t->table, "state");

	rule->id = table_field(&t->table, "id");
	rule->title[FINDING_FAIL] = table_field(&t->table, "fail");
	rule->title[FINDING_WARN] = table_field(&t->table, "warn");
	rule->title[FINDING_INFO] = table_field(&t->table, "info");
	rule->advice = table_field(&t->table, "advice");
	if (!bytes_to_u64(table_field(&t->table, "weight"), &rule->weight) ||
	    rule->weight < 1 || rule->weight > RULE_WEIGHT_MAX)
		return table_file_fail(t, "weight");
	rule->judged = bytes_equal_text(state, "judged");
	rule->judge = code->judge;
	if (!bytes_equal_text(rule->id, code->id))
		return table_file_fail(t, "id, as the code's table has it");
	if (!rule->judged && !bytes_equal_text(state, "not-looked"))
		return table_file_fail(t, "state");
	if (rule->judged != (code->judge != NULL))
		return table_file_fail(t, "state, as the code's table has it");
	if (!read_subject(table_field(&t->table, "looks_at"), &rule->looks_at))
		return table_file_fail(t, "looks_at");
	if (rule->advice.len == 0)
		return table_file_fail(t, "advice");
	return read_targets(t, catalogue, arena, rule);
}

enum err
rules_read(const struct data_set *data, const struct catalogue *catalogue,
    struct arena *arena, struct rule_list *ret, struct fault *ret_fault)
{
	struct rule_list l = { 0 };
	struct table_file t;
	enum err err = table_file_open(data, BYTES("rules.tsv"), columns, &t);

	if (err == ERR_OK &&
	    (t.row_count != rule_code_count || t.row_count > RULES_MAX))
		err = table_file_fail(&t, "number of rules");
	if (err == ERR_OK) {
		l.list = arena_take_array(arena, t.row_count, sizeof(*l.list));
		if (l.list == NULL)
			return ERR_MEMORY;
		while ((err = table_file_next(&t)) == ERR_OK) {
			err = read_rule(&t, catalogue, arena,
			    &rule_codes[l.count], &l.list[l.count]);
			if (err != ERR_OK)
				break;
			l.count++;
		}
	}
	if (err != ERR_END) {
		*ret_fault = t.fault;
		return err;
	}
	*ret = l;
	return ERR_OK;
}

bool
rule_can_object(const struct rule *rule)
{
	return rule->title[FINDING_FAIL].len > 0 ||
	    rule->title[FINDING_WARN].len > 0;
}
