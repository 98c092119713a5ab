/* SPDX-License-Identifier: ISC */
/* A ledger with a label of every standing, to look at and to test pages with. */
#ifndef TEST_UNIT_REGISTRY_PAGE_SCENE_H
#define TEST_UNIT_REGISTRY_PAGE_SCENE_H

#include "api_world.h"

/* The labels, by what is to be seen of them when the scene is set. */
enum scene_label {
	SCENE_SUPERSEDED, /* by the next */
	SCENE_TESTED,	  /* with update, advisories, correction */
	SCENE_SUSPENDED,
	SCENE_REVOKED,
	SCENE_OWNER, /* suspended by the scheme's owner */
	SCENE_EXPIRED,
	SCENE_SUPPORT_ENDED,
	SCENE_DECLARED,
	SCENE_REVIEWED,
	SCENE_FOREIGN, /* markup in every field */
	SCENE_LABELS
};

struct page_scene {
	struct api_world api;
	uint64_t label[SCENE_LABELS]; /* ledger indexes */
	char product[SCENE_LABELS][2 * PRODUCT_ID_LEN + 1];
	char body[2 * SHA256_LEN + 1]; /* of LAB_A */
	char withdrawn[2 * SHA256_LEN + 1];
};

/* What is in every field of the foreign label, and must be text only. */
#define SCENE_MARKUP "<b onx='1'>&\""
/* Further kinds of it, for fields with addresses. */
#define SCENE_SCRIPT "javascript:alert(1)"

void page_scene_open(struct page_scene *s);
void page_scene_close(struct page_scene *s);

int page_scene_setup(void **state);
int page_scene_teardown(void **state);

#endif
