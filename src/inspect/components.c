/* SPDX-License-Identifier: ISC */
/* Banners and file names become facts about components. */
#include "inspect/components.h"

#include "base/limits.h"
#include "base/out.h"
#include "base/text.h"
#include "inspect/banners.h"
#include "inspect/file_names.h"

#include <stdlib.h>

/* The rows of file-names.tsv, several times over. */
#define FILE_NAMES_LEN (256 * KIB)

struct components {
	struct arena arena;
	struct banners *banners;
	struct file_names names;
};

enum err
components_open(const struct data_set *data, struct components **ret,
    struct fault *ret_fault)
{
	struct components *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		*ret_fault =
		    (struct fault){ ERR_MEMORY, 0, "components", "handle" };
		return ERR_MEMORY;
	}
	c->arena = arena_open(FILE_NAMES_LEN);
	enum err err = banners_open(data, &c->banners, ret_fault);

	if (err == ERR_OK)
		err = file_names_open(data_find(data, "file-names.tsv"),
		    &c->arena, &c->names, ret_fault);
	if (err != ERR_OK) {
		components_close(c);
		return err;
	}
	*ret = c;
	return ERR_OK;
}

void
components_close(struct components *c)
{
	if (c == NULL)
		return;
	banners_close(c->banners);
	file_names_close(&c->names);
	arena_close(&c->arena);
	free(c);
}

/* "2_7_4_9" is how 2.7.4.9 looks where dots are not allowed. */
static bool
is_underscored(struct bytes version)
{
	bool underscore = false;

	for (size_t i = 0; i < version.len; i++) {
		if (version.ptr[i] == '_')
			underscore = true;
		else if (version.ptr[i] < '0' || version.ptr[i] > '9')
			return false;
	}
	return underscore;
}

static void
put_dotted(struct out *o, struct bytes version)
{
	bool underscored = is_underscored(version);

	for (size_t i = 0; i < version.len; i++)
		out_u8(o,
		    underscored && version.ptr[i] == '_' ? '.'
							 : version.ptr[i]);
}

/* Writes purl@version; other characters than RFC 3986's unreserved escaped. */
static void
put_purl(struct out *o, struct bytes purl, struct bytes version)
{
	out_put(o, purl);
	if (version.len > 0)
		out_u8(o, '@');
	for (size_t i = 0; i < version.len; i++) {
		uint8_t b = version.ptr[i];
		bool plain = (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') ||
		    (b >= 'A' && b <= 'Z') || b == '-' || b == '.' ||
		    b == '_' || b == '~';

		if (plain) {
			out_u8(o, b);
		} else {
			out_u8(o, '%');
			out_hex(o, b, 2);
		}
	}
}

/* Adds the fact with its version as `found`, unless the file has it. */
static enum err
add_fact(struct facts *facts, size_t facts_before, struct fact *fact,
    struct bytes found, struct bytes purl)
{
	struct out version = out_open(KIB);
	struct out url = out_open(KIB);
	enum err err = ERR_OK;
	bool known = false;

	put_dotted(&version, found);
	put_purl(&url, purl, out_bytes(&version));
	fact->kind = FACT_COMPONENT;
	fact->value = out_bytes(&version);
	fact->detail = out_bytes(&url);
	for (size_t i = facts_before; i < facts->count; i++)
		known |= facts->list[i].number == fact->number &&
		    bytes_equal(facts->list[i].name, fact->name) &&
		    bytes_equal(facts->list[i].value, fact->value);
	if (version.failed == ERR_MEMORY || url.failed == ERR_MEMORY)
		err = ERR_MEMORY;
	else if (!known)
		err = facts_add(facts, fact);
	out_close(&version);
	out_close(&url);
	return err;
}

/* A script with an archive behind it is not text, so both ends are asked. */
static bool
is_text(struct bytes content)
{
	return text_is_text(content) &&
	    (content.len <= 4 * KIB ||
		text_is_text(bytes_from(content, content.len - 4 * KIB)));
}

static enum err
inspect_content(
    struct components *c, const struct unpack_event *file, struct facts *facts)
{
	struct bytes content = file->node.content;
	size_t before = facts->count;
	const struct banner *found;
	size_t count = 0;

	if (content.len == 0 || is_text(content))
		return ERR_OK;
	enum err err = banners_find(c->banners, content, &found, &count);

	for (size_t i = 0; err == ERR_OK && i < count; i++) {
		struct fact fact = {
			.path = file->path,
			.at = found[i].at,
			.text = text_excerpt(content, found[i].at, found[i].len,
			    LIMIT_EXCERPT_LEN),
			.name = found[i].signature->component,
			.extra = found[i].signature->cpe,
			.number = EVIDENCE_BANNER,
		};

		err = add_fact(facts, before, &fact, found[i].version,
		    found[i].signature->purl);
	}
	return err;
}

static enum err
inspect_name(
    struct components *c, const struct unpack_event *file, struct facts *facts)
{
	struct file_name found;
	enum err err = file_names_find(&c->names, file->node.name, &found);

	if (err != ERR_OK)
		return err == ERR_END ? ERR_OK : err;
	struct fact fact = {
		.path = file->path,
		.at = FACT_NOWHERE,
		.text = file->node.name,
		.name = found.component,
		.extra = found.cpe,
		.number = EVIDENCE_FILE_NAME,
	};
	return add_fact(facts, facts->count, &fact, found.version, found.purl);
}

enum err
components_inspect(
    struct components *c, const struct unpack_event *file, struct facts *facts)
{
	enum node_kind kind = file->node.kind;
	enum err err = ERR_OK;

	if (kind == NODE_FILE || kind == NODE_PAYLOAD)
		err = inspect_content(c, file, facts);
	if (err == ERR_OK && kind == NODE_FILE)
		err = inspect_name(c, file, facts);
	return err;
}
