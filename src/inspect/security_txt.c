/* SPDX-License-Identifier: ISC */
/* Reads the fields of security.txt that somebody is answerable for. */
#include "inspect/security_txt.h"

#include "base/limits.h"
#include "base/text.h"
#include "inspect/evidence.h"

static const struct {
	const char *field; /* in lower case, as RFC 9116 lets both pass */
	const char *name;
} fields[] = {
	{ "contact:", "security.txt.contact" },
	{ "expires:", "security.txt.expires" },
	{ "policy:", "security.txt.policy" },
};

static bool
starts_with_field(struct bytes line, struct bytes field)
{
	if (line.len < field.len)
		return false;
	for (size_t i = 0; i < field.len; i++)
		if (bytes_lower(line.ptr[i]) != field.ptr[i])
			return false;
	return true;
}

static enum err
read_line(
    const struct unpack_event *file, struct bytes line, struct facts *facts)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct bytes field = bytes_of(fields[i].field);
		size_t at = (size_t)(line.ptr - file->node.content.ptr);
		struct fact fact;

		if (!starts_with_field(line, field))
			continue;
		fact = evidence_fact(file, FACT_SETTING, at, line.len);
		fact.name = bytes_of(fields[i].name);
		fact.value = bytes_trim(bytes_from(line, field.len));
		fact.detail = BYTES("security.txt");
		return facts_add(facts, &fact);
	}
	return ERR_OK;
}

enum err
security_txt_inspect(const struct unpack_event *file, struct facts *facts)
{
	struct bytes rest = file->node.content;
	struct bytes line;
	enum err err = ERR_OK;

	if (!bytes_ends(file->path, BYTES("/security.txt")) ||
	    rest.len > LIMIT_TEXT_FILE_LEN || !text_is_text(rest))
		return ERR_OK;
	while (err == ERR_OK && bytes_next_line(&rest, &line))
		err = read_line(file, line, facts);
	return err;
}
