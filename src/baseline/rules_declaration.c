/* SPDX-License-Identifier: ISC */
/* DECL-1 to DECL-5: where the image contradicts what the maker says. */
#include "baseline/judging_private.h"

#include "baseline/declared_private.h"
#include "baseline/features_private.h"

#define TEXT(bytes) judging_len(bytes), (const char *)(bytes).ptr

void
judge_decl_1(struct judging *j)
{
	const struct features *features = j->claims->features;

	for (size_t i = 0; i < features->count; i++) {
		const struct feature *f = &features->list[i];

		if (!feature_is_contradicted(f))
			continue;
		judging_quote(j, FINDING_FAIL, f->declared,
		    "%.*s: no, but %s was seen", TEXT(f->key), f->shows);
		judging_add(j, FINDING_FAIL, f->seen);
	}
}

/* The row of SoftServ that means this service, or NULL. */
static const struct declared *
find_service(struct judging *j, const struct fact *service)
{
	const struct declared *id;
	size_t at = 0;

	while ((id = declared_next(j, "SoftServ", "id", &at)) != NULL) {
		const struct declared *what = declared_in(j, id, "description");
		const struct declared *port = declared_in(j, id, "port");
		uint64_t number = 0;

		if (text_mentions(id->value, service->name) ||
		    (what != NULL && text_mentions(what->value, service->name)))
			return id;
		if (port != NULL && service->number != 0 &&
		    bytes_to_u64(text_number(port->value), &number) &&
		    number == service->number)
			return id;
	}
	return NULL;
}

static bool
is_never(const struct declared *answer)
{
	return answer != NULL &&
	    (bytes_equal_text(answer->value, "never") ||
		bytes_equal_text(answer->value, "disabled"));
}

static void
compare_service(
    struct judging *j, const struct fact *service, const struct declared *row)
{
	const struct declared *start = declared_in(j, row, "start");
	const struct declared *status = declared_in(j, row, "status");
	const struct declared *user = declared_in(j, row, "user");
	const struct declared *off = is_never(start) ? start : status;

	if (is_never(off) && service_running(service) == RUNNING_YES) {
		judging_quote(j, FINDING_FAIL, off,
		    "%.*s is declared %.*s, but it is started",
		    TEXT(row->value), TEXT(off->value));
		judging_add(j, FINDING_FAIL, service);
	}
	if (user == NULL || service->value.len == 0 ||
	    bytes_equal(bytes_trim(user->value), service->value))
		return;
	judging_quote(j, FINDING_WARN, user,
	    "%.*s is declared to run as %.*s, but runs as %.*s",
	    TEXT(row->value), TEXT(user->value), TEXT(service->value));
	judging_add(j, FINDING_WARN, service);
}

void
judge_decl_2(struct judging *j)
{
	const struct declared *first = declared_first(j, "SoftServ", "id");
	const struct fact *f;
	size_t at = 0;

	if (first == NULL)
		return;
	while ((f = facts_next(j->facts, FACT_SERVICE, &at)) != NULL) {
		const struct declared *row = find_service(j, f);
		bool listens =
		    f->number != 0 || word_in(f->name, login_servers);

		if (row != NULL) {
			compare_service(j, f, row);
			continue;
		}
		if (!listens)
			continue;
		judging_quote(j, FINDING_FAIL, first,
		    "SoftServ has no row for %.*s", TEXT(f->name));
		judging_add(j, FINDING_FAIL, f);
	}
}

/* What a password in the image is when devices are said to have their own. */
static void
add_passwords(struct judging *j, const struct declared *says)
{
	static const struct {
		enum fact_kind kind;
		enum finding_result result;
	} kinds[] = {
		{ FACT_PASSWORD_KNOWN, FINDING_FAIL },
		{ FACT_CREDENTIALS, FINDING_FAIL },
		{ FACT_PASSWORD_HASH, FINDING_WARN },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct fact *f;
		size_t at = 0;

		while ((f = facts_next(j->facts, kinds[i].kind, &at)) != NULL) {
			judging_quote(j, kinds[i].result, says,
			    "%.*s: the password is declared %.*s, but every "
			    "device has one for %.*s",
			    TEXT(says->row), TEXT(says->value), TEXT(f->name));
			judging_add(j, kinds[i].result, f);
		}
	}
}

void
judge_decl_3(struct judging *j)
{
	const struct declared *answer;
	size_t at = 0;

	while (
	    (answer = declared_next(j, "AuthMech", "default", &at)) != NULL) {
		const struct declared *factor =
		    declared_in(j, answer, "factor");

		if (factor == NULL ||
		    !bytes_equal_text(factor->value, "password") ||
		    bytes_equal_text(answer->value, "none"))
			continue;
		add_passwords(j, answer);
		return; /* one mechanism says enough */
	}
}

static void
compare_authenticity(struct judging *j, const struct declared *signed_by)
{
	const struct update_state *u = &j->summary->update;
	const struct chunk *c = j->summary->update_chunk;
	enum finding_result result =
	    j->summary->bare_file_system ? FINDING_WARN : FINDING_FAIL;
	const struct fact *f;
	size_t at = 0;

	if (c != NULL && u->authenticity != AUTHENTICITY_UNKNOWN &&
	    u->authenticity != AUTHENTICITY_SIGNED) {
		struct fact place = { .path = c->path, .at = c->at };

		judging_quote(j, result, signed_by, "%.*s is declared signed",
		    TEXT(signed_by->row));
		judging_say(j, result, &place, "%.*s, authenticity: %s",
		    TEXT(u->container), authenticity_text(u->authenticity));
	}
	while ((f = facts_next(j->facts, FACT_FLASH_WRITE, &at)) != NULL) {
		if (f->detail.len > 0)
			continue;
		judging_quote(j, FINDING_WARN, signed_by,
		    "%.*s is declared signed, but a script writes to the flash "
		    "and no check was seen before it",
		    TEXT(signed_by->row));
		judging_add(j, FINDING_WARN, f);
	}
}

static void
compare_channel(struct judging *j, const struct declared *channel)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_PLAIN_URL, &at)) != NULL)
		if (!bytes_equal_text(f->value, "service")) {
			judging_quote(j, FINDING_FAIL, channel,
			    "%.*s is declared to arrive over %.*s, but it is "
			    "fetched without TLS",
			    TEXT(channel->row), TEXT(channel->value));
			judging_add(j, FINDING_FAIL, f);
		}
	at = 0;
	while ((f = facts_next(j->facts, FACT_TLS_UNCHECKED, &at)) != NULL) {
		judging_quote(j, FINDING_WARN, channel,
		    "%.*s is declared to arrive over %.*s, but a script does "
		    "not check the server",
		    TEXT(channel->row), TEXT(channel->value));
		judging_add(j, FINDING_WARN, f);
	}
}

void
judge_decl_4(struct judging *j)
{
	const struct declared *answer;
	size_t at = 0;

	while (
	    (answer = declared_next(j, "UpdMech", "authenticity", &at)) != NULL)
		if (bytes_equal_text(answer->value, "signed"))
			compare_authenticity(j, answer);
	at = 0;
	while ((answer = declared_next(j, "UpdMech", "communication", &at)) !=
	    NULL)
		if (!bytes_equal_text(answer->value, "none"))
			compare_channel(j, answer);
}

/* What is declared of secure boot, the plainest first. */
static const struct declared *
find_secure_boot(struct judging *j)
{
	const struct declared *says = declared_support(j, "5.7-1");

	return says != NULL ? says : declared_first(j, "SecBoot", "id");
}

void
judge_decl_5(struct judging *j)
{
	static const enum fact_kind kinds[] = { FACT_TEST_SIGNATURE,
		FACT_DEBUG_BUILD };
	const struct declared *says = find_secure_boot(j);

	if (says == NULL)
		return;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct fact *f;
		size_t at = 0;

		while ((f = facts_next(j->facts, kinds[i], &at)) != NULL) {
			judging_quote(j, FINDING_FAIL, says,
			    "secure boot is declared, but what is started %s",
			    kinds[i] == FACT_TEST_SIGNATURE
				? "is signed with a published key"
				: "is a debug build");
			judging_add(j, FINDING_FAIL, f);
		}
	}
}
