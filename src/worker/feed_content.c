/* SPDX-License-Identifier: ISC */
/* A stack of what holds what; at its top, a feed. */
#include "worker/feed_content.h"

#include "base/limits.h"
#include "base/number.h"
#include "codec/decompress.h"
#include "unpack/archives.h"
#include "worker/feed_zip.h"

#include <assert.h>
#include <stddef.h>

/* Enough of a member's name to find it. */
#define MEMBER_NAME_LEN ((size_t)1 << 10)

/* What is inside of what, the file itself first. */
struct layer {
	struct bytes in;
	const struct format *archive; /* NULL: none is open */
	void *handle;
	struct budget budget;
	struct out unpacked; /* of a stream */
	size_t borrowed;     /* bytes of `in` that its archive unpacked */
	bool in_archive;     /* it, or what holds it, is a member of one */
};

struct walk {
	struct feed_content *content;
	struct feed_tally *tally;
	struct layer layer[LIMIT_FEED_DEPTH + 1];
	size_t depth; /* layers in use */
	size_t live;  /* bytes unpacked that are still there */
};

static const struct {
	enum codec codec;
	struct bytes magic;
	const char *name;
} streams[] = {
	{ CODEC_GZIP, { (const uint8_t *)"\x1f\x8b\x08", 3 }, "gzip" },
	{ CODEC_XZ, { (const uint8_t *)"\xfd\x37zXZ", 6 }, "xz" },
	{ CODEC_ZSTD, { (const uint8_t *)"\x28\xb5\x2f\xfd", 4 }, "zstd" },
	{ CODEC_BZIP2, { (const uint8_t *)"BZh", 3 }, "bzip2" },
};
#define STREAMS (sizeof(streams) / sizeof(streams[0]))

static const struct {
	const struct format *format;
	size_t at;
	struct bytes magic;
} archives[] = {
	{ &feed_zip_format, 0, { (const uint8_t *)"PK\x03\x04", 4 } },
	{ &tar_format, 257, { (const uint8_t *)"ustar", 5 } },
};
#define ARCHIVES (sizeof(archives) / sizeof(archives[0]))

struct feed_content
feed_content_open(const struct feed_sink *sink)
{
	return (struct feed_content){
		.sink = sink,
		.work = arena_open(LIMIT_FEED_RECORD_LEN),
		.left = LIMIT_FEED_LEN,
		.member = out_open(MEMBER_NAME_LEN),
	};
}

void
feed_content_close(struct feed_content *c)
{
	arena_close(&c->work);
	out_close(&c->member);
}

/* ---- what goes wrong ---- */

/* The first fault stands, with the member that it is in. */
static void
note_fault(struct walk *w, const struct fault *fault)
{
	if (w->tally->first.code != ERR_OK)
		return;
	w->tally->first = *fault;
	w->tally->member = out_bytes(&w->content->member);
}

/* The whole file counts as broken; what is to blame is told first. */
static void
note_broken(struct walk *w, enum err code, uint64_t at, const char *format,
    const char *field)
{
	w->tally->is_broken = true;
	w->tally->first.code = ERR_OK; /* a broken record says less */
	note_fault(w, &(struct fault){ code, at, format, field });
}

/* ---- layers ---- */

static void
close_layer(struct walk *w)
{
	struct layer *top = &w->layer[--w->depth];

	if (top->archive != NULL)
		top->archive->close(top->handle);
	w->live -= top->unpacked.len + top->borrowed;
	out_close(&top->unpacked);
}

static enum err
open_layer(struct walk *w, struct bytes in, bool in_archive)
{
	if (w->depth == sizeof(w->layer) / sizeof(w->layer[0])) {
		note_broken(w, ERR_LIMIT, 0, "archive", "depth");
		return ERR_LIMIT;
	}
	w->layer[w->depth++] = (struct layer){
		.in = in,
		.in_archive = in_archive,
		.unpacked = out_open(0),
	};
	return ERR_OK;
}

/* How much more may be unpacked here. */
static size_t
room(const struct walk *w)
{
	size_t most = size_min(LIMIT_FEED_FILE_LEN,
	    LIMIT_FEED_LIVE_LEN - size_min(LIMIT_FEED_LIVE_LEN, w->live));

	return w->content->left < most ? (size_t)w->content->left : most;
}

/* All streams of a kind that stand one behind the other, as one. */
static enum err
unpack_streams(struct walk *w, struct layer *top, size_t row)
{
	struct bytes rest = top->in;
	enum err err = ERR_OK;

	top->unpacked = out_open(room(w));
	while (err == ERR_OK && bytes_starts(rest, streams[row].magic)) {
		size_t used = 0;

		err = decompress_stream(
		    streams[row].codec, rest, &top->unpacked, &used);
		rest = bytes_from(rest, used);
	}
	w->live += top->unpacked.len;
	w->content->left -= top->unpacked.len;
	if (err_is_input(err))
		note_broken(w, err, top->in.len - rest.len, streams[row].name,
		    "stream");
	if (err != ERR_OK)
		return err;
	return open_layer(w, out_bytes(&top->unpacked), top->in_archive);
}

static enum err
open_archive(struct walk *w, struct layer *top, const struct format *format)
{
	top->budget = (struct budget){ .limit = room(w) };
	enum err err = format->open(top->in, &top->budget, &top->handle);

	if (err == ERR_OK)
		top->archive = format;
	else if (err_is_input(err))
		note_broken(w, err, 0, format->name, "start");
	return err;
}

/* The name goes along, for whoever has to find the broken record. */
static enum err
take_member(struct walk *w, const struct layer *top, const struct node *node)
{
	struct out *name = &w->content->member;

	name->len = 0;
	out_put(name, bytes_slice(node->name, 1, MEMBER_NAME_LEN));
	if (name->failed != ERR_OK)
		return name->failed;
	if (node->fault.code != ERR_OK) {
		note_broken(w, node->fault.code, node->fault.at,
		    top->archive->name, "member");
		return node->fault.code;
	}
	enum err err = open_layer(w, node->content, true);

	if (err == ERR_OK && !node->in_place) {
		w->layer[w->depth - 1].borrowed = node->content.len;
		w->live += node->content.len;
	}
	return err;
}

static enum err
next_member(struct walk *w, struct layer *top)
{
	struct node node;
	uint64_t before = top->budget.made;

	top->budget.limit = before + room(w);
	enum err err = top->archive->next(top->handle, &node);
	uint64_t made = top->budget.made - before;

	w->content->left -= made < w->content->left ? made : w->content->left;
	if (err == ERR_END) {
		close_layer(w);
		w->content->member.len = 0;
		return ERR_OK;
	}
	if (err_is_input(err))
		note_broken(w, err, 0, top->archive->name, "member");
	if (err != ERR_OK)
		return err;
	if (node.kind != NODE_FILE || node.content.len == 0)
		return node.fault.code == ERR_OK || node.kind != NODE_FILE
		    ? ERR_OK
		    : take_member(w, top, &node);
	return take_member(w, top, &node);
}

/* ---- feeds ---- */

/* Kinds of which a file often holds one record. */
static bool
is_of_records(enum feed_kind kind)
{
	return kind == FEED_CVE || kind == FEED_NVD || kind == FEED_OSV;
}

static void
add_up(struct feed_info *sum, const struct feed_info *one)
{
	sum->kind = one->kind;
	sum->count += one->count;
	sum->refused += one->refused;
	if (one->newest > sum->newest)
		sum->newest = one->newest;
}

static enum err
read_feed(struct walk *w, const struct layer *top)
{
	struct feed_content *c = w->content;
	struct feed_info info = { .kind = feed_sniff(top->in) };
	enum err err = ERR_OK;

	if (info.kind != FEED_NONE)
		err = feed_read(top->in, &c->work, c->sink, &info);
	if (err != ERR_OK && !err_is_input(err))
		return err;
	if (err != ERR_OK && top->in_archive && info.count == 0 &&
	    is_of_records(info.kind)) {
		info.refused++;
		err = ERR_OK;
	}
	add_up(&w->tally->info[info.kind], &info);
	if (err != ERR_OK)
		note_broken(
		    w, err, info.first.at, info.first.format, info.first.field);
	else if (info.first.code != ERR_OK)
		note_fault(w, &info.first);
	return err;
}

/* What the layer is, by its first bytes. */
static enum err
look(struct walk *w, struct layer *top)
{
	for (size_t i = 0; i < STREAMS; i++)
		if (bytes_starts(top->in, streams[i].magic))
			return unpack_streams(w, top, i);
	for (size_t i = 0; i < ARCHIVES; i++)
		if (bytes_starts(
			bytes_from(top->in, archives[i].at), archives[i].magic))
			return open_archive(w, top, archives[i].format);
	enum err err = read_feed(w, top);

	close_layer(w);
	return err;
}

/* One layer more, one less, or one member further. */
static enum err
step(struct walk *w)
{
	struct layer *top = &w->layer[w->depth - 1];

	if (top->archive != NULL)
		return next_member(w, top);
	if (top->unpacked.limit > 0) { /* its content was read */
		close_layer(w);
		return ERR_OK;
	}
	return look(w, top);
}

enum err
feed_content_read(
    struct feed_content *c, struct bytes in, struct feed_tally *ret)
{
	struct walk w = { .content = c, .tally = ret };
	enum err err;

	*ret = (struct feed_tally){ .is_broken = false };
	c->member.len = 0;
	err = open_layer(&w, in, false);
	while (err == ERR_OK && w.depth > 0)
		err = step(&w);
	while (w.depth > 0)
		close_layer(&w);
	assert(ret->is_broken || !err_is_input(err));
	return ret->is_broken ? ERR_OK : err;
}
