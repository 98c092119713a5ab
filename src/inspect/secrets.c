/* SPDX-License-Identifier: ISC */
/* Tokens of strict formats, and personal data by file name. */
#include "inspect/secrets.h"

#include "base/limits.h"
#include "base/text.h"
#include "inspect/needles.h"
#include "inspect/secrets_private.h"

#include <ctype.h>
#include <string.h>

enum err
secrets_add(struct secrets *s, struct fact *fact, size_t at, struct bytes text)
{
	if (s->found++ >= SECRETS_PER_FILE)
		return ERR_OK;
	fact->path = s->path;
	fact->at = at;
	fact->text = bytes_slice(text, 0, LIMIT_EXCERPT_LEN);
	return facts_add(s->facts, fact);
}

/* Whether `in` holds the lower-case `part` in any case. */
static bool
holds(struct bytes in, const char *part)
{
	size_t len = strlen(part);

	for (size_t at = 0; at + len <= in.len; at++) {
		size_t i = 0;

		while (i < len && (char)bytes_lower(in.ptr[at + i]) == part[i])
			i++;
		if (i == len)
			return true;
	}
	return false;
}

bool
secrets_is_placeholder(struct bytes value)
{
	static const char *const parts[] = { "%", "<", ">", "${", "$(", "{{",
		"@@", "****", "xxxx", "your", "example", "placeholder",
		"insert_", "....", "\xe2\x80\xa6" };
	static const char *const words[] = { "none", "null", "nil", "true",
		"false", "yes", "no", "undefined", "unset", "n/a", "nopass",
		"string", "text", "username", "password_here" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (holds(value, parts[i]))
			return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (value.len == strlen(words[i]) && holds(value, words[i]))
			return true;
	return value.len == 0 || value.ptr[0] == '$' || value.ptr[0] == '@' ||
	    !text_is_clean(value);
}

struct bytes
secrets_unquote(struct bytes in)
{
	in = bytes_trim(in);
	if (in.len >= 2 && (in.ptr[0] == '\'' || in.ptr[0] == '"') &&
	    in.ptr[in.len - 1] == in.ptr[0])
		return bytes_slice(in, 1, in.len - 2);
	return in;
}

enum alphabet {
	UPPER_DIGITS,
	ALNUM,
	BASE64URL, /* letters, digits, '-' and '_' */
};

static bool
is_in(uint8_t byte, enum alphabet alphabet)
{
	switch (alphabet) {
	case UPPER_DIGITS:
		return (byte >= 'A' && byte <= 'Z') ||
		    (byte >= '0' && byte <= '9');
	case ALNUM:
		return isalnum(byte) != 0 && byte < 0x80;
	case BASE64URL:
		break;
	}
	return (isalnum(byte) != 0 && byte < 0x80) || byte == '-' ||
	    byte == '_';
}

/* Tokens of a prefix and so many characters. */
static const struct token_kind {
	enum needle prefix;
	enum alphabet alphabet;
	size_t least, most; /* characters behind the prefix */
	const char *name;
} token_kinds[] = {
	{ NEEDLE_AWS_AKIA, UPPER_DIGITS, 16, 16, "aws-access-key" },
	{ NEEDLE_AWS_ASIA, UPPER_DIGITS, 16, 16, "aws-access-key" },
	{ NEEDLE_GOOGLE, BASE64URL, 35, 35, "google-api-key" },
	{ NEEDLE_GITHUB_GHP, ALNUM, 36, 36, "github" },
	{ NEEDLE_GITHUB_GHO, ALNUM, 36, 36, "github" },
	{ NEEDLE_GITHUB_GHS, ALNUM, 36, 36, "github" },
	{ NEEDLE_GITHUB_PAT, BASE64URL, 60, 120, "github" },
	{ NEEDLE_GITLAB, BASE64URL, 20, 20, "gitlab" },
	{ NEEDLE_SLACK_XOXB, BASE64URL, 40, 100, "slack" },
	{ NEEDLE_SLACK_XOXP, BASE64URL, 40, 100, "slack" },
	{ NEEDLE_STRIPE, ALNUM, 24, 100, "stripe" },
};

static size_t
run_len(struct bytes in, size_t at, enum alphabet alphabet)
{
	size_t len = 0;

	while (at + len < in.len && is_in(in.ptr[at + len], alphabet))
		len++;
	return len;
}

/* Whether the character before belongs to the same word. */
static bool
is_inside_run(struct bytes in, size_t at)
{
	return at > 0 && is_in(in.ptr[at - 1], BASE64URL);
}

/* The secret shown as far as needed to find it: its first characters. */
static enum err
add_token(struct secrets *s, const char *kind, size_t at, size_t len)
{
	char masked[24];
	size_t shown = len < 32 ? 6 : 10;
	struct fact fact = { .kind = FACT_TOKEN };

	memcpy(masked, s->content.ptr + at, shown);
	memcpy(masked + shown, "***", 4);
	fact.name = bytes_of(kind);
	fact.value = bytes_of(masked);
	return secrets_add(s, &fact, at, fact.value);
}

static enum err
find_kind(struct secrets *s, const struct token_kind *kind)
{
	size_t prefix_len = needle_bytes(kind->prefix).len;
	size_t at = needle_find(s->content, s->held, kind->prefix, 0);

	for (; at != SIZE_MAX;
	     at = needle_find(s->content, s->held, kind->prefix, at + 1)) {
		/* First, so that a long run is measured only once. */
		if (is_inside_run(s->content, at))
			continue;
		size_t len =
		    run_len(s->content, at + prefix_len, kind->alphabet);
		struct bytes token =
		    bytes_slice(s->content, at, prefix_len + len);

		if (len < kind->least || len > kind->most ||
		    holds(token, "example") || holds(token, "xxxx"))
			continue;
		enum err err = add_token(s, kind->name, at, token.len);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

/* Two JSON objects in base64url and a signature. RFC 7519 §3.1 */
static enum err
find_jwt(struct secrets *s)
{
	struct bytes in = s->content;
	size_t at = bytes_find(in, BYTES("eyJ"), 0);

	for (; at != SIZE_MAX; at = bytes_find(in, BYTES("eyJ"), at + 1)) {
		if (is_inside_run(in, at))
			continue;
		size_t head = run_len(in, at, BASE64URL);
		size_t body_at = at + head + 1;
		enum err err = ERR_OK;

		if (head < 12 ||
		    bytes_find(
			bytes_slice(in, at + head, 4), BYTES(".eyJ"), 0) != 0)
			continue;
		size_t body = run_len(in, body_at, BASE64URL);
		size_t dot = body_at + body;
		size_t mark = run_len(in, dot + 1, BASE64URL);

		if (body >= 8 && mark >= 20 && in.ptr[dot] == '.')
			err = add_token(s, "jwt", at, dot + 1 + mark - at);
		if (err != ERR_OK)
			return err;
		at = dot - 1;
	}
	return ERR_OK;
}

static const char *const url_schemes[] = { "mqtt", "mqtts", "amqp", "amqps",
	"rtsp", "ftp", "ftps", "postgres", "mysql", "redis", "http", "https" };

/* Whether the letters before "://" are one of them, and where they start. */
static bool
ends_in_scheme(struct bytes before, size_t *ret_at)
{
	size_t at = before.len;

	while (at > 0 && before.len - at < 10 &&
	    bytes_lower(before.ptr[at - 1]) >= 'a' &&
	    bytes_lower(before.ptr[at - 1]) <= 'z')
		at--;
	for (size_t i = 0; i < sizeof(url_schemes) / sizeof(url_schemes[0]);
	     i++) {
		if (!bytes_equal_text(bytes_from(before, at), url_schemes[i]))
			continue;
		*ret_at = at;
		return true;
	}
	return false;
}

/* "user:password" of a URL's authority; false for names such as $USER. */
static bool
is_user_info(struct bytes info)
{
	size_t colon = bytes_find_byte(info, ':', 0);

	if (colon == SIZE_MAX || colon == 0 || info.len > 128)
		return false;
	struct bytes user = bytes_slice(info, 0, colon);
	struct bytes password = bytes_from(info, colon + 1);

	for (size_t i = 0; i < info.len; i++)
		if (info.ptr[i] <= ' ' || info.ptr[i] >= 0x7f ||
		    strchr("\"'\\/|*[]{}()", info.ptr[i]) != NULL)
			return false;
	return !secrets_is_placeholder(user) &&
	    !secrets_is_placeholder(password) &&
	    !bytes_equal_text(password, "pass") &&
	    !bytes_equal_text(password, "password") &&
	    !bytes_equal_text(password, "passwd");
}

static enum err
find_urls(struct secrets *s)
{
	struct bytes in = s->content;
	size_t at = bytes_find(in, BYTES("://"), 0);

	for (; at != SIZE_MAX; at = bytes_find(in, BYTES("://"), at + 1)) {
		struct bytes rest = bytes_slice(in, at + 3, 160);
		size_t end = bytes_find_byte(rest, '@', 0);
		size_t start = 0;

		if (end == SIZE_MAX || end + 1 >= rest.len ||
		    !is_in(rest.ptr[end + 1], ALNUM) ||
		    !is_user_info(bytes_slice(rest, 0, end)) ||
		    !ends_in_scheme(bytes_slice(in, 0, at), &start))
			continue;
		/* Programs and their comments are full of invented ones. */
		if (bytes_starts(bytes_from(in, start), BYTES("http")) &&
		    !secrets_is_configuration(s) &&
		    !bytes_starts(in, BYTES("#!/bin/")))
			continue;
		struct fact fact = { .kind = FACT_TOKEN };
		size_t colon = bytes_find_byte(rest, ':', 0);

		/* up to the colon before the password */
		fact.name = BYTES("url-password");
		fact.value = bytes_slice(in, start, at + 3 + colon - start);
		enum err err = secrets_add(s, &fact, start, fact.value);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

/* Text for people, where tokens are samples. */
static bool
is_document(const struct secrets *s)
{
	static const char *const endings[] = { ".md", ".rst", ".pod",
		"PKG-INFO", "METADATA" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (bytes_ends(s->base, bytes_of(endings[i])))
			return true;
	return bytes_starts(s->base, BYTES("README")) ||
	    bytes_find(s->name, BYTES("/doc/"), 0) != SIZE_MAX ||
	    bytes_find(s->name, BYTES("/man/"), 0) != SIZE_MAX;
}

/* Files that a device in use leaves behind, by name. */
static enum err
find_personal(struct secrets *s)
{
	static const char *const histories[] = { ".bash_history",
		".ash_history", ".sh_history", ".mysql_history",
		".python_history", ".sqlite_history", ".lesshst", ".viminfo" };
	struct fact fact = { .kind = FACT_PERSONAL_DATA };

	for (size_t i = 0; i < sizeof(histories) / sizeof(histories[0]); i++)
		if (bytes_equal_text(s->base, histories[i]))
			fact.name = BYTES("history");
	if (bytes_starts(s->name, BYTES("/var/log/")))
		fact.name = BYTES("log");
	if (fact.name.len == 0)
		return ERR_OK;
	return secrets_add(s, &fact, FACT_NOWHERE, (struct bytes){ NULL, 0 });
}

static struct bytes
base_name(struct bytes name)
{
	size_t at = name.len;

	while (at > 0 && name.ptr[at - 1] != '/')
		at--;
	return bytes_from(name, at);
}

enum err
secrets_find(struct bytes path, struct bytes name, struct bytes content,
    uint64_t held, struct facts *facts)
{
	struct secrets s = { path, name, content, held, base_name(name), facts,
		0 };
	enum err err = ERR_OK;

	if (content.len == 0)
		return ERR_OK;
	err = find_personal(&s);
	if (err != ERR_OK || content.len > LIMIT_TEXT_FILE_LEN ||
	    !text_is_text(content) || is_document(&s))
		return err;
	for (size_t i = 0;
	     err == ERR_OK && i < sizeof(token_kinds) / sizeof(token_kinds[0]);
	     i++)
		err = find_kind(&s, &token_kinds[i]);
	if (err == ERR_OK)
		err = find_jwt(&s);
	if (err == ERR_OK)
		err = find_urls(&s);
	if (err == ERR_OK)
		err = secrets_find_wifi(&s);
	if (err == ERR_OK)
		err = secrets_find_credentials(&s);
	return err;
}
