/* SPDX-License-Identifier: ISC */
/* Opens ledgers for the words of `hallmark ledger`. */
#include "cli/ledgering.h"

#include "base/limits.h"
#include "base/text.h"
#include "ledger/checkpoint.h"
#include "statement/statement.h"
#include "system/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The state of a large ledger, a policy, a log of static files. */
#define LEDGERING_ARENA_LEN (TRUST_STATE_LEN_MAX + 4 * MIB)

/* Bytes of a path, and a zero. */
#define LEDGERING_COPY_LEN 4096

/* ---- words ---- */

enum exit_code
ledgering_say(const char *about, enum err err)
{
	cli_say(about, err_text(err));
	return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
}

enum exit_code
ledgering_say_fault(const char *about, const struct fault *fault)
{
	char what[200];

	if (fault->field == NULL)
		return ledgering_say(about, fault->code);
	(void)snprintf(what, sizeof(what), "%s: %s: %s at byte %llu",
	    fault->format != NULL ? fault->format : "file", fault->field,
	    err_text(fault->code), (unsigned long long)fault->at);
	cli_say(about, what);
	return err_is_input(fault->code) ? EXIT_INPUT : EXIT_MACHINE;
}

/* SOURCE_DATE_EPOCH makes an answer repeatable: reproducible-builds.org. */
uint64_t
ledgering_now_usecs(void)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	struct timespec now;
	uint64_t secs;

	if (epoch != NULL && bytes_to_u64(bytes_of(epoch), &secs) &&
	    secs < UINT64_MAX / 1000000)
		return secs * 1000000;
	if (clock_gettime(CLOCK_REALTIME, &now) != 0 || now.tv_sec < 0)
		return 0;
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint64_t
ledgering_now(void)
{
	return ledgering_now_usecs() / 1000000;
}

enum exit_code
ledgering_number(const char *text, uint64_t *ret)
{
	if (bytes_to_u64(bytes_of(text), ret))
		return EXIT_YES;
	cli_say(text, "is no number");
	return EXIT_USAGE;
}

void
ledgering_json_head(struct json *j, const struct merkle_head *head)
{
	json_number(j, "size", head->size);
	answering_put_hex(j, "root",
	    (struct bytes){ head->root.byte, sizeof(head->root.byte) });
}

/* ---- policies ---- */

/* The line that a byte stands in, from 1. */
static unsigned long long
line_of(struct bytes text, uint64_t at)
{
	unsigned long long line = 1;

	for (size_t i = 0; i < text.len && i < at; i++)
		line += text.ptr[i] == '\n';
	return line;
}

static enum exit_code
parse_policy(const char *name, struct arena *arena, struct bytes text,
    const struct ledgering_policy **ret)
{
	struct ledgering_policy *p = arena_take(arena, sizeof(*p));
	struct bytes copy = arena_copy(arena, text);
	struct fault fault = { 0 };
	char what[160];

	if (p == NULL || copy.len != text.len)
		return ledgering_say(name, ERR_MEMORY);
	if (policy_read(copy, POLICY_WITH_OWNERS, &crypto_hooks_default,
		&p->policy, &fault) == ERR_OK) {
		p->text = copy;
		*ret = p;
		return EXIT_YES;
	}
	(void)snprintf(what, sizeof(what), "policy, line %llu: %s: %s",
	    line_of(copy, fault.at), fault.field != NULL ? fault.field : "it",
	    err_text(fault.code));
	cli_say(name, what);
	return EXIT_INPUT;
}

enum exit_code
ledgering_read_policy(
    const char *path, struct arena *arena, const struct ledgering_policy **ret)
{
	struct held_file file;
	enum exit_code code = held_open(path, POLICY_LEN_MAX, &file);

	if (code != EXIT_YES)
		return code;
	code = parse_policy(file.name, arena, file.bytes, ret);
	held_close(&file);
	return code;
}

/* The policy that init put there; static files have none of their own. */
static enum exit_code
open_policy(const struct ledgering_wants *wants, struct ledgering *l)
{
	struct out text = out_open(POLICY_LEN_MAX);
	enum exit_code code;

	if (wants->policy != NULL)
		return ledgering_read_policy(
		    wants->policy, &l->arena, &l->policy);
	if (l->ledger == NULL)
		return EXIT_YES;
	enum err err = ledgering_kept(l, LEDGERING_POLICY, &text);

	if (err == ERR_OK) {
		code = parse_policy(
		    l->name, &l->arena, out_bytes(&text), &l->policy);
	} else {
		cli_say(l->name, "its file \"policy\" cannot be read");
		code = err == ERR_END ? EXIT_INPUT : EXIT_MACHINE;
	}
	out_close(&text);
	return code;
}

/* ---- opening ---- */

static enum err
read_static(void *context, const char *path, struct out *to)
{
	const struct shelf *shelf = context;
	const char *why;

	return shelf_read(shelf, path, to, &why);
}

/* ---- the copy of the newest head ---- */

static enum exit_code
open_copy_folder(const char *path, bool create, struct folder *ret)
{
	const char *why;
	enum err err = folder_open(path, create, ret, &why);

	if (err == ERR_OK)
		return EXIT_YES;
	cli_say(path, why);
	return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
}

static bool
has_copy(const struct folder *folder)
{
	const char *why;
	int file;

	if (folder->open(folder->context, LEDGER_COPY, FOLDER_READ, &file,
		&why) != ERR_OK)
		return false;
	folder->close(folder->context, file);
	return true;
}

enum exit_code
ledgering_new_copy(const char *path, struct folder *ret)
{
	enum exit_code code = open_copy_folder(path, true, ret);

	if (code != EXIT_YES || !has_copy(ret))
		return code;
	cli_say(path, "holds the newest head of a ledger already");
	folder_close(ret);
	*ret = (struct folder){ 0 };
	return EXIT_INPUT;
}

enum exit_code
ledgering_keep_copy(const struct ledgering *l, const char *path)
{
	char *whole = realpath(path, NULL);
	enum exit_code code;

	if (whole == NULL) {
		cli_say(path, "cannot be found again");
		return EXIT_MACHINE;
	}
	code = ledgering_keep(l, LEDGERING_COPY, bytes_of(whole));
	free(whole);
	return code;
}

/* Where the ledger has it. A folder without the file is most likely a disk that
   is not there; a new copy would notice nothing. */
static enum exit_code
open_kept_copy(struct ledgering *l)
{
	struct out text = out_open(LEDGERING_COPY_LEN);
	enum err err = ledgering_kept(l, LEDGERING_COPY, &text);
	enum exit_code code = EXIT_YES;

	out_u8(&text, 0);
	if (err == ERR_OK)
		err = text.failed;
	if (err == ERR_OK) {
		const char *path = (const char *)text.ptr;

		code = open_copy_folder(path, false, &l->copy);
		if (code == EXIT_YES && !has_copy(&l->copy)) {
			cli_say(path,
			    "has no copy of the newest head any more (--copy "
			    "begins a new one)");
			code = EXIT_INPUT;
		}
	} else if (err != ERR_END) {
		cli_say(l->name, "its file \"copy\" cannot be read");
		code = EXIT_MACHINE;
	}
	out_close(&text);
	return code;
}

static enum exit_code
open_copy(const struct ledgering_wants *wants, struct ledgering *l)
{
	if (wants->signer == NULL)
		return EXIT_YES; /* it may be ahead while another writes */
	if (wants->copy != NULL)
		return open_copy_folder(wants->copy, true, &l->copy);
	return open_kept_copy(l);
}

/* ---- a ledger of ours ---- */

static enum exit_code
open_store(const struct ledgering_wants *wants, struct ledgering *l)
{
	struct ledger_world world = {
		.files = &l->folder,
		.hooks = &crypto_hooks_default,
		.signer = wants->signer,
	};
	struct ledger_head head;
	struct ledger_why told;
	const char *why;
	enum err err = folder_open(wants->folder, false, &l->folder, &why);

	if (err != ERR_OK) {
		cli_say(l->name, why);
		return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
	}
	enum exit_code code = open_copy(wants, l);

	if (code != EXIT_YES)
		return code;
	if (l->copy.open != NULL)
		world.copy = &l->copy;
	err = ledger_open(&world, &l->ledger, &told);
	if (err != ERR_OK) {
		cli_say(l->name, told.text);
		return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
	}
	l->origin = ledger_origin(l->ledger);
	ledger_head(l->ledger, &head);
	l->head = head.tree;
	l->nodes = ledger_nodes(l->ledger);
	if (wants->copy != NULL && wants->signer != NULL)
		return ledgering_keep_copy(l, wants->copy);
	return EXIT_YES;
}

static enum exit_code
open_static(const struct ledgering_wants *wants, struct ledgering *l)
{
	struct checkpoint checkpoint;
	struct note note;
	struct fault fault = { 0 };

	if (wants->signer != NULL) {
		cli_say(l->name, "holds a copy of a ledger, not a ledger");
		return EXIT_INPUT;
	}
	if (checkpoint_read(out_bytes(&l->checkpoint), &checkpoint, &note,
		&fault) != ERR_OK)
		return ledgering_say_fault(l->name, &fault);
	l->log = arena_take(&l->arena, sizeof(*l->log));
	if (l->log == NULL)
		return ledgering_say(l->name, ERR_MEMORY);
	l->files = (struct static_files){ read_static, &l->shelf };
	static_open(
	    l->log, &crypto_hooks_default, &l->files, checkpoint.head.size);
	l->origin = checkpoint.origin;
	l->head = checkpoint.head;
	l->nodes = static_nodes(l->log);
	return EXIT_YES;
}

enum exit_code
ledgering_open(const struct ledgering_wants *wants, struct ledgering *ret)
{
	const char *why;
	enum exit_code code;

	memset(ret, 0, sizeof(*ret));
	ret->name = wants->folder;
	if (shelf_open(wants->folder, SHELF_READ, &ret->shelf, &why) !=
	    ERR_OK) {
		cli_say(wants->folder, why);
		return EXIT_INPUT;
	}
	ret->arena = arena_open(LEDGERING_ARENA_LEN);
	ret->checkpoint = out_open(2 * NOTE_LEN_MAX);
	code =
	    ledgering_kept(ret, PUBLISH_CHECKPOINT, &ret->checkpoint) == ERR_OK
	    ? open_static(wants, ret)
	    : open_store(wants, ret);
	if (code == EXIT_YES)
		code = open_policy(wants, ret);
	if (code != EXIT_YES)
		ledgering_close(ret);
	return code;
}

void
ledgering_close(struct ledgering *l)
{
	ledger_close(l->ledger);
	folder_close(&l->copy);
	folder_close(&l->folder);
	if (l->log != NULL)
		static_close(l->log);
	out_close(&l->checkpoint);
	shelf_close(&l->shelf);
	arena_close(&l->arena);
}

/* ---- reading ---- */

enum err
ledgering_entry(
    struct ledgering *l, uint64_t index, uint8_t *room, struct bytes *ret)
{
	struct out o;

	if (l->ledger != NULL)
		return ledger_read_entry(l->ledger, index, room, ret);
	o = out_open(LEDGER_ENTRY_MAX);
	enum err err = static_put_entry(l->log, index, &o);

	if (err == ERR_OK) {
		if (o.len > 0)
			memcpy(room, o.ptr, o.len);
		*ret = (struct bytes){ room, o.len };
	}
	out_close(&o);
	return err;
}

enum err
ledgering_kept(const struct ledgering *l, const char *file, struct out *to)
{
	const char *why;

	return shelf_read(&l->shelf, file, to, &why);
}

enum exit_code
ledgering_keep(
    const struct ledgering *l, const char *file, struct bytes content)
{
	struct shelf shelf;
	const char *why;
	enum err err = shelf_open(l->name, SHELF_WRITE_IN_TURN, &shelf, &why);

	if (err == ERR_OK) {
		err = shelf_write(&shelf, file, content, true, &why);
		shelf_close(&shelf);
	}
	if (err == ERR_OK)
		return EXIT_YES;
	cli_say(l->name, why);
	return EXIT_MACHINE;
}

/* Our own newest head, signed by the ledger's key alone. */
static enum exit_code
put_newest(struct ledgering *l, struct out *ret, struct merkle_head *ret_head)
{
	struct ledger_head head;

	ledger_head(l->ledger, &head);
	enum err err = ledger_put_checkpoint(l->ledger, &head, ret);

	if (err == ERR_OK)
		err = ret->failed;
	if (err != ERR_OK)
		return ledgering_say(l->name, err);
	*ret_head = head.tree;
	return EXIT_YES;
}

/* The head with a quorum; the signatures on it are looked at again. */
static enum exit_code
put_cosigned(struct ledgering *l, struct out *ret, struct merkle_head *ret_head)
{
	size_t at = ret->len;
	enum err err = ledgering_kept(l, LEDGERING_COSIGNED, ret);
	struct policy_verdict verdict;
	struct checkpoint checkpoint;
	struct fault fault = { 0 };

	if (err == ERR_END) {
		cli_say(l->name,
		    "no head has the policy's quorum of witnesses yet");
		return EXIT_NO;
	}
	if (err != ERR_OK)
		return ledgering_say(l->name, err);
	if (policy_verify(&l->policy->policy, &crypto_hooks_default,
		bytes_from(out_bytes(ret), at), &checkpoint, &verdict,
		&fault) != ERR_OK ||
	    bytes_compare(checkpoint.origin, l->origin) != 0) {
		cli_say(
		    l->name, "the cosigned head does not satisfy the policy");
		return EXIT_NO;
	}
	*ret_head = checkpoint.head;
	return EXIT_YES;
}

enum exit_code
ledgering_checkpoint(
    struct ledgering *l, struct out *ret, struct merkle_head *ret_head)
{
	if (l->ledger == NULL) {
		out_put(ret, out_bytes(&l->checkpoint));
		*ret_head = l->head;
		return ret->failed == ERR_OK
		    ? EXIT_YES
		    : ledgering_say(l->name, ret->failed);
	}
	if (l->policy->policy.quorum == POLICY_QUORUM_NONE)
		return put_newest(l, ret, ret_head);
	return put_cosigned(l, ret, ret_head);
}

enum exit_code
ledgering_leaf(
    const struct held_file *file, struct arena *arena, struct bytes *ret)
{
	struct statement statement;
	struct fault fault;
	uint8_t *room;

	if (statement_read(file->bytes, &statement, &fault) != ERR_OK) {
		*ret = file->bytes;
		return EXIT_YES;
	}
	room = arena_take(arena, file->bytes.len);
	if (room == NULL)
		return ledgering_say(file->name, ERR_MEMORY);
	enum err err = statement_leaf(&statement, room, file->bytes.len, ret);

	return err == ERR_OK ? EXIT_YES : ledgering_say(file->name, err);
}

struct trust_state *
ledgering_state(struct ledgering *l, const struct ledgering_judging *judging,
    enum exit_code *ret_code)
{
	const struct policy *policy = &l->policy->policy;
	struct admission_terms terms = { .trusted = judging->trusted,
		.monitor = true };
	uint8_t *room = arena_take(&l->arena, LEDGER_ENTRY_MAX);
	struct cose_key *owner =
	    arena_take_array(&l->arena, POLICY_OWNERS_MAX, sizeof(*owner));
	struct trust_state *state = NULL;
	enum err err = ERR_OK;

	if (owner != NULL) {
		for (size_t i = 0; i < policy->owner_count; i++)
			owner[i] = policy->owner[i].key;
		state = trust_open(&l->arena, &crypto_hooks_default, owner,
		    policy->owner_count);
	}
	if (state == NULL || room == NULL)
		err = ERR_MEMORY;
	for (uint64_t i = 0; err == ERR_OK && i < l->head.size; i++) {
		struct admission said;
		struct bytes entry;

		err = ledgering_entry(l, i, room, &entry);
		if (err == ERR_OK)
			err = trust_admit(state, entry, &terms, &said);
		if (err == ERR_OK && judging->told != NULL)
			judging->told(judging->context, i, &said);
	}
	if (err == ERR_OK)
		return state;
	*ret_code = ledgering_say(l->name, err);
	return NULL;
}

void
ledgering_put_refusal(struct out *o, const struct admission *refused)
{
	struct out why = out_open(4 * KIB);

	admission_put(&why, refused);
	text_put_terminal(o, out_bytes(&why));
	out_close(&why);
}

void
ledgering_json_refusal(struct json *j, const struct admission *refused)
{
	struct out why = out_open(4 * KIB);

	admission_put(&why, refused);
	json_string(j, "reason", admission_word(refused->code));
	if (refused->code == REFUSED_NO_RIGHT)
		json_string(j, "right", trust_answer_word(refused->answer));
	json_text(j, "why", out_bytes(&why));
	out_close(&why);
}
