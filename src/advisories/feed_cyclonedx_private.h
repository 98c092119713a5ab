/* SPDX-License-Identifier: ISC */
/* The components of a CycloneDX document, and what its refs stand for. */
#ifndef ADVISORIES_FEED_CYCLONEDX_PRIVATE_H
#define ADVISORIES_FEED_CYCLONEDX_PRIVATE_H

#include "advisories/feed_vex_private.h"

/* What a bom-ref stands for. */
struct cyclonedx_component {
	struct bytes ref;
	size_t place; /* of several with one ref the first counts */
	struct vex_name name;
};

/* A component with patches, and where they stand. */
struct cyclonedx_patched {
	struct vex_name name;
	struct json_reader patches; /* behind the JSON_ARRAY */
};

/* All of it is {0} at first; what it takes stays in the feed's arena. */
struct cyclonedx_tree {
	struct bytes serial;		 /* "urn:uuid:…" */
	struct cyclonedx_component root; /* metadata.component */
	struct feed_list pending;    /* struct json_reader: arrays to read */
	struct feed_list components; /* sorted by ref */
	struct feed_list patched;
};

/* "name" of the object behind whose JSON_OBJECT the reader stands. */
struct bytes cyclonedx_read_name(struct feed *f);

/* Behind its JSON_OBJECT. The components inside of it are put off. */
struct cyclonedx_component cyclonedx_read_component(
    struct feed *f, struct cyclonedx_tree *tree);

/* Behind the JSON_ARRAY of "components": puts them off. */
void cyclonedx_add_components(struct feed *f, struct cyclonedx_tree *tree);

/* Reads all that was put off, outer components before inner ones. */
void cyclonedx_read_components(struct feed *f, struct cyclonedx_tree *tree);

/*
 * Sets whom the statement is about: a component in the root. The root itself
 * is all of it: product and component are then the same, and the result is
 * true. A ref that the document does not explain stays as a package URL or as
 * a name.
 */
bool cyclonedx_take_ref(struct feed *f, const struct cyclonedx_tree *tree,
    struct bytes ref, struct vex_statement *vex);

#endif
