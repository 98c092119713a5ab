/* SPDX-License-Identifier: ISC */
/* Programs that run as their owner, and files that anybody may change. */
#include "inspect/modes.h"

#include "base/out.h"
#include "inspect/evidence.h"

#define MODE_SETUID 04000U
#define MODE_SETGID 02000U
#define MODE_OTHERS_WRITE 0002U

static enum err
add_setuid(const struct unpack_event *file, struct facts *facts)
{
	const struct node *node = &file->node;
	struct fact fact = evidence_fact(file, FACT_SETUID, 0, 0);
	struct out owner = out_open(32);

	out_decimal(&owner, node->uid);
	out_u8(&owner, ':');
	out_decimal(&owner, node->gid);
	fact.at = FACT_NOWHERE;
	fact.name =
	    (node->mode & MODE_SETUID) != 0 ? BYTES("setuid") : BYTES("setgid");
	fact.value = out_bytes(&owner);
	fact.number = node->mode;
	enum err err =
	    owner.failed != ERR_OK ? owner.failed : facts_add(facts, &fact);

	out_close(&owner);
	return err;
}

enum err
modes_inspect(const struct unpack_event *file, struct facts *facts)
{
	const struct node *node = &file->node;

	if (node->kind != NODE_FILE)
		return ERR_OK;
	if ((node->mode & (MODE_SETUID | MODE_SETGID)) != 0 &&
	    (node->mode & 0111) != 0) {
		enum err err = add_setuid(file, facts);

		if (err != ERR_OK)
			return err;
	}
	if ((node->mode & MODE_OTHERS_WRITE) == 0)
		return ERR_OK;
	struct fact fact = evidence_fact(file, FACT_WORLD_WRITABLE, 0, 0);

	fact.at = FACT_NOWHERE;
	fact.name = BYTES("file");
	fact.number = node->mode;
	return facts_add(facts, &fact);
}
