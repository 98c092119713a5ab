/* SPDX-License-Identifier: ISC */
/* Users of web servers, MQTT brokers and rpcd. */
#include "inspect/accounts_private.h"

#include "base/text.h"

#include <string.h>

/* Files of user:password lines of a service, by name. */
static const struct {
	const char *part; /* of the whole name, or its end */
	const char *service;
	bool at_end;
} user_files[] = {
	{ "htpasswd", "htpasswd", true },
	{ ".htpasswd", "htpasswd", false },
	{ "/lighttpd.user", "lighttpd", false },
	{ "/lighttpd/users", "lighttpd", false },
	{ "/mosquitto/passwd", "mosquitto", false },
	{ "/mosquitto/pwfile", "mosquitto", false },
	{ "/mosquitto/password", "mosquitto", false },
	{ "/mosquitto.passwd", "mosquitto", true },
	{ "/mosquitto_passwd", "mosquitto", true },
	{ "/httpd.passwd", "httpd", true },
	{ "/etc/httpd.conf", "httpd", true },
	{ "/etc/config/rpcd", "rpcd", true },
	{ "/etc/config/uhttpd", "uhttpd", true },
};

const char *
accounts_service_of(struct bytes name)
{
	for (size_t i = 0; i < sizeof(user_files) / sizeof(user_files[0]);
	     i++) {
		struct bytes part = bytes_of(user_files[i].part);

		if (user_files[i].at_end
			? bytes_ends(name, part)
			: bytes_find(name, part, 0) != SIZE_MAX)
			return user_files[i].service;
	}
	return NULL;
}

/* Placeholders that a script fills in later are no passwords. */
static bool
is_placeholder(struct bytes value)
{
	return value.len == 0 || value.len > 128 ||
	    memchr(value.ptr, '%', value.len) != NULL ||
	    memchr(value.ptr, '<', value.len) != NULL ||
	    bytes_find(value, BYTES("$p$"), 0) == 0 ||
	    bytes_find(value, BYTES("${"), 0) != SIZE_MAX ||
	    bytes_find(value, BYTES("$("), 0) != SIZE_MAX ||
	    !text_is_clean(value);
}

static bool
is_md5_hex(struct bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		if (!((in.ptr[i] >= '0' && in.ptr[i] <= '9') ||
			(in.ptr[i] >= 'a' && in.ptr[i] <= 'f')))
			return false;
	return in.len == 32;
}

/* A service's user with a hash, or with the password itself. */
static enum err
add_service_user(struct accounts *a, const struct line *line, struct bytes user,
    struct bytes field, const char *service)
{
	struct fact fact = accounts_fact(line, FACT_CREDENTIALS);

	if (a->count++ >= ACCOUNT_LIMIT || is_placeholder(field))
		return ERR_OK;
	if (password_scheme_of(field) != PASSWORD_NONE)
		return accounts_add_hash(a, line, user, field);
	if (field.ptr[0] == '$' || field.ptr[0] == '!' || field.ptr[0] == '*' ||
	    field.ptr[0] == '{')
		return ERR_OK;
	fact.name = user;
	fact.value = field;
	fact.detail = bytes_of(service);
	return facts_add(a->facts, &fact);
}

/* user:password, user:realm:digest or (httpd.conf) /path:user:password. */
static enum err
read_user_line(struct accounts *a, const struct line *line, const char *service)
{
	struct bytes field[3];
	size_t count = accounts_split(line->text, field, 3);
	bool has_path = count == 3 && bytes_starts(field[0], BYTES("/"));

	if (bytes_equal_text(bytes_of(service), "httpd") && !has_path)
		return ERR_OK;
	if (has_path && accounts_is_user(field[1]))
		return add_service_user(
		    a, line, field[1], bytes_trim(field[2]), service);
	if (count == 3 && accounts_is_user(field[0]) && is_md5_hex(field[2])) {
		struct fact fact = accounts_fact(line, FACT_PASSWORD_HASH);

		fact.name = field[0];
		fact.value = BYTES("other");
		return facts_add(a->facts, &fact);
	}
	if (count != 2 || !accounts_is_user(field[0]))
		return ERR_OK;
	return add_service_user(
	    a, line, field[0], bytes_trim(field[1]), service);
}

static struct bytes
unquote(struct bytes in)
{
	in = bytes_trim(in);
	if (in.len >= 2 && (in.ptr[0] == '\'' || in.ptr[0] == '"') &&
	    in.ptr[in.len - 1] == in.ptr[0])
		return bytes_slice(in, 1, in.len - 2);
	return in;
}

/* UCI: `option username 'root'` and `option password '…'` in one section. */
static enum err
read_uci(struct accounts *a, const struct kept *file, const char *service)
{
	struct bytes rest = file->text;
	struct bytes user = { NULL, 0 };
	struct line line;

	while (accounts_next_line(file, &rest, &line)) {
		struct bytes left = line.text;
		struct bytes word = { NULL, 0 };
		struct bytes key = { NULL, 0 };

		if (!bytes_next_word(&left, &word) ||
		    !bytes_next_word(&left, &key))
			continue;
		if (bytes_equal_text(word, "config"))
			user = (struct bytes){ NULL, 0 };
		if (!bytes_equal_text(word, "option"))
			continue;
		key = unquote(key);
		if (bytes_equal_text(key, "username"))
			user = unquote(left);
		if (!bytes_equal_text(key, "password") ||
		    !accounts_is_user(user))
			continue;
		enum err err =
		    add_service_user(a, &line, user, unquote(left), service);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

enum err
accounts_read_users(
    struct accounts *a, const struct kept *file, const char *service)
{
	struct bytes rest = file->text;
	struct line line;

	if (bytes_find(file->name, BYTES("/config/"), 0) != SIZE_MAX)
		return read_uci(a, file, service);
	while (accounts_next_line(file, &rest, &line)) {
		enum err err = read_user_line(a, &line, service);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}
