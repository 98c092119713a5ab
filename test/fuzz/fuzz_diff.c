/* SPDX-License-Identifier: ISC */
/*
 * Any two lists of facts and matches: an image does not differ from itself,
 * the way back has as many changes as the way there, and versions have one
 * order.
 */
#include "advisories/version.h"
#include "base/limits.h"
#include "diff/diff.h"

#include <stdlib.h>

#define FACTS_MAX 60
#define FIELDS 6

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An image: its facts, and of some of them findings and components. */
struct image {
	struct fact fact[FACTS_MAX];
	struct component_item component[FACTS_MAX];
	const struct fact *witness[FACTS_MAX];
	struct finding finding[FACTS_MAX];
	struct evidence evidence[FACTS_MAX];
	struct match match[FACTS_MAX];
	struct matches matches;
	struct advisories advisories;
	struct observation seen;
	struct assessment a;
};

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
add_component(struct image *image, const struct fact *f)
{
	size_t at = image->a.component_count++;

	image->witness[at] = f;
	image->component[at] = (struct component_item){
		.name = f->name,
		.version = f->value,
		.package_version = f->detail,
		.evidence = &image->witness[at],
		.evidence_count = 1,
	};
}

/* One known vulnerability of a component, or of the device. */
static void
add_match(struct image *image, const struct fact *f)
{
	uint64_t of = f->at % (image->a.component_count + 1);

	image->match[image->matches.count++] = (struct match){
		.subject = (size_t)of,
		.id = f->extra,
		.state = (enum match_state)(f->number % MATCH_STATE_COUNT),
		.confidence =
		    (enum match_confidence)(f->at % MATCH_CONFIDENCE_COUNT),
		.exploited_by = (uint32_t)f->number >> 4,
		.vex_detail = f->detail,
	};
}

static void
add_finding(struct image *image, const struct fact *f)
{
	size_t at = image->a.finding_count;

	/* one of each rule and result, as from the judges */
	for (size_t i = 0; i < at; i++)
		if (bytes_equal(image->finding[i].rule, f->name) &&
		    image->finding[i].result ==
			(enum finding_result)(f->number % 3))
			return;
	image->a.finding_count++;
	image->evidence[at] = (struct evidence){
		.path = f->path,
		.at = f->at,
		.text = f->value,
	};
	image->finding[at] = (struct finding){
		.rule = f->name,
		.result = (enum finding_result)(f->number % 3),
		.title = f->detail,
		.evidence = &image->evidence[at],
		.evidence_count = 1,
		.evidence_total = 1,
	};
}

/* A line is a fact: kind, number, place, then texts between tabs. */
static void
add_fact(struct image *image, struct bytes line)
{
	struct fact *f = &image->fact[image->seen.facts.count];
	struct bytes *fields[FIELDS] = { &f->path, &f->name, &f->value,
		&f->detail, &f->extra, &f->text };

	if (line.len < 3 || image->seen.facts.count == FACTS_MAX)
		return;
	f->kind = (enum fact_kind)(1 + line.ptr[0] % (FACT_KIND_COUNT - 1));
	f->number = line.ptr[1];
	f->at = line.ptr[2];
	line = bytes_from(line, 3);
	for (size_t i = 0; i < FIELDS; i++)
		if (!bytes_next_field(&line, '\t', fields[i]))
			break;
	image->seen.facts.count++;
	if (f->kind == FACT_COMPONENT)
		add_component(image, f);
	if (f->text.len > 0)
		add_match(image, f);
	if (f->at % 4 == 0)
		add_finding(image, f);
}

static struct image *
open_image(struct bytes text)
{
	struct image *image = calloc(1, sizeof(*image));
	struct bytes line;

	must(image != NULL);
	while (bytes_next_line(&text, &line))
		add_fact(image, line);
	image->seen.facts.list = image->fact;
	image->a.seen = &image->seen;
	image->a.components = image->component;
	image->a.findings = image->finding;
	image->matches.list = image->match;
	image->advisories.matches = &image->matches;
	image->a.advisories = &image->advisories;
	return image;
}

static size_t
count_changes(const struct image *was, const struct image *now)
{
	struct arena arena = arena_open(64 * MIB);
	struct diff d;
	size_t sum = 0;

	must(diff_make(&was->a, &now->a, &arena, &d) == ERR_OK);
	for (size_t i = 0; i < d.change_count; i++) {
		must(d.changes[i].sentence.len > 0);
		must(i == 0 || d.changes[i - 1].area <= d.changes[i].area);
	}
	for (size_t i = 0; i < DIRECTION_COUNT; i++)
		sum += d.count[i];
	must(sum == d.change_count);
	arena_close(&arena);
	return sum;
}

static enum version_order
turned(enum version_order order)
{
	if (order == VERSION_OLDER)
		return VERSION_NEWER;
	return order == VERSION_NEWER ? VERSION_OLDER : order;
}

static void
check_versions(const struct image *a, const struct image *b)
{
	for (size_t i = 0; i < a->seen.facts.count; i++)
		for (size_t k = 0; k < b->seen.facts.count; k++) {
			struct bytes was = a->fact[i].value;
			struct bytes now = b->fact[k].value;

			must(version_compare(VERSION_ANY, was, now) ==
			    turned(version_compare(VERSION_ANY, now, was)));
			must(!bytes_equal(was, now) ||
			    version_compare(VERSION_ANY, was, now) ==
				VERSION_SAME);
		}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct bytes first;

	if (!bytes_next_field(&in, '\f', &first))
		return 0;
	struct image *was = open_image(first);
	struct image *now = open_image(in);

	must(count_changes(was, was) == 0);
	must(count_changes(now, now) == 0);
	must(count_changes(was, now) == count_changes(now, was));
	check_versions(was, now);
	free(was);
	free(now);
	return 0;
}
