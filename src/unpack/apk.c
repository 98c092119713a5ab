/* SPDX-License-Identifier: ISC */
/* Alpine's packages: gzip members that are one tar cut into three. */
#include "base/limits.h"
#include "base/out.h"
#include "codec/decompress.h"
#include "unpack/signatures.h"
#include "unpack/updates.h"

#include <stdlib.h>

#define TAR_BLOCK_LEN ((size_t)512)
#define MEMBER_MAX_LEN (256 * KIB) /* of signature and control */
#define PARTS_MAX 3
#define DIGEST_LEN ((size_t)32)
#define WORD_MAX ((size_t)48)

struct package {
	bool is_signed;
	size_t count; /* of members in front of the data */
	size_t len[PARTS_MAX];
	size_t data_at;
	uint8_t datahash[DIGEST_LEN];
	bool has_datahash;
	char name[WORD_MAX + 1], version[WORD_MAX + 1], arch[WORD_MAX + 1];
};

/* The first member of a gzip at in[at]; false when it is none, or large. */
static bool
inflate(struct bytes in, size_t at, struct out *to, size_t *ret_used)
{
	return bytes_starts(bytes_from(in, at), BYTES("\x1f\x8b\x08")) &&
	    decompress_stream(CODEC_GZIP, bytes_from(in, at), to, ret_used) ==
	    ERR_OK &&
	    to->len >= TAR_BLOCK_LEN;
}

static void
copy_word(char to[WORD_MAX + 1], struct bytes from)
{
	size_t len = (size_t)detail_text_len(bytes_slice(from, 0, WORD_MAX));

	for (size_t i = 0; i < len; i++)
		to[i] = (char)from.ptr[i];
	to[len] = '\0';
}

/* .PKGINFO: "pkgname = busybox"; comments begin with '#'. */
static void
read_info(struct bytes text, struct package *p)
{
	struct bytes line;
	struct bytes key;

	while (bytes_next_line(&text, &line)) {
		if (!bytes_next_field(&line, '=', &key))
			continue;
		key = bytes_trim(key);
		line = bytes_trim(line);
		if (bytes_equal_text(key, "pkgname"))
			copy_word(p->name, line);
		else if (bytes_equal_text(key, "pkgver"))
			copy_word(p->version, line);
		else if (bytes_equal_text(key, "arch"))
			copy_word(p->arch, line);
		else if (bytes_equal_text(key, "datahash"))
			p->has_datahash = hex_decode(line, p->datahash,
					      DIGEST_LEN) == DIGEST_LEN;
	}
}

/* .PKGINFO is in the control's tar, most often the first. */
static bool
read_control(struct bytes tar, struct package *p)
{
	size_t at = 0;

	while (at + TAR_BLOCK_LEN <= tar.len && tar.ptr[at] != 0) {
		struct bytes size = bytes_slice(tar, at + 124, 11);
		uint64_t len = 0;

		for (size_t i = 0; i < size.len; i++) {
			if (size.ptr[i] < '0' || size.ptr[i] > '7')
				return false;
			len = len * 8 + (size.ptr[i] - (unsigned)'0');
		}
		if (len > tar.len)
			return false;
		if (bytes_starts(bytes_from(tar, at), BYTES(".PKGINFO\0"))) {
			read_info(
			    bytes_slice(tar, at + TAR_BLOCK_LEN, (size_t)len),
			    p);
			return p->name[0] != '\0';
		}
		at += TAR_BLOCK_LEN +
		    ((size_t)len + TAR_BLOCK_LEN - 1) / TAR_BLOCK_LEN *
			TAR_BLOCK_LEN;
	}
	return false;
}

static enum err
read_package(struct bytes in, struct package *ret)
{
	struct package p = { .count = 0 };
	enum err err = ERR_MALFORMED;

	for (bool done = false; !done && p.count < PARTS_MAX - 1;) {
		struct out tar = out_open(MEMBER_MAX_LEN);
		bool first = p.count == 0;
		size_t used = 0;

		done = true;
		if (!inflate(in, p.data_at, &tar, &used)) {
			/* nothing that begins like one */
		} else if (first &&
		    bytes_starts(out_bytes(&tar), BYTES(".SIGN."))) {
			p.is_signed = true;
			done = false;
		} else if (read_control(out_bytes(&tar), &p)) {
			err = ERR_OK;
		}
		p.len[p.count++] = used;
		p.data_at += used;
		out_close(&tar);
	}
	/* A control part by itself is only a tar. */
	if (err == ERR_OK &&
	    !bytes_starts(bytes_from(in, p.data_at), BYTES("\x1f\x8b\x08")))
		err = ERR_MALFORMED;
	if (err == ERR_OK)
		*ret = p;
	return err;
}

static enum err
apk_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .size = in.len, .encrypted = ANSWER_NO };
	struct package p;
	enum err err = read_package(in, &p);

	if (err != ERR_OK)
		return err;
	bool right = p.has_datahash &&
	    digest_agrees(HASH_SHA256, bytes_from(in, p.data_at),
		(struct bytes){ p.datahash, DIGEST_LEN });

	/* inspectors read the first words of it */
	format_detail(&info, "%s %s %s", p.name, p.version, p.arch);
	format_detail(&info, ", data hash %s, %s",
	    !p.has_datahash ? "missing"
		: right	    ? "agrees"
			    : "is wrong",
	    p.is_signed ? "RSA signature (key not in the image)"
			: "not signed");
	info.authenticity = !right ? AUTHENTICITY_NONE
	    : p.is_signed	   ? AUTHENTICITY_SIGNED
				   : AUTHENTICITY_HASH;
	*ret = info;
	return ERR_OK;
}

struct reader {
	struct bytes in;
	struct package package;
	size_t given, at;
};

static enum err
apk_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct reader *r = calloc(1, sizeof(*r));

	(void)budget; /* nothing is made that stays */
	if (r == NULL)
		return ERR_MEMORY;
	enum err err = read_package(in, &r->package);

	if (err != ERR_OK) {
		free(r);
		return err;
	}
	r->in = in;
	*ret_handle = r;
	return ERR_OK;
}

/* The members as files, named like those of a deb. */
static enum err
apk_next(void *handle, struct node *ret)
{
	struct reader *r = handle;
	const struct package *p = &r->package;

	if (r->given > p->count)
		return ERR_END;
	bool is_data = r->given == p->count;
	bool is_signature = p->is_signed && r->given == 0;
	size_t len = is_data ? r->in.len - r->at : p->len[r->given];

	*ret = (struct node){
		.kind = NODE_FILE,
		.mode = 0644,
		.name = is_data	   ? BYTES("/data.tar.gz")
		    : is_signature ? BYTES("/signature.tar.gz")
				   : BYTES("/control.tar.gz"),
		.size = len,
		.content = bytes_slice(r->in, r->at, len),
		.in_place = true,
		.at = r->at,
	};
	r->at += len;
	r->given++;
	return ERR_OK;
}

static void
apk_close(void *handle)
{
	free(handle);
}

const struct format apk_format = {
	.name = "apk",
	.magic = { MAGIC(0, "\x1f\x8b\x08") },
	.only_at_start = true, /* each gzip would be looked into */
	.probe = apk_probe,
	.open = apk_open,
	.next = apk_next,
	.close = apk_close,
};
