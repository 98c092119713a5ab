/* SPDX-License-Identifier: ISC */
/* Finds source paths of the build machine. */
#include "inspect/leftover.h"

#include "base/limits.h"
#include "inspect/blob.h"
#include "inspect/elf.h"
#include "inspect/evidence.h"
#include "inspect/needles.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Characters that paths of build machines are made of. */
static bool
is_path_char(uint8_t byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	    (byte >= '0' && byte <= '9') || byte == '/' || byte == '.' ||
	    byte == '-' || byte == '_' || byte == '+' || byte == '@' ||
	    byte == '~';
}

/* The path that starts with `home` at `at`; empty when it names no file of
   a user there, or goes on from something before it. */
static struct bytes
read_path(struct bytes in, size_t at, size_t home_len)
{
	struct bytes path = bytes_slice(in, at, LIMIT_EXCERPT_LEN);
	size_t len = 0;

	while (len < path.len && is_path_char(path.ptr[len]))
		len++;
	path.len = len;
	if (at > 0 && is_path_char(in.ptr[at - 1]))
		return (struct bytes){ 0 };
	size_t slash = bytes_find_byte(path, '/', home_len);

	if (slash == SIZE_MAX || slash == home_len || slash + 1 >= path.len)
		return (struct bytes){ 0 };
	return path;
}

static struct bytes
find_path(struct bytes in, uint64_t held, enum needle home)
{
	size_t home_len = needle_bytes(home).len;
	size_t at = needle_find(in, held, home, 0);

	while (at != SIZE_MAX) {
		struct bytes path = read_path(in, at, home_len);

		if (path.len > 0)
			return path;
		at = needle_find(in, held, home, at + home_len);
	}
	return (struct bytes){ 0 };
}

enum err
leftover_inspect(
    const struct unpack_event *file, uint64_t held, struct facts *facts)
{
	struct bytes in = file->node.content;
	struct bytes path;

	if (!blob_is(file) && !elf_is(in))
		return ERR_OK;
	path = find_path(in, held, NEEDLE_HOME);
	if (path.len == 0)
		path = find_path(in, held, NEEDLE_USERS);
	if (path.len == 0)
		return ERR_OK;
	struct fact fact = evidence_fact(
	    file, FACT_BUILD_LEFTOVER, (size_t)(path.ptr - in.ptr), path.len);

	fact.name = BYTES("path");
	fact.value = path;
	return facts_add(facts, &fact);
}
