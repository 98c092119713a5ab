/* SPDX-License-Identifier: ISC */
/* The description of the API and the table of routes say the same. */
#include "base/data.h"
#include "codec/json_read.h"
#include "registry/route_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OPERATIONS 100
#define PREFIX "#/components/parameters/"

/* An operation as data/openapi.json has it. */
struct operation {
	struct bytes path, method, id, summary;
	struct bytes parameter[ROUTE_PARTS];
	size_t parameter_count;
};

struct description {
	struct operation operation[OPERATIONS];
	size_t count;
};

/* Where the reader is: depths of the members that count. */
enum {
	DEPTH_ROOT = 1, /* "paths" */
	DEPTH_PATH,	/* "/label/{index}" */
	DEPTH_METHOD,	/* "get" */
	DEPTH_OPERATION,
};

static void
take_item(
    struct description *d, const struct json_item *item, struct bytes *path)
{
	struct operation *o = d->count > 0 ? &d->operation[d->count - 1] : NULL;

	if (item->depth == DEPTH_PATH && item->kind == JSON_OBJECT) {
		*path = item->key;
	} else if (item->depth == DEPTH_METHOD && item->kind == JSON_OBJECT) {
		assert_true(d->count < OPERATIONS);
		d->operation[d->count++] = (struct operation){
			.path = *path,
			.method = item->key,
		};
	} else if (o != NULL && item->kind == JSON_TEXT) {
		if (item->depth == DEPTH_OPERATION &&
		    bytes_equal_text(item->key, "operationId"))
			o->id = item->text;
		if (item->depth == DEPTH_OPERATION &&
		    bytes_equal_text(item->key, "summary"))
			o->summary = item->text;
		if (bytes_starts(item->text, BYTES(PREFIX)) &&
		    o->parameter_count < ROUTE_PARTS)
			o->parameter[o->parameter_count++] =
			    bytes_from(item->text, strlen(PREFIX));
	}
}

static void
read_description(struct description *d)
{
	struct bytes file = data_find(data_embedded(), "openapi.json");
	struct json_reader r = json_reader_open(file);
	struct json_item item;
	struct bytes path = { NULL, 0 };
	bool in_paths = false;
	enum err err;

	memset(d, 0, sizeof(*d));
	assert_true(file.len > 0);
	while ((err = json_read(&r, &item)) == ERR_OK) {
		if (item.depth == DEPTH_ROOT && item.kind != JSON_END)
			in_paths = bytes_equal_text(item.key, "paths");
		else if (in_paths)
			take_item(d, &item, &path);
	}
	assert_int_equal(err, ERR_END);
}

/* "/tile/{path}" is "/tile/{path...}" in the table. */
static bool
is_pattern(const char *pattern, struct bytes path)
{
	struct bytes rest = bytes_of(pattern);
	size_t dots = bytes_find(rest, BYTES("...}"), 0);

	if (dots == SIZE_MAX)
		return bytes_equal(rest, path);
	return path.len == rest.len - 3 &&
	    bytes_equal(bytes_slice(path, 0, dots), bytes_slice(rest, 0, dots));
}

static const struct operation *
find_operation(const struct description *d, const struct route *route)
{
	const char *method = route->method == REGISTRY_GET ? "get" : "post";

	for (size_t i = 0; i < d->count; i++)
		if (bytes_equal_text(d->operation[i].method, method) &&
		    is_pattern(route->pattern, d->operation[i].path))
			return &d->operation[i];
	return NULL;
}

/* The names in braces, one after the other, are the parameters. */
static void
check_parameters(const struct route *route, const struct operation *o)
{
	struct bytes rest = bytes_of(route->pattern);
	size_t count = 0;

	for (;;) {
		size_t begin = bytes_find_byte(rest, '{', 0);
		size_t end = bytes_find_byte(rest, '}', 0);
		struct bytes name;

		if (begin == SIZE_MAX)
			break;
		name = bytes_slice(rest, begin + 1, end - begin - 1);
		if (bytes_ends(name, BYTES("...")))
			name.len -= 3;
		assert_true(count < o->parameter_count);
		assert_true(bytes_equal(name, o->parameter[count]));
		count++;
		rest = bytes_from(rest, end + 1);
	}
	assert_int_equal(count, o->parameter_count);
}

static void
table_and_description_name_the_same_operations(void **state)
{
	struct description *d = malloc(sizeof(*d));
	size_t described = 0;

	(void)state;
	assert_non_null(d);
	read_description(d);
	for (size_t i = 0; i < route_count; i++) {
		const struct route *route = &routes[i];
		const struct operation *o;

		if (route->id == NULL)
			continue;
		o = find_operation(d, route);
		if (o == NULL)
			fail_msg("%s is not described", route->pattern);
		assert_true(bytes_equal_text(o->id, route->id));
		assert_true(bytes_equal_text(o->summary, route->summary));
		check_parameters(route, o);
		described++;
	}
	assert_int_equal(described, d->count);
	free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    table_and_description_name_the_same_operations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
