/* SPDX-License-Identifier: ISC */
/* Reads an archive's members through libarchive, one at a time. */
#include "unpack/archives.h"

#include "base/limits.h"
#include "base/number.h"
#include "base/out.h"
#include "unpack/archives_private.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Headers in a row that libarchive may ask to try again. */
#define RETRY_MAX 16

struct reader {
	const char *format; /* for faults; static */
	int (*support)(struct archive *a);
	bool several; /* what follows an end may be another archive */
	struct bytes in;
	size_t base; /* of the archive being read, in `in` */
	struct budget *budget;
	struct archive *archive;
	struct out content; /* of a member that is not in place */
	struct out name;
};

/* Less than any work here needs, and more than free() keeps at hand. */
#define MODEST_LEN ((size_t)1 * MIB)

/*
 * What libarchive did not get is mostly what a header claims to need (the
 * 4 GiB dictionary of a file of 100 bytes): the machine is to blame only when
 * it has nothing left at all.
 */
static enum err
err_of_memory(void)
{
	struct out modest = out_open(MODEST_LEN);
	bool left = out_reserve(&modest, MODEST_LEN) != NULL;

	out_close(&modest);
	return left ? ERR_UNSUPPORTED : ERR_MEMORY;
}

static enum err
err_of(const struct reader *r, int answer)
{
	if (answer >= ARCHIVE_WARN)
		return ERR_OK;
	if (archive_errno(r->archive) == ENOMEM)
		return err_of_memory();
	/* It has no word for this: at the very end, that was the reason. */
	if (r->base + (size_t)archive_filter_bytes(r->archive, -1) >= r->in.len)
		return ERR_TRUNCATED;
	return ERR_MALFORMED;
}

static void
close_archive(struct reader *r)
{
	if (r->archive != NULL)
		(void)archive_read_free(r->archive); /* nothing left to fail */
	r->archive = NULL;
}

static enum err
start_archive(struct reader *r)
{
	struct bytes rest = bytes_from(r->in, r->base);

	close_archive(r);
	r->archive = archive_read_new();
	if (r->archive == NULL)
		return ERR_MEMORY;
	if (r->support(r->archive) < ARCHIVE_WARN)
		return ERR_UNSUPPORTED;
	return err_of(
	    r, archive_read_open_memory(r->archive, rest.ptr, rest.len));
}

static void
close_reader(void *handle)
{
	struct reader *r = handle;

	if (r == NULL)
		return;
	close_archive(r);
	out_close(&r->content);
	out_close(&r->name);
	free(r);
}

static enum err
open_reader(const struct reader *kind, struct bytes in, struct budget *budget,
    void **ret_handle)
{
	struct reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return ERR_MEMORY;
	*r = *kind;
	r->in = in;
	r->budget = budget;
	r->name = out_open(LIMIT_PATH_LEN);
	enum err err = start_archive(r);

	if (err != ERR_OK) {
		close_reader(r);
		return err;
	}
	*ret_handle = r;
	return ERR_OK;
}

/* The archive behind the one that ended; ERR_END when there is none. */
static enum err
start_next_archive(struct reader *r)
{
	size_t count = 0;
	size_t len = archives_cpio_len(bytes_from(r->in, r->base), &count);

	if (!r->several || len == 0)
		return ERR_END;
	r->base += len;
	while (r->base < r->in.len && r->in.ptr[r->base] == 0)
		r->base++;
	if (archives_cpio_len(bytes_from(r->in, r->base), &count) == 0)
		return ERR_END;
	return start_archive(r);
}

static enum err
next_header(struct reader *r, struct archive_entry **ret)
{
	unsigned retries = 0;

	for (;;) {
		int answer = archive_read_next_header(r->archive, ret);

		if (answer == ARCHIVE_EOF) {
			enum err err = start_next_archive(r);

			if (err != ERR_OK)
				return err;
			continue;
		}
		if (answer == ARCHIVE_RETRY && ++retries < RETRY_MAX)
			continue;
		return err_of(r, answer);
	}
}

static enum node_kind
kind_of(struct archive_entry *entry)
{
	switch (archive_entry_filetype(entry)) {
	case AE_IFDIR:
		return NODE_DIRECTORY;
	case AE_IFLNK:
		return NODE_SYMLINK;
	case AE_IFCHR:
		return NODE_CHAR;
	case AE_IFBLK:
		return NODE_BLOCK;
	case AE_IFIFO:
		return NODE_FIFO;
	case AE_IFSOCK:
		return NODE_SOCKET;
	default: /* hard links have none */
		return NODE_FILE;
	}
}

static void
fail(
    const struct reader *r, struct node *node, enum err code, const char *field)
{
	if (node->fault.code == ERR_OK)
		node->fault = (struct fault){
			.code = code,
			.at = r->base +
			    (size_t)archive_filter_bytes(r->archive, -1),
			.format = r->format,
			.field = field,
		};
}

/* Names in another character set than the locale's come as UTF-8 only. */
static const char *
name_of(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);

	if (name == NULL)
		name = archive_entry_pathname_utf8(entry);
	return name != NULL ? name : "";
}

static const char *
link_of(struct archive_entry *entry)
{
	const char *target = archive_entry_symlink(entry);

	if (target == NULL)
		target = archive_entry_symlink_utf8(entry);
	return target != NULL ? target : "";
}

static enum err
set_name(struct reader *r, struct archive_entry *entry, struct node *node)
{
	struct bytes name = bytes_of(name_of(entry));

	if (name.len > LIMIT_PATH_LEN - 1) {
		name.len = LIMIT_PATH_LEN - 1;
		fail(r, node, ERR_LIMIT, "name");
	}
	r->name.len = 0;
	uint8_t *to = out_reserve(&r->name, name.len + 1);

	if (to == NULL)
		return ERR_MEMORY;
	r->name.len = format_clean_name(name, (char *)to);
	node->name = out_bytes(&r->name);
	/* Only a directory can be the root: the rest have no name at all. */
	if (node->name.len == 1 && node->kind == NODE_FILE) {
		node->kind = NODE_PAYLOAD;
		node->name.len = 0;
	}
	return ERR_OK;
}

/* Puts a block where it belongs, with zeros before it: sparse files. */
static enum err
add_block(struct reader *r, struct bytes block, uint64_t at)
{
	if (at < r->content.len)
		return ERR_MALFORMED;
	if (at > LIMIT_FILE_LEN || block.len > LIMIT_FILE_LEN - at)
		return ERR_LIMIT;
	size_t gap = (size_t)at - r->content.len;
	enum err err = budget_take(r->budget, gap + block.len);

	if (err != ERR_OK)
		return err;
	uint8_t *to = out_reserve(&r->content, gap + block.len);

	if (to == NULL) /* nothing to reserve is no failure */
		return r->content.failed;
	if (gap > 0)
		memset(to, 0, gap);
	r->content.len += gap;
	out_put(&r->content, block);
	return r->content.failed;
}

/* Only tar tells where a sparse file ends; the others say 0. */
static enum err
add_hole(struct reader *r, const struct node *node, uint64_t end)
{
	if (end != node->size || end <= r->content.len)
		return ERR_OK;
	return add_block(r, (struct bytes){ NULL, 0 }, end);
}

static bool
lies_in(struct bytes in, struct bytes block)
{
	uintptr_t start = (uintptr_t)in.ptr;
	uintptr_t at = (uintptr_t)block.ptr;

	return at >= start && at - start <= in.len &&
	    block.len <= in.len - (at - start);
}

/*
 * Whether the member is one block of the input: then nothing is copied. What
 * follows such a first block must be the end.
 */
static bool
is_in_place(const struct reader *r, const struct node *node, struct bytes block,
    uint64_t at)
{
	return at == 0 && block.len > 0 && block.len == node->size &&
	    lies_in(r->in, block);
}

static void
set_in_place(const struct reader *r, struct node *node, struct bytes block)
{
	node->content = block;
	node->in_place = true;
	node->at = (size_t)(block.ptr - r->in.ptr);
}

/* ERR_LIMIT: the budget is at its end, and with it the archive. */
static enum err
read_content(struct reader *r, struct node *node)
{
	enum err err = ERR_OK;
	int answer = ARCHIVE_OK;

	while (err == ERR_OK && answer != ARCHIVE_EOF) {
		const void *ptr = NULL;
		size_t len = 0;
		la_int64_t at = 0;

		answer = archive_read_data_block(r->archive, &ptr, &len, &at);
		struct bytes block = { ptr, len };

		if (answer == ARCHIVE_WARN) /* all of it was read */
			fail(r, node, ERR_CHECKSUM, "data");
		if (answer < ARCHIVE_WARN)
			err = err_of(r, answer);
		else if (node->in_place)
			continue;
		else if (at < 0)
			err = ERR_MALFORMED;
		else if (answer == ARCHIVE_EOF) /* a hole may be the last */
			err = add_hole(r, node, (uint64_t)at);
		else if (is_in_place(r, node, block, (uint64_t)at))
			set_in_place(r, node, block);
		else
			err = add_block(r, block, (uint64_t)at);
	}
	if (err != ERR_OK)
		fail(r, node, err, "data");
	return err;
}

static enum err
fill_content(struct reader *r, struct archive_entry *entry, struct node *node)
{
	if (archive_entry_hardlink(entry) != NULL &&
	    archive_entry_size(entry) == 0)
		return ERR_OK;
	if (archive_entry_is_data_encrypted(entry)) {
		fail(r, node, ERR_ENCRYPTED, "data");
		return ERR_OK;
	}
	enum err err = read_content(r, node);

	if (err == ERR_MEMORY)
		return err;
	if (!node->in_place)
		node->content = out_bytes(&r->content);
	if (!archive_entry_size_is_set(entry))
		node->size = node->content.len;
	else if (node->content.len < node->size)
		fail(r, node, ERR_TRUNCATED, "size");
	return ERR_OK;
}

static enum err
next_member(void *handle, struct node *ret)
{
	struct reader *r = handle;
	struct archive_entry *entry = NULL;

	out_close(&r->content);
	r->content = out_open(LIMIT_FILE_LEN);
	enum err err = budget_take(r->budget, 0);

	if (err == ERR_OK)
		err = next_header(r, &entry);
	if (err != ERR_OK)
		return err;
	la_int64_t size = archive_entry_size(entry);
	la_int64_t mtime = archive_entry_mtime(entry);
	struct node node = {
		.kind = kind_of(entry),
		.mode = (uint32_t)archive_entry_perm(entry) & 07777,
		.uid = u32_saturate((uint64_t)archive_entry_uid(entry)),
		.gid = u32_saturate((uint64_t)archive_entry_gid(entry)),
		.device_major = u32_saturate(archive_entry_rdevmajor(entry)),
		.device_minor = u32_saturate(archive_entry_rdevminor(entry)),
		.mtime = mtime > 0 ? (uint64_t)mtime : 0,
		.size = size > 0 ? (uint64_t)size : 0,
	};

	err = set_name(r, entry, &node);
	if (err != ERR_OK)
		return err;
	if (node.kind == NODE_SYMLINK)
		node.link = bytes_of(link_of(entry));
	if (node.kind == NODE_FILE || node.kind == NODE_PAYLOAD)
		err = fill_content(r, entry, &node);
	if (err != ERR_OK)
		return err;
	*ret = node;
	return ERR_OK;
}

static size_t
used_archive(void *handle)
{
	const struct reader *r = handle;
	size_t read = (size_t)archive_filter_bytes(r->archive, -1);

	return size_min(r->in.len, r->base + read);
}

static enum err
open_cpio(struct bytes in, struct budget *budget, void **ret_handle)
{
	static const struct reader kind = { .format = "cpio",
		.support = archive_read_support_format_cpio,
		.several = true };
	size_t count = 0;

	/* It takes as much memory as a name claims to be long; not so when the
	   headers were walked, as the probe does, up to the end of `in`. */
	if (archives_cpio_len(in, &count) == 0)
		return ERR_MALFORMED;
	return open_reader(&kind, in, budget, ret_handle);
}

static enum err
open_tar(struct bytes in, struct budget *budget, void **ret_handle)
{
	static const struct reader kind = { .format = "tar",
		.support = archive_read_support_format_tar };

	return open_reader(&kind, in, budget, ret_handle);
}

static enum err
open_ar(struct bytes in, struct budget *budget, void **ret_handle)
{
	static const struct reader kind = { .format = "ar",
		.support = archive_read_support_format_ar };

	return open_reader(&kind, in, budget, ret_handle);
}

/* Only the central directory knows modes. */
static enum err
open_zip(struct bytes in, struct budget *budget, void **ret_handle)
{
	static const struct reader whole = { .format = "zip",
		.support = archive_read_support_format_zip_seekable };
	static const struct reader cut = { .format = "zip",
		.support = archive_read_support_format_zip_streamable };
	bool encrypted = false;
	size_t count = 0;
	bool is_whole = archives_zip_len(in, &count, &encrypted) == in.len;

	return open_reader(is_whole ? &whole : &cut, in, budget, ret_handle);
}

static enum err
open_sevenzip(struct bytes in, struct budget *budget, void **ret_handle)
{
	static const struct reader kind = { .format = "7z",
		.support = archive_read_support_format_7zip };

	return open_reader(&kind, in, budget, ret_handle);
}

static enum err
open_iso(struct bytes in, struct budget *budget, void **ret_handle)
{
	static const struct reader kind = { .format = "iso9660",
		.support = archive_read_support_format_iso9660 };

	return open_reader(&kind, in, budget, ret_handle);
}

const struct format cpio_format = {
	.name = "cpio",
	.magic = { MAGIC(0, "070701"), MAGIC(0, "070702"), MAGIC(0, "070707") },
	.probe = archives_probe_cpio,
	.open = open_cpio,
	.next = next_member,
	.used = used_archive,
	.close = close_reader,
};

const struct format tar_format = {
	.name = "tar",
	.magic = { MAGIC(257, "ustar") },
	.probe = archives_probe_tar,
	.open = open_tar,
	.next = next_member,
	.used = used_archive,
	.close = close_reader,
};

const struct format tar_v7_format = {
	.name = "tar",
	.only_at_start = true,
	.probe = archives_probe_tar,
	.open = open_tar,
	.next = next_member,
	.used = used_archive,
	.close = close_reader,
};

const struct format zip_format = {
	.name = "zip",
	.magic = { MAGIC(0, "PK\x03\x04") },
	.probe = archives_probe_zip,
	.open = open_zip,
	.next = next_member,
	.used = used_archive,
	.close = close_reader,
};

const struct format ar_format = {
	.name = "ar",
	.magic = { MAGIC(0, "!<arch>\n") },
	.probe = archives_probe_ar,
	.open = open_ar,
	.next = next_member,
	.used = used_archive,
	.close = close_reader,
};

const struct format sevenzip_format = {
	.name = "7z",
	.magic = { MAGIC(0, "7z\xbc\xaf\x27\x1c") },
	.probe = archives_probe_sevenzip,
	.open = open_sevenzip,
	.next = next_member,
	.used = used_archive,
	.close = close_reader,
};

const struct format iso_format = {
	.name = "iso9660",
	.magic = { MAGIC(0x8001, "CD001") },
	.only_at_start = true,
	.probe = archives_probe_iso,
	.open = open_iso,
	.next = next_member,
	.used = used_archive,
	.close = close_reader,
};
