/* SPDX-License-Identifier: ISC */
/* Opens what lies in a ledger's folder. */
#include "worker/ledger_folder.h"

#include "base/limits.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "ledger/publish.h"
#include "system/folder.h"

#include <stdio.h>
#include <string.h>

#define FOLDER_ARENA_LEN (1 * MIB)
#define FOLDER_PATH_LEN 4096
#define FOLDER_POLICY_LEN ((size_t)256 * KIB)

static enum err
say(struct ledger_why *why, enum err err, const char *what)
{
	(void)snprintf(why->text, sizeof(why->text), "%s", what);
	return err;
}

static enum err
keep_read(const struct ledger_folder *l, const char *file, struct out *to)
{
	const char *why;

	return shelf_read(&l->shelf, file, to, &why);
}

enum err
ledger_folder_copy(const char *path, struct out *ret)
{
	struct shelf shelf;
	const char *why;
	enum err err = shelf_open(path, SHELF_READ, &shelf, &why);

	if (err != ERR_OK)
		return err;
	err = shelf_read(&shelf, LEDGER_FOLDER_COPY, ret, &why);
	shelf_close(&shelf);
	if (err == ERR_END)
		err = ERR_OK;
	out_u8(ret, 0);
	return err == ERR_OK ? ret->failed : err;
}

static enum err
open_copy(const char *path, struct ledger_folder *l, struct ledger_why *why)
{
	struct out copy = out_open(FOLDER_PATH_LEN);
	const char *reason = "";
	int file;
	enum err err = ledger_folder_copy(path, &copy);

	if (err != ERR_OK) {
		(void)say(why, err, "its file \"copy\" cannot be read");
	} else if (copy.ptr[0] != '\0') {
		err = folder_open(
		    (const char *)copy.ptr, false, &l->copy, &reason);
		if (err == ERR_OK)
			err = l->copy.open(l->copy.context, LEDGER_COPY,
			    FOLDER_READ, &file, &reason);
		if (err == ERR_OK)
			l->copy.close(l->copy.context, file);
		else
			(void)say(why, err,
			    "the copy of its newest head is not there");
	}
	out_close(&copy);
	return err;
}

static enum err
open_policy(struct ledger_folder *l, struct ledger_why *why)
{
	struct policy *policy = arena_take(&l->arena, sizeof(*policy));
	struct out text = out_open(FOLDER_POLICY_LEN);
	struct fault fault;
	enum err err = keep_read(l, LEDGER_FOLDER_POLICY, &text);

	if (err != ERR_OK) {
		out_close(&text);
		return say(why, err == ERR_END ? ERR_MALFORMED : err,
		    "its file \"policy\" cannot be read");
	}
	struct bytes copy = arena_copy(&l->arena, out_bytes(&text));

	err = policy == NULL || copy.len != text.len
	    ? ERR_MEMORY
	    : policy_read(copy, POLICY_WITH_OWNERS, &crypto_hooks_default,
		  policy, &fault);
	out_close(&text);
	if (err != ERR_OK)
		return say(why, err, "its policy is broken");
	if (policy->owner_count == 0)
		return say(why, ERR_MALFORMED,
		    "it is open: without an owner nobody has rights");
	l->policy = policy;
	l->policy_text = copy;
	return ERR_OK;
}

static enum err
open_all(const char *path, const struct signer *signer, struct ledger_folder *l,
    struct ledger_why *why)
{
	struct ledger_world world = {
		.files = &l->folder,
		.hooks = &crypto_hooks_default,
		.signer = signer,
		.one_thread = true, /* the jail starts none */
	};
	struct out note = out_open(2 * NOTE_LEN_MAX);
	const char *reason = "";
	enum err err = shelf_open(path, SHELF_READ, &l->shelf, &reason);

	if (err == ERR_OK && keep_read(l, PUBLISH_CHECKPOINT, &note) == ERR_OK)
		err = say(why, ERR_MALFORMED,
		    "it holds a copy of a ledger, not a ledger");
	else if (err != ERR_OK)
		(void)say(why, err, reason);
	out_close(&note);
	if (err != ERR_OK)
		return err;
	err = folder_open(path, false, &l->folder, &reason);
	if (err != ERR_OK)
		return say(why, err, reason);
	if (signer != NULL)
		err = open_copy(path, l, why);
	if (err == ERR_OK) {
		if (l->copy.open != NULL)
			world.copy = &l->copy;
		err = ledger_open(&world, &l->ledger, why);
	}
	if (err == ERR_OK) {
		l->origin = ledger_origin(l->ledger);
		err = open_policy(l, why);
	}
	return err;
}

enum err
ledger_folder_open(const char *path, const struct signer *signer,
    struct ledger_folder *ret, struct ledger_why *ret_why)
{
	*ret = (struct ledger_folder){
		.arena = arena_open(FOLDER_ARENA_LEN),
		.shelf = { -1, -1 },
	};
	enum err err = open_all(path, signer, ret, ret_why);

	if (err != ERR_OK)
		ledger_folder_close(ret);
	return err;
}

void
ledger_folder_close(struct ledger_folder *l)
{
	ledger_close(l->ledger);
	folder_close(&l->copy);
	folder_close(&l->folder);
	shelf_close(&l->shelf);
	arena_close(&l->arena);
	*l = (struct ledger_folder){ .shelf = { -1, -1 } };
}

static enum err
put_newest(struct ledger_folder *l, struct out *ret,
    struct merkle_head *ret_head, int64_t *ret_secs)
{
	struct ledger_head head;

	ledger_head(l->ledger, &head);
	enum err err = ledger_put_checkpoint(l->ledger, &head, ret);

	if (err == ERR_OK)
		err = ret->failed;
	if (err != ERR_OK)
		return err;
	*ret_head = head.tree;
	*ret_secs = (int64_t)(head.time_usecs / 1000000);
	return ERR_OK;
}

/* The head with a quorum; the signatures on it are looked at again. */
static enum err
put_cosigned(struct ledger_folder *l, struct out *ret,
    struct merkle_head *ret_head, int64_t *ret_secs)
{
	size_t at = ret->len;
	struct policy_verdict verdict;
	struct checkpoint checkpoint;
	struct fault fault;
	enum err err = keep_read(l, LEDGER_FOLDER_COSIGNED, ret);

	if (err != ERR_OK)
		return err;
	if (policy_verify(l->policy, &crypto_hooks_default,
		bytes_from(out_bytes(ret), at), &checkpoint, &verdict,
		&fault) != ERR_OK ||
	    !bytes_equal(checkpoint.origin, l->origin))
		return ERR_CHECKSUM;
	*ret_head = checkpoint.head;
	*ret_secs = (int64_t)verdict.newest;
	return ERR_OK;
}

enum err
ledger_folder_checkpoint(struct ledger_folder *l, struct out *ret,
    struct merkle_head *ret_head, int64_t *ret_secs)
{
	if (l->policy->quorum == POLICY_QUORUM_NONE)
		return put_newest(l, ret, ret_head, ret_secs);
	return put_cosigned(l, ret, ret_head, ret_secs);
}

enum err
ledger_folder_head(
    struct ledger_folder *l, uint64_t size, struct ledger_head *ret)
{
	uint64_t low = 0;
	uint64_t high = ledger_head_count(l->ledger);

	while (low < high) { /* sizes rise with the numbers */
		uint64_t middle = low + (high - low) / 2;
		struct ledger_head head;
		enum err err = ledger_read_head(l->ledger, middle, &head);

		if (err != ERR_OK)
			return err;
		if (head.tree.size == size) {
			*ret = head;
			return ERR_OK;
		}
		if (head.tree.size < size)
			low = middle + 1;
		else
			high = middle;
	}
	return ERR_END;
}
