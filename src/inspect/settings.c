/* SPDX-License-Identifier: ISC */
/* Reads the few settings that rules ask for, each by its file's own grammar. */
#include "inspect/settings.h"

#include "base/limits.h"
#include "base/text.h"
#include "inspect/evidence.h"
#include "inspect/names.h"

enum grammar {
	GRAMMAR_UCI,   /* option NAME 'value' */
	GRAMMAR_WORDS, /* NAME value, as sshd_config and snmpd.conf */
	GRAMMAR_OPKG,  /* option NAME [value] */
	GRAMMAR_LAST,  /* NAME … value: the last word counts */
};

static const char *const grammar_texts[] = {
	[GRAMMAR_UCI] = "uci",
	[GRAMMAR_WORDS] = "config",
	[GRAMMAR_OPKG] = "opkg",
	[GRAMMAR_LAST] = "config",
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
	{ "/snmpd.conf", GRAMMAR_LAST, "com2sec", "snmpd.community" },
	{ "/snmpd.conf", GRAMMAR_LAST, "com2sec6", "snmpd.community" },
	{ "/etc/config/snmpd", GRAMMAR_UCI, "community", "snmpd.community" },
	{ "/opkg.conf", GRAMMAR_OPKG, "check_signature",
	    "opkg.check_signature" },
};

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
	if (grammar == GRAMMAR_UCI || grammar == GRAMMAR_OPKG) {
		if (!bytes_equal_text(word, "option") ||
		    !bytes_next_word(&line, &word))
			return false;
	}
	word = without_quotes(word);
	if (!bytes_equal_any_case(word, key))
		return false;
	struct bytes value = without_quotes(bytes_trim(line));

	if (value.len == 0 && grammar != GRAMMAR_OPKG)
		return false;
	if (grammar == GRAMMAR_LAST)
		while (bytes_next_word(&value, &word))
			*ret_value = word;
	else
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

/* Package managers' lists of places; some check what they fetch unless told
   otherwise. */
static const struct {
	const char *part; /* of the name */
	const char *ending;
	bool checks;
} feed_lists[] = {
	{ "", "/opkg.conf", false },
	{ "/opkg/", ".conf", false },
	{ "", "/apt/sources.list", true },
	{ "/apt/sources.list.d/", ".list", true },
	{ "/apt/sources.list.d/", ".sources", true },
	{ "", "/apk/repositories", true },
};

enum feed_kind {
	FEED_NONE,
	FEED_PLAIN,
	FEED_CHECKED,
};

static enum feed_kind
feed_kind_of(struct bytes name)
{
	for (size_t i = 0; i < sizeof(feed_lists) / sizeof(feed_lists[0]); i++)
		if (bytes_find(name, bytes_of(feed_lists[i].part), 0) !=
			SIZE_MAX &&
		    bytes_ends(name, bytes_of(feed_lists[i].ending)))
			return feed_lists[i].checks ? FEED_CHECKED : FEED_PLAIN;
	return FEED_NONE;
}

/* sources.list(5): [trusted=yes], or "Trusted: yes" in a .sources file. */
static bool
is_trusted_blindly(struct bytes line)
{
	return bytes_find(line, BYTES("trusted=yes"), 0) != SIZE_MAX ||
	    bytes_starts(line, BYTES("Trusted: yes"));
}

static enum err
add_unsigned(const struct unpack_event *file, struct bytes line, size_t at,
    struct facts *facts)
{
	struct fact fact = evidence_fact(file, FACT_SETTING, at, line.len);

	fact.name = BYTES("packages.unsigned");
	fact.value = BYTES("1");
	fact.detail = BYTES("config");
	return facts_add(facts, &fact);
}

/* "src/gz name http://…" of opkg, "deb http://…" of apt, a bare URL of apk. */
static enum err
inspect_feed(const struct unpack_event *file, enum feed_kind kind,
    struct bytes line, size_t at, struct facts *facts)
{
	size_t url = bytes_find(line, BYTES("http://"), 0);
	struct bytes rest = url == SIZE_MAX ? line : bytes_from(line, url);
	struct bytes word;

	if (kind == FEED_CHECKED && is_trusted_blindly(line)) {
		enum err err = add_unsigned(file, line, at, facts);

		if (err != ERR_OK)
			return err;
		kind = FEED_PLAIN;
	}
	if (url == SIZE_MAX || !bytes_next_word(&rest, &word))
		return ERR_OK;
	struct fact fact =
	    evidence_fact(file, FACT_PLAIN_URL, at + url, word.len);

	fact.name = word;
	fact.value = BYTES("feed");
	if (kind == FEED_CHECKED)
		fact.detail = BYTES("checked");
	return facts_add(facts, &fact);
}

/* apt.conf(5): Acquire::AllowInsecureRepositories "true"; and the like. */
static enum err
inspect_apt_option(const struct unpack_event *file, struct bytes line,
    size_t at, struct facts *facts)
{
	static const char *const options[] = { "APT::Get::AllowUnauthenticated",
		"Acquire::AllowInsecureRepositories" };

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (bytes_starts(line, bytes_of(options[i])) &&
		    (bytes_find(line, BYTES("true"), 0) != SIZE_MAX ||
			bytes_find(line, BYTES("\"1\""), 0) != SIZE_MAX))
			return add_unsigned(file, line, at, facts);
	return ERR_OK;
}

/* The repositories of dnf: gpgcheck=0, unless enabled=0 stands with it. */
static enum err
inspect_repositories(const struct unpack_event *file, struct facts *facts)
{
	struct bytes text = file->node.content;
	struct bytes rest = text;
	struct bytes bad = { NULL, 0 };
	bool enabled = true;
	bool more = true;

	while (more) {
		struct bytes line = { NULL, 0 };

		more = bytes_next_line(&rest, &line);
		line = bytes_trim(line);
		if (!more || bytes_starts(line, BYTES("["))) {
			enum err err = bad.len > 0 && enabled
			    ? add_unsigned(file, bad,
				  (size_t)(bad.ptr - text.ptr), facts)
			    : ERR_OK;

			if (err != ERR_OK)
				return err;
			bad.len = 0;
			enabled = true;
		}
		if (bytes_equal_text(line, "gpgcheck=0") ||
		    bytes_equal_text(line, "gpgcheck=False"))
			bad = line;
		if (bytes_equal_text(line, "enabled=0"))
			enabled = false;
	}
	return ERR_OK;
}

static bool
is_apt_conf(struct bytes name)
{
	return bytes_ends(name, BYTES("/apt/apt.conf")) ||
	    bytes_find(name, BYTES("/apt/apt.conf.d/"), 0) != SIZE_MAX;
}

static bool
is_repository_list(struct bytes name)
{
	return bytes_ends(name, BYTES("/dnf/dnf.conf")) ||
	    bytes_ends(name, BYTES("/etc/yum.conf")) ||
	    (bytes_find(name, BYTES("/yum.repos.d/"), 0) != SIZE_MAX &&
		bytes_ends(name, BYTES(".repo")));
}

/* "insecure" of .curlrc, "check_certificate = off" of wgetrc. */
static enum err
inspect_fetcher_option(const struct unpack_event *file, struct bytes name,
    struct bytes line, size_t at, struct facts *facts)
{
	bool curl = bytes_ends(name, BYTES("curlrc")) &&
	    (bytes_equal_text(line, "insecure") ||
		bytes_equal_text(line, "-k") ||
		bytes_equal_text(line, "--insecure"));
	bool wget = bytes_ends(name, BYTES("wgetrc")) &&
	    bytes_starts(line, BYTES("check_certificate")) &&
	    bytes_ends(line, BYTES("off"));
	struct fact fact =
	    evidence_fact(file, FACT_TLS_UNCHECKED, at, line.len);

	if (!curl && !wget)
		return ERR_OK;
	fact.name = line;
	fact.value = line;
	return facts_add(facts, &fact);
}

static bool
is_fetcher_conf(struct bytes name)
{
	return bytes_ends(name, BYTES("/.curlrc")) ||
	    bytes_ends(name, BYTES("/curlrc")) ||
	    bytes_ends(name, BYTES("wgetrc"));
}

static bool
has_settings(struct bytes name)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (bytes_ends(name, bytes_of(settings[i].file)))
			return true;
	return false;
}

static enum err
inspect_one(const struct unpack_event *file, struct bytes name,
    struct bytes line, size_t at, struct facts *facts)
{
	enum feed_kind feeds = feed_kind_of(name);
	enum err err = ERR_OK;

	if (has_settings(name))
		err = inspect_line(file, name, line, at, facts);
	if (feeds != FEED_NONE && err == ERR_OK)
		err = inspect_feed(file, feeds, line, at, facts);
	if (is_apt_conf(name) && err == ERR_OK)
		err = inspect_apt_option(file, line, at, facts);
	if (is_fetcher_conf(name) && err == ERR_OK)
		err = inspect_fetcher_option(file, name, line, at, facts);
	return err;
}

enum err
settings_inspect(const struct unpack_event *file, struct facts *facts)
{
	struct bytes name = name_in_container(file->path);
	struct bytes text = file->node.content;
	struct bytes rest = text;
	struct bytes line;
	enum err err = ERR_OK;

	if (text.len > LIMIT_TEXT_FILE_LEN || name_is_sample(name))
		return ERR_OK;
	if (is_repository_list(name))
		return inspect_repositories(file, facts);
	if (!has_settings(name) && feed_kind_of(name) == FEED_NONE &&
	    !is_apt_conf(name) && !is_fetcher_conf(name))
		return ERR_OK;
	for (size_t at = 0; err == ERR_OK && bytes_next_line(&rest, &line);
	     at = text.len - rest.len) {
		struct bytes bare = bytes_trim(line);
		size_t indent =
		    bare.len > 0 ? (size_t)(bare.ptr - line.ptr) : 0;

		if (bare.len > 0 && bare.ptr[0] != '#')
			err = inspect_one(file, name, bare, at + indent, facts);
	}
	return err;
}
