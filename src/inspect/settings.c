/* SPDX-License-Identifier: ISC */
/* Reads the few settings that rules ask for, each by its file's own grammar. */
#include "inspect/settings.h"

#include "base/limits.h"
#include "base/text.h"
#include "inspect/evidence.h"
#include "inspect/names.h"

#include <ctype.h>

enum grammar {
	GRAMMAR_UCI,   /* option NAME 'value' */
	GRAMMAR_WORDS, /* NAME value, as sshd_config and snmpd.conf */
	GRAMMAR_OPKG,  /* option NAME [value] */
};

static const char *const grammar_texts[] = {
	[GRAMMAR_UCI] = "uci",
	[GRAMMAR_WORDS] = "config",
	[GRAMMAR_OPKG] = "opkg",
};

static const struct {
	const char *file; /* the file's name ends so */
	enum grammar grammar;
	const char *key;
	const char *name;
} settings[] = {
	{ "/etc/config/dropbear", GRAMMAR_UCI, "PasswordAuth",
	    "dropbear.PasswordAuth" },
	{ "/etc/config/dropbear", GRAMMAR_UCI, "RootPasswordAuth",
	    "dropbear.RootPasswordAuth" },
	{ "/etc/config/dropbear", GRAMMAR_UCI, "RootLogin",
	    "dropbear.RootLogin" },
	{ "/etc/config/dropbear", GRAMMAR_UCI, "enable", "dropbear.enable" },
	{ "/etc/config/uhttpd", GRAMMAR_UCI, "redirect_https",
	    "uhttpd.redirect_https" },
	{ "/sshd_config", GRAMMAR_WORDS, "PermitRootLogin",
	    "sshd.PermitRootLogin" },
	{ "/sshd_config", GRAMMAR_WORDS, "PasswordAuthentication",
	    "sshd.PasswordAuthentication" },
	{ "/sshd_config", GRAMMAR_WORDS, "PermitEmptyPasswords",
	    "sshd.PermitEmptyPasswords" },
	{ "/snmpd.conf", GRAMMAR_WORDS, "rocommunity", "snmpd.community" },
	{ "/snmpd.conf", GRAMMAR_WORDS, "rwcommunity", "snmpd.community" },
	{ "/opkg.conf", GRAMMAR_OPKG, "check_signature",
	    "opkg.check_signature" },
};

static bool
equal_ignoring_case(struct bytes a, const char *text)
{
	struct bytes b = bytes_of(text);

	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (tolower(a.ptr[i]) != tolower(b.ptr[i]))
			return false;
	return true;
}

static struct bytes
without_quotes(struct bytes in)
{
	if (in.len >= 2 && (in.ptr[0] == '\'' || in.ptr[0] == '"') &&
	    in.ptr[in.len - 1] == in.ptr[0])
		return bytes_slice(in, 1, in.len - 2);
	return in;
}

/* The key's value on this line; an option without one is on. */
static bool
read_value(enum grammar grammar, const char *key, struct bytes line,
    struct bytes *ret_value)
{
	struct bytes word;

	if (!bytes_next_word(&line, &word))
		return false;
	if (grammar != GRAMMAR_WORDS) {
		if (!bytes_equal_text(word, "option") ||
		    !bytes_next_word(&line, &word))
			return false;
	}
	word = without_quotes(word);
	if (!equal_ignoring_case(word, key))
		return false;
	struct bytes value = without_quotes(bytes_trim(line));

	if (value.len == 0 && grammar != GRAMMAR_OPKG)
		return false;
	*ret_value = value.len == 0 ? BYTES("1") : value;
	return true;
}

static enum err
inspect_line(const struct unpack_event *file, struct bytes name,
    struct bytes line, size_t at, struct facts *facts)
{
	enum err err = ERR_OK;

	for (size_t i = 0;
	     i < sizeof(settings) / sizeof(settings[0]) && err == ERR_OK; i++) {
		struct bytes value;

		if (!bytes_ends(name, bytes_of(settings[i].file)) ||
		    !read_value(
			settings[i].grammar, settings[i].key, line, &value))
			continue;
		struct fact fact =
		    evidence_fact(file, FACT_SETTING, at, line.len);

		fact.name = bytes_of(settings[i].name);
		fact.value = value;
		fact.detail = bytes_of(grammar_texts[settings[i].grammar]);
		err = facts_add(facts, &fact);
	}
	return err;
}

/* "src/gz name http://…" of opkg, "deb http://…" of apt, a bare URL of apk. */
static enum err
inspect_feed(const struct unpack_event *file, struct bytes line, size_t at,
    struct facts *facts)
{
	size_t url = bytes_find(line, BYTES("http://"), 0);
	struct bytes rest = url == SIZE_MAX ? line : bytes_from(line, url);
	struct bytes word;

	if (url == SIZE_MAX || line.ptr[0] == '#' ||
	    !bytes_next_word(&rest, &word))
		return ERR_OK;
	struct fact fact =
	    evidence_fact(file, FACT_PLAIN_URL, at + url, word.len);

	fact.name = word;
	fact.value = BYTES("feed");
	return facts_add(facts, &fact);
}

static bool
is_feed_list(struct bytes name)
{
	return bytes_ends(name, BYTES("/opkg.conf")) ||
	    (bytes_find(name, BYTES("/opkg/"), 0) != SIZE_MAX &&
		bytes_ends(name, BYTES(".conf"))) ||
	    bytes_ends(name, BYTES("/apt/sources.list")) ||
	    bytes_ends(name, BYTES("/apk/repositories"));
}

static bool
has_settings(struct bytes name)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (bytes_ends(name, bytes_of(settings[i].file)))
			return true;
	return false;
}

enum err
settings_inspect(const struct unpack_event *file, struct facts *facts)
{
	struct bytes name = name_in_container(file->path);
	bool feeds = is_feed_list(name);
	bool plain = has_settings(name);
	struct bytes text = file->node.content;
	struct bytes rest = text;
	struct bytes line;
	enum err err = ERR_OK;

	if ((!feeds && !plain) || text.len > LIMIT_TEXT_FILE_LEN)
		return ERR_OK;
	for (size_t at = 0; err == ERR_OK && bytes_next_line(&rest, &line);
	     at = text.len - rest.len) {
		struct bytes bare = bytes_trim(line);
		size_t indent =
		    bare.len > 0 ? (size_t)(bare.ptr - line.ptr) : 0;

		if (bare.len == 0 || bare.ptr[0] == '#')
			continue;
		if (plain)
			err =
			    inspect_line(file, name, bare, at + indent, facts);
		if (feeds && err == ERR_OK)
			err = inspect_feed(file, bare, at + indent, facts);
	}
	return err;
}
