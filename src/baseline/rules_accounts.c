/* SPDX-License-Identifier: ISC */
/* CRED-1 to CRED-7: accounts and passwords. */
#include "baseline/judging_private.h"

#define TEXT(bytes) judging_len(bytes), (const char *)(bytes).ptr

/* Shells that let nobody in. */
static const char *const no_shells[] = { "nologin", "false", "sync", "halt",
	"shutdown", "true", NULL };

static bool
may_log_in(const struct fact *account)
{
	/* an empty shell field means /bin/sh: passwd(5) */
	return !word_in(path_name(account->value), no_shells);
}

static bool
is_locked(const struct fact *account)
{
	return account != NULL && bytes_equal_text(account->detail, "locked");
}

/* dropbear(8): -s no passwords, -g none for root, -w no root. sshd refuses
   empty passwords unless it is told otherwise. */
static bool
takes_no_password(const struct judging *j, const struct fact *service)
{
	static const char *const refusals[] = { "-s", "-g", "-w", NULL };
	struct bytes command = service->extra;
	struct bytes word;
	const struct fact *f;
	size_t at = 0;

	if (bytes_equal_text(service->name, "dropbear"))
		while (bytes_next_word(&command, &word))
			if (word_in(word, refusals))
				return true;
	if (!bytes_equal_text(service->name, "sshd"))
		return false;
	while ((f = facts_next(j->facts, FACT_SETTING, &at)) != NULL)
		if (bytes_equal_text(f->name, "sshd.PermitEmptyPasswords") &&
		    setting_is_on(f->value))
			return false;
	return true;
}

/* A console counts: whoever reaches it gets in. */
static bool
login_is_started(const struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	if (facts_next(j->facts, FACT_CONSOLE, &at) != NULL)
		return true;
	at = 0;
	while ((f = facts_next(j->facts, FACT_SERVICE, &at)) != NULL)
		if (word_in(f->name, login_servers) &&
		    service_running(f) == RUNNING_YES &&
		    !takes_no_password(j, f))
			return true;
	return false;
}

void
judge_cred_1(struct judging *j)
{
	enum finding_result result =
	    login_is_started(j) ? FINDING_FAIL : FINDING_WARN;
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_ACCOUNT, &at)) != NULL)
		if (bytes_equal_text(f->detail, "empty") && may_log_in(f))
			judging_add(j, result, f);
}

void
judge_cred_2(struct judging *j)
{
	struct lookup accounts =
	    lookup_make(j, FACT_ACCOUNT, LOOKUP_PATH_AND_NAME);
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_PASSWORD_KNOWN, &at)) != NULL)
		judging_say(j,
		    is_locked(lookup_find(&accounts, f)) ? FINDING_INFO
							 : FINDING_FAIL,
		    f, "%.*s has the password \"%.*s\" (%.*s hash)",
		    TEXT(f->name), TEXT(f->value), TEXT(f->detail));
}

void
judge_cred_3(struct judging *j)
{
	struct lookup known =
	    lookup_make(j, FACT_PASSWORD_KNOWN, LOOKUP_PATH_AND_NAME);
	struct lookup accounts =
	    lookup_make(j, FACT_ACCOUNT, LOOKUP_PATH_AND_NAME);
	struct lookup scripts = lookup_make(j, FACT_REWRITTEN, LOOKUP_PATH);
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_PASSWORD_HASH, &at)) != NULL) {
		const struct fact *account = lookup_find(&accounts, f);

		if (lookup_find(&known, f) != NULL || is_locked(account) ||
		    (account != NULL && !may_log_in(account)))
			continue;
		const struct fact *script = lookup_find(&scripts, f);

		if (script != NULL)
			judging_say(j, FINDING_INFO, f,
			    "%.*s has a %.*s hash; %.*s sets passwords",
			    TEXT(f->name), TEXT(f->value), TEXT(script->name));
		else
			judging_say(j, FINDING_WARN, f, "%.*s has a %.*s hash",
			    TEXT(f->name), TEXT(f->value));
	}
}

/* Passwords that are no secret, so that they may be shown. */
static const char *const plain_words[] = { "admin", "root", "password", "1234",
	"12345", "123456", "12345678", "guest", "user", "default", "support",
	"service", NULL };

void
judge_cred_4(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_CREDENTIALS, &at)) != NULL) {
		if (word_in(f->value, plain_words) ||
		    bytes_equal(f->value, f->name))
			judging_say(j, FINDING_FAIL, f,
			    "user \"%.*s\", password \"%.*s\" (%.*s)",
			    TEXT(f->name), TEXT(f->value), TEXT(f->detail));
		else
			judging_say(j, FINDING_FAIL, f,
			    "user \"%.*s\", a password of %zu characters "
			    "(%.*s)",
			    TEXT(f->name), f->value.len, TEXT(f->detail));
	}
}

static void
say_passphrase(
    struct judging *j, const struct lookup *scripts, const struct fact *f)
{
	const struct fact *script = lookup_find(scripts, f);

	if (bytes_equal_text(f->detail, "wps"))
		judging_say(
		    j, FINDING_WARN, f, "WPS PIN of %zu digits", f->value.len);
	else if (script != NULL)
		judging_say(j, FINDING_WARN, f,
		    "network \"%.*s\", a passphrase of %zu characters; "
		    "%.*s writes this file",
		    TEXT(f->name), f->value.len, TEXT(script->name));
	else
		judging_say(j, FINDING_FAIL, f,
		    "network \"%.*s\", a passphrase of %zu characters",
		    TEXT(f->name), f->value.len);
}

void
judge_cred_5(struct judging *j)
{
	struct lookup scripts = lookup_make(j, FACT_REWRITTEN, LOOKUP_PATH);
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_WIFI_PASSPHRASE, &at)) != NULL)
		if (!bytes_equal_text(f->detail, "client"))
			say_passphrase(j, &scripts, f);
}

void
judge_cred_6(struct judging *j)
{
	static const char *const weak[] = { "des", "md5", "apr1", NULL };
	struct lookup accounts =
	    lookup_make(j, FACT_ACCOUNT, LOOKUP_PATH_AND_NAME);
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_PASSWORD_HASH, &at)) != NULL)
		if (word_in(f->value, weak) &&
		    !is_locked(lookup_find(&accounts, f)))
			judging_say(j, FINDING_WARN, f, "%.*s has a %.*s hash",
			    TEXT(f->name), TEXT(f->value));
}

void
judge_cred_7(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_ACCOUNT, &at)) != NULL) {
		if (f->number != 0 || bytes_equal_text(f->name, "root"))
			continue;
		judging_say(j,
		    is_locked(f) || !may_log_in(f) ? FINDING_INFO
						   : FINDING_WARN,
		    f, "%.*s has user id 0 and the shell %.*s", TEXT(f->name),
		    TEXT(f->value));
	}
}
