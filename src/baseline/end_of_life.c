/* SPDX-License-Identifier: ISC */
/* Reads end-of-life.tsv and looks branches up in it. */
#include "baseline/end_of_life.h"

#include "base/table_file.h"

#define DAY_SECS 86400u

static const char *const columns[] = { "components", "branch", "ended",
	"weak_tls", "source", "note", NULL };

static const uint8_t month_days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
	30, 31 };

static bool
is_leap(uint64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static uint64_t
days_of(uint64_t year, uint64_t month)
{
	return month == 2 && is_leap(year) ? 29u : month_days[month - 1];
}

bool
end_of_life_day(struct bytes text, uint64_t *ret)
{
	uint64_t year;
	uint64_t month;
	uint64_t day;

	if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-' ||
	    !bytes_to_u64(bytes_slice(text, 0, 4), &year) ||
	    !bytes_to_u64(bytes_slice(text, 5, 2), &month) ||
	    !bytes_to_u64(bytes_slice(text, 8, 2), &day) || year < 1970 ||
	    month < 1 || month > 12 || day < 1 || day > days_of(year, month))
		return false;
	for (uint64_t y = 1970; y < year; y++)
		day += is_leap(y) ? 366u : 365u;
	for (uint64_t m = 1; m < month; m++)
		day += days_of(year, m);
	*ret = day * DAY_SECS - 1; /* day counts from 1 */
	return true;
}

static enum err
read_row(struct table_file *t, struct end_of_life *ret)
{
	struct bytes weak = table_field(&t->table, "weak_tls");

	ret->components = table_field(&t->table, "components");
	ret->branch = table_field(&t->table, "branch");
	ret->ended = table_field(&t->table, "ended");
	ret->source = table_field(&t->table, "source");
	ret->weak_tls = bytes_equal_text(weak, "yes");
	if (ret->components.len == 0 || ret->branch.len == 0 ||
	    ret->source.len == 0 || (weak.len > 0 && !ret->weak_tls))
		return table_file_fail(t, "an empty or strange field");
	if (!end_of_life_day(ret->ended, &ret->ended_secs))
		return table_file_fail(t, "ended");
	return ERR_OK;
}

enum err
end_of_life_read(const struct data_set *data, struct arena *arena,
    struct end_of_life_list *ret, struct fault *ret_fault)
{
	struct end_of_life_list l = { 0 };
	struct table_file t;
	enum err err =
	    table_file_open(data, BYTES("end-of-life.tsv"), columns, &t);

	if (err == ERR_OK) {
		l.list = arena_take_array(arena, t.row_count, sizeof(*l.list));
		if (l.list == NULL)
			return ERR_MEMORY;
		while ((err = table_file_next(&t)) == ERR_OK) {
			err = read_row(&t, &l.list[l.count]);
			if (err != ERR_OK)
				break;
			l.count++;
		}
	}
	if (err != ERR_END) {
		*ret_fault = t.fault;
		return err;
	}
	*ret = l;
	return ERR_OK;
}

static bool
is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

static bool
belongs(struct bytes version, struct bytes branch)
{
	return bytes_starts(version, branch) &&
	    (version.len == branch.len || !is_digit(version.ptr[branch.len]));
}

const struct end_of_life *
end_of_life_find(const struct end_of_life_list *list, struct bytes component,
    struct bytes version)
{
	const struct end_of_life *best = NULL;

	for (size_t i = 0; i < list->count; i++) {
		const struct end_of_life *row = &list->list[i];

		if (belongs(version, row->branch) &&
		    (best == NULL || row->branch.len > best->branch.len) &&
		    table_list_has(row->components, component))
			best = row;
	}
	return best;
}
