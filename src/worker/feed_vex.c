/* SPDX-License-Identifier: ISC */
/* Copies statements out of the reader's memory. */
#include "worker/feed_vex.h"

#include "base/limits.h"

#include <string.h>

#define FIRST_ROOM ((size_t)64)

struct feed_vex
feed_vex_open(void)
{
	return (struct feed_vex){ .arena = arena_open(LIMIT_VEX_LEN) };
}

void
feed_vex_close(struct feed_vex *v)
{
	arena_close(&v->arena);
	v->list = NULL;
	v->count = 0;
	v->room = 0;
}

static enum err
make_room(struct feed_vex *v)
{
	size_t room = v->room > 0 ? 2 * v->room : FIRST_ROOM;

	if (v->count < v->room)
		return ERR_OK;
	struct vex_statement *list =
	    arena_take_array(&v->arena, room, sizeof(*list));

	if (list == NULL)
		return ERR_LIMIT;
	if (v->count > 0)
		memcpy(list, v->list, v->count * sizeof(*list));
	v->list = list;
	v->room = room;
	return ERR_OK;
}

static void
keep(struct feed_vex *v, struct bytes *text, enum err *err)
{
	size_t len = text->len;

	*text = arena_copy(&v->arena, *text);
	if (text->len != len)
		*err = ERR_LIMIT;
}

static void
keep_name(struct feed_vex *v, struct vex_name *name, enum err *err)
{
	keep(v, &name->purl, err);
	keep(v, &name->cpe, err);
	keep(v, &name->name, err);
	keep(v, &name->version, err);
	keep(v, &name->supplier, err);
	keep(v, &name->sha256, err);
}

static void
keep_aliases(struct feed_vex *v, struct vex_statement *s, enum err *err)
{
	struct bytes *aliases =
	    arena_take_array(&v->arena, s->alias_count, sizeof(*aliases));

	if (aliases == NULL) {
		*err = ERR_LIMIT;
		return;
	}
	for (size_t i = 0; i < s->alias_count; i++) {
		aliases[i] = s->aliases[i];
		keep(v, &aliases[i], err);
	}
	s->aliases = aliases;
}

static enum err
take_statement(void *context, const struct vex_statement *statement)
{
	struct feed_vex *v = context;
	struct vex_statement s = *statement;
	enum err err = make_room(v);

	if (err != ERR_OK)
		return err;
	keep(v, &s.id, &err);
	keep(v, &s.justification, &err);
	keep(v, &s.detail, &err);
	keep(v, &s.author, &err);
	keep(v, &s.document, &err);
	keep_name(v, &s.product, &err);
	keep_name(v, &s.component, &err);
	keep_aliases(v, &s, &err);
	if (err == ERR_OK)
		v->list[v->count++] = s;
	return err;
}

/* A document on a product may tell of the vulnerabilities, too: nobody asks it
   which versions are affected. */
static enum err
drop_vulnerability(void *context, const struct vulnerability *v,
    const struct claim *claims, size_t claim_count)
{
	(void)context;
	(void)v;
	(void)claims;
	(void)claim_count;
	return ERR_OK;
}

static enum err
drop_exploited(void *context, const struct exploited *e)
{
	(void)context;
	(void)e;
	return ERR_OK;
}

static enum err
drop_score(void *context, struct bytes id, uint32_t epss, uint32_t percentile)
{
	(void)context;
	(void)id;
	(void)epss;
	(void)percentile;
	return ERR_OK;
}

struct feed_sink
feed_vex_sink(struct feed_vex *v)
{
	return (struct feed_sink){
		.context = v,
		.vulnerability = drop_vulnerability,
		.exploited = drop_exploited,
		.score = drop_score,
		.vex = take_statement,
	};
}
