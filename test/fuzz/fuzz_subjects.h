/* SPDX-License-Identifier: ISC */
/* What is asked of any book, and what every answer has to be. */
#ifndef TEST_FUZZ_SUBJECTS_H
#define TEST_FUZZ_SUBJECTS_H

#include "advisories/matching.h"
#include "base/limits.h"
#include "promises.h"

#include <stdlib.h>

#define ARENA_LEN (64 * MIB)
#define S(literal)                                                             \
	{                                                                      \
		(const uint8_t *)("" literal), sizeof(literal) - 1             \
	}

static const struct match_subject fuzz_subjects[] = {
	{ .name = S("busybox"),
	    .version = S("1.19.4"),
	    .cpe = S("busybox:busybox"),
	    .confidence = 100 },
	{ .name = S("openssl"),
	    .version = S("1.0.2k"),
	    .cpe = S("openssl:openssl;openssl_project:openssl"),
	    .purl = S("pkg:generic/openssl@1.0.2k"),
	    .confidence = 95 },
	{ .name = S("linux"),
	    .version = S("5.4.23"),
	    .cpe = S("linux:linux_kernel"),
	    .confidence = 100 },
	{ .name = S("openssl"),
	    .version = S("1.1.1n"),
	    .package_version = S("1.1.1n-0+deb11u3"),
	    .purl = S("pkg:deb/debian/openssl@1.1.1n-0%2Bdeb11u3"),
	    .cpe = S("openssl:openssl"),
	    .confidence = 100 },
	{ .name = S("thing"), .version = S("1.0"), .confidence = 100 },
	{ .name = S("curl"), .cpe = S("haxx:curl"), .confidence = 50 },
	{ .name = S("DIR-859"),
	    .supplier = S("D-Link"),
	    .version = S("1.0"),
	    .is_product = true,
	    .confidence = 100 },
};
#define FUZZ_SUBJECTS (sizeof(fuzz_subjects) / sizeof(fuzz_subjects[0]))

static const struct vex_statement fuzz_vex[] = {
	{ .id = S("CVE-2020-0001"),
	    .component = { .purl = S("pkg:generic/openssl") },
	    .status = VEX_FIXED },
	{ .id = S("CVE-2020-0002"),
	    .component = { .name = S("thing") },
	    .status = VEX_NOT_AFFECTED,
	    .justification = S("component_not_present") },
};

static inline void
fuzz_check_match(const struct match *m, const struct match *before)
{
	if (m->subject >= FUZZ_SUBJECTS || m->state >= MATCH_STATE_COUNT ||
	    m->confidence >= MATCH_CONFIDENCE_COUNT ||
	    m->source >= CLAIM_SOURCE_COUNT || m->vex >= VEX_STATUS_COUNT ||
	    m->exploited_by >= 1U << EXPLOITED_SOURCE_COUNT)
		abort();
	if (m->state == MATCH_UNKNOWN && m->exploited_by == 0)
		abort();
	if (m->confidence == MATCH_HIGH &&
	    (m->because.len > 0 ||
		fuzz_subjects[m->subject].confidence < MATCH_SURE_PERCENT))
		abort();
	if (m->state == MATCH_NOT_AFFECTED && m->vex != VEX_NOT_AFFECTED)
		abort();
	if (before != NULL && before->exploited_by == 0 && m->exploited_by != 0)
		abort(); /* not the worst first */
}

/* The same twice; ERR_OK or what is the book's fault. */
static inline void
fuzz_match(const struct book *book)
{
	struct match_wants wants = { .subjects = fuzz_subjects,
		.subject_count = FUZZ_SUBJECTS,
		.vex = fuzz_vex,
		.vex_count = sizeof(fuzz_vex) / sizeof(fuzz_vex[0]) };
	struct arena arena = arena_open(ARENA_LEN);
	struct matches first = { .count = SIZE_MAX };
	struct matches again;
	enum err err = matching_run(book, &wants, &arena, &first);

	if (err == ERR_OK) {
		for (size_t i = 0; i < first.count; i++)
			fuzz_check_match(
			    &first.list[i], i > 0 ? &first.list[i - 1] : NULL);
		if (matching_run(book, &wants, &arena, &again) == ERR_OK &&
		    again.count != first.count)
			abort();
	} else if (first.count != SIZE_MAX) {
		abort();
	}
	arena_close(&arena);
}

#endif
