/* SPDX-License-Identifier: ISC */
/* Looks for the lines of scripts that write a file or set a password. */
#include "inspect/rewritten.h"

#include "base/text.h"
#include "inspect/names.h"
#include "inspect/shell.h"

#include <stdlib.h>

/* Facts looked at in one image; each is searched for in all scripts. */
#define MARKS_MAX 64

static bool
is_script(const struct kept *file)
{
	return file->kind == NODE_FILE &&
	    (bytes_starts(file->text, BYTES("#!")) ||
		bytes_ends(file->name, BYTES(".sh")) ||
		bytes_find(file->name, BYTES("/init.d/"), 0) != SIZE_MAX) &&
	    text_is_text(file->text);
}

/* "> FILE", "sed -i … FILE", "cp x FILE", "mv x FILE", "uci set NAME.…". */
static bool
line_writes(struct bytes line, struct bytes name)
{
	static const char *const words[] = { "sed -i", "cp ", "mv ", "tee " };
	size_t at = bytes_find(line, name, 0);
	struct bytes before = bytes_trim(bytes_slice(line, 0, at));

	if (at == SIZE_MAX || bytes_starts(line, BYTES("#")))
		return false;
	if (bytes_ends(before, BYTES(">")) || bytes_ends(before, BYTES(">\"")))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (bytes_starts(before, bytes_of(words[i])))
			return bytes_ends(line, name) || i == 0 || i == 3;
	return false;
}

static bool
line_sets_uci(struct bytes line, struct bytes name)
{
	struct bytes package = shell_base_name(name);
	size_t at = bytes_find(line, BYTES(" set "), 0);

	return bytes_find(name, BYTES("/etc/config/"), 0) != SIZE_MAX &&
	    bytes_starts(line, BYTES("uci ")) && at != SIZE_MAX &&
	    bytes_starts(bytes_from(line, at + 5), package) &&
	    bytes_find(line, BYTES(".key="), 0) != SIZE_MAX;
}

static bool
script_writes(const struct kept *script, struct bytes name)
{
	struct bytes rest = script->text;
	struct bytes line;

	if (bytes_find(script->text, shell_base_name(name), 0) == SIZE_MAX)
		return false;
	while (bytes_next_line(&rest, &line)) {
		line = bytes_trim(line);
		if (line_writes(line, name) || line_sets_uci(line, name))
			return true;
	}
	return false;
}

/* Whether a command of the script sets a password. */
static bool
script_sets_password(const struct kept *script)
{
	struct shell_reader *r;
	struct shell_command c;
	bool found = false;

	if (bytes_find(script->text, BYTES("passwd"), 0) == SIZE_MAX)
		return false;
	r = malloc(sizeof(*r));
	if (r == NULL)
		return false;
	*r = shell_open(script->text);
	while (!found && shell_next(r, &c)) {
		struct bytes program = shell_base_name(c.word[0]);

		found = bytes_equal_text(program, "chpasswd") ||
		    (bytes_equal_text(program, "passwd") && c.word_count > 1) ||
		    (bytes_equal_text(program, "usermod") && c.word_count > 2 &&
			bytes_equal_text(c.word[1], "-p"));
	}
	free(r);
	return found;
}

static bool
is_start_script(struct bytes name)
{
	return bytes_starts(name, BYTES("/etc/init.d/")) ||
	    bytes_starts(name, BYTES("/etc/rc")) ||
	    bytes_starts(name, BYTES("/etc/uci-defaults/")) ||
	    bytes_find(name, BYTES("firstboot"), 0) != SIZE_MAX;
}

/* The script, or NULL. */
static const struct kept *
find_script(const struct keep *keep, const struct fact *fact)
{
	struct bytes root = name_containers(fact->path);
	struct bytes name = name_in_container(fact->path);
	bool account = fact->kind == FACT_PASSWORD_HASH;

	for (size_t i = 0; i < keep->count; i++) {
		const struct kept *file = keep->list[i];

		if (!is_script(file) || !bytes_equal(file->root, root))
			continue;
		if (account ? is_start_script(file->name) &&
			    script_sets_password(file)
			    : script_writes(file, name))
			return file;
	}
	return NULL;
}

/* System accounts only: chpasswd does not write the users of a web server. */
static bool
is_account_file(struct bytes path)
{
	struct bytes base = shell_base_name(path);

	return bytes_equal_text(base, "passwd") ||
	    bytes_equal_text(base, "shadow");
}

static bool
is_looked_at(const struct fact *fact)
{
	return fact->kind == FACT_WIFI_PASSPHRASE ||
	    (fact->kind == FACT_PASSWORD_HASH && is_account_file(fact->path));
}

enum err
rewritten_find(const struct keep *keep, struct facts *facts)
{
	size_t count = facts->count;
	unsigned looked = 0;
	enum err err = ERR_OK;

	for (size_t i = 0; i < count && looked < MARKS_MAX && err == ERR_OK;
	     i++) {
		struct fact fact = { .kind = FACT_REWRITTEN,
			.path = facts->list[i].path,
			.at = FACT_NOWHERE };

		if (!is_looked_at(&facts->list[i]))
			continue;
		const struct kept *script = find_script(keep, &facts->list[i]);

		looked++;
		if (script == NULL)
			continue;
		fact.name = script->name;
		err = facts_add(facts, &fact);
	}
	return err;
}
