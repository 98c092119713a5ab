/* SPDX-License-Identifier: ISC */
/* What the image shows of the product's features, beside what is declared. */
#include "baseline/features_private.h"

#include "baseline/judging_private.h"

#include <assert.h>

static const struct fact *
first(const struct facts *facts, enum fact_kind kind)
{
	size_t at = 0;

	return facts_next(facts, kind, &at);
}

/* The first of these kinds; FACT_NONE ends them. */
static const struct fact *
first_of(const struct facts *facts, const enum fact_kind *kinds)
{
	const struct fact *f = NULL;

	for (; *kinds != FACT_NONE && f == NULL; kinds++)
		f = first(facts, *kinds);
	return f;
}

static const struct fact *
first_service(const struct facts *facts, const char *const *programs)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(facts, FACT_SERVICE, &at)) != NULL)
		if (word_in(f->name, programs))
			return f;
	return NULL;
}

static const struct fact *
find_password(const struct facts *facts)
{
	static const enum fact_kind kinds[] = { FACT_PASSWORD_KNOWN,
		FACT_PASSWORD_HASH, FACT_CREDENTIALS, FACT_WIFI_PASSPHRASE,
		FACT_NONE };

	return first_of(facts, kinds);
}

static const struct fact *
find_user_password(const struct facts *facts)
{
	static const enum fact_kind kinds[] = { FACT_PASSWORD_KNOWN,
		FACT_PASSWORD_HASH, FACT_CREDENTIALS, FACT_NONE };

	return first_of(facts, kinds);
}

static const struct fact *
find_login(const struct facts *facts)
{
	return first_service(facts, login_servers);
}

static const struct fact *
find_updater(const struct facts *facts)
{
	static const enum fact_kind kinds[] = { FACT_UPDATER, FACT_FLASH_WRITE,
		FACT_NONE };

	return first_of(facts, kinds);
}

static const struct fact *
find_fetched_update(const struct facts *facts)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(facts, FACT_PLAIN_URL, &at)) != NULL)
		if (bytes_equal_text(f->value, "update") ||
		    bytes_equal_text(f->value, "feed"))
			return f;
	return NULL;
}

/* A key that is published with software guards nothing: nobody uses it. */
static const struct fact *
find_private_key(const struct facts *facts)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(facts, FACT_PRIVATE_KEY, &at)) != NULL)
		if (f->detail.len == 0 ||
		    bytes_starts(f->detail, BYTES("shared: ")))
			return f;
	return NULL;
}

static const struct fact *
find_secret(const struct facts *facts)
{
	static const enum fact_kind kinds[] = { FACT_ENCRYPTED_KEY,
		FACT_PASSWORD_HASH, FACT_WIFI_PASSPHRASE, FACT_TOKEN,
		FACT_NONE };
	const struct fact *f = find_private_key(facts);

	return f != NULL ? f : first_of(facts, kinds);
}

static const struct fact *
find_critical_secret(const struct facts *facts)
{
	static const enum fact_kind kinds[] = { FACT_HOST_KEY, FACT_TOKEN,
		FACT_NONE };
	const struct fact *f = find_private_key(facts);

	return f != NULL ? f : first_of(facts, kinds);
}

static const struct fact *
find_debug(const struct facts *facts)
{
	static const char *const servers[] = { "gdbserver", "adbd", NULL };
	const struct fact *f = first(facts, FACT_CONSOLE);

	return f != NULL ? f : first_service(facts, servers);
}

static const struct fact *
find_console(const struct facts *facts)
{
	return first(facts, FACT_CONSOLE);
}

/* What shows that a feature is there; most features leave no trace. */
static const struct {
	const char *key;
	const struct fact *(*find)(const struct facts *facts);
	const char *shows;
} rows[] = {
	{ "C3", NULL, NULL },
	{ "C12", find_updater, "an update mechanism" },
	{ "C14", NULL, NULL },
	{ "C15", find_updater, "an update mechanism" },
	{ "C16", find_critical_secret, "a critical security parameter" },
	{ "Fa", find_password, "a password" },
	{ "Fb", NULL, NULL },
	{ "Fc", find_password, "authentication by password" },
	{ "Fd", find_user_password, "a user's password" },
	{ "Fe", find_login, "a service that users log in to" },
	{ "Ff", find_updater, "software that is replaced by updates" },
	{ "Fg", find_updater, "an update mechanism" },
	{ "Fh", NULL, NULL },
	{ "Fi", NULL, NULL },
	{ "Fj", find_fetched_update, "updates that are fetched" },
	{ "Fk", find_secret, "a security parameter in storage" },
	{ "Fl", NULL, NULL },
	{ "Fm", find_critical_secret, "a critical security parameter" },
	{ "Fn", find_login, "a shell that is reached over the network" },
	{ "Fo", NULL, NULL },
	{ "Fp", NULL, NULL },
	{ "Fq", find_debug, "a debug interface" },
	{ "Fr", find_console, "a serial console" },
	{ "Fs", NULL, NULL },
	{ "Ft", NULL, NULL },
	{ "Fu", NULL, NULL },
	{ "Fv", NULL, NULL },
	{ "Fw", NULL, NULL },
	{ "Fx", NULL, NULL },
	{ "Fy", NULL, NULL },
	{ "Fz", NULL, NULL },
	{ "Faa", NULL, NULL },
};
static_assert(sizeof(rows) / sizeof(rows[0]) <= FEATURES_MAX,
    "struct features has a place for each");

static void
hear(struct feature *f, const struct logic *logic)
{
	f->declared = declaration_find(
	    logic->declaration, BYTES("features"), BYTES(""), f->key);
	switch (logic_feature(logic, f->key)) {
	case TRUTH_UNKNOWN:
		return;
	case TRUTH_NO:
		f->answer = ANSWER_NO;
		return;
	case TRUTH_YES:
		f->answer = ANSWER_YES;
		return;
	}
}

struct features
features_make(const struct logic *logic, const struct facts *facts)
{
	struct features features = { .count = 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct feature *f = &features.list[features.count++];

		f->key = bytes_of(rows[i].key);
		if (logic != NULL)
			hear(f, logic);
		if (rows[i].find != NULL)
			f->seen = rows[i].find(facts);
		if (f->seen != NULL)
			f->shows = rows[i].shows;
	}
	return features;
}

enum answer
feature_holds(const struct feature *feature)
{
	return feature->seen != NULL ? ANSWER_YES : feature->answer;
}

bool
feature_is_contradicted(const struct feature *feature)
{
	return feature->seen != NULL && feature->declared != NULL &&
	    feature->answer == ANSWER_NO;
}

/* "14" is C14, "e" is Fe: catalogues/en303645-conditions.tsv. */
static bool
is_key(struct bytes key, struct bytes word)
{
	uint8_t kind = word.len > 0 && word.ptr[0] <= '9' ? 'C' : 'F';

	return key.len == word.len + 1 && key.ptr[0] == kind &&
	    bytes_equal(bytes_from(key, 1), word);
}

const struct feature *
features_next(const struct features *features, struct bytes *rest)
{
	struct bytes word;

	while (rest->len > 0 && bytes_next_field(rest, ',', &word))
		for (size_t i = 0; i < features->count; i++)
			if (is_key(features->list[i].key, word))
				return &features->list[i];
	return NULL;
}

enum answer
features_apply(const struct features *features, struct bytes applies_if)
{
	enum answer answer = ANSWER_YES;
	const struct feature *f;

	while ((f = features_next(features, &applies_if)) != NULL) {
		enum answer holds = feature_holds(f);

		if (holds == ANSWER_NO)
			return ANSWER_NO;
		if (holds == ANSWER_UNKNOWN)
			answer = ANSWER_UNKNOWN;
	}
	return answer;
}
