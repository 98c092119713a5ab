/* SPDX-License-Identifier: ISC */
/* What rules and reports alike say of a match. */
#include "baseline/advised.h"

bool
advised_find(const struct assessment *a, size_t subject, struct advised *ret)
{
	if (subject > a->component_count)
		return false;
	if (subject == a->component_count) {
		*ret = (struct advised){ .maker = a->product.maker,
			.name = a->product.model,
			.version = a->product.release };
		return true;
	}
	const struct component_item *c = &a->components[subject];

	*ret = (struct advised){ .component = c,
		.name = c->name,
		.version = c->package_version.len > 0 ? c->package_version
						      : c->version };
	return true;
}

static void
put_foreign(struct out *to, struct bytes text)
{
	size_t len = text.len;

	if (len > ADVISED_FOREIGN_LEN)
		len = ADVISED_FOREIGN_LEN;
	out_put(to, bytes_slice(text, 0, len));
}

void
advised_put_name(const struct advised *of, struct out *to)
{
	put_foreign(to, of->maker);
	out_text(to, of->maker.len > 0 ? " " : "");
	put_foreign(to, of->name);
}

void
advised_put(const struct advised *of, struct out *to)
{
	advised_put_name(of, to);
	out_text(to, of->version.len > 0 ? " " : "");
	put_foreign(to, of->version);
}

bool
advised_is_relieved(const struct match *m)
{
	if (m->state == MATCH_FIXED)
		return true;
	return m->state == MATCH_NOT_AFFECTED &&
	    (m->vex_justification.len > 0 || m->vex_detail.len > 0);
}

enum finding_result
advised_weigh(const struct match *m)
{
	if (advised_is_relieved(m) || m->state == MATCH_UNKNOWN)
		return FINDING_INFO;
	return m->state != MATCH_CONDITIONAL && m->confidence == MATCH_HIGH
	    ? FINDING_FAIL
	    : FINDING_WARN;
}

void
advised_put_cvss(uint8_t tenths, struct out *to)
{
	out_decimal(to, tenths / 10);
	out_u8(to, '.');
	out_decimal(to, tenths % 10);
}

void
advised_put_epss(uint32_t millionths, struct out *to)
{
	uint32_t thousandths = millionths / 1000;

	out_decimal(to, thousandths / 1000);
	out_u8(to, '.');
	out_decimal(to, thousandths / 100 % 10);
	out_decimal(to, thousandths / 10 % 10);
	if (thousandths < 10)
		out_decimal(to, thousandths);
}

void
advised_put_exploited_by(const struct match *m, struct out *to)
{
	bool first = true;

	for (int i = 0; i < EXPLOITED_SOURCE_COUNT; i++) {
		if ((m->exploited_by & (1U << i)) == 0)
			continue;
		out_text(to, first ? "" : ", ");
		out_text(to, exploited_source_text((enum exploited_source)i));
		first = false;
	}
}
