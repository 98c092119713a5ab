/* SPDX-License-Identifier: ISC */
/* Looks a reason up in the data set. */
#include "statement/reasons.h"

#include "base/table_file.h"

enum err
reason_find(const struct data_set *data, struct bytes word, unsigned number,
    struct reason_row *ret)
{
	static const char *const columns[] = { "number", "word", "actions",
		"meaning", NULL };
	struct table_file t;
	enum err err = table_file_open(data, BYTES("reasons.tsv"), columns, &t);

	while (err == ERR_OK) {
		uint64_t value;
		struct bytes name;

		err = table_file_next(&t);
		if (err != ERR_OK)
			break;
		name = table_field(&t.table, "word");
		if (!bytes_to_u64(table_field(&t.table, "number"), &value) ||
		    value > STATUS_REASON_MAX)
			return table_file_fail(&t, "number");
		if (word.len > 0 ? !bytes_equal(word, name) : value != number)
			continue;
		*ret = (struct reason_row){
			.number = (unsigned)value,
			.word = name,
			.actions = table_field(&t.table, "actions"),
			.meaning = table_field(&t.table, "meaning"),
		};
		return ERR_OK;
	}
	return err;
}

bool
reason_suits(const struct reason_row *reason, enum status_action action)
{
	return table_list_has(
	    reason->actions, bytes_of(status_action_text(action)));
}
