/* SPDX-License-Identifier: ISC */
/* Packages become facts. */
#include "inspect/package.h"

#include "base/limits.h"
#include "base/out.h"
#include "inspect/evidence.h"

#include <stdbool.h>

/* Bytes above 0x7f may be UTF-8: nobody forbids them. */
static bool
is_word(struct bytes in)
{
	for (size_t i = 0; i < in.len; i++) {
		if (in.ptr[i] <= ' ' || in.ptr[i] == 0x7f)
			return false;
	}
	return in.len <= PACKAGE_NAME_LEN;
}

enum err
package_add(const struct unpack_event *file, struct facts *facts,
    const struct package *package)
{
	struct fact fact =
	    evidence_fact(file, FACT_COMPONENT, package->at, package->len);
	struct out purl = out_open(LIMIT_PURL_LEN);
	enum err err = ERR_MEMORY;

	if (package->purl.name.len == 0 || !is_word(package->purl.name) ||
	    !is_word(package->purl.version) || !is_word(package->purl.space))
		return ERR_OK;
	if (package->text.len > 0) {
		fact.at = package->at;
		fact.text = bytes_slice(package->text, 0, LIMIT_EXCERPT_LEN);
	}
	purl_put(&purl, &package->purl);
	if (purl.failed == ERR_MEMORY)
		goto done;
	if (purl.failed == ERR_OK)
		fact.detail = out_bytes(&purl);
	fact.name = package->name.len > 0 ? package->name : package->purl.name;
	fact.value =
	    package->version.len > 0 ? package->version : package->purl.version;
	fact.extra = package->cpe;
	fact.number = package->kind;
	err = facts_add(facts, &fact);
done:
	out_close(&purl);
	return err;
}
