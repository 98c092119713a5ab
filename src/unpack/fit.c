/* SPDX-License-Identifier: ISC */
/* U-Boot FIT images and device trees, through libfdt. */
#include "base/cursor.h"
#include "base/number.h"
#include "codec/crc.h"
#include "crypto/hash.h"
#include "unpack/headers.h"
#include "unpack/slices.h"

#include <libfdt.h>
#include <string.h>

#define FDT_HEADER_LEN ((size_t)40)
#define FIT_NODES_MAX 1000

/* One image of a FIT. */
struct fit_image {
	size_t at; /* of its data, from the start of the FIT */
	size_t len;
};

/* The tree, checked as a whole by libfdt before anything in it is used. */
static const void *
checked_tree(struct bytes in, size_t *ret_len)
{
	struct cursor c = cur_open(in, "fdt header");

	(void)cur_u32be(&c, "magic");
	uint32_t len = cur_u32be(&c, "totalsize");

	if (!cur_ok(&c) || len < FDT_HEADER_LEN || len > in.len ||
	    fdt_check_full(in.ptr, len) != 0)
		return NULL;
	*ret_len = len;
	return in.ptr;
}

static struct bytes
property(const void *fdt, int node, const char *name)
{
	int len = 0;
	const void *value = fdt_getprop(fdt, node, name, &len);

	if (value == NULL || len <= 0)
		return (struct bytes){ NULL, 0 };
	return (struct bytes){ value, (size_t)len };
}

static bool
number(const void *fdt, int node, const char *name, size_t *ret)
{
	struct cursor c = cur_open(property(fdt, node, name), "fdt");
	uint32_t value = cur_u32be(&c, name);

	if (!cur_ok(&c))
		return false;
	*ret = value;
	return true;
}

static bool
text_is(const void *fdt, int node, const char *name, const char *wanted)
{
	return bytes_equal(property(fdt, node, name),
	    (struct bytes){ (const uint8_t *)wanted, strlen(wanted) + 1 });
}

/* Inside the tree ("data"), behind it ("data-offset", from the tree's end
   rounded up to 4) or at a place in the file ("data-position"). */
static bool
find_data(const void *fdt, size_t fdt_len, int node, struct fit_image *ret)
{
	struct bytes data = property(fdt, node, "data");
	struct fit_image image;
	size_t base = 0;

	if (data.len > 0) {
		ret->at = (size_t)(data.ptr - (const uint8_t *)fdt);
		ret->len = data.len;
		return true;
	}
	if (!number(fdt, node, "data-size", &image.len))
		return false;
	if (number(fdt, node, "data-position", &image.at)) {
		*ret = image;
		return true;
	}
	if (!number(fdt, node, "data-offset", &image.at) ||
	    !size_round_up(fdt_len, 4, &base) ||
	    !size_add(image.at, base, &image.at))
		return false;
	*ret = image;
	return true;
}

static const struct {
	const char *name;
	const char *architecture;
} machines[] = { /* U-Boot boot/image.c, uimage_arch; MIPS has no order */
	{ "arm", "arm" }, { "arm64", "aarch64" }, { "x86", "x86" },
	{ "x86_64", "x86_64" }, { "powerpc", "powerpc" },
	{ "xtensa", "xtensa" }, { "arc", "arc" }
};

static const char *
architecture(const void *fdt, int node)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++)
		if (text_is(fdt, node, "arch", machines[i].name))
			return machines[i].architecture;
	return NULL;
}

static bool
has_prefix(const void *fdt, int node, const char *prefix)
{
	const char *name = fdt_get_name(fdt, node, NULL);

	return name != NULL && strncmp(name, prefix, strlen(prefix)) == 0;
}

/* Whether a hash node agrees; false too when its algorithm is not known. */
static bool
hash_agrees(const void *fdt, int node, struct bytes data)
{
	static const struct {
		const char *name;
		enum hash hash;
	} algorithms[] = { { "md5", HASH_MD5 }, { "sha1", HASH_SHA1 },
		{ "sha256", HASH_SHA256 }, { "sha384", HASH_SHA384 },
		{ "sha512", HASH_SHA512 } };
	struct bytes value = property(fdt, node, "value");
	uint8_t digest[HASH_MAX_LEN];

	if (text_is(fdt, node, "algo", "crc32")) {
		struct cursor c = cur_open(value, "fit hash");

		return cur_u32be(&c, "value") == crc32_of(data) && cur_ok(&c);
	}
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]);
	     i++) {
		if (!text_is(fdt, node, "algo", algorithms[i].name))
			continue;
		return hash_of(algorithms[i].hash, data, digest) == ERR_OK &&
		    bytes_equal(value,
			(struct bytes){ digest, hash_len(algorithms[i].hash) });
	}
	return false;
}

struct fit_summary {
	size_t images, hashed, wrong, signatures, ciphers;
	bool crc_only;
	size_t end; /* of the last external data */
	const char *architecture;
	bool linux;
};

static void
sum_up_image(const void *fdt, size_t fdt_len, int node, struct bytes in,
    struct fit_summary *sum)
{
	struct fit_image image = { 0 };
	struct bytes data = { NULL, 0 };
	bool hashed = false;
	int child;

	sum->images++;
	if (sum->architecture == NULL)
		sum->architecture = architecture(fdt, node);
	sum->linux |= text_is(fdt, node, "os", "linux");
	if (find_data(fdt, fdt_len, node, &image)) {
		data = bytes_slice(in, image.at, image.len);
		size_t end;

		if (size_add(image.at, image.len, &end) && end > sum->end)
			sum->end = end;
	}
	fdt_for_each_subnode(child, fdt, node)
	{
		if (has_prefix(fdt, child, "hash")) {
			hashed = true;
			sum->wrong += !hash_agrees(fdt, child, data);
			sum->crc_only &= text_is(fdt, child, "algo", "crc32");
		}
		sum->signatures += has_prefix(fdt, child, "signature");
		sum->ciphers += has_prefix(fdt, child, "cipher");
	}
	sum->hashed += hashed;
}

static void
count_signatures(const void *fdt, struct fit_summary *sum)
{
	int parent = fdt_path_offset(fdt, "/configurations");
	int node;
	int child;

	if (parent < 0)
		return;
	fdt_for_each_subnode(node, fdt, parent)
	{
		fdt_for_each_subnode(child, fdt, node)
		{
			sum->signatures += has_prefix(fdt, child, "signature");
		}
	}
}

static enum authenticity
fit_authenticity(const struct fit_summary *sum)
{
	if (sum->signatures > 0)
		return AUTHENTICITY_SIGNED;
	if (sum->hashed == 0)
		return AUTHENTICITY_NONE;
	return sum->crc_only ? AUTHENTICITY_CRC : AUTHENTICITY_HASH;
}

static enum err
fit_probe(struct bytes in, struct format_info *ret)
{
	size_t len;
	const void *fdt = checked_tree(in, &len);
	int images = fdt != NULL ? fdt_path_offset(fdt, "/images") : -1;
	struct fit_summary sum = { .crc_only = true };
	int node;

	if (images < 0)
		return ERR_MALFORMED;
	fdt_for_each_subnode(node, fdt, images)
	{
		if (sum.images < FIT_NODES_MAX)
			sum_up_image(fdt, len, node, in, &sum);
	}
	count_signatures(fdt, &sum);
	struct format_info info = {
		.size = sum.end > len ? sum.end : len,
		.authenticity = fit_authenticity(&sum),
		.encrypted = sum.ciphers > 0 ? ANSWER_YES : ANSWER_NO,
		.architecture = sum.architecture,
		.operating_system = sum.linux ? "linux" : NULL,
	};
	struct bytes text = property(fdt, 0, "description");

	format_detail(&info, "%.*s%s%zu images, %zu hashed",
	    (int)size_min(text.len > 0 ? text.len - 1 : 0, 80),
	    (const char *)text.ptr, text.len > 1 ? ", " : "", sum.images,
	    sum.hashed);
	if (sum.wrong > 0)
		format_detail(&info, ", %zu hashes wrong", sum.wrong);
	format_detail(&info, ", %zu signature nodes", sum.signatures);
	*ret = info;
	return ERR_OK;
}

static enum err
fit_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	size_t len;
	const void *fdt = checked_tree(in, &len);
	int images = fdt != NULL ? fdt_path_offset(fdt, "/images") : -1;
	struct slices *s;
	int node;

	(void)budget; /* nothing is made */
	if (images < 0)
		return ERR_MALFORMED;
	enum err err = slices_open(in, &s);

	if (err != ERR_OK)
		return err;
	fdt_for_each_subnode(node, fdt, images)
	{
		struct fit_image image;

		if (find_data(fdt, len, node, &image))
			slices_add(s, image.at, image.len, true);
	}
	*ret_handle = s;
	return ERR_OK;
}

const struct format fit_format = {
	.name = "fit",
	.magic = { MAGIC(0, "\xd0\x0d\xfe\xed") },
	.probe = fit_probe,
	.open = fit_open,
	.next = slices_next,
	.close = slices_close,
};

static enum err
dtb_probe(struct bytes in, struct format_info *ret)
{
	size_t len;
	const void *fdt = checked_tree(in, &len);

	if (fdt == NULL)
		return ERR_MALFORMED;
	struct format_info info = { .size = len };
	struct bytes model = property(fdt, 0, "model");

	if (model.len > 1)
		format_detail(&info, "model \"%.*s\"",
		    (int)size_min(model.len - 1, 120), (const char *)model.ptr);
	*ret = info;
	return ERR_OK;
}

static enum err
dtb_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct slices *s;
	enum err err = slices_open(in, &s);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		*ret_handle = s;
	return err;
}

const struct format dtb_format = {
	.name = "dtb",
	.magic = { MAGIC(0, "\xd0\x0d\xfe\xed") },
	.probe = dtb_probe,
	.open = dtb_open,
	.next = slices_next,
	.close = slices_close,
};
