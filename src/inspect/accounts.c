/* SPDX-License-Identifier: ISC */
/* Lines of account files turned into facts. */
#include "inspect/accounts.h"

#include "base/limits.h"
#include "base/text.h"
#include "inspect/accounts_private.h"
#include "inspect/names.h"

#include <string.h>

#define NAME_MAX_LEN 64

struct account {
	struct bytes user, field, home, shell;
	uint64_t uid;
	bool in_shadow; /* passwd defers to shadow: x */
};

static struct bytes
base_name(struct bytes name)
{
	size_t at = name.len;

	while (at > 0 && name.ptr[at - 1] != '/')
		at--;
	return bytes_from(name, at);
}

static bool
is_passwd(struct bytes base)
{
	return bytes_starts(base, BYTES("passwd"));
}

static bool
is_shadow(struct bytes base)
{
	return bytes_starts(base, BYTES("shadow"));
}

bool
accounts_wants(struct bytes name)
{
	struct bytes base = base_name(name);

	return !name_is_sample(name) &&
	    (is_passwd(base) || is_shadow(base) ||
		accounts_service_of(name) != NULL);
}

bool
accounts_is_user(struct bytes name)
{
	if (name.len == 0 || name.len > NAME_MAX_LEN)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		uint8_t byte = name.ptr[i];

		if (!((byte >= 'a' && byte <= 'z') ||
			(byte >= 'A' && byte <= 'Z') ||
			(byte >= '0' && byte <= '9') ||
			(byte != 0 && strchr("._-@$", byte) != NULL)))
			return false;
	}
	return true;
}

struct fact
accounts_fact(const struct line *line, enum fact_kind kind)
{
	return (struct fact){
		.kind = kind,
		.path = line->file->path,
		.at = line->at,
		.text = bytes_slice(line->text, 0, LIMIT_EXCERPT_LEN),
	};
}

static enum err
find_password(struct accounts *a, struct bytes user, struct bytes hash,
    struct password_found *ret)
{
	for (size_t i = 0; i < a->cache_count; i++) {
		if (!bytes_equal(a->cache[i].user, user) ||
		    !bytes_equal(a->cache[i].hash, hash))
			continue;
		*ret = a->cache[i].found;
		return ERR_OK;
	}
	enum err err = password_try(a->list, &a->budget, user, hash, ret);

	if (err == ERR_OK && a->cache_count < CACHE_COUNT) {
		a->cache[a->cache_count].user = user;
		a->cache[a->cache_count].hash = hash;
		a->cache[a->cache_count++].found = *ret;
	}
	return err;
}

enum err
accounts_add_hash(struct accounts *a, const struct line *line,
    struct bytes user, struct bytes hash)
{
	enum password_scheme scheme = password_scheme_of(hash);
	struct fact fact = accounts_fact(line, FACT_PASSWORD_HASH);
	struct password_found found = { .found = false };

	fact.name = user;
	fact.value = bytes_of(password_scheme_text(scheme));
	enum err err = facts_add(a->facts, &fact);

	if (err == ERR_OK)
		err = find_password(a, user, hash, &found);
	if (err != ERR_OK || !found.found)
		return err;
	fact.kind = FACT_PASSWORD_KNOWN;
	fact.detail = fact.value;
	fact.value = bytes_of(found.text);
	return facts_add(a->facts, &fact);
}

static const char *
state_of(const struct account *account)
{
	if (account->in_shadow)
		return "shadow";
	if (account->field.len == 0)
		return "empty";
	if (password_scheme_of(account->field) != PASSWORD_NONE)
		return "hash";
	return "locked"; /* no password hashes to *, !, !hash or a word */
}

static enum err
add_account(
    struct accounts *a, const struct line *line, const struct account *account)
{
	struct fact fact = accounts_fact(line, FACT_ACCOUNT);

	if (a->count++ >= ACCOUNT_LIMIT)
		return ERR_OK;
	fact.name = account->user;
	fact.value = account->shell;
	fact.detail = bytes_of(state_of(account));
	fact.extra = account->home;
	fact.number = account->uid;
	enum err err = facts_add(a->facts, &fact);

	if (err != ERR_OK || !bytes_equal_text(fact.detail, "hash"))
		return err;
	return accounts_add_hash(a, line, account->user, account->field);
}

bool
accounts_next_line(
    const struct kept *file, struct bytes *rest, struct line *ret)
{
	struct bytes text;

	while (bytes_next_line(rest, &text)) {
		if (text.len == 0 || text.ptr[0] == '#')
			continue;
		*ret = (struct line){ file, text,
			(size_t)(text.ptr - file->text.ptr) };
		return true;
	}
	return false;
}

size_t
accounts_split(struct bytes line, struct bytes *field, size_t cap)
{
	size_t count = 0;

	while (count < cap && bytes_next_field(&line, ':', &field[count]))
		count++;
	return count;
}

/* name:password:uid:gid:comment:home:shell; old ones lack the shell. */
static bool
read_passwd_line(struct bytes line, struct account *ret)
{
	struct bytes field[7] = { { NULL, 0 } };
	struct account account = { 0 };
	uint64_t gid;

	if (accounts_split(line, field, 7) < 6 || !accounts_is_user(field[0]) ||
	    !bytes_to_u64(field[2], &account.uid) ||
	    !bytes_to_u64(field[3], &gid))
		return false;
	account.user = field[0];
	account.field = field[1];
	account.home = field[5];
	account.shell = bytes_trim(field[6]);
	account.in_shadow = bytes_equal_text(account.field, "x");
	*ret = account;
	return true;
}

/* name:password:days:… as shadow(5) has it. */
static bool
read_shadow_line(struct bytes line, struct account *ret)
{
	struct bytes field[4] = { { NULL, 0 } };
	uint64_t days;

	if (accounts_split(line, field, 4) < 3 || !accounts_is_user(field[0]) ||
	    (field[2].len > 0 && !bytes_to_u64(field[2], &days)))
		return false;
	*ret = (struct account){ .user = field[0], .field = field[1] };
	return true;
}

/* The file beside `file` whose base name has `prefix` in place of the first
   `drop` bytes: /etc/passwd- gives /etc/shadow-. */
static const struct kept *
find_beside(const struct keep *keep, const struct kept *file, size_t drop,
    const char *prefix)
{
	struct bytes base = base_name(file->name);
	size_t folder_len = file->name.len - base.len;
	size_t prefix_len = strlen(prefix);
	struct bytes ending = bytes_from(base, drop);
	uint8_t name[512];

	if (folder_len + prefix_len + ending.len > sizeof(name))
		return NULL;
	if (folder_len > 0)
		memcpy(name, file->name.ptr, folder_len);
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): has a length */
	memcpy(name + folder_len, prefix, prefix_len);
	if (ending.len > 0)
		memcpy(name + folder_len + prefix_len, ending.ptr, ending.len);
	return keep_resolve(keep, file->root,
	    (struct bytes){ name, folder_len + prefix_len + ending.len });
}

/* The shadow line of a user; false when there is none. */
static bool
find_shadow_line(const struct kept *shadow, struct bytes user,
    struct line *ret_line, struct bytes *ret_field)
{
	struct bytes rest = shadow != NULL
	    ? bytes_slice(shadow->text, 0, ACCOUNT_FILE_LEN)
	    : (struct bytes){ NULL, 0 };
	struct account account;
	struct line line;

	while (rest.len > 0 && accounts_next_line(shadow, &rest, &line)) {
		if (!bytes_starts(line.text, user) || /* cheap, so first */
		    !read_shadow_line(line.text, &account) ||
		    !bytes_equal(account.user, user))
			continue;
		*ret_line = line;
		*ret_field = account.field;
		return true;
	}
	return false;
}

static enum err
read_passwd(struct accounts *a, const struct kept *file)
{
	const struct kept *shadow = find_beside(a->keep, file, 6, "shadow");
	struct bytes rest = file->text;
	struct account account;
	struct line line;

	while (
	    accounts_next_line(file, &rest, &line) && a->lines++ < LINE_LIMIT) {
		if (!read_passwd_line(line.text, &account))
			continue;
		/* busybox looks into shadow for both marks. */
		if ((account.in_shadow ||
			bytes_equal_text(account.field, "*")) &&
		    find_shadow_line(
			shadow, account.user, &line, &account.field))
			account.in_shadow = false;
		enum err err = add_account(a, &line, &account);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

/* Whether a passwd beside it names the user: read_passwd() sees to both. */
static bool
is_in_passwd(const struct kept *passwd, struct bytes user)
{
	struct bytes rest = passwd != NULL
	    ? bytes_slice(passwd->text, 0, ACCOUNT_FILE_LEN)
	    : (struct bytes){ NULL, 0 };
	struct account account;
	struct line line;

	while (rest.len > 0 && accounts_next_line(passwd, &rest, &line))
		if (bytes_starts(line.text, user) &&
		    read_passwd_line(line.text, &account) &&
		    bytes_equal(account.user, user))
			return true;
	return false;
}

static enum err
read_lone_shadow(struct accounts *a, const struct kept *file)
{
	const struct kept *passwd = find_beside(a->keep, file, 6, "passwd");
	struct bytes rest = file->text;
	struct account account;
	struct line line;

	while (
	    accounts_next_line(file, &rest, &line) && a->lines++ < LINE_LIMIT) {
		if (!read_shadow_line(line.text, &account) ||
		    is_in_passwd(passwd, account.user))
			continue;
		account.uid =
		    bytes_equal_text(account.user, "root") ? 0 : FACT_NOWHERE;
		enum err err = add_account(a, &line, &account);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

enum err
accounts_finish(const struct keep *keep, const struct password_list *list,
    struct facts *facts)
{
	struct accounts a = {
		.keep = keep,
		.list = list,
		.facts = facts,
		.budget = password_budget_open(),
	};

	for (size_t i = 0; i < keep->count; i++) {
		const struct kept *file = keep->list[i];
		struct bytes base = base_name(file->name);
		const char *service = accounts_service_of(file->name);
		enum err err = ERR_OK;

		if (file->kind != NODE_FILE || name_is_sample(file->name) ||
		    file->text.len > ACCOUNT_FILE_LEN ||
		    !text_is_text(file->text))
			continue;
		if (service != NULL)
			err = accounts_read_users(&a, file, service);
		else if (is_passwd(base))
			err = read_passwd(&a, file);
		else if (is_shadow(base))
			err = read_lone_shadow(&a, file);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}
