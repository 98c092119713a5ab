/* SPDX-License-Identifier: ISC */
/* Opens the data of the baseline, runs the rules, and gathers the result. */
#include "baseline/judge.h"

#include "baseline/catalogue.h"
#include "baseline/claims_private.h"
#include "baseline/end_of_life.h"
#include "baseline/features_private.h"
#include "baseline/inventory.h"
#include "baseline/judging_private.h"
#include "baseline/operating_systems.h"
#include "baseline/package_names.h"
#include "baseline/reach.h"
#include "baseline/rules.h"
#include "baseline/scheme.h"
#include "baseline/summary_private.h"
#include "baseline/verdicts_private.h"
#include "declare/logic.h"

#include <stdlib.h>

/* All tables parsed; the embedded ones take a few hundred KiB. */
#define BASELINE_LEN ((size_t)8 << 20)

/* All that feeds can lack, in our words. */
#define UNLOOKED_ADVICE_LEN 2048

struct baseline {
	struct arena arena;
	struct catalogue catalogue;
	struct end_of_life_list dates;
	struct rule_list rules;
	struct scheme_list schemes;
	struct package_names packages;
	struct operating_systems systems;
	struct questions questions;
};

enum err
baseline_open(
    const struct data_set *data, struct baseline **ret, struct fault *ret_fault)
{
	struct baseline *b = calloc(1, sizeof(*b));
	enum err err;

	if (b == NULL)
		return ERR_MEMORY;
	b->arena = arena_open(BASELINE_LEN);
	err = catalogue_read(data, &b->arena, &b->catalogue, ret_fault);
	if (err == ERR_OK)
		err = rules_read(
		    data, &b->catalogue, &b->arena, &b->rules, ret_fault);
	if (err == ERR_OK)
		err = end_of_life_read(data, &b->arena, &b->dates, ret_fault);
	if (err == ERR_OK)
		err = schemes_read(
		    data, &b->catalogue, &b->arena, &b->schemes, ret_fault);
	if (err == ERR_OK)
		err = package_names_read(
		    data, &b->arena, &b->packages, ret_fault);
	if (err == ERR_OK)
		err = operating_systems_read(
		    data, &b->arena, &b->systems, ret_fault);
	if (err == ERR_OK)
		err = questions_read(data, &b->arena, &b->questions, ret_fault);
	if (err != ERR_OK) {
		baseline_close(b);
		return err;
	}
	*ret = b;
	return ERR_OK;
}

void
baseline_close(struct baseline *b)
{
	if (b == NULL)
		return;
	arena_close(&b->arena);
	free(b);
}

/* Buckets of all rules, three a rule. */
static enum err
run_rules(const struct baseline *b, struct judging *j,
    struct bucket (*buckets)[3], struct results *results)
{
	for (size_t i = 0; i < b->rules.count; i++) {
		const struct rule *rule = &b->rules.list[i];

		if (rule->judge == NULL)
			continue;
		for (size_t k = 0; k < 3; k++)
			j->bucket[k] = (struct bucket){ 0 };
		j->unsettled = false;
		rule->judge(j);
		if (j->no_memory)
			return ERR_MEMORY;
		for (size_t k = 0; k < 3; k++)
			buckets[i][k] = j->bucket[k];
		if (j->bucket[FINDING_FAIL].total > 0)
			rule_set_add(&results->fail, i);
		if (j->bucket[FINDING_WARN].total > 0)
			rule_set_add(&results->warn, i);
		if (j->bucket[FINDING_INFO].total > 0)
			rule_set_add(&results->info, i);
		if (j->unsettled)
			rule_set_add(&results->unsettled, i);
		if (rule_can_object(rule) &&
		    j->summary->has_subject[rule->looks_at])
			rule_set_add(&results->looked, i);
	}
	return ERR_OK;
}

static void
add_finding(const struct rule *rule, enum finding_result result,
    const struct bucket *bucket, struct assessment *ret)
{
	ret->findings[ret->finding_count++] = (struct finding){
		.rule = rule->id,
		.result = result,
		.title = rule->title[result],
		.advice = rule->advice,
		.requirements = rule->provisions,
		.requirement_count = rule->provision_count,
		.evidence = bucket->list,
		.evidence_count = bucket->count,
		.evidence_total = bucket->total,
	};
}

/* All findings of one result: by weight, then by rule id. */
static size_t
write_result(const struct baseline *b, struct bucket (*buckets)[3],
    enum finding_result result, struct assessment *ret)
{
	size_t before = ret->finding_count;

	for (uint64_t weight = RULE_WEIGHT_MAX; weight > 0; weight--)
		for (size_t i = 0; i < b->rules.count; i++)
			if (b->rules.list[i].weight == weight &&
			    buckets[i][result].total > 0)
				add_finding(&b->rules.list[i], result,
				    &buckets[i][result], ret);
	return ret->finding_count - before;
}

static enum err
write_findings(const struct baseline *b, struct bucket (*buckets)[3],
    struct arena *arena, struct assessment *ret)
{
	ret->finding_count = 0;
	ret->findings =
	    arena_take_array(arena, b->rules.count * 3, sizeof(*ret->findings));
	if (ret->findings == NULL)
		return ERR_MEMORY;
	ret->fail_count = write_result(b, buckets, FINDING_FAIL, ret);
	ret->warn_count = write_result(b, buckets, FINDING_WARN, ret);
	ret->info_count = write_result(b, buckets, FINDING_INFO, ret);
	return ERR_OK;
}

/* Feeds that are missing or too old are nobody's look, either. */
static void
find_unlooked(const struct baseline *b, const struct summary *summary,
    struct results *results)
{
	for (size_t i = 0; i < b->rules.count; i++) {
		const struct rule *rule = &b->rules.list[i];

		if (!rule->judged ||
		    (rule_can_object(rule) &&
			rule->looks_at == SUBJECT_ADVISORIES &&
			!summary->has_subject[SUBJECT_ADVISORIES]))
			rule_set_add(&results->unlooked, i);
	}
}

/* What to do so that it is looked for; {NULL, 0} when memory ends. */
static struct bytes
unlooked_advice(const struct rule *rule, uint64_t today, struct arena *arena,
    const struct assessment *a)
{
	struct out text = out_open(UNLOOKED_ADVICE_LEN);
	struct bytes advice;

	if (rule->looks_at != SUBJECT_ADVISORIES)
		return rule->advice;
	reach_put_missing(a, today, &text);
	advice = arena_copy(arena, out_bytes(&text));
	if (text.failed != ERR_OK)
		advice = (struct bytes){ NULL, 0 };
	out_close(&text);
	return advice;
}

static enum err
write_unlooked(const struct baseline *b, const struct rule_set *unlooked,
    uint64_t today, struct arena *arena, struct assessment *ret)
{
	ret->unlooked_count = 0;
	ret->unlooked =
	    arena_take_array(arena, b->rules.count * 2, sizeof(*ret->unlooked));
	if (ret->unlooked == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < b->rules.count; i++) {
		const struct rule *rule = &b->rules.list[i];

		if (!rule_set_has(unlooked, i))
			continue;
		struct bytes advice = unlooked_advice(rule, today, arena, ret);

		if (advice.ptr == NULL)
			return ERR_MEMORY;
		ret->unlooked[ret->unlooked_count * 2] = rule->id;
		ret->unlooked[ret->unlooked_count * 2 + 1] = advice;
		ret->unlooked_count++;
	}
	return ERR_OK;
}

static void
write_summary(const struct summary *s, struct assessment *ret)
{
	ret->coverage = s->coverage;
	ret->architecture = s->architecture;
	ret->operating_system = s->operating_system;
	ret->update = s->update;
}

bool
baseline_has_scheme(const struct baseline *b, struct bytes name)
{
	return scheme_find(&b->schemes, name);
}

void
baseline_put_schemes(const struct baseline *b, struct out *to)
{
	struct bytes last = { NULL, 0 };

	for (size_t i = 0; i < b->schemes.count; i++) {
		struct bytes name = b->schemes.list[i].scheme;

		if (bytes_equal(name, last))
			continue;
		out_text(to, last.len > 0 ? ", " : "");
		out_put(to, name);
		last = name;
	}
}

static enum err
judge_all(const struct baseline *b, struct judging *j,
    const struct judge_wants *wants, struct assessment *ret)
{
	struct results results = { .fail = { .word = { 0 } } };
	struct bucket(*buckets)[3] =
	    arena_take_array(j->arena, b->rules.count, sizeof(*buckets));
	struct verdicts_input in = {
		.catalogue = &b->catalogue,
		.rules = &b->rules,
		.results = &results,
		.summary = j->summary,
		.claims = j->claims,
		.image_size = ret->image_size,
	};
	enum err err;

	if (buckets == NULL)
		return ERR_MEMORY;
	j->components = ret->components;
	j->component_count = ret->component_count;
	find_unlooked(b, j->summary, &results);
	err = run_rules(b, j, buckets, &results);
	if (err == ERR_OK)
		err = write_findings(b, buckets, j->arena, ret);
	if (err == ERR_OK)
		err = write_unlooked(
		    b, &results.unlooked, wants->today, j->arena, ret);
	if (err == ERR_OK)
		err = verdicts_make(&in, j->arena, ret);
	if (err == ERR_OK)
		err = verdicts_reach_level(
		    &b->schemes, wants->scheme, j->arena, ret);
	return err;
}

/* An answer of the declaration about the product as a whole. */
static struct bytes
find_answer(const struct declaration *declaration, const char *field)
{
	const struct declared *answer = declaration_find(declaration,
	    BYTES("product"), (struct bytes){ NULL, 0 }, bytes_of(field));

	return answer != NULL && logic_is_answer(answer->value)
	    ? answer->value
	    : (struct bytes){ NULL, 0 };
}

static struct declared_product
find_product(const struct declaration *declaration)
{
	if (declaration == NULL)
		return (struct declared_product){ 0 };
	return (struct declared_product){
		.maker = find_answer(declaration, "maker"),
		.model = find_answer(declaration, "model"),
		.hardware = find_answer(declaration, "hardware"),
		.release = find_answer(declaration, "release"),
		.support_end = find_answer(declaration, "support_end"),
	};
}

enum err
baseline_take_inventory(const struct baseline *b,
    const struct observation *seen, const struct declaration *declaration,
    struct arena *arena, struct assessment *ret)
{
	enum err err = inventory_make(&b->packages, &seen->facts, arena,
	    &ret->components, &ret->component_count);

	if (err != ERR_OK)
		return err;
	operating_systems_mark(
	    &b->systems, ret->components, ret->component_count);
	ret->seen = seen;
	ret->product = find_product(declaration);
	return ERR_OK;
}

enum err
baseline_take_subjects(const struct assessment *a, struct arena *arena,
    struct match_subject **ret, size_t *ret_count)
{
	const struct declared_product *p = &a->product;
	size_t count = a->component_count;
	struct match_subject *subjects =
	    arena_take_array(arena, count + 1, sizeof(*subjects));

	if (subjects == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const struct component_item *c = &a->components[i];

		subjects[i] = (struct match_subject){
			.name = c->name,
			.version = c->version,
			.package_version = c->package_version,
			.purl = c->purl,
			.cpe = c->cpe,
			.confidence = c->confidence,
		};
	}
	if (p->maker.len > 0 && p->model.len > 0)
		subjects[count++] = (struct match_subject){
			.name = p->model,
			.version = p->release,
			.confidence = 100, /* he says it himself */
			.is_product = true,
			.supplier = p->maker,
		};
	*ret = subjects;
	*ret_count = count;
	return ERR_OK;
}

enum err
baseline_judge(const struct baseline *b, const struct judge_wants *wants,
    struct arena *arena, struct assessment *ret)
{
	const struct observation *seen = ret->seen;
	struct summary summary =
	    summary_make(seen, ret->image_size, ret->worker_trouble.len > 0);
	struct logic logic = { .questions = &b->questions };
	struct features features;
	struct claims claims = { .declaration = wants->declaration,
		.problems = wants->problems,
		.questions = &b->questions,
		.features = &features };
	struct judging j = { .seen = seen,
		.facts = &seen->facts,
		.dates = &b->dates,
		.summary = &summary,
		.claims = &claims,
		.declaration_name = ret->declaration_name,
		.taken = ret,
		.today = wants->today,
		.arena = arena };

	ret->advisories = wants->advisories;
	summary.has_subject[SUBJECT_ADVISORIES] =
	    reach_is_enough(ret, wants->today);
	ret->declaration_answers =
	    wants->declaration != NULL ? wants->declaration->count : 0;
	write_summary(&summary, ret);
	if (claims_prepare(&claims, arena) != ERR_OK)
		return ERR_MEMORY;
	if (wants->declaration != NULL &&
	    logic_open(&b->questions, wants->declaration, arena, &logic) !=
		ERR_OK)
		return ERR_MEMORY;
	features = features_make(
	    wants->declaration != NULL ? &logic : NULL, &seen->facts);
	return judge_all(b, &j, wants, ret);
}
