/* SPDX-License-Identifier: ISC */
/* What the files that follow start-up share. */
#ifndef INSPECT_STARTUP_PRIVATE_H
#define INSPECT_STARTUP_PRIVATE_H

#include "base/bytes.h"
#include "base/err.h"
#include "inspect/facts.h"
#include "inspect/keep.h"
#include "inspect/word_counts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Scripts followed in one root. */
#define SCRIPTS_MAX 400
#define SERVICES_MAX 256

struct known_service {
	struct bytes program;
	uint64_t port;
};

struct startup {
	const struct keep *keep;
	struct facts *facts;
	struct bytes root;
	struct known_service known[SERVICES_MAX];
	size_t known_count;
	bool started[SERVICES_MAX]; /* by index in known */
	/* Scripts to be read, and read already. */
	const struct kept *script[SCRIPTS_MAX];
	size_t script_count;
	/* The words of the first worded_count of them. */
	struct word_counts words;
	size_t worded_count;
	enum err err; /* the first failure of the machine */
};

/* Everything a line tells about a service that it starts. */
struct start {
	const struct kept *file;
	struct bytes command; /* as written, may have a path */
	struct bytes user;
	struct bytes line;
	size_t at;
	const char *condition; /* "always" "guarded" "socket" */
};

/* startup.c */

/* Adds the fact; a failure goes to s->err. */
void startup_add_fact(struct startup *s, const struct fact *fact);

struct fact startup_fact_at(
    enum fact_kind kind, const struct kept *file, size_t at, struct bytes line);

/* Whether this is the name of a known service. */
bool startup_knows(const struct startup *s, struct bytes program);

/* Adds a FACT_SERVICE when the program is a known one and in this root. */
void startup_add_service(struct startup *s, const struct start *start);

/* Has the script read, once; NULL and files without text are nothing. */
void startup_add_script(struct startup *s, const struct kept *file);
void startup_add_script_named(struct startup *s, struct bytes name);

/* startup_scripts.c */

bool startup_is_shell(struct bytes program);
void startup_read_script(struct startup *s, const struct kept *file);

/* The commands of `sh -c "…"`, whose words behind sh are `rest`; they go with
   start's line, user and condition. False when there is no -c. */
bool startup_read_shell_words(
    struct startup *s, const struct start *start, struct bytes rest);

/* startup_tables.c: files that list what is started. */

bool startup_is_getty(struct bytes program);
void startup_read_inittab(struct startup *s, const struct kept *file);
void startup_read_inetd(struct startup *s, const struct kept *file);
void startup_read_xinetd(struct startup *s, const struct kept *file);

/* startup_units.c: `wanted` is the link or file below a .wants folder. */

void startup_read_unit(struct startup *s, const struct kept *wanted);

#endif
