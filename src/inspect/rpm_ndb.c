/* SPDX-License-Identifier: ISC */
/* rpm's "new" database Packages.db: a table of slots, then blobs. */
#include "base/cursor.h"
#include "inspect/packages_private.h"
#include "inspect/rpm.h"

/* Source: rpm, lib/backend/ndb/rpmpkg.c. All numbers are little endian. */
#define HEADER_MAGIC 0x506d7052u /* "RpmP" */
#define SLOT_MAGIC 0x746f6c53u	 /* "Slot" */
#define BLOB_MAGIC 0x53626c42u	 /* "BlbS" */
#define PAGE_LEN 4096
#define SLOT_LEN 16
#define BLOCK_LEN 16
#define BLOB_HEAD_LEN 16

/* The blob of a slot; empty when it is none, or another package's. */
static struct bytes
read_blob(struct bytes in, uint32_t package, uint32_t block, uint32_t count)
{
	uint64_t at = (uint64_t)block * BLOCK_LEN;
	uint64_t room = (uint64_t)count * BLOCK_LEN;
	struct cursor c = { 0 };

	if (at >= in.len)
		return (struct bytes){ 0 };
	c = cur_open_at(in, (size_t)at, "ndb blob");
	uint32_t magic = cur_u32le(&c, "magic");
	uint32_t owner = cur_u32le(&c, "package index");

	(void)cur_u32le(&c, "generation");
	uint32_t len = cur_u32le(&c, "length");

	if (!cur_ok(&c) || magic != BLOB_MAGIC || owner != package ||
	    room < BLOB_HEAD_LEN || len > room - BLOB_HEAD_LEN ||
	    len > cur_left(&c))
		return (struct bytes){ 0 };
	return bytes_slice(in, c.pos, len);
}

enum err
rpm_read_ndb(const struct unpack_event *file, struct facts *facts)
{
	struct bytes in = file->node.content;
	struct cursor c = cur_open(in, "ndb");
	/* headers twice over one blob would cost square time */
	size_t left = in.len;
	enum err err = ERR_OK;
	uint32_t magic = cur_u32le(&c, "magic");
	uint32_t version = cur_u32le(&c, "version");

	(void)cur_u32le(&c, "generation");
	uint64_t end = (uint64_t)cur_u32le(&c, "slot pages") * PAGE_LEN;

	cur_skip(&c, 16, "next package index, reserved");
	if (!cur_ok(&c) || magic != HEADER_MAGIC || version != 0)
		return ERR_OK;
	while (err == ERR_OK && cur_left(&c) >= SLOT_LEN && c.pos < end) {
		uint32_t slot = cur_u32le(&c, "slot magic");
		uint32_t package = cur_u32le(&c, "package index");
		uint32_t block = cur_u32le(&c, "block");
		uint32_t count = cur_u32le(&c, "block count");

		if (slot != SLOT_MAGIC)
			break;
		if (package == 0) /* free */
			continue;
		struct bytes blob = read_blob(in, package, block, count);

		if (blob.len > left)
			break;
		left -= blob.len;
		if (blob.len > 0)
			err = rpm_add(
			    file, facts, blob, (size_t)block * BLOCK_LEN);
	}
	return err;
}
