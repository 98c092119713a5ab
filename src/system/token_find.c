/* SPDX-License-Identifier: ISC */
/* Which token a URI names: over the modules, their slots, what is in them. */
#include "system/token_private.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS_MAX 64 /* of one module; more are not looked at */

/* Whether the module is one that the URI allows. */
static bool
matches_module(const struct token *t, CK_FUNCTION_LIST *module)
{
	const char *want = p11_kit_uri_get_module_name(t->uri);
	CK_INFO info;

	if (want != NULL) {
		char *name = p11_kit_module_get_name(module);
		bool same = name != NULL && strcmp(name, want) == 0;

		free(name);
		if (!same)
			return false;
	}
	return module->C_GetInfo(&info) == CKR_OK &&
	    p11_kit_uri_match_module_info(t->uri, &info) == 1;
}

/* Whether the token in that slot is one that the URI allows. */
static bool
matches_slot(const struct token *t, CK_FUNCTION_LIST *module, CK_SLOT_ID slot,
    CK_FLAGS *ret_flags)
{
	CK_SLOT_ID want = p11_kit_uri_get_slot_id(t->uri);
	CK_TOKEN_INFO token;
	CK_SLOT_INFO info;

	if (want != (CK_SLOT_ID)-1 && want != slot)
		return false;
	if (module->C_GetSlotInfo(slot, &info) != CKR_OK ||
	    module->C_GetTokenInfo(slot, &token) != CKR_OK ||
	    (token.flags & CKF_TOKEN_INITIALIZED) == 0)
		return false;
	*ret_flags = token.flags;
	return p11_kit_uri_match_slot_info(t->uri, &info) == 1 &&
	    p11_kit_uri_match_token_info(t->uri, &token) == 1;
}

/* Looks through a module; remembers the last token that matches and gives how
   many do. */
static size_t
look_in(struct token *t, CK_FUNCTION_LIST *module)
{
	CK_SLOT_ID slots[SLOTS_MAX];
	CK_ULONG count = SLOTS_MAX;
	CK_FLAGS flags = 0;
	size_t found = 0;

	if (!matches_module(t, module) ||
	    module->C_GetSlotList(CK_TRUE, slots, &count) != CKR_OK)
		return 0;
	for (CK_ULONG i = 0; i < count; i++) {
		if (!matches_slot(t, module, slots[i], &flags))
			continue;
		t->p11 = module;
		t->slot = slots[i];
		t->flags = flags;
		found++;
	}
	return found;
}

static enum err
load_own(struct token *t, const char *path)
{
	CK_FUNCTION_LIST *module = p11_kit_module_load(path, 0);

	if (module == NULL)
		return token_fail(t, ERR_MALFORMED,
		    "module-path names no PKCS#11 library that loads");
	if (p11_kit_module_initialize(module) != CKR_OK) {
		p11_kit_module_release(module);
		return token_fail(
		    t, ERR_SYSTEM, "the library of module-path does not start");
	}
	t->own = module;
	return ERR_OK;
}

enum err
token_find(struct token *t)
{
	const char *path = p11_kit_uri_get_module_path(t->uri);
	size_t found = 0;
	enum err err = ERR_OK;

	p11_kit_be_quiet(); /* else it prints what a library gets wrong */
	if (path != NULL) {
		err = load_own(t, path);
		if (err == ERR_OK)
			found = look_in(t, t->own);
	} else {
		t->modules = p11_kit_modules_load_and_initialize(0);
		for (size_t i = 0; t->modules != NULL && t->modules[i] != NULL;
		     i++)
			found += look_in(t, t->modules[i]);
	}
	if (err != ERR_OK)
		return err;
	if (found == 0)
		return token_fail(t, ERR_MALFORMED, "there is no such token");
	if (found > 1)
		return token_fail(t, ERR_MALFORMED,
		    "several tokens are called so: add token= or serial=");
	return ERR_OK;
}
