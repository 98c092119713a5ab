/* SPDX-License-Identifier: ISC */
/* Reads a policy: lines of words, each keyword with its own reader. */
#include "ledger/policy.h"

#include "codec/hex.h"

#include <string.h>

/* What a name stands for. */
enum kind {
	KIND_NONE,
	KIND_WITNESS,
	KIND_GROUP,
};

struct reading {
	struct policy *policy;
	const struct crypto_hooks *hooks;
	unsigned flags;
	struct bytes rest; /* of the line */
	const char *field; /* static; what was wrong */
};

static enum err
fail(struct reading *r, enum err code, const char *field)
{
	r->field = field;
	return code;
}

/* The next word of the line; blanks are space and tab only. */
static bool
take_word(struct reading *r, struct bytes *ret)
{
	size_t from = 0;
	size_t to;

	while (from < r->rest.len &&
	    (r->rest.ptr[from] == ' ' || r->rest.ptr[from] == '\t'))
		from++;
	to = from;
	while (to < r->rest.len && r->rest.ptr[to] != ' ' &&
	    r->rest.ptr[to] != '\t')
		to++;
	*ret = bytes_slice(r->rest, from, to - from);
	r->rest = bytes_from(r->rest, to);
	return ret->len > 0;
}

/* 64 hex digits: an Ed25519 key of that type, without a name. */
static enum err
read_hex_key(
    struct reading *r, struct bytes word, enum vkey_type type, struct vkey *ret)
{
	struct vkey key = { .type = type, .usable = true };

	key.key.curve = COSE_CURVE_ED25519;
	if (!hex_read(word, key.key.point, ED25519_KEY_LEN))
		return fail(r, ERR_MALFORMED, "key");
	*ret = key;
	return ERR_OK;
}

/* The key on this line; of sigsum's it is of type `plain`. */
static enum err
take_key(struct reading *r, enum vkey_type plain, struct vkey *ret)
{
	struct bytes word;
	enum err err;

	if (!take_word(r, &word))
		return fail(r, ERR_MALFORMED, "key");
	if ((r->flags & POLICY_SIGSUM) != 0)
		return read_hex_key(r, word, plain, ret);
	err = vkey_read(word, r->hooks, ret);
	return err == ERR_OK ? ERR_OK : fail(r, err, "key");
}

/* The line's end, after an address if one may stand there. */
static enum err
take_end(struct reading *r, struct bytes *ret_url)
{
	struct bytes word;

	if (ret_url != NULL)
		(void)take_word(r, ret_url); /* empty when there is none */
	if (take_word(r, &word))
		return fail(r, ERR_MALFORMED, "end of line");
	return ERR_OK;
}

/* The same key, whatever it is called; what we cannot verify has no key but an
   id. */
static bool
is_same_key(const struct vkey *a, const struct vkey *b)
{
	if (a->usable && b->usable)
		return cose_key_equal(&a->key, &b->key);
	return !a->usable && !b->usable && a->id == b->id &&
	    bytes_equal(a->name, b->name);
}

static enum err
read_log(struct reading *r)
{
	struct policy *p = r->policy;
	struct policy_log log = { 0 };
	enum err err = take_key(r, VKEY_ED25519, &log.key);

	if (err == ERR_OK)
		err = take_end(r, &log.url);
	if (err != ERR_OK)
		return err;
	if (log.key.type == VKEY_COSIGNATURE || log.key.type == VKEY_PRIVATE)
		return fail(r, ERR_UNSUPPORTED, "type of a log's key");
	for (size_t i = 0; i < p->log_count; i++)
		if (is_same_key(&p->log[i].key, &log.key))
			return fail(r, ERR_MALFORMED, "key of another log");
	if (p->log_count == POLICY_LOGS_MAX)
		return fail(r, ERR_LIMIT, "logs");
	p->log[p->log_count++] = log;
	return ERR_OK;
}

static enum kind
find_name(const struct policy *p, struct bytes name, size_t *ret)
{
	for (size_t i = 0; i < p->witness_count; i++) {
		if (bytes_equal(p->witness[i].name, name)) {
			*ret = i;
			return KIND_WITNESS;
		}
	}
	for (size_t i = 0; i < p->group_count; i++) {
		if (bytes_equal(p->group[i].name, name)) {
			*ret = i;
			return KIND_GROUP;
		}
	}
	return KIND_NONE;
}

/* A name that is being defined. */
static enum err
take_new_name(struct reading *r, struct bytes *ret)
{
	size_t index;

	if (!take_word(r, ret) || bytes_equal_text(*ret, "none"))
		return fail(r, ERR_MALFORMED, "name");
	if (find_name(r->policy, *ret, &index) != KIND_NONE)
		return fail(r, ERR_MALFORMED, "name of another");
	return ERR_OK;
}

static enum err
read_witness(struct reading *r)
{
	struct policy *p = r->policy;
	struct policy_witness witness = { .group = POLICY_NO_GROUP };
	enum err err = take_new_name(r, &witness.name);

	if (err == ERR_OK)
		err = take_key(r, VKEY_COSIGNATURE, &witness.key);
	if (err == ERR_OK)
		err = take_end(r, &witness.url);
	if (err != ERR_OK)
		return err;
	if (witness.key.type != VKEY_COSIGNATURE &&
	    witness.key.type != VKEY_MLDSA44)
		return fail(r, ERR_UNSUPPORTED, "type of a witness' key");
	for (size_t i = 0; i < p->witness_count; i++)
		if (is_same_key(&p->witness[i].key, &witness.key))
			return fail(r, ERR_MALFORMED, "key of another witness");
	if (p->witness_count == POLICY_WITNESSES_MAX)
		return fail(r, ERR_LIMIT, "witnesses");
	p->witness[p->witness_count++] = witness;
	return ERR_OK;
}

/* Makes the named one a member of the group that will come next. */
static enum err
add_member(struct reading *r, struct bytes name)
{
	struct policy *p = r->policy;
	uint8_t *group;
	size_t index;

	switch (find_name(p, name, &index)) {
	case KIND_WITNESS:
		group = &p->witness[index].group;
		break;
	case KIND_GROUP:
		group = &p->group[index].group;
		break;
	case KIND_NONE:
	default:
		return fail(r, ERR_MALFORMED, "member that is not defined");
	}
	if (*group != POLICY_NO_GROUP)
		return fail(r, ERR_MALFORMED, "member of another group");
	*group = (uint8_t)p->group_count;
	return ERR_OK;
}

/* How many members a group wants: any, all, or a number from 1. */
static enum err
read_wants(struct reading *r, struct bytes word, struct policy_group *group)
{
	uint64_t wants;

	if (bytes_equal_text(word, "any"))
		wants = 1;
	else if (bytes_equal_text(word, "all"))
		wants = group->members;
	else if (!bytes_to_u64(word, &wants) || word.ptr[0] == '0')
		return fail(r, ERR_MALFORMED, "number of members");
	if (wants > group->members)
		return fail(r, ERR_MALFORMED, "more than its members");
	group->wants = (uint8_t)wants;
	return ERR_OK;
}

static enum err
read_group(struct reading *r)
{
	struct policy *p = r->policy;
	struct policy_group group = { .group = POLICY_NO_GROUP };
	struct bytes wants;
	struct bytes word;
	enum err err = take_new_name(r, &group.name);

	if (err != ERR_OK)
		return err;
	if (p->group_count == POLICY_GROUPS_MAX)
		return fail(r, ERR_LIMIT, "groups");
	if (!take_word(r, &wants))
		return fail(r, ERR_MALFORMED, "number of members");
	/* No more than 128 can be members: each name is one once. */
	while (take_word(r, &word)) {
		err = add_member(r, word);
		if (err != ERR_OK)
			return err;
		group.members++;
	}
	if (group.members == 0)
		return fail(r, ERR_MALFORMED, "members");
	err = read_wants(r, wants, &group);
	if (err == ERR_OK)
		p->group[p->group_count++] = group;
	return err;
}

static enum err
read_quorum(struct reading *r)
{
	struct policy *p = r->policy;
	struct bytes name;

	if (p->quorum != POLICY_QUORUM_UNSET)
		return fail(r, ERR_MALFORMED, "second quorum");
	if (!take_word(r, &name))
		return fail(r, ERR_MALFORMED, "quorum");
	if (bytes_equal_text(name, "none")) {
		p->quorum = POLICY_QUORUM_NONE;
		return take_end(r, NULL);
	}
	switch (find_name(p, name, &p->quorum_index)) {
	case KIND_WITNESS:
		p->quorum = POLICY_QUORUM_WITNESS;
		break;
	case KIND_GROUP:
		p->quorum = POLICY_QUORUM_GROUP;
		break;
	case KIND_NONE:
	default:
		return fail(r, ERR_MALFORMED, "quorum that is not defined");
	}
	return take_end(r, NULL);
}

static enum err
read_owner(struct reading *r)
{
	struct policy *p = r->policy;
	struct vkey key;
	enum err err;

	if ((r->flags & POLICY_WITH_OWNERS) == 0)
		return fail(r, ERR_MALFORMED, "keyword");
	err = take_key(r, VKEY_ED25519, &key);
	if (err == ERR_OK)
		err = take_end(r, NULL);
	if (err != ERR_OK)
		return err;
	if (!key.usable || (key.type != VKEY_ED25519 && key.type != VKEY_ECDSA))
		return fail(r, ERR_UNSUPPORTED, "type of an owner's key");
	for (size_t i = 0; i < p->owner_count; i++)
		if (is_same_key(&p->owner[i], &key))
			return fail(r, ERR_MALFORMED, "key of another owner");
	if (p->owner_count == POLICY_OWNERS_MAX)
		return fail(r, ERR_LIMIT, "owners");
	p->owner[p->owner_count++] = key;
	return ERR_OK;
}

static const struct keyword {
	const char *word;
	enum err (*read)(struct reading *r);
} keywords[] = {
	{ "group", read_group },
	{ "log", read_log },
	{ "owner", read_owner },
	{ "quorum", read_quorum },
	{ "witness", read_witness },
};

static enum err
read_line(struct reading *r)
{
	struct bytes word;

	for (size_t i = 0; i < r->rest.len; i++) {
		uint8_t c = r->rest.ptr[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return fail(r, ERR_MALFORMED, "control character");
	}
	if (!take_word(r, &word) || word.ptr[0] == '#')
		return ERR_OK;
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (bytes_equal_text(word, keywords[i].word))
			return keywords[i].read(r);
	return fail(r, ERR_MALFORMED, "keyword");
}

/* Takes the next line; the last one may lack its newline. */
static struct bytes
take_line(struct bytes *rest)
{
	size_t end = bytes_find_byte(*rest, '\n', 0);
	struct bytes line = bytes_slice(*rest, 0, end);

	*rest = bytes_from(*rest, end == SIZE_MAX ? rest->len : end + 1);
	return line;
}

enum err
policy_read(struct bytes in, unsigned flags, const struct crypto_hooks *hooks,
    struct policy *ret, struct fault *ret_fault)
{
	struct reading r = { .policy = ret, .hooks = hooks, .flags = flags };
	struct bytes rest = in;
	enum err err = ERR_OK;
	size_t at = 0;

	memset(ret, 0, sizeof(*ret));
	if (in.len > POLICY_LEN_MAX)
		err = fail(&r, ERR_LIMIT, "length");
	while (err == ERR_OK && rest.len > 0) {
		at = in.len - rest.len;
		r.rest = take_line(&rest);
		err = read_line(&r);
	}
	if (err == ERR_OK && ret->quorum == POLICY_QUORUM_UNSET) {
		at = in.len;
		err = fail(&r, ERR_MALFORMED, "quorum");
	}
	if (err != ERR_OK) {
		memset(ret, 0, sizeof(*ret));
		*ret_fault = (struct fault){ err, at, "policy", r.field };
	}
	return err;
}
