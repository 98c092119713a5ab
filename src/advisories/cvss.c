/* SPDX-License-Identifier: ISC */
/* Computes base scores of CVSS 3. */
#include "advisories/cvss.h"

#include "advisories/vulnerability.h"

#include <stdbool.h>
#include <stddef.h>

enum metric {
	ATTACK_VECTOR,
	ATTACK_COMPLEXITY,
	PRIVILEGES,
	INTERACTION,
	SCOPE,
	CONFIDENTIALITY,
	INTEGRITY,
	AVAILABILITY,
	METRIC_COUNT
};

/* Source: CVSS v3.1, section 7.4. */
static const struct {
	const char *name;
	const char *letters;
	double weight[4]; /* of each letter */
} metrics[METRIC_COUNT] = {
	[ATTACK_VECTOR] = { "AV", "NALP", { 0.85, 0.62, 0.55, 0.2 } },
	[ATTACK_COMPLEXITY] = { "AC", "LH", { 0.77, 0.44 } },
	[PRIVILEGES] = { "PR", "NLH", { 0.85, 0.62, 0.27 } },
	[INTERACTION] = { "UI", "NR", { 0.85, 0.62 } },
	[SCOPE] = { "S", "UC", { 0, 1 } },
	[CONFIDENTIALITY] = { "C", "HLN", { 0.56, 0.22, 0 } },
	[INTEGRITY] = { "I", "HLN", { 0.56, 0.22, 0 } },
	[AVAILABILITY] = { "A", "HLN", { 0.56, 0.22, 0 } },
};

/* Privileges weigh less where the scope changes. */
static const double changed_privileges[] = { 0.85, 0.68, 0.5 };

struct base {
	bool has[METRIC_COUNT];
	size_t letter[METRIC_COUNT];
};

/* False for a base metric that is broken; others are nothing to us. */
static bool
read_metric(struct bytes field, struct base *base)
{
	struct bytes name;

	if (!bytes_next_field(&field, ':', &name))
		return true;
	for (size_t i = 0; i < METRIC_COUNT; i++) {
		if (!bytes_equal_text(name, metrics[i].name))
			continue;
		if (field.len != 1 || base->has[i])
			return false;
		base->letter[i] = bytes_find_byte(
		    bytes_of(metrics[i].letters), field.ptr[0], 0);
		base->has[i] = true;
		return base->letter[i] != SIZE_MAX;
	}
	return true;
}

static bool
read_base(struct bytes in, struct base *base)
{
	struct bytes field;

	if (bytes_starts(in, BYTES("CVSS:3.0/")) ||
	    bytes_starts(in, BYTES("CVSS:3.1/")))
		in = bytes_from(in, 9);
	while (bytes_next_field(&in, '/', &field))
		if (!read_metric(field, base))
			return false;
	for (size_t i = 0; i < METRIC_COUNT; i++)
		if (!base->has[i])
			return false;
	return true;
}

static double
weight(const struct base *base, enum metric metric)
{
	return metrics[metric].weight[base->letter[metric]];
}

static double
impact_of(const struct base *base, bool changed)
{
	double left = (1 - weight(base, CONFIDENTIALITY)) *
	    (1 - weight(base, INTEGRITY)) * (1 - weight(base, AVAILABILITY));
	double sub_score = 1 - left;
	double power = 1;

	if (!changed)
		return 6.42 * sub_score;
	for (int i = 0; i < 15; i++)
		power *= sub_score - 0.02;
	return 7.52 * (sub_score - 0.029) - 3.25 * power;
}

/* Appendix A: up to the next tenth, in integers. */
static uint8_t
round_up(double score)
{
	unsigned whole = (unsigned)(score * 100000 + 0.5);

	return (uint8_t)((whole + 9999) / 10000);
}

uint8_t
cvss_base_score(struct bytes vector)
{
	struct base base = { 0 };

	if (!read_base(vector, &base))
		return CVSS_UNKNOWN;
	bool changed = weight(&base, SCOPE) > 0;
	double privileges = changed
	    ? changed_privileges[base.letter[PRIVILEGES]]
	    : weight(&base, PRIVILEGES);
	double exploitability = 8.22 * weight(&base, ATTACK_VECTOR) *
	    weight(&base, ATTACK_COMPLEXITY) * privileges *
	    weight(&base, INTERACTION);
	double impact = impact_of(&base, changed);

	if (impact <= 0)
		return 0;
	double score = impact + exploitability;

	if (changed)
		score *= 1.08;
	return round_up(score > 10 ? 10 : score);
}
