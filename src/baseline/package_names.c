/* SPDX-License-Identifier: ISC */
/* The table of packages, and versions as distributions write them. */
#include "baseline/package_names.h"

#include "base/table.h"

#include <stdlib.h>
#include <string.h>

static enum err
fail(struct fault *fault, enum err code, size_t line, const char *field)
{
	*fault = (struct fault){ code, line, "package-names.tsv", field };
	return code;
}

static enum err
count_rows(struct bytes content, size_t *ret, struct fault *fault)
{
	struct table t;
	size_t count = 0;
	enum err err = table_open(content, &t);

	if (err != ERR_OK)
		return fail(fault, err, 1, "header");
	for (err = table_next(&t); err == ERR_OK; err = table_next(&t)) {
		if (table_field(&t, "package").len == 0 ||
		    table_field(&t, "component").len == 0)
			return fail(fault, ERR_MALFORMED, t.line, "component");
		count++;
	}
	if (err != ERR_END)
		return fail(fault, err, t.line, "fields");
	*ret = count;
	return ERR_OK;
}

/* ---- the components' CPE names ---- */

#define COMPONENT_TABLES "components/"

static int
compare_components(const void *left, const void *right)
{
	const struct package_name *const *a = left;
	const struct package_name *const *b = right;

	return bytes_compare((*a)->component, (*b)->component);
}

/* The first row of a component, in the order of components; or the end. */
static size_t
find_first(struct package_name *const *rows, size_t count, struct bytes name)
{
	size_t from = 0;
	size_t to = count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (bytes_compare(rows[middle]->component, name) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* A component's first row in its table speaks; the tables' readers check
   them. */
static void
take_cpe_names(
    struct package_name *const *rows, size_t count, struct bytes content)
{
	struct bytes last = { NULL, 0 };
	struct table t;
	enum err err = table_open(content, &t);

	while (err == ERR_OK && (err = table_next(&t)) == ERR_OK) {
		struct bytes component = table_field(&t, "component");

		if (bytes_equal(component, last))
			continue;
		last = component;
		for (size_t i = find_first(rows, count, component);
		     i < count && bytes_equal(rows[i]->component, component);
		     i++)
			if (rows[i]->cpe.len == 0)
				rows[i]->cpe = table_field(&t, "cpe");
	}
}

static enum err
find_cpe_names(const struct data_set *data, struct arena *arena,
    const struct package_names *names)
{
	struct package_name **rows = arena_take_array(
	    arena, names->count, sizeof(struct package_name *));

	if (rows == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < names->count; i++)
		rows[i] = &names->rows[i];
	if (names->count > 0)
		qsort(rows, names->count, sizeof(struct package_name *),
		    compare_components);
	for (size_t i = 0; i < data->count; i++)
		if (bytes_starts(
			bytes_of(data->file[i].name), BYTES(COMPONENT_TABLES)))
			take_cpe_names(
			    rows, names->count, data->file[i].content);
	return ERR_OK;
}

/* ---- the table ---- */

enum err
package_names_read(const struct data_set *data, struct arena *arena,
    struct package_names *ret, struct fault *ret_fault)
{
	struct bytes content = data_find(data, "package-names.tsv");
	struct package_names names = { NULL, 0 };
	struct table t;
	size_t count = 0;
	enum err err = ERR_OK;

	if (content.len > 0)
		err = count_rows(content, &count, ret_fault);
	if (err != ERR_OK)
		return err;
	names.rows = arena_take_array(arena, count, sizeof(*names.rows));
	if (names.rows == NULL)
		return fail(ret_fault, ERR_MEMORY, 0, "rows");
	if (count > 0)
		err = table_open(content, &t);
	while (err == ERR_OK && names.count < count) {
		err = table_next(&t);
		struct package_name *row = &names.rows[names.count++];

		row->package = table_field(&t, "package");
		row->component = table_field(&t, "component");
		row->open_end = bytes_ends(row->package, BYTES("*"));
		row->package.len -= row->open_end;
	}
	if (err == ERR_OK)
		err = find_cpe_names(data, arena, &names);
	if (err != ERR_OK)
		return fail(ret_fault, err, 0, "rows");
	*ret = names;
	return ERR_OK;
}

bool
package_name_fits(const struct package_name *row, struct bytes package)
{
	/* Asked of each row for each package, and nearly always no. */
	if (row->package.len > 0 &&
	    !bytes_starts(package, bytes_slice(row->package, 0, 1)))
		return false;
	/* Debian's installer has its own builds of packages */
	if (bytes_ends(package, BYTES("-udeb")))
		package.len -= strlen("-udeb");
	return row->open_end ? bytes_starts(package, row->package)
			     : bytes_equal(package, row->package);
}

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static size_t
hex_digits(struct bytes text, size_t *ret_letters)
{
	size_t len = 0;

	*ret_letters = 0;
	while (len < text.len &&
	    (is_digit(text.ptr[len]) ||
		(text.ptr[len] >= 'a' && text.ptr[len] <= 'f'))) {
		*ret_letters += !is_digit(text.ptr[len]);
		len++;
	}
	return len;
}

static size_t
last_dash(struct bytes version)
{
	size_t at = version.len;

	while (at > 0 && version.ptr[at - 1] != '-')
		at--;
	return at == 0 ? SIZE_MAX : at - 1;
}

/* Digits, or r and digits, in front; but not the hash of a commit. */
static bool
is_revision(struct bytes part)
{
	size_t letters;
	size_t hex = hex_digits(part, &letters);

	if (part.len >= 7 && hex == part.len && letters > 0)
		return false;
	if (part.len > 1 && part.ptr[0] == 'r')
		return is_digit(part.ptr[1]);
	return part.len > 0 && is_digit(part.ptr[0]);
}

/* opkg's kernel package ends in a hash over the configuration. */
#define CONFIGURATION_HASH_LEN 32

static struct bytes
without_revision(struct bytes version)
{
	size_t dash = last_dash(version);
	size_t letters;

	if (dash == SIZE_MAX || dash == 0)
		return version;
	struct bytes part = bytes_from(version, dash + 1);

	if (part.len == CONFIGURATION_HASH_LEN &&
	    hex_digits(part, &letters) == part.len) {
		version = bytes_slice(version, 0, dash);
		dash = last_dash(version);
		if (dash == SIZE_MAX || dash == 0)
			return version;
		part = bytes_from(version, dash + 1);
	}
	return is_revision(part) ? bytes_slice(version, 0, dash) : version;
}

struct bytes
package_upstream_version(struct bytes version)
{
	static const char *const repacked[] = { "+dfsg", ".dfsg", "~dfsg",
		"+ds" };
	size_t epoch = 0;

	while (epoch < version.len && is_digit(version.ptr[epoch]))
		epoch++;
	if (epoch > 0 && epoch < version.len && version.ptr[epoch] == ':')
		version = bytes_from(version, epoch + 1);
	version = without_revision(version);
	for (size_t i = 0; i < sizeof(repacked) / sizeof(repacked[0]); i++) {
		size_t at = bytes_find(version, bytes_of(repacked[i]), 0);

		if (at != SIZE_MAX && at > 0)
			version = bytes_slice(version, 0, at);
	}
	return version;
}
