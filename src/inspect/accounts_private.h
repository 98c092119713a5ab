/* SPDX-License-Identifier: ISC */
/* Shared by the readers of account files. */
#ifndef INSPECT_ACCOUNTS_PRIVATE_H
#define INSPECT_ACCOUNTS_PRIVATE_H

#include "inspect/accounts.h"

#include <stddef.h>

#define CACHE_COUNT 16

/* Facts of one image from here; real ones have a few dozen accounts. */
#define ACCOUNT_LIMIT 2000

/* Lines looked at and bytes of a file, so that pairing passwd with shadow
   stays short; real files have less than 4 KiB. */
#define LINE_LIMIT 4000
#define ACCOUNT_FILE_LEN ((size_t)64 << 10)

struct accounts {
	const struct keep *keep;
	const struct password_list *list;
	struct facts *facts;
	struct password_budget budget;
	unsigned count;
	unsigned lines;
	/* The same hash often stands in passwd, passwd- and a default file. */
	struct {
		struct bytes user, hash;
		struct password_found found;
	} cache[CACHE_COUNT];
	size_t cache_count;
};

/* One line with the file it stands in. */
struct line {
	const struct kept *file;
	struct bytes text;
	size_t at;
};

/* A user name as programs accept them, so that prose gives no accounts. */
bool accounts_is_user(struct bytes name);

/* The fact with its evidence: file, offset and the line. */
struct fact accounts_fact(const struct line *line, enum fact_kind kind);

/* The facts of a stored hash: what kind it is, and the password if known. */
enum err accounts_add_hash(struct accounts *a, const struct line *line,
    struct bytes user, struct bytes hash);

/* The next line that is not a comment, with its offset. */
bool accounts_next_line(
    const struct kept *file, struct bytes *rest, struct line *ret);

/* The parts between colons, the last one cut; how many there are. */
size_t accounts_split(struct bytes line, struct bytes *field, size_t cap);

/* The service whose users a file of this name holds, or NULL. */
const char *accounts_service_of(struct bytes name);

enum err accounts_read_users(
    struct accounts *a, const struct kept *file, const char *service);

#endif
