/* SPDX-License-Identifier: ISC */
/* Fuzzes ledger/policy_read.c: what is read holds together, a larger set of
   witnesses is never less of a quorum, and what is refused trusts nobody. The
   first byte holds the flags; a checkpoint may follow behind a zero byte. */
#include "ledger/policy.h"
#include "promises.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look_at_names(const struct policy *p, struct bytes in)
{
	if (p->log_count > POLICY_LOGS_MAX ||
	    p->witness_count > POLICY_WITNESSES_MAX ||
	    p->group_count > POLICY_GROUPS_MAX ||
	    p->owner_count > POLICY_OWNERS_MAX)
		abort();
	for (size_t i = 0; i < p->log_count; i++)
		if (!lies_in(p->log[i].key.name, in) ||
		    !lies_in(p->log[i].url, in))
			abort();
	for (size_t i = 0; i < p->witness_count; i++)
		if (!lies_in(p->witness[i].name, in) ||
		    (p->witness[i].group != POLICY_NO_GROUP &&
			p->witness[i].group >= p->group_count))
			abort();
	for (size_t i = 0; i < p->group_count; i++)
		if (p->group[i].wants == 0 ||
		    p->group[i].wants > p->group[i].members ||
		    (p->group[i].group != POLICY_NO_GROUP &&
			(p->group[i].group <= i ||
			    p->group[i].group >= p->group_count)))
			abort();
}

static void
look_at_quorum(const struct policy *p)
{
	uint64_t all = p->witness_count == 64
	    ? UINT64_MAX
	    : ((uint64_t)1 << p->witness_count) - 1;
	uint64_t set = 0;
	bool was = policy_is_quorum(p, 0);

	for (size_t i = 0; i < p->witness_count; i++) {
		bool is;

		set |= (uint64_t)1 << (i * 7 % p->witness_count);
		is = policy_is_quorum(p, set);
		if (was && !is)
			abort();
		was = is;
	}
	if (was && !policy_is_quorum(p, all))
		abort();
	if (p->quorum == POLICY_QUORUM_NONE && !was)
		abort();
	/* All together are always enough: no group wants more than it has. */
	if (!policy_is_quorum(p, all))
		abort();
}

/* All zero, which trusts nobody. */
static bool
is_nobody(const struct policy *p)
{
	const uint8_t *byte = (const uint8_t *)p;

	for (size_t i = 0; i < sizeof(*p); i++)
		if (byte[i] != 0)
			return false;
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct policy *p = malloc(sizeof(*p));
	struct bytes in = { data, size };
	struct fault fault = { .code = ERR_OK };
	struct policy_verdict verdict = { .unknown = SIZE_MAX };
	struct checkpoint c;
	struct bytes text;
	size_t split;
	enum err err;

	if (p == NULL || size == 0) {
		free(p);
		return 0;
	}
	split = bytes_find_byte(in, 0, 1);
	text = bytes_slice(in, 1, split == SIZE_MAX ? size : split - 1);
	err = policy_read(text, data[0] & 3U, &crypto_hooks_default, p, &fault);
	if (err != ERR_OK) {
		if (fault.code != err || fault.at > size || !is_nobody(p))
			abort();
	} else {
		look_at_names(p, text);
		look_at_quorum(p);
	}
	if (split != SIZE_MAX &&
	    policy_verify(p, &crypto_hooks_default, bytes_from(in, split + 1),
		&c, &verdict, &fault) == ERR_OK &&
	    (err != ERR_OK || !verdict.quorum || p->log_count == 0))
		abort();
	if (verdict.unknown != SIZE_MAX &&
	    !policy_is_quorum(p, verdict.witnesses))
		abort();
	free(p);
	return 0;
}
