/* SPDX-License-Identifier: ISC */
/* SWUpdate: a cpio whose description names, and may vouch for, the rest. */
#include "unpack/archives.h"
#include "unpack/archives_private.h"
#include "unpack/cms.h"
#include "unpack/config_text.h"
#include "unpack/signatures.h"
#include "unpack/updates.h"

#include "base/limits.h"

#define DESCRIPTION_MAX_LEN (1 * MIB)
#define DEPTH_MAX 16
/* In software, which JSON has in an object of its own; images are deeper. */
#define VERSION_DEPTH_MAX 2
#define DIGEST_LEN ((size_t)32)
/* Each costs a digest of its member; real updates have below 20. */
#define IMAGES_MAX 256
#define TEXT_MAX 32

/* One entry of images, files or scripts. Borrows from the description. */
struct image {
	struct bytes file, sha256;
	bool encrypted, compressed;
};

struct package {
	struct bytes in;
	struct bytes description, signature;
	struct bytes version, hardware;
	size_t images, hashed, agree, missing, encrypted, compressed;
};

static struct bytes
find_member(struct bytes in, struct bytes wanted)
{
	size_t at = 0;
	struct bytes name;
	struct bytes data;

	while (archives_cpio_member(in, &at, &name, &data))
		if (bytes_equal(name, wanted))
			return data;
	return (struct bytes){ NULL, 0 };
}

static enum err
read_package(struct bytes in, struct package *ret)
{
	struct package p = { .in = in };
	struct bytes name;
	size_t at = 0;

	if (!archives_cpio_member(in, &at, &name, &p.description) ||
	    !bytes_equal_text(name, "sw-description") ||
	    p.description.len > DESCRIPTION_MAX_LEN)
		return ERR_MALFORMED;
	/* It must be the next, or SWUpdate refuses. */
	if (!archives_cpio_member(in, &at, &name, &p.signature) ||
	    !bytes_equal_text(name, "sw-description.sig"))
		p.signature.len = 0;
	*ret = p;
	return ERR_OK;
}

static bool
is_true(struct bytes value)
{
	return bytes_equal_text(value, "true") ||
	    bytes_equal_text(value, "True") || bytes_equal_text(value, "TRUE");
}

static void
add_image(struct package *p, const struct image *image)
{
	uint8_t wanted[DIGEST_LEN];

	if (image->file.len == 0 || p->images == IMAGES_MAX)
		return;
	struct bytes data = find_member(p->in, image->file);

	p->images++;
	p->encrypted += image->encrypted;
	p->compressed += image->compressed;
	if (data.ptr == NULL)
		p->missing++;
	if (image->sha256.len == 0)
		return;
	p->hashed++;
	if (hex_decode(image->sha256, wanted, sizeof(wanted)) == DIGEST_LEN &&
	    data.ptr != NULL &&
	    digest_agrees(
		HASH_SHA256, data, (struct bytes){ wanted, DIGEST_LEN }))
		p->agree++;
}

static void
take_value(
    struct package *p, struct image *image, const struct config_item *item)
{
	struct bytes value = item->value;

	if (bytes_equal_text(item->name, "filename"))
		image->file = value;
	else if (bytes_equal_text(item->name, "sha256"))
		image->sha256 = value;
	else if (bytes_equal_text(item->name, "encrypted"))
		image->encrypted = is_true(value) ||
		    bytes_starts(value, BYTES("aes")); /* its cipher */
	else if (bytes_equal_text(item->name, "compressed"))
		image->compressed = !bytes_equal_text(value, "false");
	else if (bytes_equal_text(item->name, "version") &&
	    item->depth <= VERSION_DEPTH_MAX && p->version.len == 0)
		p->version = value;
}

/* False when the text is not read to an end that closes what it opened. */
static bool
read_description(struct package *p)
{
	struct config_text text = config_open(p->description);
	struct image open[DEPTH_MAX] = { 0 };
	bool is_hardware = false;
	struct config_item item;

	while (config_next(&text, &item)) {
		if (item.depth >= DEPTH_MAX - 1)
			return false;
		switch (item.kind) {
		case CONFIG_OPEN:
			open[item.depth + 1] = (struct image){ 0 };
			is_hardware = bytes_equal_text(
			    item.name, "hardware-compatibility");
			break;
		case CONFIG_CLOSE:
			add_image(p, &open[item.depth + 1]);
			is_hardware = false;
			break;
		case CONFIG_VALUE:
			take_value(p, &open[item.depth], &item);
			if (is_hardware && p->hardware.len == 0)
				p->hardware = item.value;
			break;
		}
	}
	return text.rest.len == 0 && text.depth == 0;
}

/* What holds without a signature: the weakest image's word. */
static enum authenticity
judge_images(const struct package *p, bool has_sums)
{
	if (p->images > 0 && p->hashed == p->images)
		return AUTHENTICITY_HASH;
	return has_sums ? AUTHENTICITY_CRC : AUTHENTICITY_NONE;
}

/* A signature over the description vouches for images by their hashes. */
static enum authenticity
judge_signature(const struct package *p, enum authenticity images)
{
	bool all = images == AUTHENTICITY_HASH && p->agree == p->images;

	if (p->signature.len == 0)
		return images;
	if (!all)
		return images == AUTHENTICITY_HASH ? AUTHENTICITY_NONE : images;
	switch (cms_check(p->signature, p->description)) {
	case CMS_IS_RIGHT:
	case CMS_HAS_NO_KEY:
		return AUTHENTICITY_SIGNED;
	case CMS_IS_WRONG:
		return AUTHENTICITY_NONE;
	case CMS_IS_NONE:
		break;
	}
	/* RSA: as long as its modulus; the key is in the device. */
	return p->signature.len >= 256 && p->signature.len <= 512 &&
		p->signature.len % 64 == 0
	    ? AUTHENTICITY_SIGNED
	    : AUTHENTICITY_NONE;
}

static void
describe_signature(const struct package *p, struct format_info *info)
{
	if (p->signature.len == 0) {
		format_detail(info, ", no signature");
		return;
	}
	switch (cms_check(p->signature, p->description)) {
	case CMS_IS_RIGHT:
		format_detail(info, ", CMS verifies");
		cms_detail_key(info, p->signature);
		break;
	case CMS_IS_WRONG:
		format_detail(info, ", CMS does not verify");
		break;
	case CMS_HAS_NO_KEY:
		format_detail(info, ", CMS signature (key not in the image)");
		break;
	case CMS_IS_NONE:
		format_detail(info, ", %zu bytes of %s", p->signature.len,
		    info->authenticity == AUTHENTICITY_SIGNED
			? "RSA signature (key not in the image)"
			: "no signature");
		break;
	}
}

static int
short_len(struct bytes in)
{
	return detail_text_len(bytes_slice(in, 0, TEXT_MAX));
}

static void
describe(const struct package *p, bool readable, struct format_info *info)
{
	if (!readable) {
		/* may be encrypted as a whole */
		format_detail(info, "description is not readable");
		info->encrypted =
		    payload_is_encrypted(p->description) == ANSWER_NO
		    ? ANSWER_UNKNOWN
		    : ANSWER_YES;
	} else {
		format_detail(info, "version \"%.*s\"", short_len(p->version),
		    (const char *)p->version.ptr);
		if (p->hardware.len > 0)
			format_detail(info, " for \"%.*s\"",
			    short_len(p->hardware),
			    (const char *)p->hardware.ptr);
		format_detail(info, ", %zu images, %zu of %zu hashes agree",
		    p->images, p->agree, p->hashed);
		if (p->missing > 0)
			format_detail(info, ", %zu not in it", p->missing);
		if (p->encrypted > 0)
			format_detail(info, ", %zu encrypted", p->encrypted);
		if (p->compressed > 0)
			format_detail(info, ", %zu compressed", p->compressed);
		info->encrypted = p->images == 0 ? ANSWER_UNKNOWN
		    : p->encrypted > 0		 ? ANSWER_YES
						 : ANSWER_NO;
	}
	describe_signature(p, info);
}

static enum err
swupdate_probe(struct bytes in, struct format_info *ret)
{
	struct format_info cpio = { 0 };
	struct package p;
	enum err err = archives_probe_cpio(in, &cpio);

	if (err != ERR_OK)
		return err;
	in = bytes_slice(in, 0, cpio.size);
	err = read_package(in, &p);
	if (err != ERR_OK)
		return err;
	bool readable = read_description(&p);
	enum authenticity images =
	    judge_images(&p, bytes_starts(in, BYTES("070702")));
	struct format_info info = {
		.size = cpio.size,
		.authenticity = readable ? judge_signature(&p, images)
					 : AUTHENTICITY_UNKNOWN,
		/* what is refused as too old is the device's to say */
		.rollback = ANSWER_UNKNOWN,
	};

	describe(&p, readable, &info);
	*ret = info;
	return ERR_OK;
}

static enum err
swupdate_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	return cpio_format.open(in, budget, ret_handle);
}

static enum err
swupdate_next(void *handle, struct node *ret)
{
	return cpio_format.next(handle, ret);
}

static size_t
swupdate_used(void *handle)
{
	return cpio_format.used(handle);
}

static void
swupdate_close(void *handle)
{
	cpio_format.close(handle);
}

const struct format swupdate_format = {
	.name = "swupdate",
	.magic = { MAGIC(110, "sw-description\0"),
	    MAGIC(76, "sw-description\0") },
	.probe = swupdate_probe,
	.open = swupdate_open,
	.next = swupdate_next,
	.used = swupdate_used,
	.close = swupdate_close,
};
