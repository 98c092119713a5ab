/* SPDX-License-Identifier: ISC */
/* The small tree that the samples of the file systems hold. */
#ifndef TEST_UNPACK_TREE_RUN_H
#define TEST_UNPACK_TREE_RUN_H

#include "codec/decompress.h"
#include "format_run.h"

#define TREE_LIMIT (16 * MIB)

/* A sample kept compressed; free its ptr with run_free(). */
static inline struct bytes
tree_read_gzip(const char *path)
{
	struct bytes packed = run_read_sample(path);
	struct out out = out_open(TREE_LIMIT);
	size_t used;

	assert_int_equal(
	    decompress_stream(CODEC_GZIP, packed, &out, &used), ERR_OK);
	struct bytes in = run_join(out_bytes(&out), BYTES(""));

	out_close(&out);
	run_free(packed);
	return in;
}

/* What a file system does not store is not compared. */
struct tree_stores {
	bool modes; /* and owners */
	bool times;
};

static inline void
tree_check_devices(const struct run *run)
{
	const struct run_node *null = run_get(run, "/etc/null");
	const struct run_node *disk = run_get(run, "/etc/disk");

	assert_int_equal(null->node.kind, NODE_CHAR);
	assert_int_equal(null->node.device_major, 1);
	assert_int_equal(null->node.device_minor, 3);
	assert_int_equal(disk->node.kind, NODE_BLOCK);
	assert_int_equal(disk->node.device_major, 31);
	assert_int_equal(disk->node.device_minor, 4);
}

/* All of the tree, without a fault. */
static inline void
tree_check(const struct run *run, struct tree_stores stores)
{
	assert_int_equal(run->probed, ERR_OK);
	assert_int_equal(run->opened, ERR_OK);
	assert_int_equal(run->ended, ERR_END);
	for (size_t i = 0; i < run->count; i++)
		assert_int_equal(run->nodes[i].node.fault.code, ERR_OK);
	assert_string_equal(run->nodes[0].name, "/");
	assert_int_equal(run->nodes[0].node.kind, NODE_DIRECTORY);
	const struct run_node *tool = run_get(run, "/bin/tool");
	const struct run_node *passwd = run_get(run, "/etc/passwd");
	const struct run_node *link = run_get(run, "/etc/link");

	assert_int_equal(tool->node.kind, NODE_FILE);
	assert_int_equal(tool->node.size, 5000);
	run_assert_content(tool, run_beer());
	run_assert_content(run_get(run, "/bin/tool2"), run_beer());
	run_assert_content(passwd, BYTES("root:x:0:0:root:/root:/bin/sh\n"));
	assert_int_equal(link->node.kind, NODE_SYMLINK);
	assert_int_equal(link->node.size, 11);
	assert_string_equal(link->link, "../bin/tool");
	assert_int_equal(run_get(run, "/empty")->node.kind, NODE_DIRECTORY);
	tree_check_devices(run);
	if (stores.modes) {
		assert_int_equal(tool->node.mode, 04755);
		assert_int_equal(passwd->node.mode, 0640);
		assert_int_equal(passwd->node.uid, 7);
		assert_int_equal(passwd->node.gid, 8);
	}
	if (stores.times)
		assert_int_equal(tool->node.mtime, 1700000000);
}

/* Every prefix is refused, or read without harm and within its bytes. */
static inline void
tree_check_prefixes(const struct format *format, struct bytes in, size_t step)
{
	for (size_t len = 0; len < in.len; len += step) {
		struct bytes cut = run_join(bytes_slice(in, 0, len), BYTES(""));
		struct run *run = run_format(format, cut, TREE_LIMIT);

		assert_true(run->probed != ERR_OK || run->opened != ERR_OK ||
		    run->ended != ERR_MEMORY);
		run_close(run);
		run_free(cut);
	}
}

static inline void
tree_put_u32(uint8_t *to, bool big, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> 8 * (big ? 3 - i : i));
}

#endif
