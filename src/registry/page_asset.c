/* SPDX-License-Identifier: ISC */
/* What pages need besides themselves: style sheet, script, pictures. */
#include "registry/page_private.h"

#include "codec/crc.h"
#include "codec/hex.h"

#include <stdio.h>
#include <string.h>

/* By how the name ends; a name is a file of the data set, or of pictures/. */
static const struct {
	const char *end;
	const char *type;
	const char *folder;
} kinds[] = {
	{ ".css", "text/css; charset=utf-8", "" },
	{ ".js", "text/javascript; charset=utf-8", "" },
	{ ".svg", "image/svg+xml", "" },
	{ ".png", "image/png", "pictures/" },
	{ ".jpg", "image/jpeg", "pictures/" },
};

/* The files of the data set that are meant for browsers, but for pictures. */
static const char *const names[] = { "registry.css", "registry.js", "verify.js",
	"icon.svg" };

struct asset {
	const char *type;
	struct bytes content;
	uint32_t version;
};

static bool
is_name(struct bytes name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bytes_equal_text(name, names[i]))
			return true;
	return false;
}

/* The hex of a product's id, and what a picture's name ends in. */
static bool
is_picture(struct bytes name)
{
	uint8_t id[PRODUCT_ID_LEN];

	return name.len == sizeof(id) * 2 + 4 &&
	    route_hex(bytes_slice(name, 0, sizeof(id) * 2), id, sizeof(id));
}

/* False when there is none of that name. */
static bool
find_asset(const struct data_set *data, struct bytes name, struct asset *ret)
{
	char path[80];

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		bool is_ours = kinds[i].folder[0] == '\0' ? is_name(name)
							  : is_picture(name);

		if (!is_ours || !bytes_ends(name, bytes_of(kinds[i].end)))
			continue;
		(void)snprintf(path, sizeof(path), "%s%.*s", kinds[i].folder,
		    (int)name.len, (const char *)name.ptr);
		ret->type = kinds[i].type;
		ret->content = data_find(data, path);
		ret->version = crc32_of(ret->content);
		return ret->content.len > 0;
	}
	return false;
}

struct bytes
page_asset_path(struct page *p, const char *name)
{
	struct asset asset;

	if (!find_asset(p->call->registry->wish.data, bytes_of(name), &asset))
		return (struct bytes){ NULL, 0 };
	return page_bare_path(
	    p, "/assets/%08lx/%s", (unsigned long)asset.version, name);
}

/* Whether the address has the version of just this content. */
static bool
is_version(struct bytes part, uint32_t version)
{
	uint8_t bytes[4];

	return route_hex(part, bytes, sizeof(bytes)) &&
	    version ==
	    ((uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
		(uint32_t)bytes[2] << 8 | bytes[3]);
}

enum err
page_asset(struct route_call *call)
{
	bool has_version = call->part[1].len > 0;
	struct bytes name = call->part[has_version ? 1 : 0];
	struct asset asset;

	if (!find_asset(call->registry->wish.data, name, &asset))
		return ERR_END;
	route_give_bytes(call, asset.type,
	    has_version && is_version(call->part[0], asset.version)
		? REGISTRY_IMMUTABLE
		: REGISTRY_REVALIDATE,
	    asset.content);
	return ERR_OK;
}
