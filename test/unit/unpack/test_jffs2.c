/* SPDX-License-Identifier: ISC */
/* JFFS2: what mkfs.jffs2 makes, logs built here node by node, broken ones.
   long: every node type and compressor has its own image. */
#include "unpack/jffs2.h"

#include "base/out.h"
#include "codec/crc.h"

#include "format_run.h"

#define LIMIT (16 * MIB)
#define FILE_MODE 0100644u
#define DIRECTORY_MODE 0040755u

/* A log being written. */
struct log {
	struct out out;
	bool big;
	uint32_t version;
};

static struct log
log_open(bool big)
{
	return (struct log){ .out = out_open(MIB), .big = big };
}

static void
put(struct log *l, uint32_t value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out_u8(&l->out,
		    (uint8_t)(value >> 8 * (l->big ? len - 1 - i : i)));
}

static uint32_t
crc_since(const struct log *l, size_t at, size_t len)
{
	if (len == 0)
		return 0;
	return ~crc32_add(UINT32_MAX, bytes_slice(out_bytes(&l->out), at, len));
}

/* Returns where the node starts. */
static size_t
put_header(struct log *l, uint16_t type, uint32_t len)
{
	while (l->out.len % 4 != 0)
		out_u8(&l->out, 0xff);
	size_t at = l->out.len;

	put(l, 0x1985, 2);
	put(l, type, 2);
	put(l, len, 4);
	put(l, crc_since(l, at, 8), 4);
	return at;
}

static void
put_marker(struct log *l)
{
	(void)put_header(l, 0x2003, 12);
}

static size_t
put_dirent(struct log *l, uint32_t parent, uint32_t ino, const char *name)
{
	struct bytes text = bytes_of(name);
	size_t at = put_header(l, 0xe001, 40 + (uint32_t)text.len);

	put(l, parent, 4);
	put(l, ++l->version, 4);
	put(l, ino, 4);
	put(l, 0, 4);
	put(l, (uint32_t)text.len, 1);
	put(l, 8, 1);
	put(l, 0, 2);
	put(l, crc_since(l, at, 32), 4);
	size_t sum_at = l->out.len;

	put(l, 0, 4);
	out_put(&l->out, text);
	uint32_t sum = crc_since(l, sum_at + 4, text.len);

	for (size_t i = 0; i < 4; i++)
		l->out.ptr[sum_at + i] =
		    (uint8_t)(sum >> 8 * (l->big ? 3 - i : i));
	return at;
}

struct piece {
	uint32_t ino, mode, size, offset, len;
	uint8_t compressor;
	struct bytes data;
};

static size_t
put_inode(struct log *l, const struct piece *p)
{
	size_t at = put_header(l, 0xe002, 68 + (uint32_t)p->data.len);

	put(l, p->ino, 4);
	put(l, ++l->version, 4);
	put(l, p->mode, 4);
	put(l, 0, 4); /* uid, gid */
	put(l, p->size, 4);
	put(l, 1, 4);
	put(l, 2, 4);
	put(l, 3, 4);
	put(l, p->offset, 4);
	put(l, (uint32_t)p->data.len, 4);
	put(l, p->len, 4);
	put(l, p->compressor, 1);
	put(l, 0, 3);
	put(l, p->data.len == 0 ? 0 : ~crc32_add(UINT32_MAX, p->data), 4);
	put(l, crc_since(l, at, 60), 4);
	out_put(&l->out, p->data);
	return at;
}

/* An uncompressed page of a file. */
static size_t
put_page(struct log *l, uint32_t ino, uint32_t size, uint32_t offset,
    const char *text)
{
	struct bytes data = bytes_of(text);
	struct piece piece = { ino, FILE_MODE, size, offset, (uint32_t)data.len,
		0, data };

	return put_inode(l, &piece);
}

static void
put_directory(struct log *l, uint32_t ino)
{
	struct piece piece = { .ino = ino, .mode = DIRECTORY_MODE };

	(void)put_inode(l, &piece);
}

static struct run *
run_log(const struct log *l)
{
	return run_format(&jffs2_format, out_bytes(&l->out), LIMIT);
}

static void
check_sample(const char *path, const char *detail)
{
	struct bytes in = run_read_sample(path);
	struct run *run = run_format(&jffs2_format, in, LIMIT);

	assert_int_equal(run->probed, ERR_OK);
	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(run->info.size, in.len);
	assert_int_equal(run->info.authenticity, AUTHENTICITY_CRC);
	assert_string_equal(run->info.detail, detail);
	assert_int_equal(run->count, 10);
	for (size_t i = 0; i < run->count; i++)
		assert_int_equal(run->nodes[i].node.fault.code, ERR_OK);
	assert_string_equal(run->nodes[0].name, "/");
	const struct run_node *tool = run_get(run, "/bin/tool");

	assert_int_equal(tool->node.kind, NODE_FILE);
	assert_int_equal(tool->node.mode, 04755);
	assert_int_equal(tool->node.size, 5000);
	assert_int_equal(tool->node.mtime, 1700000000);
	run_assert_content(tool, run_beer());
	run_assert_content(run_get(run, "/bin/tool2"), run_beer());
	const struct run_node *passwd = run_get(run, "/etc/passwd");

	assert_int_equal(passwd->node.mode, 0640);
	assert_int_equal(passwd->node.uid, 7);
	assert_int_equal(passwd->node.gid, 8);
	run_assert_content(passwd, BYTES("root:x:0:0:root:/root:/bin/sh\n"));
	assert_string_equal(run_get(run, "/etc/link")->link, "../bin/tool");
	const struct run_node *null = run_get(run, "/etc/null");
	const struct run_node *disk = run_get(run, "/etc/disk");

	assert_int_equal(null->node.kind, NODE_CHAR);
	assert_int_equal(null->node.device_major, 1);
	assert_int_equal(null->node.device_minor, 3);
	assert_int_equal(disk->node.kind, NODE_BLOCK);
	assert_int_equal(disk->node.device_major, 31);
	assert_int_equal(disk->node.device_minor, 4);
	assert_int_equal(run_get(run, "/empty")->node.kind, NODE_DIRECTORY);
	run_close(run);
	run_free(in);
}

static void
jffs2_reads_what_mkfs_wrote(void **state)
{
	(void)state;
	check_sample("test/data/jffs2/good/le-zlib.jffs2",
	    "little endian, 19 nodes, erase block 64 KiB");
	check_sample("test/data/jffs2/good/be-lzo.jffs2",
	    "big endian, 19 nodes, erase block 64 KiB");
	check_sample("test/data/jffs2/good/le-rtime.jffs2",
	    "little endian, 19 nodes, erase block 64 KiB");
	check_sample("test/data/jffs2/good/be-none.jffs2",
	    "big endian, 18 nodes, erase block 64 KiB");
}

/* "OpenWrt " 40 times; made with liblzma, lc 0, lp 0, pb 0. */
static const uint8_t lzma_page[] = { 0x00, 0x27, 0x9d, 0xd2, 0xec, 0x6a, 0x5d,
	0xf5, 0x2b, 0xec, 0xfb, 0xb2, 0xda, 0xea, 0xa8, 0x03, 0x7b, 0xff, 0xff,
	0x6a, 0xc8, 0x00, 0x00 };

static void
jffs2_reads_openwrts_lzma(void **state)
{
	struct log l = log_open(false);
	struct piece piece = { 2, FILE_MODE, 320, 0, 320, 8,
		{ lzma_page, sizeof(lzma_page) } };

	(void)state;
	put_dirent(&l, 1, 2, "page");
	put_inode(&l, &piece);
	struct run *run = run_log(&l);
	const struct run_node *n = run_get(run, "/page");

	assert_int_equal(n->node.fault.code, ERR_OK);
	assert_int_equal(n->content_len, 320);
	assert_memory_equal(n->content, "OpenWrt OpenWrt ", 16);
	assert_memory_equal(n->content + 304, "OpenWrt OpenWrt ", 16);
	run_close(run);
	out_close(&l.out);
}

/* "a line of text, a line of text, and a line of text\n", and 60 zeros before
   01 02; made by an encoder after Linux fs/jffs2/compr_rubin.c. */
#define RUBIN_TEXT "a line of text, a line of text, and a line of text\n"
static const uint8_t rubinmips_page[] = {
	0xd0,
	0x76,
	0xf6,
	0x3f,
	0x40,
	0x72,
	0x27,
	0x99,
	0x8e,
	0x80,
	0xbe,
	0x2e,
	0x3c,
	0x8a,
	0xe3,
	0x7f,
	0x07,
	0x08,
	0x4f,
	0x17,
	0x67,
	0x71,
	0xf9,
	0x8a,
	0xdb,
	0xb7,
	0xc7,
	0xfe,
	0x70,
	0x22,
	0xb3,
	0x09,
	0xdd,
	0x96,
	0xa0,
	0x41,
	0x85,
	0x7e,
	0x22,
	0x72,
	0x4d,
	0x18,
	0x6b,
	0xc1,
	0xe5,
	0x69,
	0x5b,
	0x44,
	0x1e,
	0xab,
	0x4c,
	0xcb,
	0x07,
	0xae,
	0x00,
};
static const uint8_t dynrubin_page[] = {
	0x50,
	0x37,
	0x8c,
	0x5f,
	0x2d,
	0xfa,
	0xb4,
	0x01,
	0xb4,
	0xd6,
	0xf9,
	0xdf,
	0xc1,
	0x20,
	0x42,
	0xb7,
	0xa5,
	0xd7,
	0xf3,
	0xc4,
	0xae,
	0x6b,
	0x9d,
	0xdb,
	0xed,
	0x29,
	0x03,
	0xae,
	0xb7,
	0x57,
	0xce,
	0x27,
	0x0d,
	0xbc,
	0x22,
	0xd6,
	0xfb,
	0xc9,
	0x32,
	0xc7,
	0x9b,
	0x5a,
	0xc0,
	0x00,
};
static const uint8_t dynrubin_zeros[] = {
	0x04,
	0x04,
	0x01,
	0x01,
	0x01,
	0x01,
	0x01,
	0x01,
	0x09,
	0x64,
	0xdd,
	0x80,
};

static void
check_rubin(uint8_t compressor, struct bytes page, struct bytes wanted)
{
	struct log l = log_open(false);
	struct piece piece = { 2, FILE_MODE, (uint32_t)wanted.len, 0,
		(uint32_t)wanted.len, compressor, page };

	put_dirent(&l, 1, 2, "page");
	put_inode(&l, &piece);
	struct run *run = run_log(&l);
	const struct run_node *n = run_get(run, "/page");

	assert_int_equal(n->node.fault.code, ERR_OK);
	run_assert_content(n, wanted);
	run_close(run);
	/* A byte more or less is not its end. */
	piece.data.len--;
	put_inode(&l, &piece);
	run = run_log(&l);
	assert_int_equal(run_get(run, "/page")->node.fault.code, ERR_MALFORMED);
	run_close(run);
	out_close(&l.out);
}

static void
jffs2_reads_both_kinds_of_rubin_under_either_number(void **state)
{
	struct bytes fixed = { rubinmips_page, sizeof(rubinmips_page) };
	struct bytes own = { dynrubin_page, sizeof(dynrubin_page) };
	struct bytes zeros = { dynrubin_zeros, sizeof(dynrubin_zeros) };
	uint8_t wanted[62] = { [60] = 1, [61] = 2 };

	(void)state;
	check_rubin(3, fixed, BYTES(RUBIN_TEXT));
	check_rubin(5, fixed, BYTES(RUBIN_TEXT));
	check_rubin(5, own, BYTES(RUBIN_TEXT));
	check_rubin(3, own, BYTES(RUBIN_TEXT));
	check_rubin(5, zeros, (struct bytes){ wanted, sizeof(wanted) });
}

static void
summaries_and_attributes_are_passed_over(void **state)
{
	static const uint16_t types[] = { 0x2006, 0xe008, 0xe009, 0x2004 };
	struct log l = log_open(true);

	(void)state;
	put_marker(&l);
	put_dirent(&l, 1, 2, "file");
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		(void)put_header(&l, types[i], 40);
		for (size_t k = 0; k < 28; k++)
			out_u8(&l.out, (uint8_t)k);
	}
	put_page(&l, 2, 4, 0, "text");
	struct run *run = run_log(&l);

	assert_int_equal(run->count, 2);
	assert_int_equal(run->nodes[0].node.fault.code, ERR_OK);
	run_assert_content(run_get(run, "/file"), BYTES("text"));
	run_close(run);
	out_close(&l.out);
}

static void
the_newest_version_of_each_byte_wins(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct log l = log_open(big != 0);

		put_marker(&l);
		put_dirent(&l, 1, 2, "file");
		l.version = 10;
		put_page(&l, 2, 8, 0, "AAAAAAAA");
		put_page(&l, 2, 8, 2, "BBBB");
		put_page(&l, 2, 8, 5, "CC");
		l.version = 8; /* older, but later in the log */
		put_page(&l, 2, 99, 0, "zzzzzzzz");
		struct run *run = run_log(&l);
		const struct run_node *n = run_get(run, "/file");

		assert_int_equal(n->node.size, 8);
		assert_int_equal(n->content_len, 8);
		assert_memory_equal(n->content, "AABBBCCA", 8);
		run_close(run);
		out_close(&l.out);
	}
}

static void
a_truncated_file_ends_where_its_newest_node_says(void **state)
{
	struct log l = log_open(false);
	struct piece shorter = { .ino = 2, .mode = FILE_MODE, .size = 3 };

	(void)state;
	put_dirent(&l, 1, 2, "file");
	put_page(&l, 2, 8, 0, "AAAAAAAA");
	put_inode(&l, &shorter);
	struct run *run = run_log(&l);

	run_assert_content(run_get(run, "/file"), BYTES("AAA"));
	assert_int_equal(run_get(run, "/file")->node.fault.code, ERR_OK);
	run_close(run);
	out_close(&l.out);
}

static void
a_removed_name_is_gone_and_a_renamed_one_moves(void **state)
{
	struct log l = log_open(true);

	(void)state;
	put_dirent(&l, 1, 2, "old");
	put_dirent(&l, 1, 3, "gone");
	put_page(&l, 2, 2, 0, "hi");
	put_page(&l, 3, 2, 0, "no");
	put_dirent(&l, 1, 2, "new");
	put_dirent(&l, 1, 0, "old");
	put_dirent(&l, 1, 0, "gone");
	struct run *run = run_log(&l);

	assert_int_equal(run->count, 2);
	run_assert_content(run_get(run, "/new"), BYTES("hi"));
	run_close(run);
	out_close(&l.out);
}

static void
directories_that_hold_each_other_end(void **state)
{
	struct log l = log_open(false);
	size_t faults = 0;

	(void)state;
	put_dirent(&l, 1, 2, "a");
	put_dirent(&l, 2, 3, "b");
	put_dirent(&l, 3, 2, "c");
	put_dirent(&l, 3, 1, "root");
	put_directory(&l, 1);
	put_directory(&l, 2);
	put_directory(&l, 3);
	struct run *run = run_log(&l);

	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(run->count, 5);
	for (size_t i = 0; i < run->count; i++)
		faults += run->nodes[i].node.fault.code == ERR_MALFORMED;
	assert_int_equal(faults, 2);
	assert_non_null(run_find(run, "/a/b/c"));
	run_close(run);
	out_close(&l.out);
}

static void
very_deep_directories_end_at_a_limit(void **state)
{
	struct log l = log_open(false);

	(void)state;
	for (uint32_t i = 1; i < 400; i++) {
		put_dirent(&l, i, i + 1, "d");
		put_directory(&l, i + 1);
	}
	struct format_info info = { 0 };
	struct budget budget = { .limit = LIMIT };
	void *fs = NULL;
	struct node node;
	enum err err = ERR_OK;
	enum err last = ERR_OK;
	size_t count = 0;

	assert_int_equal(jffs2_format.probe(out_bytes(&l.out), &info), ERR_OK);
	assert_int_equal(
	    jffs2_format.open(out_bytes(&l.out), &budget, &fs), ERR_OK);
	for (; err == ERR_OK; count++) {
		last = count > 0 ? node.fault.code : ERR_OK;
		err = jffs2_format.next(fs, &node);
	}
	assert_int_equal(err, ERR_END);
	assert_int_equal(last, ERR_LIMIT);
	assert_int_equal(count, 258);
	jffs2_format.close(fs);
	out_close(&l.out);
}

static void
broken_nodes_are_passed_over_and_the_root_says_so(void **state)
{
	static const struct {
		size_t at; /* in the node that is broken */
		enum err err;
	} cases[] = {
		{ 12, ERR_CHECKSUM }, /* ino: node_crc */
		{ 68, ERR_CHECKSUM }, /* data_crc */
		{ 60, ERR_CHECKSUM }, /* data_crc itself */
		{ 4, ERR_OK },	      /* totlen: hdr_crc; no node any more */
		{ 1, ERR_OK },	      /* magic */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct log l = log_open(false);

		put_marker(&l);
		put_dirent(&l, 1, 2, "file");
		put_page(&l, 2, 8, 0, "AAAAAAAA");
		size_t bad = put_page(&l, 2, 8, 2, "BBBB");

		put_dirent(&l, 1, 3, "last");
		put_page(&l, 3, 1, 0, "x");
		l.out.ptr[bad + cases[i].at] ^= 0x40;
		struct run *run = run_log(&l);

		assert_int_equal(run->ended, ERR_END);
		assert_int_equal(run->nodes[0].node.fault.code, cases[i].err);
		if (cases[i].err != ERR_OK)
			assert_int_equal(run->nodes[0].node.fault.at, bad);
		run_assert_content(run_get(run, "/file"), BYTES("AAAAAAAA"));
		run_assert_content(run_get(run, "/last"), BYTES("x"));
		run_close(run);
		out_close(&l.out);
	}
}

static void
an_obsolete_node_does_not_count(void **state)
{
	struct log l = log_open(false);

	(void)state;
	put_dirent(&l, 1, 2, "file");
	put_page(&l, 2, 4, 0, "AAAA");
	size_t old = put_page(&l, 2, 4, 0, "BBBB");

	l.out.ptr[old + 3] &= 0xdf; /* JFFS2_NODE_ACCURATE */
	struct run *run = run_log(&l);

	assert_int_equal(run->nodes[0].node.fault.code, ERR_OK);
	run_assert_content(run_get(run, "/file"), BYTES("AAAA"));
	run_close(run);
	out_close(&l.out);
}

static void
missing_pages_are_zeros_and_a_fault(void **state)
{
	struct log l = log_open(false);

	(void)state;
	put_dirent(&l, 1, 2, "hole");
	put_page(&l, 2, 8, 4, "AAAA");
	put_dirent(&l, 1, 3, "short");
	put_page(&l, 3, UINT32_MAX, 0, "AAAA");
	put_dirent(&l, 1, 4, "lost");
	struct run *run = run_log(&l);

	run_assert_content(run_get(run, "/hole"), BYTES("\0\0\0\0AAAA"));
	assert_int_equal(run_get(run, "/hole")->node.fault.code, ERR_TRUNCATED);
	run_assert_content(run_get(run, "/short"), BYTES("AAAA"));
	assert_int_equal(run_get(run, "/short")->node.size, UINT32_MAX);
	assert_int_equal(
	    run_get(run, "/short")->node.fault.code, ERR_TRUNCATED);
	assert_int_equal(run_get(run, "/lost")->node.fault.code, ERR_TRUNCATED);
	run_close(run);
	out_close(&l.out);
}

static void
a_written_hole_is_no_fault_but_bounded(void **state)
{
	struct log l = log_open(false);
	struct piece hole = { 2, FILE_MODE, 1000, 0, 1000, 1, { NULL, 0 } };
	struct piece huge = { 3, FILE_MODE, UINT32_MAX, 0, UINT32_MAX, 1,
		{ NULL, 0 } };

	(void)state;
	put_dirent(&l, 1, 2, "a");
	put_inode(&l, &hole);
	put_dirent(&l, 1, 3, "b");
	put_inode(&l, &huge);
	struct run *run = run_log(&l);

	assert_int_equal(run->ended, ERR_LIMIT); /* at the huge one */
	assert_int_equal(run->count, 2);
	assert_int_equal(run_get(run, "/a")->content_len, 1000);
	assert_int_equal(run_get(run, "/a")->node.fault.code, ERR_OK);
	run_close(run);
	out_close(&l.out);
}

static void
data_that_cannot_be_decoded_is_a_fault(void **state)
{
	static const struct {
		uint8_t compressor;
		uint32_t len;
		enum err err;
	} cases[] = {
		{ 0, 9, ERR_MALFORMED }, /* lengths differ */
		{ 3, 8, ERR_MALFORMED }, /* not rubinmips */
		{ 5, 8, ERR_MALFORMED }, /* not dynrubin */
		{ 5, 64u << 20, ERR_LIMIT }, { 4, 8, ERR_UNSUPPORTED },
		{ 99, 8, ERR_UNSUPPORTED },
		{ 6, 9, ERR_MALFORMED },     /* not zlib */
		{ 6, 64u << 20, ERR_LIMIT }, /* more than a page */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct log l = log_open(false);
		struct piece piece = { 2, FILE_MODE, 8, 0, cases[i].len,
			cases[i].compressor,
			BYTES("\xff\xff\xff\xff"
			      "AAAA") };

		put_dirent(&l, 1, 2, "file");
		put_inode(&l, &piece);
		struct run *run =
		    run_format(&jffs2_format, out_bytes(&l.out), 256 * MIB);

		assert_int_equal(
		    run_get(run, "/file")->node.fault.code, cases[i].err);
		run_close(run);
		out_close(&l.out);
	}
}

static void
names_that_would_leave_their_directory_are_dropped(void **state)
{
	static const char *const names[] = { "..", ".", "a/b", "/etc", "" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct log l = log_open(false);

		put_dirent(&l, 1, 2, names[i]);
		put_page(&l, 2, 1, 0, "x");
		struct run *run = run_log(&l);

		assert_int_equal(run->count, 1);
		assert_int_equal(run->nodes[0].node.fault.code, ERR_MALFORMED);
		run_close(run);
		out_close(&l.out);
	}
}

static void
put_fill(struct log *l, uint8_t byte, size_t upto)
{
	while (l->out.len < upto)
		out_u8(&l->out, byte);
}

static void
jffs2_ends_with_its_last_erase_block(void **state)
{
	struct log l = log_open(false);

	(void)state;
	put_marker(&l);
	put_dirent(&l, 1, 2, "file");
	put_fill(&l, 0xff, 0x4000);
	put_marker(&l);
	put_page(&l, 2, 1, 0, "x");
	put_fill(&l, 0xff, 0xa000);
	out_text(&l.out, "hsqs");
	put_fill(&l, 0x5a, 0x40000);
	struct run *run = run_log(&l);

	assert_int_equal(run->info.size, 0x8000); /* 16 KiB blocks */
	run_assert_content(run_get(run, "/file"), BYTES("x"));
	run_close(run);
	/* and not into what follows, even inside its last block */
	l.out.len = 0x5000;
	put_fill(&l, 0x5a, 0x40000);
	run = run_log(&l);
	assert_int_equal(run->info.size, 0x5000);
	run_close(run);
	out_close(&l.out);
}

static void
clean_markers_alone_are_an_empty_file_system(void **state)
{
	struct log l = log_open(true);

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		put_marker(&l);
		put_fill(&l, 0xff, (i + 1) * 0x2000);
	}
	struct run *run = run_log(&l);

	assert_int_equal(run->probed, ERR_OK);
	assert_int_equal(run->info.size, 0x6000);
	assert_int_equal(run->count, 1);
	run_close(run);
	out_close(&l.out);
}

static void
jffs2_is_not_seen_where_there_is_none(void **state)
{
	struct log l = log_open(false);
	struct format_info info = { .size = 77 };

	(void)state;
	/* OpenWrt's mark of the end of a squashfs */
	assert_int_not_equal(
	    jffs2_format.probe(
		BYTES("\xde\xad\xc0\xde\xff\xff\xff\xff\xff\xff\xff\xff"),
		&info),
	    ERR_OK);
	/* a marker in a program, with code behind it */
	put_marker(&l);
	put_fill(&l, 0x5a, 0x1000);
	assert_int_not_equal(
	    jffs2_format.probe(out_bytes(&l.out), &info), ERR_OK);
	/* one node alone */
	l.out.len = 0;
	put_dirent(&l, 1, 2, "file");
	put_fill(&l, 0x5a, 0x1000);
	assert_int_not_equal(
	    jffs2_format.probe(out_bytes(&l.out), &info), ERR_OK);
	/* a wrong header checksum */
	l.out.len = 0;
	put_marker(&l);
	put_marker(&l);
	l.out.ptr[8] ^= 1;
	assert_int_not_equal(
	    jffs2_format.probe(out_bytes(&l.out), &info), ERR_OK);
	assert_int_equal(info.size, 77);
	out_close(&l.out);
}

static void
every_prefix_is_refused_or_read_in_part(void **state)
{
	struct bytes in = run_read_sample("test/data/jffs2/good/le-zlib.jffs2");

	(void)state;
	for (size_t len = 0; len < in.len; len++) {
		struct bytes cut = run_join(bytes_slice(in, 0, len), BYTES(""));
		struct run *run = run_format(&jffs2_format, cut, LIMIT);

		if (run->probed == ERR_OK) {
			assert_int_equal(run->ended, ERR_END);
			assert_true(run->count >= 1 && run->count <= 10);
		}
		run_close(run);
		run_free(cut);
	}
	run_free(in);
}

static void
many_names_for_a_long_file_end_at_the_budget(void **state)
{
	struct log l = log_open(false);

	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		put_page(&l, 2, 1, 0, "x");
	for (uint32_t i = 0; i < 40; i++) {
		char name[8];

		(void)snprintf(name, sizeof(name), "n%u", i);
		put_dirent(&l, 1, 2, name);
	}
	struct run *run = run_format(&jffs2_format, out_bytes(&l.out), MIB);

	assert_int_equal(run->ended, ERR_LIMIT);
	assert_true(run->count > 5 && run->count < 30);
	run_close(run);
	out_close(&l.out);
}

static void
a_netgear_image_holds_one_boot_image(void **state)
{
	struct bytes in =
	    run_read_file("../shared/corpus/openwrt-orion-wnr854t-factory.img");

	(void)state;
	if (in.ptr == NULL) {
		print_message("skipped: no corpus beside the project\n");
		skip();
	}
	struct run *run =
	    run_format(&jffs2_format, bytes_from(in, 0x14), LIMIT);

	assert_int_equal(run->info.size, 0x140000); /* a squashfs follows */
	assert_int_equal(run->count, 2);
	assert_int_equal(run_get(run, "/uImage")->content_len, 1259792);
	assert_int_equal(run_get(run, "/uImage")->node.mode, 0644);
	assert_int_equal(run_get(run, "/uImage")->node.fault.code, ERR_OK);
	run_close(run);
	run_free(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jffs2_reads_what_mkfs_wrote),
		cmocka_unit_test(jffs2_reads_openwrts_lzma),
		cmocka_unit_test(
		    jffs2_reads_both_kinds_of_rubin_under_either_number),
		cmocka_unit_test(summaries_and_attributes_are_passed_over),
		cmocka_unit_test(the_newest_version_of_each_byte_wins),
		cmocka_unit_test(
		    a_truncated_file_ends_where_its_newest_node_says),
		cmocka_unit_test(
		    a_removed_name_is_gone_and_a_renamed_one_moves),
		cmocka_unit_test(directories_that_hold_each_other_end),
		cmocka_unit_test(very_deep_directories_end_at_a_limit),
		cmocka_unit_test(
		    broken_nodes_are_passed_over_and_the_root_says_so),
		cmocka_unit_test(an_obsolete_node_does_not_count),
		cmocka_unit_test(missing_pages_are_zeros_and_a_fault),
		cmocka_unit_test(a_written_hole_is_no_fault_but_bounded),
		cmocka_unit_test(data_that_cannot_be_decoded_is_a_fault),
		cmocka_unit_test(
		    names_that_would_leave_their_directory_are_dropped),
		cmocka_unit_test(jffs2_ends_with_its_last_erase_block),
		cmocka_unit_test(clean_markers_alone_are_an_empty_file_system),
		cmocka_unit_test(jffs2_is_not_seen_where_there_is_none),
		cmocka_unit_test(every_prefix_is_refused_or_read_in_part),
		cmocka_unit_test(many_names_for_a_long_file_end_at_the_budget),
		cmocka_unit_test(a_netgear_image_holds_one_boot_image),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
