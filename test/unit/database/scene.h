/* SPDX-License-Identifier: ISC */
/* A database with a story in it, and all that one can ask of it. */
#ifndef TEST_UNIT_DATABASE_SCENE_H
#define TEST_UNIT_DATABASE_SCENE_H

#include "../registry/story.h"
#include "database/database.h"
#include "shadow.h"

/* A database of its own for each test, and a story that fills it. */
struct scene {
	const char *postgres; /* NULL: SQLite */
	char folder[64];
	char name[256];
	struct database *db;
	struct story s;
	struct arena arena;
	struct view *view;
	struct shadow *shadow;
};

/* For cmocka. Everything fails by assertion. */
int scene_set_up(void **state);
int scene_tear_down(void **state);

/* Statements for the engine itself, behind the module's back. */
void scene_tell_postgres(const char *uri, const char *sql);
void scene_tell_sqlite(const char *name, const char *sql);

/* The story, its view and its shadow; set_up() opens one. */
void scene_open_story(struct scene *c, uint64_t seed, bool monitor);
void scene_close_story(struct scene *c);

struct database *scene_open_as(const struct scene *c, enum database_mode mode);
/* That it went well; says why not. */
void scene_good(struct database *db, enum err err);

void scene_begin(struct scene *c, bool bulk);
/* Entries of the story into the shadow and, when it is open, the database. */
void scene_tell(struct scene *c, unsigned steps);
void scene_commit(struct scene *c);
struct registry_head scene_head_of(uint64_t size);

/* Asks and compares: in both orders, with and without a place to go on from,
   by many and by few. */
void scene_ask_all_ways(
    struct scene *c, struct database *db, struct registry_question q);
/* Every question that there is; and enough to see that tables and indexes
   agree. */
void scene_ask_everything(struct scene *c, struct database *db);
void scene_ask_a_few(struct scene *c, struct database *db);

#endif
