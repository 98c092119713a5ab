/* SPDX-License-Identifier: ISC */
/* Evidence: place, excerpt and package URL of what was found. */
#include "inspect/evidence.h"

#include "base/limits.h"
#include "base/text.h"

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

/* What stands for itself in every part of a purl. */
static bool
is_plain(uint8_t byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	    (byte >= '0' && byte <= '9') || byte == '.' || byte == '-' ||
	    byte == '_' || byte == '~' || byte == ':';
}

static void
put_encoded(struct out *o, struct bytes in)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < in.len; i++) {
		uint8_t byte = in.ptr[i];

		if (is_plain(byte)) {
			out_u8(o, byte);
			continue;
		}
		out_u8(o, '%');
		out_u8(o, (uint8_t)digits[byte >> 4]);
		out_u8(o, (uint8_t)digits[byte & 15]);
	}
}

void
evidence_put_purl(struct out *o, const char *type, const char *space,
    struct bytes name, struct bytes version, struct bytes arch)
{
	out_text(o, "pkg:");
	out_text(o, type);
	out_u8(o, '/');
	if (*space != '\0') {
		out_text(o, space);
		out_u8(o, '/');
	}
	put_encoded(o, name);
	if (version.len > 0) {
		out_u8(o, '@');
		put_encoded(o, version);
	}
	if (arch.len > 0) {
		out_text(o, "?arch=");
		put_encoded(o, arch);
	}
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
