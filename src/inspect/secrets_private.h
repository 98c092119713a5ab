/* SPDX-License-Identifier: ISC */
/* Shared by the parts of secrets.h. */
#ifndef INSPECT_SECRETS_PRIVATE_H
#define INSPECT_SECRETS_PRIVATE_H

#include "inspect/secrets.h"

#include <stdbool.h>
#include <stddef.h>

struct secrets {
	struct bytes path, name, content;
	uint64_t held;	   /* needles in the content */
	struct bytes base; /* the last part of name */
	struct facts *facts;
	unsigned found;
};

/* Adds it unless the file has given SECRETS_PER_FILE; path and place are set
   here. `text` is what the evidence shows. */
enum err secrets_add(
    struct secrets *s, struct fact *fact, size_t at, struct bytes text);

/* What a script or a person still has to fill in, or no secret at all. */
bool secrets_is_placeholder(struct bytes value);

/* Without blanks and one pair of quotes around it. */
struct bytes secrets_unquote(struct bytes in);

/* Whether the file's name says that it holds settings, and not a program,
   a document, an example or a translation. */
bool secrets_is_configuration(const struct secrets *s);

/* FACT_WIFI_PASSPHRASE and the personal data that a client's one is. */
enum err secrets_find_wifi(struct secrets *s);

/* FACT_CREDENTIALS in configuration files. */
enum err secrets_find_credentials(struct secrets *s);

#endif
