/* SPDX-License-Identifier: ISC */
/* What every firmware format offers: one row of the table of formats. */
#ifndef UNPACK_FORMAT_H
#define UNPACK_FORMAT_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum node_kind {
	NODE_PAYLOAD, /* bytes without a name: a stream's content, a partition */
	NODE_FILE,
	NODE_DIRECTORY,
	NODE_SYMLINK,
	NODE_CHAR,
	NODE_BLOCK,
	NODE_FIFO,
	NODE_SOCKET,
};

/*
 * One thing found in a container. All pointers borrow from the container's
 * handle or its input and are good until the next call of next() or close().
 */
struct node {
	enum node_kind kind;
	struct bytes name; /* "/bin/busybox": starts with '/', parts joined by
			      one '/', no "." or ".." parts; empty: payload
			      (but UBI's have their volume's) */
	struct bytes link; /* target of a symlink, as stored */
	uint32_t mode;	   /* permission bits, 07777 */
	uint32_t uid, gid;
	uint32_t device_major, device_minor;
	uint64_t mtime;	      /* seconds since 1970; 0 when not stored */
	uint64_t size;	      /* as the container records it */
	struct bytes content; /* files and payloads; what could be read */
	bool in_place;	      /* content is container[at, at + content.len) */
	size_t at;	      /* with in_place: where in the container */
	bool whole;	      /* with in_place: one payload, exactly; else a
				   region in which several things may lie */
	bool region;	      /* without in_place: such a region all the same */
	struct fault fault;   /* why content is not whole; else ERR_OK */
};

/* What became of a piece of the image. */
enum chunk_state {
	CHUNK_READ,    /* its format was read, or its bytes were searched */
	CHUNK_PADDING, /* 00 or ff */
	CHUNK_OPAQUE,  /* high entropy, no known format */
	CHUNK_UNREAD,  /* recognised, not (or not wholly) readable */
};

/* "read", "padding", "opaque", "unread"; static. */
const char *chunk_state_text(enum chunk_state state);

enum authenticity {
	AUTHENTICITY_UNKNOWN, /* zero: nobody looked */
	AUTHENTICITY_NONE,
	AUTHENTICITY_CRC,
	AUTHENTICITY_HASH,
	AUTHENTICITY_SIGNED,
};

enum answer {
	ANSWER_UNKNOWN,
	ANSWER_NO,
	ANSWER_YES,
};

/* "unknown", "none", "crc", "hash", "signed"; "unknown", "no", "yes"; static. */
const char *authenticity_text(enum authenticity authenticity);
const char *answer_text(enum answer answer);

#define FORMAT_DETAIL_LEN 200

/* What a container says of itself. Texts may hold foreign bytes: escape. */
struct format_info {
	size_t
	    size; /* bytes it covers from its start; 0: known after reading */
	enum authenticity authenticity; /* of this container alone */
	enum answer encrypted;
	enum answer rollback; /* protection against it */
	bool may_be_signed;   /* holds a part of the maker's own that may be a
			       signature: what is inside cannot deny it */
	const char *architecture;     /* a name of DESIGN.md, static, or NULL */
	const char *operating_system; /* likewise */
	char
	    detail[FORMAT_DETAIL_LEN]; /* "v4 little endian, xz, 1203 inodes" */
};

/* printf into info->detail behind what is there, cut to its size. */
void format_detail(struct format_info *info, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

struct crew; /* codec/crew.h */

/* What one assessment may decompress, and with whose help; shared by all
   formats. */
struct budget {
	uint64_t made; /* bytes decompressed so far */
	uint64_t limit;
	/* Asked now and then; true when the time is up. May be NULL. */
	bool (*expired)(void *context);
	void *context;
	struct crew *crew; /* borrowed; NULL: no second thread */
};

/*
 * Call before making n more bytes (a block, a stream's next part).
 * ERR_LIMIT when the byte limit or the time is up.
 */
enum err budget_take(struct budget *budget, uint64_t n);

/* How many bytes may still be made, for the limit of an out. */
size_t budget_left(const struct budget *budget);

#define FORMAT_MAGICS 8

struct magic {
	uint32_t at; /* offset from the container's start */
	uint32_t len;
	const char *bytes;
};
#define MAGIC(offset, literal)                                                 \
	{                                                                      \
		(offset), sizeof(literal) - 1, (literal)                       \
	}

/*
 * A format. Its functions keep these promises:
 *
 * probe  looks whether one starts at in[0] (`in` runs to the end of what is
 *        being searched, so usually further than the container). It checks
 *        structure, not only the magic: field ranges, checksums where cheap.
 *        ERR_OK: yes, *ret is filled. Anything else: no. Never costly: a
 *        stream is at most decompressed for its first few KiB.
 * open   starts reading; `in` is info.size bytes (or all that is left when
 *        that was 0). On failure nothing is left open.
 * next   gives the next node, ERR_END after the last. Another error says that
 *        nothing further can be read (what came before stands); an error that
 *        concerns one node only is put into that node's fault instead.
 *        ERR_LIMIT from the budget ends the iteration.
 * used   after ERR_END (or failure): the bytes covered, when probe said 0.
 * close  NULL is fine.
 *
 * open == NULL: recognised, not readable; its bytes are reported as unread.
 */
struct format {
	const char *name; /* as in data/formats.tsv */
	struct magic
	    magic[FORMAT_MAGICS]; /* any of them; len 0 ends the list */
	bool only_at_start; /* too weak a magic to be searched for: tried at the
			       start of a payload, file or slice only */
	bool works_ahead; /* open() has the crew begin with the contents: worth
			       doing while something else is unpacked */
	enum err (*probe)(struct bytes in, struct format_info *ret);
	enum err (*open)(
	    struct bytes in, struct budget *budget, void **ret_handle);
	enum err (*next)(void *handle, struct node *ret);
	size_t (*used)(void *handle);
	void (*close)(void *handle);
};

/*
 * Writes a container's member name the way node.name wants it: a leading '/',
 * no empty, "." or ".." parts. `to` must have room for name.len + 1 bytes;
 * returns the length written (1 for the root).
 */
size_t format_clean_name(struct bytes name, char *to);

/* Records what is wrong with one node unless there is something already. */
void node_fail(struct node *node, enum err code, size_t at, const char *format,
    const char *field);

/*
 * Kind and permissions from st_mode as Linux stores it; another type of file
 * is the node's fault, and it stays a NODE_FILE.
 */
void node_set_mode(
    struct node *node, uint32_t mode, size_t at, const char *format);

/* The device numbers from Linux' kdev_t.h: 16 bits as ever, or 32 with parts
   of the minor one on top. */
void node_set_device(struct node *node, uint32_t id);

#endif
