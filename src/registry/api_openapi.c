/* SPDX-License-Identifier: ISC */
/* The description of the API, as it stands in data/openapi.json. */
#include "registry/api_private.h"

enum err
api_openapi(struct route_call *call)
{
	struct bytes file =
	    data_find(call->registry->wish.data, "openapi.json");

	if (file.len == 0)
		return ERR_END;
	route_give_bytes(call, "application/json", REGISTRY_REVALIDATE, file);
	return ERR_OK;
}
