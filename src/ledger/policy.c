/* SPDX-License-Identifier: ISC */
/* Policies: who signed a checkpoint, and whether these are enough. */
#include "ledger/policy.h"

#include "ledger/cosignature.h"

#include <string.h>

#define SIGSUM_ORIGIN BYTES("sigsum.org/v1/tree/")
#define SIGSUM_ORIGIN_LEN (19 + 2 * SHA256_LEN)

/* The origin that sigsum gives to a log's key. */
static struct bytes
write_sigsum_origin(const struct crypto_hooks *hooks, const struct vkey *key,
    uint8_t ret[SIGSUM_ORIGIN_LEN])
{
	static const char digits[] = "0123456789abcdef";
	const struct bytes point = { key->key.point, ED25519_KEY_LEN };
	struct bytes start = SIGSUM_ORIGIN;
	uint8_t sum[SHA256_LEN];

	hooks->sha256(hooks->context, &point, 1, sum);
	memcpy(ret, start.ptr, start.len);
	for (size_t i = 0; i < SHA256_LEN; i++) {
		ret[start.len + 2 * i] = (uint8_t)digits[sum[i] >> 4];
		ret[start.len + 2 * i + 1] = (uint8_t)digits[sum[i] & 15];
	}
	return (struct bytes){ ret, SIGSUM_ORIGIN_LEN };
}

/* Whether a log has this origin. */
static bool
is_of_origin(const struct crypto_hooks *hooks, const struct policy_log *log,
    struct bytes origin)
{
	uint8_t room[SIGSUM_ORIGIN_LEN];

	if (log->key.name.len > 0)
		return bytes_equal(log->key.name, origin);
	return bytes_equal(write_sigsum_origin(hooks, &log->key, room), origin);
}

/* The key under a name, if it has none of its own. */
static struct vkey
named(
    const struct crypto_hooks *hooks, const struct vkey *key, struct bytes name)
{
	struct vkey copy = *key;

	if (copy.name.len == 0) {
		copy.name = name;
		copy.id = vkey_id(hooks, copy.type, name, &copy.key);
	}
	return copy;
}

const struct policy_log *
policy_find_log(const struct policy *policy, const struct crypto_hooks *hooks,
    struct bytes origin)
{
	for (size_t i = 0; i < policy->log_count; i++)
		if (is_of_origin(hooks, &policy->log[i], origin))
			return &policy->log[i];
	return NULL;
}

bool
policy_is_quorum(const struct policy *policy, uint64_t witnesses)
{
	uint8_t have[POLICY_GROUPS_MAX] = { 0 };
	uint64_t groups = 0;

	for (size_t i = 0; i < policy->witness_count; i++) {
		uint8_t group = policy->witness[i].group;

		if ((witnesses >> i & 1) == 1 && group != POLICY_NO_GROUP)
			have[group]++;
	}
	/* A group's members all stand in front of it. */
	for (size_t i = 0; i < policy->group_count; i++) {
		const struct policy_group *group = &policy->group[i];

		if (have[i] < group->wants)
			continue;
		groups |= (uint64_t)1 << i;
		if (group->group != POLICY_NO_GROUP)
			have[group->group]++;
	}
	switch (policy->quorum) {
	case POLICY_QUORUM_UNSET:
		return false;
	case POLICY_QUORUM_NONE:
		return true;
	case POLICY_QUORUM_WITNESS:
		return (witnesses >> policy->quorum_index & 1) == 1;
	case POLICY_QUORUM_GROUP:
		return (groups >> policy->quorum_index & 1) == 1;
	}
	return false;
}

/* A checkpoint whose lines are being judged. */
struct judging {
	const struct policy *policy;
	const struct crypto_hooks *hooks;
	const struct checkpoint *checkpoint;
	struct policy_verdict verdict;
	bool log_signed;
	bool bad;
};

static void
judge_by_logs(
    struct judging *j, const struct note_signature *signature, bool *known)
{
	const struct policy *policy = j->policy;
	struct bytes origin = j->checkpoint->origin;

	for (size_t i = 0; i < policy->log_count; i++) {
		uint64_t secs;

		if (!is_of_origin(j->hooks, &policy->log[i], origin))
			continue;
		struct vkey key = named(j->hooks, &policy->log[i].key, origin);
		enum note_finding found = cosignature_judge(
		    j->hooks, j->checkpoint, signature, &key, &secs);

		*known |= found != NOTE_OTHER_KEY;
		j->bad |= found == NOTE_BAD;
		j->verdict.unread += found == NOTE_UNREAD;
		if (found == NOTE_GOOD && !j->log_signed) {
			j->log_signed = true;
			j->verdict.log = i;
		}
	}
}

static void
add_cosignature(struct policy_verdict *verdict, size_t witness, uint64_t secs)
{
	uint64_t bit = (uint64_t)1 << witness;

	verdict->witness_count += (verdict->witnesses & bit) == 0;
	verdict->witnesses |= bit;
	if (verdict->oldest == 0 || secs < verdict->oldest)
		verdict->oldest = secs;
	if (secs > verdict->newest)
		verdict->newest = secs;
}

static void
judge_by_witnesses(
    struct judging *j, const struct note_signature *signature, bool *known)
{
	const struct policy *policy = j->policy;

	for (size_t i = 0; i < policy->witness_count; i++) {
		uint64_t secs = 0;
		struct vkey key =
		    named(j->hooks, &policy->witness[i].key, signature->name);
		enum note_finding found = cosignature_judge(
		    j->hooks, j->checkpoint, signature, &key, &secs);

		*known |= found != NOTE_OTHER_KEY;
		j->bad |= found == NOTE_BAD;
		j->verdict.unread += found == NOTE_UNREAD;
		if (found == NOTE_GOOD)
			add_cosignature(&j->verdict, i, secs);
	}
}

enum err
policy_judge(const struct policy *policy, const struct crypto_hooks *hooks,
    struct bytes in, struct checkpoint *ret, struct policy_verdict *ret_verdict,
    struct fault *ret_fault)
{
	struct note_signature signature;
	struct checkpoint checkpoint;
	struct bytes rest;
	struct note note;
	enum err err = checkpoint_read(in, &checkpoint, &note, ret_fault);

	if (err != ERR_OK)
		return err;
	struct judging j = { policy, hooks, &checkpoint, { 0 }, false, false };

	rest = note.signatures;
	while (!j.bad && note_next(&rest, &signature)) {
		bool known = false;

		judge_by_logs(&j, &signature, &known);
		judge_by_witnesses(&j, &signature, &known);
		j.verdict.unknown += !known;
	}
	if (j.bad || !j.log_signed) {
		*ret_fault = (struct fault){ ERR_CHECKSUM,
			j.bad ? (uint64_t)(signature.line.ptr - in.ptr) : 0,
			"checkpoint",
			j.bad ? "signature of a known key"
			      : "signature of a log of the policy" };
		return ERR_CHECKSUM;
	}
	j.verdict.quorum = policy_is_quorum(policy, j.verdict.witnesses);
	*ret = checkpoint;
	*ret_verdict = j.verdict;
	return ERR_OK;
}

enum err
policy_verify(const struct policy *policy, const struct crypto_hooks *hooks,
    struct bytes in, struct checkpoint *ret, struct policy_verdict *ret_verdict,
    struct fault *ret_fault)
{
	struct policy_verdict verdict;
	struct checkpoint checkpoint;
	enum err err =
	    policy_judge(policy, hooks, in, &checkpoint, &verdict, ret_fault);

	if (err != ERR_OK)
		return err;
	if (!verdict.quorum) {
		*ret_fault = (struct fault){ ERR_CHECKSUM, 0, "checkpoint",
			"quorum of witnesses" };
		return ERR_CHECKSUM;
	}
	*ret = checkpoint;
	*ret_verdict = verdict;
	return ERR_OK;
}
