/* SPDX-License-Identifier: ISC */
/* Which recognitions are in force. */
#include "trust/record.h"

enum err
trust_recognition_read(const struct statement *s, uint64_t index,
    struct trust_recognition *ret, struct fault *ret_fault)
{
	struct trust_recognition r = { .index = index,
		.said_at = s->header.iat };

	if (s->header.kind != STATEMENT_RECOGNITION) {
		*ret_fault = (struct fault){ .code = ERR_MALFORMED,
			.format = "recognition",
			.field = "typ" };
		return ERR_MALFORMED;
	}
	enum err err = recognition_read(s->payload, &r.what, ret_fault);

	if (err == ERR_OK)
		*ret = r;
	return err;
}

/* Whether the later one stands in the place of the earlier. */
static bool
replaces(const struct recognition *later, const struct recognition *earlier)
{
	return bytes_equal(later->their_domain, earlier->their_domain) &&
	    bytes_equal(later->their_scheme, earlier->their_scheme) &&
	    bytes_equal(later->their_level, earlier->their_level) &&
	    bytes_equal(later->our_scheme, earlier->our_scheme);
}

static bool
is_replaced(struct trust_recognitions all, size_t at)
{
	for (size_t i = at + 1; i < all.count; i++)
		if (replaces(&all.list[i].what, &all.list[at].what))
			return true;
	return false;
}

bool
trust_next_recognition(struct trust_recognitions all, struct bytes our_scheme,
    unsigned our_level, int64_t time, size_t *at,
    const struct trust_recognition **ret)
{
	while (*at < all.count) {
		size_t i = (*at)++;
		const struct recognition *c = &all.list[i].what;

		if (our_scheme.len > 0 &&
		    !bytes_equal(our_scheme, c->our_scheme))
			continue;
		if (our_level != 0 && c->our_level > our_level)
			continue;
		if (time < c->from || (c->until != 0 && time >= c->until))
			continue;
		if (is_replaced(all, i))
			continue;
		*ret = &all.list[i];
		return true;
	}
	return false;
}
