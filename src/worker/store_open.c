/* SPDX-License-Identifier: ISC */
/* What the store holds, opened and closed. */
#include "base/limits.h"
#include "system/file.h"
#include "worker/registry_wire.h"
#include "worker/store_private.h"

#include <string.h>

#define STORE_COPY_LEN 4096

/* ---- before the jail: what needs more than the jail leaves ---- */

static enum err
open_database(struct store *s)
{
	struct database_why why;
	bool writes = s->wish.role != STORE_FRONT;
	enum err err = database_open((const char *)s->wish.database.ptr,
	    writes ? DATABASE_WRITE : DATABASE_READ, &s->database, &why);

	return err == ERR_OK ? ERR_OK
			     : store_fail("store-database", why.text, err);
}

enum err
store_open_outside(struct store *s)
{
	const char *why = "";
	enum shelf_mode mode =
	    s->wish.role == STORE_FRONT ? SHELF_READ : SHELF_WRITE;
	enum err err;

	s->shelf = (struct shelf){ -1, -1 };
	s->ledger.shelf = (struct shelf){ -1, -1 };
	s->reply = out_open(REGISTRY_WIRE_REPLY_LEN_MAX);
	s->shown.checkpoint = out_open(2 * NOTE_LEN_MAX);
	s->arena = arena_open(2 * TRUST_STATE_LEN_MAX);
	s->copy_path = out_open(STORE_COPY_LEN);
	err = shelf_open(
	    (const char *)s->wish.published.ptr, mode, &s->shelf, &why);
	if (err != ERR_OK)
		return store_fail("store-published", why, err);
	if (s->wish.role == STORE_WRITER) {
		err = ledger_folder_copy(
		    (const char *)s->wish.ledger.ptr, &s->copy_path);
		if (err != ERR_OK)
			return store_fail("store-ledger",
			    "its file \"copy\" cannot be read", err);
	}
	return open_database(s);
}

/* ---- in the jail ---- */

static enum err
read_head(struct store *s)
{
	struct arena arena = arena_open(64 * KIB);
	struct registry_head head;
	enum err err = database_read_head(s->database, &arena, &head);

	if (err == ERR_OK && head.origin.len > LEDGER_ORIGIN_MAX)
		err = ERR_MALFORMED;
	if (err == ERR_OK) {
		s->head = head;
		if (head.origin.len > 0)
			memcpy(s->origin, head.origin.ptr, head.origin.len);
		s->head.origin =
		    (struct bytes){ (uint8_t *)s->origin, head.origin.len };
	} else {
		(void)store_fail(
		    "store-database", database_trouble(s->database), err);
	}
	arena_close(&arena);
	return err;
}

static enum err
open_key(struct store *s)
{
	enum err err = sign_client_open(STORE_SIGN_FD, &s->sign);

	if (err != ERR_OK)
		return store_fail("store-key", s->sign.why, err);
	s->heads = sign_client_heads(&s->sign);
	return ERR_OK;
}

static enum err
open_ledger(struct store *s)
{
	bool writes = s->wish.role == STORE_WRITER;
	struct ledger_why why = { "" };
	struct ledger_head head;
	enum err err = ledger_folder_open((const char *)s->wish.ledger.ptr,
	    writes ? &s->heads : NULL, &s->ledger, &why);

	if (err != ERR_OK)
		return store_fail("store-ledger", why.text, err);
	ledger_head(s->ledger.ledger, &head);
	struct merkle_nodes nodes = ledger_nodes(s->ledger.ledger);

	if (writes)
		err = sign_client_begin(
		    &s->sign, &crypto_hooks_default, &nodes, &head);
	if (err != ERR_OK)
		return store_fail("store-key", s->sign.why, err);
	s->receipts = (struct sign_receipts){
		.client = writes ? &s->sign : NULL,
		.key = *ledger_key(s->ledger.ledger),
		.head = head,
	};
	return ERR_OK;
}

static enum err
open_state(struct store *s)
{
	const struct policy *policy = s->ledger.policy;

	for (size_t i = 0; i < policy->owner_count; i++)
		s->owner[i] = policy->owner[i].key;
	s->room = arena_take(&s->arena, LEDGER_ENTRY_MAX);
	s->state = trust_open(
	    &s->arena, &crypto_hooks_default, s->owner, policy->owner_count);
	s->shown_state = s->state;
	if (policy->quorum != POLICY_QUORUM_NONE)
		s->shown_state = trust_open(&s->arena, &crypto_hooks_default,
		    s->owner, policy->owner_count);
	if (s->state != NULL)
		s->view = view_open(&s->arena, s->state, &crypto_hooks_default);
	if (s->room == NULL || s->view == NULL || s->shown_state == NULL)
		return store_fail("store-start", "out of memory", ERR_MEMORY);
	return ERR_OK;
}

enum err
store_open_inside(struct store *s)
{
	enum err err = ERR_OK;

	if (s->wish.role == STORE_WRITER)
		err = open_key(s);
	if (err == ERR_OK && s->wish.role != STORE_FRONT) {
		err = open_ledger(s);
		if (err == ERR_OK)
			err = open_state(s);
	}
	if (err == ERR_OK)
		err = read_head(s);
	if (err == ERR_OK && s->wish.role != STORE_FRONT)
		err = store_check_database(s);
	if (err == ERR_OK)
		err = store_open_shown(s);
	return err;
}

void
store_close(struct store *s)
{
	database_close(s->database);
	ledger_folder_close(&s->ledger);
	if (s->wish.role == STORE_WRITER)
		sign_client_close(&s->sign);
	if (s->shown.log_is_open)
		static_close(&s->shown.log);
	out_close(&s->shown.checkpoint);
	out_close(&s->reply);
	out_close(&s->copy_path);
	shelf_close(&s->shelf);
	arena_close(&s->arena);
	if (s->wish_bytes.ptr != NULL)
		file_unmap(s->wish_bytes);
}
