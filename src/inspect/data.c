/* SPDX-License-Identifier: ISC */
/* Opens the data that the inspectors share. */
#include "inspect/data.h"

#include <stdlib.h>

enum err
inspect_data_open(const struct data_set *set, struct inspect_data **ret,
    struct fault *ret_fault)
{
	struct inspect_data *data = calloc(1, sizeof(*data));
	enum err err = ERR_MEMORY;

	if (data == NULL)
		return ERR_MEMORY;
	data->set = set;
	data->known_keys = data_find(set, "known-keys.tsv");
	err = password_list_open(
	    data_find(set, "passwords.txt"), &data->passwords);
	if (err != ERR_OK)
		goto done;
	err = components_open(set, &data->components, ret_fault);
	if (err != ERR_OK)
		goto done;
	err = needles_open(&data->needles);
	if (err != ERR_OK)
		goto done;
	*ret = data;
	data = NULL;
done:
	inspect_data_close(data);
	return err;
}

void
inspect_data_close(struct inspect_data *data)
{
	if (data == NULL)
		return;
	components_close(data->components);
	needles_close(data->needles);
	password_list_close(&data->passwords);
	free(data);
}
