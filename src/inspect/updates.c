/* SPDX-License-Identifier: ISC */
/* Update scripts, by the commands in them and the order these stand in. */
#include "inspect/updates.h"

#include "base/limits.h"
#include "base/text.h"
#include "inspect/evidence.h"
#include "inspect/names.h"
#include "inspect/shell.h"
#include "inspect/urls.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Programs known by their name alone, wherever they stand. */
static const struct {
	const char *name;
	enum fact_kind kind;
	const char *means;
} programs[] = {
	{ "sysupgrade", FACT_UPDATER, "sysupgrade" },
	{ "opkg", FACT_UPDATER, "opkg" },
	{ "apk", FACT_UPDATER, "apk" },
	{ "apt-get", FACT_UPDATER, "apt" },
	{ "rauc", FACT_UPDATER, "rauc" },
	{ "swupdate", FACT_UPDATER, "swupdate" },
	{ "mender", FACT_UPDATER, "mender" },
	{ "mender-update", FACT_UPDATER, "mender" },
	{ "fwupdmgr", FACT_UPDATER, "fwupd" },
	{ "ostree", FACT_UPDATER, "ostree" },
	{ "firstboot", FACT_RESET, "firstboot" },
	{ "jffs2reset", FACT_RESET, "jffs2reset" },
	{ "factoryreset", FACT_RESET, "factory reset" },
	{ "factory_reset", FACT_RESET, "factory reset" },
	{ "factory-reset", FACT_RESET, "factory reset" },
	{ "factory_reset.sh", FACT_RESET, "factory reset" },
	{ "factory-reset.sh", FACT_RESET, "factory reset" },
	{ "restore_default", FACT_RESET, "factory reset" },
	{ "restore_defaults", FACT_RESET, "factory reset" },
	{ "gdbserver", FACT_DEBUG_TOOL, "gdbserver" },
	{ "gdb", FACT_DEBUG_TOOL, "gdb" },
	{ "strace", FACT_DEBUG_TOOL, "strace" },
	{ "ltrace", FACT_DEBUG_TOOL, "ltrace" },
	{ "adbd", FACT_DEBUG_TOOL, "adbd" },
	{ "tcpdump", FACT_DEBUG_TOOL, "tcpdump" },
	{ "openocd", FACT_DEBUG_TOOL, "openocd" },
	{ "valgrind", FACT_DEBUG_TOOL, "valgrind" },
};

/* Programs that write flash; `needs` is a word part they must be given. */
static const struct {
	const char *program;
	const char *needs;
} writers[] = {
	{ "flashcp", NULL },
	{ "nandwrite", NULL },
	{ "ubiupdatevol", NULL },
	{ "mtd_write", NULL },
	{ "mtd_debug", "write" },
	{ "mtd", "write" },
	{ "dd", "of=/dev/mtd" },
	{ "dd", "of=/dev/mmcblk" },
	{ "dd", "of=/dev/ubi" },
	{ "dd", "of=/dev/nand" },
};

/* Programs that check a signature, with the option that does it. */
static const struct {
	const char *program;
	const char *needs;
} checkers[] = {
	{ "openssl", "-verify" },
	{ "openssl", "cms" },
	{ "openssl", "smime" },
	{ "openssl", "pkeyutl" },
	{ "usign", "-V" },
	{ "signify", "-V" },
	{ "minisign", "-V" },
	{ "ucert", "-V" },
	{ "gpg", "--verify" },
	{ "gpgv", NULL },
	{ "rauc", NULL },
	{ "swupdate", NULL },
	{ "fwtool", "-s" },
};

static bool
has_word(const struct shell_command *c, const char *part)
{
	for (size_t i = 1; i < c->word_count; i++)
		if (bytes_find(c->word[i], bytes_of(part), 0) != SIZE_MAX)
			return true;
	return false;
}

/* cat image > /dev/mtd4 */
static bool
redirects_to_flash(const struct shell_command *c)
{
	for (size_t i = 1; i < c->word_count; i++) {
		struct bytes word = c->word[i];

		if (bytes_starts(word, BYTES(">")))
			word = bytes_from(word, 1);
		else if (!bytes_equal_text(c->word[i - 1], ">"))
			continue;
		if (bytes_starts(word, BYTES("/dev/mtd")) ||
		    bytes_starts(word, BYTES("/dev/mmcblk")))
			return true;
	}
	return false;
}

static const char *
writer_of(const struct shell_command *c)
{
	struct bytes program = shell_base_name(c->word[0]);

	if (bytes_equal_text(program, "cat") && redirects_to_flash(c))
		return "cat";
	for (size_t i = 0; i < sizeof(writers) / sizeof(writers[0]); i++)
		if (bytes_equal_text(program, writers[i].program) &&
		    (writers[i].needs == NULL || has_word(c, writers[i].needs)))
			return writers[i].program;
	return NULL;
}

static const char *
flash_writer(const struct shell_command *c)
{
	const char *writer = writer_of(c);

	if (writer != NULL &&
	    (has_word(c, "if=/dev/zero") || has_word(c, "if=/dev/urandom")))
		return NULL; /* wipes it */
	return writer;
}

static const char *
signature_checker(const struct shell_command *c)
{
	struct bytes program = shell_base_name(c->word[0]);

	for (size_t i = 0; i < sizeof(checkers) / sizeof(checkers[0]); i++)
		if (bytes_equal_text(program, checkers[i].program) &&
		    (checkers[i].needs == NULL ||
			has_word(c, checkers[i].needs)))
			return checkers[i].program;
	return NULL;
}

/*
 * The name of a function or script that says it checks a signature, such as
 * verify_image; one that says it looks at a checksum does not.
 */
static struct bytes
checker_by_name(const struct shell_command *c)
{
	static const char *const words[] = { "verif", "signature", "check_sig",
		"checksig", "check_sign", "sigcheck" };
	static const char *const sums[] = { "md5", "crc", "sum", "sha" };
	struct bytes name = shell_base_name(c->word[0]);
	struct bytes found = { NULL, 0 };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (bytes_find(name, bytes_of(words[i]), 0) != SIZE_MAX)
			found = name;
	for (size_t i = 0; found.len > 0 && i < sizeof(sums) / sizeof(sums[0]);
	     i++)
		if (bytes_find(name, bytes_of(sums[i]), 0) != SIZE_MAX)
			found.len = 0;
	return found;
}

static bool
is_fetcher(struct bytes program)
{
	static const char *const fetchers[] = { "wget", "curl", "tftp",
		"ftpget", "uclient-fetch", "aria2c" };

	for (size_t i = 0; i < sizeof(fetchers) / sizeof(fetchers[0]); i++)
		if (bytes_equal_text(program, fetchers[i]))
			return true;
	return false;
}

/* Names that say the script installs firmware. */
static bool
is_update_name(struct bytes name)
{
	static const char *const parts[] = { "update", "upgrade", "ota",
		"flash", "firmware" };
	struct bytes base = shell_base_name(name);

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (bytes_find(base, bytes_of(parts[i]), 0) != SIZE_MAX)
			return true;
	return false;
}

/* Writes in functions that nobody has called so far. */
#define WAITING_MAX 16

struct update_script {
	const struct unpack_event *file;
	struct bytes name;
	struct facts *facts;
	struct bytes checked; /* the last signature checker seen, or empty */
	bool seen_write;
	struct waiting {
		struct bytes function;
		const char *writer;
		struct bytes line;
	} waiting[WAITING_MAX];
	size_t waiting_count;
};

static enum err
add_at_line(const struct update_script *u, struct bytes line,
    enum fact_kind kind, struct bytes name, struct bytes value,
    struct bytes detail)
{
	size_t at = (size_t)(line.ptr - u->file->node.content.ptr);
	struct fact fact = evidence_fact(u->file, kind, at, line.len);

	fact.name = name;
	fact.value = bytes_slice(value, 0, LIMIT_EXCERPT_LEN);
	fact.detail = detail;
	return facts_add(u->facts, &fact);
}

/* A word itself, or the value of the variable it begins with: "$server/x". */
static struct bytes
url_of(const struct shell_reader *r, struct bytes word)
{
	size_t end;

	if (word.len > 0 && word.ptr[0] == '"')
		word = bytes_from(word, 1);
	if (word.len < 2 || word.ptr[0] != '$')
		return word;
	bool braces = word.ptr[1] == '{';
	size_t from = braces ? 2 : 1;

	for (end = from; end < word.len; end++)
		if (!isalnum(word.ptr[end]) && word.ptr[end] != '_')
			break;
	struct bytes value =
	    shell_value(r, bytes_slice(word, from, end - from));

	return value.len > 0 ? value : word;
}

/* Whether -h names another host; without it, it is the device itself. */
static bool
goes_outside(const struct shell_command *c)
{
	for (size_t i = 1; i + 1 < c->word_count; i++)
		if (bytes_equal_text(c->word[i], "-h") ||
		    bytes_equal_text(c->word[i], "--host"))
			return !urls_is_loopback(c->word[i + 1]);
	return has_word(c, "mqtt://");
}

/* MQTT by mosquitto's clients is in clear unless an option brings TLS. */
static enum err
inspect_mqtt(const struct update_script *u, const struct shell_command *c)
{
	static const char *const tls[] = { "--cafile", "--capath",
		"--tls-use-os-certs", "--psk", "mqtts://" };

	if (!bytes_starts(shell_base_name(c->word[0]), BYTES("mosquitto_")) ||
	    !goes_outside(c))
		return ERR_OK;
	for (size_t i = 0; i < sizeof(tls) / sizeof(tls[0]); i++)
		if (has_word(c, tls[i]))
			return ERR_OK;
	return add_at_line(u, c->line, FACT_PLAIN_URL,
	    BYTES("mqtt without TLS"), BYTES("service"),
	    (struct bytes){ NULL, 0 });
}

/* -k alone or among letters: "-fksSL". Behind a letter that takes a value
   come no more options. curl(1) */
static bool
has_letter_k(struct bytes word)
{
	static const char with_value[] = "AbcCdDeEFhHKmoPQrtTuUwxXyYz";

	if (word.len < 2 || word.ptr[0] != '-' || word.ptr[1] == '-')
		return false;
	for (size_t i = 1; i < word.len; i++) {
		if (word.ptr[i] == 'k')
			return true;
		if (!isalpha(word.ptr[i]) ||
		    memchr(with_value, word.ptr[i], sizeof(with_value)) != NULL)
			return false;
	}
	return false;
}

/* Whether an option of this program turns the check of the server off. */
static bool
turns_check_off(struct bytes program, struct bytes word)
{
	if (bytes_equal_text(program, "curl"))
		return bytes_equal_text(word, "--insecure") ||
		    has_letter_k(word);
	return bytes_equal_text(word, "--no-check-certificate");
}

/* One word, which may be a variable that holds several. */
static enum err
inspect_option(const struct update_script *u, const struct shell_command *c,
    struct bytes words)
{
	struct bytes program = shell_base_name(c->word[0]);
	struct bytes word;

	while (bytes_next_word(&words, &word))
		if (turns_check_off(program, word))
			return add_at_line(u, c->line, FACT_TLS_UNCHECKED, word,
			    c->line, (struct bytes){ NULL, 0 });
	return ERR_OK;
}

static enum err
inspect_fetch(const struct update_script *u, const struct shell_reader *r,
    const struct shell_command *c)
{
	static const char *const plain[] = { "http://", "ftp://" };
	bool update = is_update_name(u->name) || u->seen_write;
	enum err err = ERR_OK;

	for (size_t i = 1; i < c->word_count && err == ERR_OK; i++) {
		struct bytes word = url_of(r, c->word[i]);

		err = inspect_option(u, c, word);
		for (size_t k = 0; k < 2; k++) {
			size_t at = bytes_find(word, bytes_of(plain[k]), 0);

			if (at == SIZE_MAX || err != ERR_OK ||
			    (!update && !urls_is_foreign(bytes_from(word, at))))
				continue;
			err = add_at_line(u, c->line, FACT_PLAIN_URL,
			    bytes_from(word, at),
			    update ? BYTES("update") : BYTES("service"),
			    (struct bytes){ NULL, 0 });
		}
	}
	return err;
}

static enum err
add_write(
    struct update_script *u, const struct waiting *write, struct bytes checked)
{
	return add_at_line(u, write->line, FACT_FLASH_WRITE,
	    bytes_of(write->writer), write->line, checked);
}

/* A write in a function waits for its call: what was checked by then counts. */
static enum err
inspect_write(
    struct update_script *u, const struct shell_command *c, const char *writer)
{
	struct waiting write = { c->function, writer, c->line };

	u->seen_write = true;
	if (c->function.len == 0 || u->checked.len > 0 ||
	    u->waiting_count == WAITING_MAX)
		return add_write(u, &write, u->checked);
	u->waiting[u->waiting_count++] = write;
	return ERR_OK;
}

static enum err
inspect_call(struct update_script *u, const struct shell_command *c)
{
	for (size_t i = 0; i < u->waiting_count; i++) {
		struct waiting *w = &u->waiting[i];

		if (w->writer == NULL || !bytes_equal(w->function, c->word[0]))
			continue;
		if (c->function.len > 0 && u->checked.len == 0) {
			w->function = c->function;
			continue;
		}
		enum err err = add_write(u, w, u->checked);

		w->writer = NULL;
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

/* Options that make a package manager take what nobody signed. */
static enum err
inspect_packages(const struct update_script *u, const struct shell_command *c)
{
	static const char *const options[][2] = {
		{ "apk", "--allow-untrusted" },
		{ "apt-get", "--allow-unauthenticated" },
		{ "apt", "--allow-unauthenticated" },
		{ "dnf", "--nogpgcheck" },
		{ "yum", "--nogpgcheck" },
		{ "opkg", "--force-signature" },
	};
	struct bytes program = shell_base_name(c->word[0]);

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (bytes_equal_text(program, options[i][0]) &&
		    has_word(c, options[i][1]))
			return add_at_line(u, c->line, FACT_SETTING,
			    BYTES("packages.unsigned"), BYTES("1"), program);
	return ERR_OK;
}

static enum err
inspect_command(struct update_script *u, const struct shell_reader *r,
    const struct shell_command *c)
{
	const char *checker = signature_checker(c);
	const char *writer = flash_writer(c);
	struct bytes named = checker_by_name(c);
	enum err err = ERR_OK;

	if (checker != NULL)
		u->checked = bytes_of(checker);
	else if (named.len > 0)
		u->checked = named;
	if (writer != NULL)
		err = inspect_write(u, c, writer);
	else
		err = inspect_call(u, c);
	if (err == ERR_OK && is_fetcher(shell_base_name(c->word[0])))
		err = inspect_fetch(u, r, c);
	if (err == ERR_OK)
		err = inspect_packages(u, c);
	if (err == ERR_OK)
		err = inspect_mqtt(u, c);
	return err;
}

static enum err
inspect_script(struct update_script *u, struct shell_reader *r)
{
	struct shell_command c;
	enum err err = ERR_OK;

	while (err == ERR_OK && shell_next(r, &c))
		err = inspect_command(u, r, &c);
	for (size_t i = 0; i < u->waiting_count && err == ERR_OK; i++)
		if (u->waiting[i].writer != NULL)
			err = add_write(
			    u, &u->waiting[i], (struct bytes){ NULL, 0 });
	return err;
}

static enum err
inspect_name(
    const struct unpack_event *file, struct bytes name, struct facts *facts)
{
	struct bytes base = shell_base_name(name);
	enum err err = ERR_OK;

	for (size_t i = 0;
	     i < sizeof(programs) / sizeof(programs[0]) && err == ERR_OK; i++) {
		if (!bytes_equal_text(base, programs[i].name))
			continue;
		struct fact fact = evidence_fact(file, programs[i].kind, 0, 0);

		fact.at = FACT_NOWHERE;
		fact.name = bytes_of(programs[i].means);
		err = facts_add(facts, &fact);
	}
	return err;
}

/* Only what can be run: OpenWrt's apk keeps folders called apk. */
static bool
is_program(const struct unpack_event *file)
{
	return file->node.kind == NODE_SYMLINK ||
	    (file->node.kind == NODE_FILE && (file->node.mode & 0111) != 0);
}

enum err
updates_inspect(const struct unpack_event *file, struct facts *facts)
{
	struct bytes name = name_in_container(file->path);
	struct bytes content = file->node.content;

	if (name.len == 0)
		return ERR_OK;
	if (is_program(file)) {
		enum err err = inspect_name(file, name, facts);

		if (err != ERR_OK)
			return err;
	}
	bool script = bytes_starts(content, BYTES("#!")) ||
	    bytes_ends(name, BYTES(".sh"));

	if (!script || content.len > LIMIT_TEXT_FILE_LEN ||
	    !text_is_text(content))
		return ERR_OK;
	struct shell_reader *r = malloc(sizeof(*r));

	if (r == NULL)
		return ERR_MEMORY;
	*r = shell_open(content);
	struct update_script u = { .file = file, .name = name, .facts = facts };
	enum err err = inspect_script(&u, r);

	free(r);
	return err;
}
