/* SPDX-License-Identifier: ISC */
/* Looks into a zip for what tells its kind, and reads it as a zip. */
#include "unpack/zip_package.h"

#include "base/limits.h"
#include "unpack/archives.h"

/* The end of a zip, with the names of all members of a package. */
#define DIRECTORY_LOOK_LEN (64 * KIB)

enum err
zip_package_probe(
    struct bytes in, struct format_info *ret_info, struct bytes *ret_zip)
{
	struct format_info info = { 0 };
	enum err err = zip_format.probe(in, &info);

	if (err != ERR_OK)
		return err;
	*ret_info = info;
	*ret_zip = bytes_slice(in, 0, info.size);
	return ERR_OK;
}

bool
zip_package_mentions(struct bytes zip, struct bytes name)
{
	size_t look =
	    zip.len > DIRECTORY_LOOK_LEN ? zip.len - DIRECTORY_LOOK_LEN : 0;

	return bytes_find(zip, name, look) != SIZE_MAX;
}

enum err
zip_package_look(struct bytes zip, uint64_t limit, size_t most,
    void (*take)(const struct node *node, void *context), void *context)
{
	struct budget budget = { .limit = limit };
	struct node node = { .kind = NODE_PAYLOAD };
	void *handle;
	enum err err = zip_format.open(zip, &budget, &handle);

	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < most && zip_format.next(handle, &node) == ERR_OK;
	     i++) {
		take(&node, context);
		node = (struct node){ .kind = NODE_PAYLOAD };
	}
	zip_format.close(handle);
	return ERR_OK;
}

enum err
zip_package_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	return zip_format.open(in, budget, ret_handle);
}

enum err
zip_package_next(void *handle, struct node *ret)
{
	return zip_format.next(handle, ret);
}

size_t
zip_package_used(void *handle)
{
	return zip_format.used(handle);
}

void
zip_package_close(void *handle)
{
	zip_format.close(handle);
}
