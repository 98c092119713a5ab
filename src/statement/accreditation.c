/* SPDX-License-Identifier: ISC */
/* An accreditation's payload and its list of scopes. */
#include "statement/accreditation.h"

#include "statement/claims.h"
#include "statement/fields.h"
#include "statement/label_claims.h"
#include "statement/statement.h"

/* The longest COSE_Key of ours: kty, crv, x and y. */
#define KEY_LEN 96

static const char *const actions[] = {
	[ACCREDIT] = "accredit",
	[RESTRICT] = "restrict",
	[WITHDRAW] = "withdraw",
};

/* One scope; on broken ones the reader fails. */
static struct accreditation_scope
read_scope(struct cbor_reader *r)
{
	struct accreditation_scope scope = { 0 };

	fields_array(r, 3, "scope");
	scope.scheme = fields_text(r, 1, LABEL_SCHEME_MAX, "scope scheme");
	scope.level =
	    (unsigned)fields_uint(r, 1, LABEL_LEVEL_MAX, "scope level");
	size_t at = r->pos;

	scope.category_count = cbor_array(r, "scope categories");
	if (scope.category_count > ACCREDITATION_CATEGORIES)
		cbor_fail(r, ERR_MALFORMED, at, "scope categories");
	size_t from = r->pos;

	for (size_t i = 0; cbor_ok(r) && i < scope.category_count; i++)
		(void)fields_text(r, 1, LABEL_CATEGORY_MAX, "scope categories");
	scope.categories = bytes_slice(r->in, from, r->pos - from);
	return scope;
}

struct accreditation_walk
accreditation_scopes(struct bytes scopes)
{
	struct accreditation_walk walk = {
		.reader = cbor_open(scopes, CBOR_STRICT, "accreditation"),
	};

	walk.left = cbor_array(&walk.reader, "scopes");
	return walk;
}

bool
accreditation_next(
    struct accreditation_walk *walk, struct accreditation_scope *ret)
{
	struct accreditation_scope scope;

	if (walk->left == 0 || !cbor_ok(&walk->reader))
		return false;
	walk->left--;
	scope = read_scope(&walk->reader);
	if (!cbor_ok(&walk->reader))
		return false;
	*ret = scope;
	return true;
}

struct accreditation_walk
accreditation_categories(const struct accreditation_scope *scope)
{
	return (struct accreditation_walk){
		.reader =
		    cbor_open(scope->categories, CBOR_STRICT, "accreditation"),
		.left = scope->category_count,
	};
}

bool
accreditation_next_category(struct accreditation_walk *walk, struct bytes *ret)
{
	struct bytes category;

	if (walk->left == 0 || !cbor_ok(&walk->reader))
		return false;
	walk->left--;
	category = cbor_text(&walk->reader, "scope categories");
	if (!cbor_ok(&walk->reader))
		return false;
	*ret = category;
	return true;
}

bool
accreditation_scope_has(
    const struct accreditation_scope *scope, struct bytes category)
{
	struct accreditation_walk walk = accreditation_categories(scope);
	struct bytes each;

	if (scope->category_count == 0)
		return true;
	while (accreditation_next_category(&walk, &each))
		if (bytes_equal(each, category))
			return true;
	return false;
}

/* Whether the scheme stands once among the scopes. */
static bool
is_once(struct bytes scopes, struct bytes scheme)
{
	struct accreditation_walk walk = accreditation_scopes(scopes);
	struct accreditation_scope scope;
	unsigned seen = 0;

	while (accreditation_next(&walk, &scope))
		seen += bytes_equal(scope.scheme, scheme);
	return seen == 1;
}

static bool
scopes_ok(enum accreditation_action action, struct bytes scopes)
{
	struct accreditation_walk walk = accreditation_scopes(scopes);
	struct accreditation_scope scope;
	size_t count = walk.left;

	if (count > ACCREDITATION_SCOPES || (action == WITHDRAW && count > 0))
		return false;
	while (accreditation_next(&walk, &scope))
		if (!is_once(scopes, scope.scheme))
			return false;
	return cbor_end(&walk.reader) == ERR_OK;
}

static bool
times_ok(const struct accreditation *a)
{
	return fields_time_ok(a->from) &&
	    (a->until == 0 || (fields_time_ok(a->until) && a->until > a->from));
}

const char *
accreditation_check(const struct accreditation *a)
{
	if (a->action < ACCREDIT || a->action > WITHDRAW)
		return "action";
	if (!fields_text_ok(a->name, 1, ACCREDITATION_NAME_MAX))
		return "name";
	if (!fields_text_ok(a->iss, 1, STATEMENT_ISS_MAX))
		return "iss";
	if (!scopes_ok(a->action, a->scopes))
		return "scopes";
	if (!times_ok(a))
		return "until";
	return NULL;
}

void
accreditation_put(struct cbor_writer *w, const struct accreditation *a)
{
	cbor_put_map(w, 1);
	cbor_put_int(w, CLAIM_ACCREDITATION);
	cbor_put_array(w, 8);
	cbor_put_uint(w, a->action);
	cose_key_put(w, &a->key);
	cbor_put_text(w, a->name);
	cbor_put_text(w, a->iss);
	cbor_put_raw(w, a->scopes);
	cbor_put_int(w, a->from);
	fields_put_time_or_null(w, a->until);
	cbor_put_uint(w, a->suspend_labels ? 1 : 0);
}

void
accreditation_put_scope(struct cbor_writer *w, struct bytes scheme,
    unsigned level, const struct bytes *categories, size_t category_count)
{
	cbor_put_array(w, 3);
	cbor_put_text(w, scheme);
	cbor_put_uint(w, level);
	cbor_put_array(w, category_count);
	for (size_t i = 0; i < category_count; i++)
		cbor_put_text(w, categories[i]);
}

/* The key, in exactly the form that cose_key_put() gives it. */
static void
read_key(struct cbor_reader *r, struct cose_key *ret)
{
	uint8_t room[KEY_LEN];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	size_t at = r->pos;

	if (cose_key_read(r, ret) != ERR_OK) {
		cbor_fail(r, ERR_MALFORMED, at, "key");
		return;
	}
	cose_key_put(&w, ret);
	if (!bytes_equal(cbor_written(&w), bytes_slice(r->in, at, r->pos - at)))
		cbor_fail(r, ERR_MALFORMED, at, "key");
}

enum err
accreditation_read(
    struct bytes payload, struct accreditation *ret, struct fault *ret_fault)
{
	struct cbor_reader r =
	    fields_open_claim(payload, CLAIM_ACCREDITATION, 8, "accreditation");
	struct accreditation a = { 0 };

	a.action = (enum accreditation_action)fields_uint(
	    &r, ACCREDIT, WITHDRAW, "action");
	read_key(&r, &a.key);
	a.name = fields_text(&r, 1, ACCREDITATION_NAME_MAX, "name");
	a.iss = fields_text(&r, 1, STATEMENT_ISS_MAX, "iss");
	size_t at = r.pos;

	a.scopes = cbor_skip(&r, "scopes");
	if (cbor_ok(&r) && !scopes_ok(a.action, a.scopes))
		cbor_fail(&r, ERR_MALFORMED, at, "scopes");
	a.from = fields_time(&r, "from");
	at = r.pos;
	a.until = fields_time_or_null(&r, "until");
	if (cbor_ok(&r) && !times_ok(&a))
		cbor_fail(&r, ERR_MALFORMED, at, "until");
	a.suspend_labels = fields_uint(&r, 0, 1, "existing labels") == 1;
	if (cbor_end(&r) != ERR_OK) {
		*ret_fault = r.fault;
		return r.fault.code;
	}
	*ret = a;
	return ERR_OK;
}

const char *
accreditation_action_text(enum accreditation_action action)
{
	return actions[action];
}
