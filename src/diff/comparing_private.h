/* SPDX-License-Identifier: ISC */
/* A comparison at work: what all areas need to tell their changes. */
#ifndef DIFF_COMPARING_PRIVATE_H
#define DIFF_COMPARING_PRIVATE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "baseline/assessment.h"
#include "diff/diff.h"
#include "diff/pairing.h"
#include "inspect/facts.h"

#include <stdbool.h>
#include <stddef.h>

struct comparing {
	const struct assessment *side[SIDE_COUNT];
	struct arena *arena;
	struct change *list;
	size_t count;
	size_t cap;
	struct change spare; /* what is told when memory has ended */
	bool darker[SIDE_COUNT];
	bool other_system;
	struct bytes *touched; /* rules whose evidence differs */
	size_t touched_count;
	struct diff_known known;
	bool no_memory; /* sticks */
};

/* A change with its sentence (printf); good until the next one. */
struct change *comparing_tell(struct comparing *c, enum area area,
    enum change_kind kind, enum direction direction, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* A text in the arena (printf), cut to a useful length. */
struct bytes comparing_text(struct comparing *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* For "%.*s" of a foreign text: bounded, and no half characters. */
int comparing_len(struct bytes text);
#define TEXT(bytes) comparing_len(bytes), (const char *)(bytes).ptr

void comparing_show(struct comparing *c, struct change *change, enum side side,
    const struct evidence *evidence);

/* A fact's place; `text` instead of its excerpt, which may hold a secret. */
void comparing_show_fact(struct comparing *c, struct change *change,
    enum side side, const struct fact *fact, struct bytes text);

/* What a change is of, and how it was and is. */
void comparing_set_pair(struct change *change, struct bytes name,
    struct bytes was, struct bytes now);

/* Likewise of a fact that stands alone: it is named and shown, with `text`
   instead of its excerpt. */
void comparing_set_single(struct comparing *c, struct change *change,
    enum side side, const struct fact *fact, struct bytes value,
    struct bytes text);

/* Better, unless it may only be hidden in the new image. */
enum direction comparing_gone(const struct comparing *c);

/*
 * Pairs the facts of a kind. `name` fills group and what of the item (place is
 * set already); false: the fact takes no part.
 */
struct pairing comparing_pair(struct comparing *c, enum fact_kind kind,
    bool (*name)(const struct fact *fact, struct pairing_item *item),
    enum pairing_how last);

/* Tells the facts that stand alone, the old ones first, and each pair once. */
void comparing_walk(struct comparing *c, const struct pairing *p,
    void (*single)(struct comparing *c, enum side side, const struct fact *f),
    void (*pair)(struct comparing *c, const struct pairing_item *item));

/* Pairs items that the caller has filled in. */
void comparing_join(
    struct comparing *c, struct pairing *p, enum pairing_how last);

/* The finding that fails or warns of just this place, or NULL. Rules about
   all of an image do not count. */
const struct finding *comparing_objection(
    const struct assessment *a, const struct fact *fact);

/* The areas. */
void compare_components(struct comparing *c);
void compare_coverage(struct comparing *c);
void compare_credentials(struct comparing *c);
void compare_findings(struct comparing *c);
void compare_kernels(struct comparing *c);
void compare_keys(struct comparing *c);
void compare_programs(struct comparing *c);
void compare_services(struct comparing *c);
void compare_update(struct comparing *c);
void compare_verdicts(struct comparing *c);
void compare_vulnerabilities(struct comparing *c);

/* After the findings: the requirements whose evidence differs. */
void compare_retests(
    struct comparing *c, struct retest **ret, size_t *ret_count);

#endif
