/* SPDX-License-Identifier: ISC */
/* From a request to its route, and from the route's word to an answer. */
#include "registry/registry.h"

#include "registry/api_private.h"
#include "registry/route_private.h"

#include <stdlib.h>

/* Bytes of all texts of all languages, with the tables that find them. */
#define TEXTS_LEN_MAX ((size_t)4 << 20)

enum err
registry_open(const struct registry_wish *wish, struct registry **ret,
    struct fault *ret_fault)
{
	struct registry *registry = calloc(1, sizeof(*registry));
	enum err err;

	if (registry == NULL)
		return ERR_MEMORY;
	registry->wish = *wish;
	registry->arena = arena_open(TEXTS_LEN_MAX);
	err = texts_open(
	    wish->data, &registry->arena, &registry->texts, ret_fault);
	if (err != ERR_OK) {
		registry_close(registry);
		return err;
	}
	*ret = registry;
	return ERR_OK;
}

void
registry_close(struct registry *registry)
{
	if (registry == NULL)
		return;
	arena_close(&registry->arena);
	free(registry);
}

enum err
registry_share(const struct registry *registry,
    const struct registry_source *source, struct registry **ret)
{
	struct registry *shared = calloc(1, sizeof(*shared));

	if (shared == NULL)
		return ERR_MEMORY;
	shared->wish = registry->wish;
	shared->wish.source = *source;
	shared->texts = registry->texts;
	shared->arena = arena_open(0);
	shared->is_shared = true;
	*ret = shared;
	return ERR_OK;
}

/* ---- what form and language ---- */

#define FORMS_ALL                                                              \
	(1U << REGISTRY_HTML | 1U << REGISTRY_JSON | 1U << REGISTRY_CBOR)
#define FORMS_API (1U << REGISTRY_JSON | 1U << REGISTRY_CBOR)

/* In a choice: nothing that is here would do. It is part of the choice, because
   an answer to one who takes anything must not be given to one who does not. */
#define LANGUAGE_NONE TEXTS_LANGUAGES

/* For nothing in particular; a page where the route has one. */
static enum registry_form
default_form(const struct route *route)
{
	if (route == NULL)
		return REGISTRY_JSON;
	if (route->form == REGISTRY_HTML && route->forms && route->page == NULL)
		return REGISTRY_JSON;
	return route->form;
}

/* False when it has none of those that are wanted. */
static bool
choose_form(const struct route_match *match, struct bytes accept,
    enum registry_form *ret)
{
	const struct route *route = match->route;
	unsigned forms = FORMS_API;

	*ret = match->has_form ? match->form : default_form(route);
	if (match->has_form)
		return true;
	if (route == NULL)
		forms = FORMS_ALL;
	else if (route->forms)
		forms = route_forms(route);
	else if (!route->is_api || route->form == REGISTRY_CBOR)
		return true; /* a page, or SCRAPI, and nothing else */
	return route_choose_form(accept, forms, *ret, ret) || route == NULL ||
	    !route->forms;
}

struct registry_choice
registry_choose(
    const struct registry *registry, const struct registry_request *request)
{
	uint8_t room[REGISTRY_TARGET_MAX];
	struct registry_choice choice = { .form = REGISTRY_JSON };
	struct route_target target = { 0 };
	struct route_match match = { 0 };

	(void)registry;
	if (route_read_target(request->target, room, &target) == ERR_OK)
		route_find(&target, request->method, &match);
	if (!choose_form(&match, request->accept, &choice.form))
		return (struct registry_choice){ REGISTRY_JSON, LANGUAGE_NONE };
	if (choice.form == REGISTRY_HTML)
		choice.language = target.has_language
		    ? target.language
		    : texts_choose(request->accept_language);
	return choice;
}

/* ---- answering ---- */

static const char *
allow_text(unsigned methods)
{
	bool get = (methods & 1U << REGISTRY_GET) != 0;
	bool post = (methods & 1U << REGISTRY_POST) != 0;

	if (get && post)
		return "GET, HEAD, POST";
	return get ? "GET, HEAD" : "POST";
}

static enum err
refuse_method(struct route_call *call, unsigned methods)
{
	enum err err = route_refuse(call, 405, NULL);

	call->answer->allow = allow_text(methods);
	return err;
}

static enum err
run(struct route_call *call, const struct route_match *match)
{
	const struct route *route = match->route;
	route_run *function = route->run;

	if (call->choice.language == LANGUAGE_NONE)
		return route_refuse(call, 406, NULL);
	if (call->choice.form == REGISTRY_HTML && route->page != NULL)
		function = route->page;
	if (function == NULL)
		return ERR_END;
	for (size_t i = 0; i < ROUTE_PARTS; i++)
		call->part[i] = match->part[i];
	return function(call);
}

/* Whether another Accept or Accept-Language could get something else. */
static bool
varies(const struct route_call *call, const struct route_target *target,
    const struct route_match *match)
{
	if (call->choice.form == REGISTRY_HTML && !target->has_language)
		return true;
	return match->route->by_accept ||
	    (match->route->forms && !match->has_form);
}

static enum err
find_and_run(struct route_call *call)
{
	uint8_t *room = arena_take(call->arena, REGISTRY_TARGET_MAX);
	struct route_target target;
	struct route_match match;
	enum err err;

	if (room == NULL)
		return ERR_MEMORY;
	err = route_read_target(call->request->target, room, &target);
	if (err != ERR_OK)
		return route_refuse(call, err == ERR_LIMIT ? 414 : 400, NULL);
	call->path = target.path;
	call->query = target.query;
	route_find(&target, call->request->method, &match);
	if (match.route == NULL)
		return match.methods != 0 ? refuse_method(call, match.methods)
					  : ERR_END;
	err = run(call, &match);
	if (err == ERR_OK && varies(call, &target, &match))
		call->answer->varies = true;
	/* Another Accept could get another type for the same choice. */
	if (err == ERR_OK && call->request->method == REGISTRY_GET)
		call->answer->may_be_kept = !match.route->by_accept;
	return err;
}

/* A failure as an answer. */
static enum err
give_failure(struct route_call *call, enum err err)
{
	switch (err) {
	case ERR_OK:
	case ERR_MEMORY:
		return err;
	case ERR_END:
		return route_refuse(call, 404, NULL);
	case ERR_MALFORMED:
		return route_refuse(call, 400, NULL);
	case ERR_TRUNCATED:
	case ERR_UNSUPPORTED:
	case ERR_CHECKSUM:
	case ERR_ENCRYPTED:
		return route_refuse(call, 500, NULL);
	case ERR_LIMIT:
	case ERR_SYSTEM:
		return route_refuse(call, 503, NULL);
	}
	return ERR_MEMORY;
}

/* The last look at an answer. *ret is set only when there is one. */
static enum err
finish(struct route_call *call, enum err err, struct registry_answer *ret)
{
	struct registry_answer *answer = call->answer;

	err = give_failure(call, err);
	if (err != ERR_OK)
		return err == ERR_LIMIT ? ERR_MEMORY : err;
	if (call->choice.form == REGISTRY_HTML && answer->language == NULL)
		answer->language = texts_code(call->choice.language);
	if (answer->status >= 400 || answer->cache == REGISTRY_NO_STORE)
		answer->may_be_kept = false;
	*ret = *answer;
	return ERR_OK;
}

enum err
registry_answer(const struct registry *registry,
    const struct registry_request *request, struct registry_choice choice,
    struct arena *arena, struct registry_answer *ret)
{
	struct registry_answer answer = { .status = 200 };
	struct route_call call = {
		.registry = registry,
		.request = request,
		.choice = choice,
		.arena = arena,
		.answer = &answer,
	};

	return finish(&call, find_and_run(&call), ret);
}

enum err
registry_submitted(const struct registry *registry,
    const struct registry_request *request, struct registry_choice choice,
    const struct registry_submission *submission, struct arena *arena,
    struct registry_answer *ret)
{
	struct registry_answer answer = { .status = 200 };
	struct route_call call = {
		.registry = registry,
		.request = request,
		.choice = choice,
		.arena = arena,
		.answer = &answer,
	};

	return finish(&call, api_submitted(&call, submission), ret);
}

enum err
registry_refuse(const struct registry *registry, struct registry_choice choice,
    unsigned status, struct arena *arena, struct registry_answer *ret)
{
	static const struct registry_request nothing = {
		.method = REGISTRY_OTHER,
	};
	struct registry_answer answer = { .status = status };
	struct route_call call = {
		.registry = registry,
		.request = &nothing,
		.choice = choice,
		.arena = arena,
		.answer = &answer,
	};

	return finish(&call, route_refuse(&call, status, NULL), ret);
}
