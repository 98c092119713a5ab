/* SPDX-License-Identifier: ISC */
/* Evidence: place, excerpt and package URL of what was found. */
#include "inspect/evidence.h"

#include "base/limits.h"
#include "base/text.h"
#include "inspect/purl.h"

struct fact
evidence_fact(
    const struct unpack_event *file, enum fact_kind kind, size_t at, size_t len)
{
	struct fact fact = {
		.kind = kind, .path = file->path, .at = FACT_NOWHERE
	};

	if (len == 0)
		return fact;
	fact.text =
	    text_excerpt(file->node.content, at, len, LIMIT_EXCERPT_LEN);
	fact.at = at;
	return fact;
}

void
evidence_put_purl(struct out *o, const char *type, const char *space,
    struct bytes name, struct bytes version, struct bytes arch)
{
	purl_put(o,
	    &(struct purl){ .type = type,
		.space = bytes_of(space),
		.name = name,
		.version = version,
		.arch = arch });
}

enum err
evidence_add_generic(struct facts *facts, struct fact fact, const char *product)
{
	struct out purl = out_open(LIMIT_PURL_LEN);
	enum err err = ERR_MEMORY;

	fact.kind = FACT_COMPONENT;
	evidence_put_purl(&purl, "generic", "", bytes_of(product), fact.value,
	    (struct bytes){ 0 });
	if (purl.failed == ERR_MEMORY)
		goto done;
	if (purl.failed == ERR_OK)
		fact.detail = out_bytes(&purl);
	err = facts_add(facts, &fact);
done:
	out_close(&purl);
	return err;
}
