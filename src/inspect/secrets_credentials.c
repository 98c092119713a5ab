/* SPDX-License-Identifier: ISC */
/* User names with their passwords, side by side in configurations. */
#include "inspect/names.h"
#include "inspect/secrets_private.h"
#include "inspect/urls.h"

#include <string.h>

/* Bytes and settings between a user's name and its password. */
#define NEAR_LEN ((size_t)512)
#define NEAR_SETTINGS 4

#define KEY_LEN 48

enum notation {
	NOTATION_LINES, /* key=value, key: value, option key 'value' */
	NOTATION_XML,
	NOTATION_JSON,
};

/* One setting; borrows the content. */
struct setting {
	struct bytes key, value;
	size_t at;
};

bool
secrets_is_configuration(const struct secrets *s)
{
	static const char *const endings[] = { ".conf", ".cfg", ".ini", ".xml",
		".json", ".config", ".cnf", ".properties", ".yaml", ".yml",
		".default", ".def", ".dat", ".user", ".settings", ".env",
		".nvram", "_default_vlan", "nvram_default" };
	static const char *const not_in[] = { "/doc/", "/man/", "/locale",
		"/i18n", "/lang", "/translat", "/help", "/examples",
		"/schemas/", "/www/lang", "/webpages/locale", "/node_modules/",
		"/site-packages/", "/dist-packages/", "/share/info" };

	if (name_is_sample(s->name))
		return false;
	for (size_t i = 0; i < sizeof(not_in) / sizeof(not_in[0]); i++)
		if (bytes_find(s->name, bytes_of(not_in[i]), 0) != SIZE_MAX)
			return false;
	/* accounts.h reads these two. */
	if (bytes_ends(s->name, BYTES("/etc/config/rpcd")) ||
	    bytes_ends(s->name, BYTES("/etc/config/uhttpd")))
		return false;
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (bytes_ends(s->base, bytes_of(endings[i])))
			return true;
	return bytes_find(s->name, BYTES("/etc/config/"), 0) != SIZE_MAX;
}

static bool
is_key_char(uint8_t byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	    (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' ||
	    byte == '.';
}

static size_t
key_len(struct bytes in, size_t at)
{
	size_t len = 0;

	while (at + len < in.len && is_key_char(in.ptr[at + len]))
		len++;
	return len;
}

/* The next line's setting; empty key when it has none. */
static bool
next_line(struct bytes in, size_t *at, struct setting *ret)
{
	struct bytes rest = bytes_from(in, *at);
	struct bytes line;
	struct bytes word;

	if (!bytes_next_line(&rest, &line))
		return false;
	*ret = (struct setting){ .at = *at };
	*at = in.len - rest.len;
	line = bytes_trim(line);
	if (line.len == 0 || strchr("#;/!*", line.ptr[0]) != NULL)
		return true;
	struct bytes left = line;
	bool uci = bytes_next_word(&left, &word) &&
	    (bytes_equal_text(word, "option") ||
		bytes_equal_text(word, "list"));

	if (uci && bytes_next_word(&left, &word)) {
		ret->key = secrets_unquote(word);
		ret->value = secrets_unquote(left);
		return true;
	}
	size_t len = key_len(line, 0);
	struct bytes behind = bytes_trim(bytes_from(line, len));

	if (len == 0 || behind.len < 2 ||
	    (behind.ptr[0] != '=' && behind.ptr[0] != ':'))
		return true;
	ret->key = bytes_slice(line, 0, len);
	ret->value = secrets_unquote(bytes_from(behind, 1));
	return true;
}

/*
 * <Name val="admin"/> and <DM name="User" val="admin"/>: the setting is called
 * as the element is, or as its attribute says. `at` is where the attribute's
 * own name begins, within the element.
 */
static bool
name_value_attribute(struct bytes in, size_t at, struct setting *ret)
{
	size_t from = at;

	if (!bytes_equal_text(ret->key, "val") &&
	    !bytes_equal_text(ret->key, "value"))
		return false;
	while (from > 0 && at - from < 128 && in.ptr[from - 1] != '<')
		from--;
	struct bytes head = bytes_slice(in, from, at - from);
	size_t name = bytes_find(head, BYTES("name=\""), 0);

	if (name == SIZE_MAX) {
		ret->key = bytes_slice(head, 0, key_len(head, 0));
		return true;
	}
	head = bytes_from(head, name + 6);
	ret->key = bytes_slice(head, 0, key_len(head, 0));
	return true;
}

/* Whether val="…" follows in the same element, so that name="…" is a name. */
static bool
names_a_value(struct bytes in, size_t at)
{
	struct bytes rest = bytes_slice(in, at, 128);

	rest = bytes_slice(rest, 0, bytes_find_byte(rest, '>', 0));
	return bytes_find(rest, BYTES(" val=\""), 0) != SIZE_MAX ||
	    bytes_find(rest, BYTES(" value=\""), 0) != SIZE_MAX;
}

/* From a '<' on: the element's text, or the attribute that follows. Comments
   are passed over. */
static bool
next_xml(struct bytes in, size_t *at, struct setting *ret)
{
	while (*at < in.len) {
		size_t len = key_len(in, *at);
		size_t end = *at + len;
		size_t close;

		if (bytes_starts(bytes_slice(in, *at, 4), BYTES("<!--"))) {
			close = bytes_find(in, BYTES("-->"), *at);
			*at = close == SIZE_MAX ? in.len : close + 3;
			continue;
		}
		if (len == 0 || end + 1 >= in.len) {
			*at += len == 0 ? 1 : len;
			continue;
		}
		bool element =
		    *at > 0 && in.ptr[*at - 1] == '<' && in.ptr[end] == '>';
		bool attribute = in.ptr[end] == '=' &&
		    (in.ptr[end + 1] == '"' || in.ptr[end + 1] == '\'');
		size_t value_at = element ? end + 1 : end + 2;

		*ret = (struct setting){ .at = *at };
		ret->key = bytes_slice(in, *at, len);
		*at = end;
		if (!element && !attribute)
			continue;
		close = bytes_find_byte(bytes_slice(in, value_at, 256),
		    element ? '<' : in.ptr[end + 1], 0);
		if (close == SIZE_MAX)
			continue;
		ret->value = bytes_trim(bytes_slice(in, value_at, close));
		*at = value_at + close;
		if (attribute && !name_value_attribute(in, ret->at, ret) &&
		    bytes_equal_text(ret->key, "name") &&
		    names_a_value(in, *at))
			continue;
		return true;
	}
	return false;
}

/* Whether the line that in[at] stands in is commented out, as some do it. */
static bool
is_in_comment(struct bytes in, size_t at)
{
	size_t from = at;

	while (from > 0 && at - from < 256 && in.ptr[from - 1] != '\n')
		from--;
	struct bytes line = bytes_trim(bytes_slice(in, from, at - from));

	return bytes_starts(line, BYTES("//")) ||
	    bytes_starts(line, BYTES("/*")) || bytes_starts(line, BYTES("#"));
}

/* The digits at the start; shorter ones than four are levels and flags. */
static struct bytes
take_number(struct bytes in)
{
	size_t len = 0;

	while (len < in.len && in.ptr[len] >= '0' && in.ptr[len] <= '9')
		len++;
	return bytes_slice(in, 0, len >= 4 ? len : 0);
}

/* "key": "value", or a long number; escapes are of no use here. */
static bool
next_json(struct bytes in, size_t *at, struct setting *ret)
{
	for (;;) {
		size_t quote = bytes_find_byte(in, '"', *at);

		if (quote == SIZE_MAX)
			return false;
		size_t len = key_len(in, quote + 1);
		size_t end = quote + 1 + len;

		*at = end + 1;
		if (end >= in.len || in.ptr[end] != '"')
			continue;
		struct bytes behind = bytes_trim(bytes_slice(in, end + 1, 200));

		if (!bytes_starts(behind, BYTES(":")))
			continue;
		behind = bytes_trim(bytes_from(behind, 1));
		*ret = (struct setting){
			.key = bytes_slice(in, quote + 1, len),
			.value = take_number(behind),
			.at = quote,
		};
		if (is_in_comment(in, quote))
			continue;
		if (ret->value.len > 0)
			return true;
		size_t close = bytes_find_byte(behind, '"', 1);

		if (behind.len == 0 || behind.ptr[0] != '"' ||
		    close == SIZE_MAX)
			continue;
		ret->value = bytes_slice(behind, 1, close - 1);
		*at = (size_t)(behind.ptr - in.ptr) + close + 1;
		return true;
	}
}

static bool
next_setting(
    enum notation notation, struct bytes in, size_t *at, struct setting *ret)
{
	switch (notation) {
	case NOTATION_XML:
		return next_xml(in, at, ret);
	case NOTATION_JSON:
		return next_json(in, at, ret);
	case NOTATION_LINES:
		break;
	}
	return next_line(in, at, ret);
}

/* Lower case, letters and digits only, no number at the end. */
static size_t
plain_key(struct bytes key, char ret[static KEY_LEN])
{
	size_t len = 0;

	if (key.len >= KEY_LEN)
		return 0;
	for (size_t i = 0; i < key.len; i++) {
		uint8_t byte = key.ptr[i];

		if (byte >= 'A' && byte <= 'Z')
			byte = (uint8_t)(byte + 32);
		if ((byte >= 'a' && byte <= 'z') ||
		    (byte >= '0' && byte <= '9'))
			ret[len++] = (char)byte;
	}
	while (len > 0 && ret[len - 1] >= '0' && ret[len - 1] <= '9')
		len--;
	return len;
}

/* Whether the key ends in one of the words; *ret_prefix is what is before. */
static bool
ends_in_word(const char *const *words, size_t count, struct bytes key,
    char plain[static KEY_LEN], size_t *ret_prefix)
{
	size_t len = plain_key(key, plain);

	for (size_t i = 0; i < count; i++) {
		size_t word_len = strlen(words[i]);

		if (len < word_len ||
		    memcmp(plain + len - word_len, words[i], word_len) != 0)
			continue;
		*ret_prefix = len - word_len;
		return true;
	}
	return false;
}

static const char *const user_words[] = { "loginusername", "username",
	"loginname", "accountname", "userid", "user", "login", "account" };
static const char *const password_words[] = { "loginpassword", "userpassword",
	"password", "passwd", "userpwd", "pwd", "passwort", "userpass",
	"pass" };

#define USER_WORDS (sizeof(user_words) / sizeof(user_words[0]))
#define PASSWORD_WORDS (sizeof(password_words) / sizeof(password_words[0]))

/* Words that only end like those. */
static const char *const other_words[] = { "bypass", "compass", "lowpass",
	"highpass", "bandpass", "allpass", "maxuser", "multiuser", "numuser" };

/* The half of a pair that was seen, waiting for the other one. */
struct half {
	struct setting setting;
	char plain[KEY_LEN];
	size_t prefix;
	unsigned age; /* settings since */
	bool bare;    /* only "name": counts right beside a password */
};

static bool
is_near(const struct half *half, size_t at)
{
	return half->setting.value.len > 0 &&
	    half->age <= (half->bare ? 1 : NEAR_SETTINGS) &&
	    at - half->setting.at <= NEAR_LEN;
}

/* mqtt_user goes with mqtt_password or password, not with ftp_password. */
static bool
same_purpose(const struct half *a, const struct half *b)
{
	return a->prefix == 0 || b->prefix == 0 ||
	    (a->prefix == b->prefix &&
		memcmp(a->plain, b->plain, a->prefix) == 0);
}

static bool
is_one_word(struct bytes value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.ptr[i] <= ' ')
			return false;
	return value.len > 0 && value.len <= 64;
}

/* "Username" and "Password" in translations: words for both, capitalised. */
static bool
is_label(struct bytes value, const char *const *words, size_t count)
{
	char plain[KEY_LEN];
	size_t len = plain_key(value, plain);

	if (value.ptr[0] < 'A' || value.ptr[0] > 'Z')
		return false;
	for (size_t i = 0; i < count; i++)
		if (len == strlen(words[i]) &&
		    memcmp(plain, words[i], len) == 0)
			return true;
	return false;
}

/* A file that holds the password, a switch, or a word to be replaced. */
static bool
is_no_password(struct bytes value)
{
	return value.ptr[0] == '/' || bytes_starts(value, BYTES("./")) ||
	    bytes_starts(value, BYTES("file:")) ||
	    bytes_starts(value, BYTES("__")) ||
	    bytes_starts(value, BYTES("REPLACE")) ||
	    bytes_equal_text(value, "0") || bytes_equal_text(value, "1");
}

static enum err
add_pair(
    struct secrets *s, const struct half *user, const struct half *password)
{
	struct bytes name = user->setting.value;
	struct bytes value = password->setting.value;
	struct fact fact = { .kind = FACT_CREDENTIALS };

	if (!is_one_word(name) || !is_one_word(value) ||
	    secrets_is_placeholder(value) || secrets_is_placeholder(name) ||
	    is_no_password(value) ||
	    (is_label(name, user_words, USER_WORDS) &&
		is_label(value, password_words, PASSWORD_WORDS)))
		return ERR_OK;
	fact.name = name;
	fact.value = value;
	fact.detail = s->base;
	if (password->prefix > 0)
		fact.detail = (struct bytes){ (const uint8_t *)password->plain,
			password->prefix };
	return secrets_add(
	    s, &fact, password->setting.at, password->setting.key);
}

static enum notation
notation_of(struct bytes content)
{
	struct bytes start = bytes_trim(bytes_slice(content, 0, 4096));

	if (bytes_starts(start, BYTES("\xef\xbb\xbf")))
		start = bytes_trim(bytes_from(start, 3));
	if (bytes_starts(start, BYTES("<")))
		return NOTATION_XML;
	if (bytes_starts(start, BYTES("{")))
		return NOTATION_JSON;
	/* "[section]" of an ini file, or an array of objects */
	if (bytes_starts(start, BYTES("[")) &&
	    bytes_starts(bytes_trim(bytes_from(start, 1)), BYTES("{")))
		return NOTATION_JSON;
	return NOTATION_LINES;
}

/* Puts a setting into the half that it is; false when it is neither. */
static bool
take_half(enum notation notation, const struct setting *setting,
    struct half *user, struct half *password)
{
	struct half half = { .setting = *setting };

	user->age++;
	password->age++;
	if (ends_in_word(other_words,
		sizeof(other_words) / sizeof(other_words[0]), setting->key,
		half.plain, &half.prefix))
		return false;
	if (ends_in_word(password_words, PASSWORD_WORDS, setting->key,
		half.plain, &half.prefix)) {
		*password = half;
		return true;
	}
	half.bare = notation != NOTATION_LINES &&
	    (bytes_equal_text(setting->key, "name") ||
		bytes_equal_text(setting->key, "Name"));
	if (!half.bare &&
	    !ends_in_word(
		user_words, USER_WORDS, setting->key, half.plain, &half.prefix))
		return false;
	*user = half;
	return true;
}

/*
 * A server that the device talks to without TLS. Only keys that say so count:
 * configurations name home pages, namespaces and licences as well.
 */
static enum err
note_endpoint(struct secrets *s, const struct setting *setting)
{
	static const char *const schemes[] = { "http://", "mqtt://", "ftp://",
		"ws://", "coap://", "amqp://" };
	static const char *const keys[] = { "server", "serverurl", "endpoint",
		"broker", "brokerurl", "mqtturl", "apiurl", "apihost", "api",
		"acsurl", "cloudurl", "otaurl", "updateurl", "upgradeurl",
		"firmwareurl", "reporturl", "loguploadurl", "url" };
	struct fact fact = { .kind = FACT_PLAIN_URL };
	char plain[KEY_LEN];
	size_t prefix;
	bool is_plain = false;

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		is_plain |= bytes_starts(setting->value, bytes_of(schemes[i]));
	if (!is_plain || !is_one_word(setting->value) ||
	    !urls_is_foreign(setting->value) || urls_is_name(setting->value) ||
	    !ends_in_word(keys, sizeof(keys) / sizeof(keys[0]), setting->key,
		plain, &prefix) ||
	    (prefix > 0 && bytes_ends(setting->key, BYTES("url"))))
		return ERR_OK;
	fact.name = setting->value;
	fact.value = BYTES("service");
	return secrets_add(s, &fact, setting->at, setting->value);
}

enum err
secrets_find_credentials(struct secrets *s)
{
	struct half user = { .prefix = 0 };
	struct half password = { .prefix = 0 };
	struct setting setting = { .at = 0 };
	enum notation notation = notation_of(s->content);
	size_t at = 0;

	if (!secrets_is_configuration(s))
		return ERR_OK;
	while (next_setting(notation, s->content, &at, &setting)) {
		enum err err = note_endpoint(s, &setting);

		if (err != ERR_OK)
			return err;
		if (setting.key.len == 0 ||
		    !take_half(notation, &setting, &user, &password) ||
		    !is_near(&user, setting.at) ||
		    !is_near(&password, setting.at) ||
		    !same_purpose(&user, &password))
			continue;
		err = add_pair(s, &user, &password);
		if (err != ERR_OK)
			return err;
		user.setting.value = (struct bytes){ NULL, 0 };
		password.setting.value = (struct bytes){ NULL, 0 };
	}
	return ERR_OK;
}
