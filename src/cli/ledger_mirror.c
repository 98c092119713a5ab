/* SPDX-License-Identifier: ISC */
/* hallmark ledger mirror | export: a ledger as static files, kept elsewhere. */
#include "base/limits.h"
#include "base/out.h"
#include "base/text.h"
#include "cli/ledgering.h"
#include "cli/progress.h"
#include "cli/signing.h"
#include "ledger/checkpoint.h"
#include "ledger/mirror.h"
#include "ledger/publish.h"

#include <string.h>

enum {
	MIRROR_POLICY,
	MIRROR_KEY,
	MIRROR_PASSPHRASE,
	MIRROR_NAME,
	MIRROR_JSON,
	MIRROR_COUNT
};

static const struct option_row mirror_rows[MIRROR_COUNT] = {
	[MIRROR_POLICY] = { "policy", 0, "FILE",
	    "the log to mirror, and the witnesses it must have" },
	[MIRROR_KEY] = SIGNING_ROW_KEY,
	[MIRROR_PASSPHRASE] = SIGNING_ROW_PASSPHRASE,
	[MIRROR_NAME] = { "name", 'n', "NAME",
	    "with --key: the mirror's name, as in its vkey" },
	[MIRROR_JSON] = { "json", 0, NULL, "print one JSON object" },
};
const struct usage ledger_mirror_usage = {
	.command = "ledger mirror",
	.arguments = "SOURCE DIR",
	.argument_count = 2,
	.help = "Brings a copy up to date with the static files in SOURCE, all "
		"verified.",
	.rows = mirror_rows,
	.row_count = MIRROR_COUNT,
};

enum {
	EXPORT_JSON,
	EXPORT_COUNT
};

static const struct option_row export_rows[EXPORT_COUNT] = {
	[EXPORT_JSON] = { "json", 0, NULL, "print one JSON object" },
};
const struct usage ledger_export_usage = {
	.command = "ledger export",
	.arguments = "DIR FOLDER",
	.argument_count = 2,
	.help = "Writes a ledger as static files for any web server; what is "
		"new.",
	.rows = export_rows,
	.row_count = EXPORT_COUNT,
};

/* ---- files ---- */

/* A shelf and what went wrong on it last, for the message. */
struct place {
	const char *name;
	struct shelf shelf;
	const char *why;
	uint64_t files;		   /* read or written */
	struct progress *progress; /* that shows how many; NULL: nothing does */
};

static void
place_count(struct place *p, const char *things)
{
	p->files++;
	if (p->progress != NULL)
		progress_count(p->progress, p->files, things);
}

static enum err
place_read(void *context, const char *path, struct out *to)
{
	struct place *p = context;

	place_count(p, "files read");
	return shelf_read(&p->shelf, path, to, &p->why);
}

/* Tiles need not be safe one by one: shelf_sync() sees to all of them before
   the checkpoint, which is. */
static enum err
place_write(void *context, const char *path, struct bytes content)
{
	struct place *p = context;
	bool last = strcmp(path, PUBLISH_CHECKPOINT) == 0;

	place_count(p, "files written");
	if (last && shelf_sync(&p->shelf, &p->why) != ERR_OK)
		return ERR_SYSTEM;
	return shelf_write(&p->shelf, path, content, last, &p->why);
}

static enum err
place_sync(void *context)
{
	struct place *p = context;

	return shelf_sync(&p->shelf, &p->why);
}

static enum exit_code
place_open(struct place *p, const char *name, enum shelf_mode mode)
{
	*p = (struct place){ .name = name };
	if (shelf_open(name, mode, &p->shelf, &p->why) == ERR_OK)
		return EXIT_YES;
	cli_say(name, p->why);
	return mode == SHELF_READ ? EXIT_INPUT : EXIT_MACHINE;
}

static enum exit_code
place_say(const struct place *p, enum err err)
{
	cli_say(p->name, p->why != NULL ? p->why : err_text(err));
	return EXIT_MACHINE;
}

/* ---- mirror ---- */

static enum exit_code
mirror_code(enum mirror_outcome outcome)
{
	switch (outcome) {
	case MIRROR_GREW:
	case MIRROR_SAME:
		return EXIT_YES;
	case MIRROR_NOT_TRUSTED:
	case MIRROR_OLDER:
	case MIRROR_FORKED:
	case MIRROR_DAMAGED:
	case MIRROR_INCOMPLETE:
	case MIRROR_OTHER_ORIGIN:
	case MIRROR_TOO_MUCH:
		return EXIT_NO;
	case MIRROR_NO_SOURCE:
	case MIRROR_OWN_DAMAGED:
		break;
	}
	return EXIT_INPUT;
}

/* For --json; static. */
static const char *
mirror_word(enum mirror_outcome outcome)
{
	static const char *const word[] = {
		[MIRROR_GREW] = "grew",
		[MIRROR_SAME] = "same",
		[MIRROR_NO_SOURCE] = "no-source",
		[MIRROR_NOT_TRUSTED] = "not-trusted",
		[MIRROR_OLDER] = "older",
		[MIRROR_FORKED] = "forked",
		[MIRROR_DAMAGED] = "damaged",
		[MIRROR_INCOMPLETE] = "incomplete",
		[MIRROR_OWN_DAMAGED] = "own-damaged",
		[MIRROR_OTHER_ORIGIN] = "other-origin",
		[MIRROR_TOO_MUCH] = "too-much",
	};

	return word[outcome];
}

static enum exit_code
answer_mirror(const struct options *options, const struct mirror_result *r)
{
	struct out o = out_open(16 * KIB);

	if (options->value[MIRROR_JSON] != NULL) {
		struct json j = json_open(&o);

		json_begin_object(&j, JSON_LINES);
		json_string(&j, "schema", "hallmark.ledger-mirror/1");
		json_string(&j, "outcome", mirror_word(r->outcome));
		json_number(&j, "from", r->from);
		json_number(&j, "size", r->size);
		json_number(&j, "files", r->kept.files);
		json_number(&j, "bytes", r->kept.bytes);
		json_bool(&j, "cosigned", r->cosigned);
		if (r->path[0] != '\0')
			json_string(&j, "path", r->path);
		json_end(&j);
	} else {
		out_text(&o, mirror_text(r->outcome));
		if (r->path[0] != '\0') {
			out_text(&o, ": ");
			out_text(&o, r->path);
		}
		out_text(&o, " (");
		out_decimal(&o, r->from);
		out_text(&o, " entries here, ");
		out_decimal(&o, r->size);
		out_text(&o, r->cosigned ? " there; cosigned)\n" : " there)\n");
	}
	return answering_close(&o, mirror_code(r->outcome));
}

static enum exit_code
run_mirror(const struct options *options, const struct policy *policy,
    const struct signer *signer)
{
	struct place source;
	struct place mine;
	struct static_files read_source = { place_read, &source };
	struct static_files read_mine = { place_read, &mine };
	struct publish_files keep = { place_write, &mine };
	struct mirror m = {
		.policy = policy,
		.hooks = &crypto_hooks_default,
		.source = &read_source,
		.mine = &read_mine,
		.keep = &keep,
		.sync = place_sync,
		.sync_context = &mine,
		.signer = signer,
		.now = ledgering_now(),
	};
	struct mirror_result result;
	struct progress progress = progress_open(0);
	enum exit_code code =
	    place_open(&source, options->argument[0], SHELF_READ);

	if (code != EXIT_YES)
		return code;
	if (signer != NULL)
		m.name = bytes_of(options->value[MIRROR_NAME]);
	code = place_open(&mine, options->argument[1], SHELF_WRITE);
	if (code == EXIT_YES) {
		source.progress = &progress;
		mine.progress = &progress;
		enum err err = mirror_update(&m, &result);

		progress_close(&progress);
		code = err == ERR_OK ? answer_mirror(options, &result)
				     : place_say(&mine, err);
		shelf_close(&mine.shelf);
	}
	shelf_close(&source.shelf);
	return code;
}

enum exit_code
ledger_mirror_run(const struct options *options)
{
	struct signing_wants key = { options->value[MIRROR_KEY],
		options->value[MIRROR_PASSPHRASE] };
	struct arena arena = arena_open(1 * MIB);
	const struct ledgering_policy *policy;
	struct signing signing;
	enum exit_code code = EXIT_USAGE;

	if (options->value[MIRROR_POLICY] == NULL)
		cli_say("ledger mirror", "say which log: --policy FILE");
	else if ((key.key != NULL) != (options->value[MIRROR_NAME] != NULL))
		cli_say("ledger mirror", "--key and --name go together");
	else
		code = ledgering_read_policy(
		    options->value[MIRROR_POLICY], &arena, &policy);
	if (code == EXIT_YES && key.key == NULL) {
		code = run_mirror(options, &policy->policy, NULL);
	} else if (code == EXIT_YES) {
		code = signing_open(&key, &signing);
		if (code == EXIT_YES) {
			code = run_mirror(
			    options, &policy->policy, &signing.signer);
			signing_close(&signing);
		}
	}
	arena_close(&arena);
	return code;
}

/* ---- export ---- */

struct export
{
	struct ledgering l;
	struct place place;
	uint8_t *room;
	struct publish_step step;
	struct publish_count count;
	struct progress progress;
};

static enum err
export_entry(void *context, uint64_t index, struct out *o)
{
	struct export *e = context;
	struct bytes entry;
	enum err err = ledgering_entry(&e->l, index, e->room, &entry);

	progress_count(&e->progress, index, "entries written");

	if (err != ERR_OK)
		return err;
	out_put(o, entry);
	return o->failed;
}

/* What the folder has: it must be an earlier state of this ledger. */
static enum exit_code
export_find_from(struct export *e)
{
	struct out note = out_open(2 * NOTE_LEN_MAX);
	struct checkpoint before = { .origin = BYTES("") };
	struct note read;
	struct fault fault;
	struct merkle_hash root;
	enum exit_code code = EXIT_YES;
	enum err err = place_read(&e->place, PUBLISH_CHECKPOINT, &note);

	if (err == ERR_OK)
		err = checkpoint_read(out_bytes(&note), &before, &read, &fault);
	if (err == ERR_OK) {
		bool is_ours = bytes_compare(before.origin, e->l.origin) == 0 &&
		    before.head.size <= e->step.to.size &&
		    merkle_hash_of(&crypto_hooks_default, &e->l.nodes, 0,
			before.head.size, &root) == ERR_OK &&
		    merkle_equal(&root, &before.head.root);

		e->step.from = before.head.size;
		if (!is_ours) {
			cli_say(e->place.name,
			    "holds another ledger, or a newer state of it");
			code = EXIT_NO;
		}
	} else if (err != ERR_END) {
		cli_say(e->place.name, "its checkpoint cannot be read");
		code = EXIT_INPUT;
	}
	out_close(&note);
	return code;
}

static enum exit_code
export_all(struct export *e)
{
	struct publish_source source = { &e->l.nodes, export_entry, e };
	struct publish_files files = { place_write, &e->place };
	enum exit_code code = export_find_from(e);

	if (code != EXIT_YES)
		return code;
	e->progress = progress_open(e->step.to.size);
	enum err err = publish(
	    &crypto_hooks_default, &source, &e->step, &files, &e->count);

	progress_close(&e->progress);
	if (err == ERR_OK)
		return EXIT_YES;
	if (err == ERR_CHECKSUM) {
		cli_say(e->l.name, "its entries are not what it signed");
		return EXIT_INPUT;
	}
	return place_say(&e->place, err);
}

static enum exit_code
answer_export(const struct options *options, const struct export *e)
{
	struct out o = out_open(16 * KIB);

	if (options->value[EXPORT_JSON] != NULL) {
		struct json j = json_open(&o);

		json_begin_object(&j, JSON_LINES);
		json_string(&j, "schema", "hallmark.ledger-export/1");
		json_text(&j, "origin", e->l.origin);
		json_number(&j, "from", e->step.from);
		ledgering_json_head(&j, &e->step.to);
		json_number(&j, "files", e->count.files);
		json_number(&j, "bytes", e->count.bytes);
		json_end(&j);
	} else {
		out_decimal(&o, e->count.files);
		out_text(&o, " files, ");
		out_decimal(&o, e->step.to.size);
		out_text(&o, " entries\n");
	}
	return answering_close(&o, EXIT_YES);
}

enum exit_code
ledger_export_run(const struct options *options)
{
	struct ledgering_wants wants = { .folder = options->argument[0] };
	struct out note = out_open(2 * NOTE_LEN_MAX);
	struct export e = { 0 };
	enum exit_code code = ledgering_open(&wants, &e.l);

	if (code != EXIT_YES)
		return code;
	e.room = arena_take(&e.l.arena, LEDGER_ENTRY_MAX);
	code = e.room != NULL ? ledgering_checkpoint(&e.l, &note, &e.step.to)
			      : ledgering_say(e.l.name, ERR_MEMORY);
	e.step.checkpoint = out_bytes(&note);
	if (code == EXIT_YES)
		code = place_open(&e.place, options->argument[1], SHELF_WRITE);
	if (code == EXIT_YES) {
		code = export_all(&e);
		shelf_close(&e.place.shelf);
	}
	if (code == EXIT_YES)
		code = answer_export(options, &e);
	out_close(&note);
	ledgering_close(&e.l);
	return code;
}
