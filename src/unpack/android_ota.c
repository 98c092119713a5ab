/* SPDX-License-Identifier: ISC */
/* Android's payload.bin: a manifest, and operations that make partitions. */
#include "unpack/android_ota_private.h"

#include "base/limits.h"
#include "base/out.h"
#include "codec/decompress.h"
#include "unpack/protobuf.h"
#include "unpack/signatures.h"
#include "unpack/updates.h"

#include <stdlib.h>
#include <string.h>

#define MAJOR_VERSION 2
#define HEADER_LEN ((size_t)24)
#define BLOCK_LEN 4096 /* the manifest's default */
#define BLOCK_MAX_LEN ((uint64_t)1 << 20)
#define DIGEST_LEN ((size_t)32)

/* update_metadata.proto: fields of DeltaArchiveManifest */
#define MANIFEST_BLOCK_SIZE 3
#define MANIFEST_SIGNATURES_OFFSET 4
#define MANIFEST_SIGNATURES_SIZE 5
#define MANIFEST_MINOR_VERSION 12
#define MANIFEST_PARTITIONS 13
#define MANIFEST_MAX_TIMESTAMP 14
#define MANIFEST_PARTIAL_UPDATE 16
/* PartitionUpdate, PartitionInfo */
#define PARTITION_NAME 1
#define PARTITION_NEW_INFO 7
#define PARTITION_OPERATIONS 8
#define INFO_SIZE 1
/* InstallOperation, Extent */
#define OPERATION_TYPE 1
#define OPERATION_DATA_OFFSET 2
#define OPERATION_DATA_LENGTH 3
#define OPERATION_DST_EXTENTS 6
#define OPERATION_DATA_HASH 8
#define EXTENT_START 1
#define EXTENT_COUNT 2
/* Signatures, Signature */
#define SIGNATURES_SIGNATURE 1
#define SIGNATURE_DATA 2
#define SIGNATURE_UNPADDED_LEN 3

enum operation_type {
	REPLACE = 0,
	REPLACE_BZ = 1,
	ZERO = 6,
	DISCARD = 7,
	REPLACE_XZ = 8,
	REPLACE_ZSTD = 14,
};

struct ota {
	struct bytes in;
	struct budget *budget;
	struct ota_payload payload;
	struct cursor manifest; /* the next partition comes from here */
	struct out content;
	char name[LIMIT_PATH_LEN];
};

struct operation {
	struct bytes message; /* its extents are read from it again */
	uint64_t type, data_at, data_len;
	struct bytes hash;
	uint64_t len; /* of all its extents */
};

/* False: the sizes in it cannot be. */
static bool
read_manifest(struct bytes in, struct ota_payload *p)
{
	struct cursor c = cur_open(p->manifest, "ota manifest");
	struct protobuf_field f;
	uint64_t at = 0;
	uint64_t len = 0;
	bool has_partition = false;

	p->block_len = BLOCK_LEN;
	while (protobuf_next(&c, &f))
		switch (f.number) {
		case MANIFEST_BLOCK_SIZE:
			p->block_len = f.value;
			break;
		case MANIFEST_SIGNATURES_OFFSET:
			at = f.value;
			break;
		case MANIFEST_SIGNATURES_SIZE:
			len = f.value;
			break;
		case MANIFEST_MINOR_VERSION:
			p->minor_version = f.value;
			break;
		case MANIFEST_MAX_TIMESTAMP:
			p->timestamp = f.value;
			break;
		case MANIFEST_PARTIAL_UPDATE:
			p->partial = f.value != 0;
			break;
		case MANIFEST_PARTITIONS:
			has_partition = f.is_bytes;
			p->partitions++;
			break;
		default: /* not needed */
			break;
		}
	size_t room = in.len - p->data_at;

	p->has_payload_signature = len > 0;
	p->payload_end = in.len;
	p->cut = at > room || len > room - at;
	if (len > 0 && !p->cut)
		p->payload_end = p->data_at + (size_t)(at + len);
	return cur_ok(&c) && has_partition && p->block_len > 0 &&
	    p->block_len <= BLOCK_MAX_LEN;
}

enum err
ota_read_payload(struct bytes in, struct ota_payload *ret)
{
	struct cursor c = cur_open(in, "ota header");
	struct ota_payload p = { 0 };

	if (cur_u32be(&c, "magic") != 0x43724155) /* CrAU */
		cur_fail(&c, ERR_MALFORMED, 0, "magic");
	if (cur_u64be(&c, "file_format_version") != MAJOR_VERSION)
		cur_fail(&c, ERR_UNSUPPORTED, 4, "file_format_version");
	uint64_t manifest_len = cur_u64be(&c, "manifest_size");
	uint32_t signature_len = cur_u32be(&c, "metadata_signature_size");

	if (cur_ok(&c) && (manifest_len == 0 || manifest_len > cur_left(&c)))
		cur_fail(&c, ERR_TRUNCATED, 12, "manifest_size");
	if (!cur_ok(&c))
		return c.fault.code;
	p.manifest = cur_bytes(&c, (size_t)manifest_len, "manifest");
	p.signed_part = bytes_slice(in, 0, c.pos);
	p.metadata_signature =
	    cur_bytes(&c, signature_len, "metadata signature");
	p.data_at = c.pos;
	if (!cur_ok(&c))
		return c.fault.code;
	if (!read_manifest(in, &p))
		return ERR_MALFORMED;
	*ret = p;
	return ERR_OK;
}

/* One message Signature: RSA, or ECDSA with padding behind its DER. */
static bool
verify_one(struct bytes message, EVP_PKEY *key, struct bytes sha256)
{
	struct cursor c = cur_open(message, "ota signature");
	struct bytes data = { NULL, 0 };
	struct protobuf_field f;
	bool rsa = EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA;

	while (protobuf_next(&c, &f)) {
		if (f.number == SIGNATURE_DATA && f.is_bytes)
			data = f.bytes;
		else if (f.number == SIGNATURE_UNPADDED_LEN)
			data = bytes_slice(data, 0,
			    f.value > data.len ? data.len : (size_t)f.value);
	}
	return data.len > 0 &&
	    signature_verify(
		key, rsa ? SIGNATURE_RSA_PKCS1 : SIGNATURE_DER, sha256, data);
}

bool
ota_verify(const struct ota_payload *p, EVP_PKEY *key)
{
	struct cursor c = cur_open(p->metadata_signature, "ota signatures");
	uint8_t digest[HASH_MAX_LEN];
	struct protobuf_field f;

	if (hash_of(HASH_SHA256, p->signed_part, digest) != ERR_OK)
		return false;
	while (protobuf_next(&c, &f))
		if (f.number == SIGNATURES_SIGNATURE && f.is_bytes &&
		    verify_one(
			f.bytes, key, (struct bytes){ digest, DIGEST_LEN }))
			return true;
	return false;
}

static enum err
ota_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .encrypted = ANSWER_NO };
	struct ota_payload p;
	enum err err = ota_read_payload(in, &p);

	if (err != ERR_OK)
		return err;
	bool both = p.metadata_signature.len > 0 && p.has_payload_signature;

	info.size = p.payload_end;
	/* Each operation's data has a digest in the manifest. */
	info.authenticity = p.cut ? AUTHENTICITY_UNKNOWN
	    : both		  ? AUTHENTICITY_SIGNED
				  : AUTHENTICITY_HASH;
	info.rollback = p.timestamp > 0 ? ANSWER_YES : ANSWER_UNKNOWN;
	format_detail(&info, "version %u.%u, %zu partition%s%s, %s",
	    MAJOR_VERSION, (unsigned)p.minor_version, p.partitions,
	    p.partitions == 1 ? "" : "s", p.partial ? ", partial" : "",
	    both ? "metadata and payload signed (key not in the image)"
		 : "not signed");
	if (p.timestamp > 0)
		format_detail(&info, ", nothing older than %llu",
		    (unsigned long long)p.timestamp);
	if (p.cut)
		format_detail(&info, ", cut short");
	*ret = info;
	return ERR_OK;
}

static void
ota_close(void *handle)
{
	struct ota *o = handle;

	if (o == NULL)
		return;
	out_close(&o->content);
	free(o);
}

static enum err
ota_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct ota_payload payload;
	enum err err = ota_read_payload(in, &payload);

	if (err != ERR_OK)
		return err;
	struct ota *o = calloc(1, sizeof(*o));

	if (o == NULL)
		return ERR_MEMORY;
	o->in = in;
	o->budget = budget;
	o->payload = payload;
	o->manifest = cur_open(payload.manifest, "ota manifest");
	o->content = out_open(LIMIT_FILE_LEN);
	*ret_handle = o;
	return ERR_OK;
}

/* Offset and length in the partition; false when they are too large. */
static bool
read_extent(
    const struct ota *o, struct bytes message, uint64_t *ret_at, uint64_t *len)
{
	struct cursor c = cur_open(message, "ota extent");
	struct protobuf_field f;
	uint64_t start = 0;
	uint64_t count = 0;

	while (protobuf_next(&c, &f)) {
		if (f.number == EXTENT_START)
			start = f.value;
		else if (f.number == EXTENT_COUNT)
			count = f.value;
	}
	if (start > LIMIT_FILE_LEN / o->payload.block_len ||
	    count > LIMIT_FILE_LEN / o->payload.block_len - start)
		return false;
	*ret_at = start * o->payload.block_len;
	*len = count * o->payload.block_len;
	return cur_ok(&c);
}

static enum err
read_operation(const struct ota *o, struct bytes message, struct operation *ret)
{
	struct cursor c = cur_open(message, "ota operation");
	struct operation op = { .message = message };
	struct protobuf_field f;
	uint64_t at;
	uint64_t len = 0;

	while (protobuf_next(&c, &f))
		switch (f.number) {
		case OPERATION_TYPE:
			op.type = f.value;
			break;
		case OPERATION_DATA_OFFSET:
			op.data_at = f.value;
			break;
		case OPERATION_DATA_LENGTH:
			op.data_len = f.value;
			break;
		case OPERATION_DATA_HASH:
			op.hash = f.bytes;
			break;
		case OPERATION_DST_EXTENTS:
			if (!read_extent(o, f.bytes, &at, &len))
				return ERR_LIMIT;
			op.len += len;
			break;
		default: /* of the old partition */
			break;
		}
	if (!cur_ok(&c))
		return ERR_MALFORMED;
	if (op.len > LIMIT_FILE_LEN)
		return ERR_LIMIT;
	*ret = op;
	return ERR_OK;
}

/* Makes the content reach `end`, with zeros. */
static enum err
grow(struct ota *o, uint64_t end)
{
	if (end <= o->content.len)
		return ERR_OK;
	size_t gap = (size_t)end - o->content.len;
	enum err err = budget_take(o->budget, gap);

	if (err != ERR_OK)
		return err;
	uint8_t *to = out_reserve(&o->content, gap);

	if (to == NULL)
		return o->content.failed;
	memset(to, 0, gap);
	o->content.len += gap;
	return ERR_OK;
}

/* Puts `data` into the operation's extents, one behind the other; what they
   have beyond it stays (or becomes) zero. */
static enum err
place(struct ota *o, const struct operation *op, struct bytes data)
{
	struct cursor c = cur_open(op->message, "ota operation");
	struct protobuf_field f;
	uint64_t at;
	uint64_t len;

	while (protobuf_next(&c, &f)) {
		if (f.number != OPERATION_DST_EXTENTS ||
		    !read_extent(o, f.bytes, &at, &len))
			continue;
		enum err err = grow(o, at + len);

		if (err != ERR_OK)
			return err;
		struct bytes part = bytes_slice(data, 0, (size_t)len);

		if (len > 0)
			memset(o->content.ptr + at, 0, (size_t)len);
		if (part.len > 0)
			memcpy(o->content.ptr + at, part.ptr, part.len);
		data = bytes_from(data, part.len);
	}
	return ERR_OK;
}

/* Whether the data are compressed, and how. ERR_UNSUPPORTED: the operation
   needs what the device has. */
static enum err
find_codec(uint64_t type, bool *ret_packed, enum codec *ret)
{
	*ret_packed = true;
	switch (type) {
	case REPLACE:
	case ZERO:
	case DISCARD:
		*ret_packed = false;
		return ERR_OK;
	case REPLACE_BZ:
		*ret = CODEC_BZIP2;
		return ERR_OK;
	case REPLACE_XZ:
		*ret = CODEC_XZ;
		return ERR_OK;
	case REPLACE_ZSTD:
		*ret = CODEC_ZSTD;
		return ERR_OK;
	default: /* a foreign number: copies and differences */
		return ERR_UNSUPPORTED;
	}
}

static enum err
run_operation(struct ota *o, const struct operation *op)
{
	struct bytes data = { NULL, 0 };
	enum codec codec = CODEC_XZ;
	bool packed = false;
	enum err err = find_codec(op->type, &packed, &codec);
	size_t used = 0;

	if (err == ERR_OK) /* what it writes, again and again if it likes */
		err = budget_take(o->budget, op->len);
	if (err != ERR_OK)
		return err;
	if (op->type == ZERO || op->type == DISCARD)
		return place(o, op, data);
	size_t room = o->payload.payload_end - o->payload.data_at;

	if (op->data_at > room || op->data_len > room - op->data_at)
		return ERR_TRUNCATED;
	data = bytes_slice(o->in, o->payload.data_at + (size_t)op->data_at,
	    (size_t)op->data_len);
	if (op->hash.len > 0 && !digest_agrees(HASH_SHA256, data, op->hash))
		return ERR_CHECKSUM;
	if (!packed)
		return place(o, op, data);
	struct out made = out_open((size_t)op->len);

	err = decompress_stream(codec, data, &made, &used);
	if (err == ERR_OK)
		err = place(o, op, out_bytes(&made));
	out_close(&made);
	return err;
}

static uint64_t
read_size(struct bytes message)
{
	struct cursor c = cur_open(message, "ota partition info");
	struct protobuf_field f;
	uint64_t size = 0;

	while (protobuf_next(&c, &f))
		if (f.number == INFO_SIZE)
			size = f.value;
	return size;
}

/* Runs the operations up to the first that cannot be. ERR_LIMIT when the
   budget is at its end, else ERR_OK. */
static enum err
make_partition(struct ota *o, struct bytes message, struct node *node)
{
	struct cursor c = cur_open(message, "ota partition");
	struct protobuf_field f;
	enum err err = ERR_OK;

	while (err == ERR_OK && protobuf_next(&c, &f)) {
		struct operation op;

		if (f.number == PARTITION_NAME && f.is_bytes) {
			f.bytes = bytes_slice(f.bytes, 0, 64);
			node->name.len = format_clean_name(f.bytes, o->name);
			node->name.ptr = (const uint8_t *)o->name;
		} else if (f.number == PARTITION_NEW_INFO) {
			node->size = read_size(f.bytes);
		} else if (f.number == PARTITION_OPERATIONS) {
			err = read_operation(o, f.bytes, &op);
			if (err == ERR_OK)
				err = run_operation(o, &op);
		}
	}
	if (err == ERR_MEMORY)
		return err;
	if (err != ERR_OK)
		node_fail(node, err, 0, "android-ota",
		    err == ERR_UNSUPPORTED ? "incremental operation"
					   : "operation");
	node->content = out_bytes(&o->content);
	if (node->size == 0)
		node->size = node->content.len;
	else if (node->content.len > node->size)
		node->content =
		    bytes_slice(node->content, 0, (size_t)node->size);
	if (node->content.len < node->size)
		node_fail(node, ERR_TRUNCATED, 0, "android-ota", "operations");
	return ERR_OK;
}

static enum err
ota_next(void *handle, struct node *ret)
{
	struct ota *o = handle;
	struct protobuf_field f;
	struct node node = { .kind = NODE_PAYLOAD, .mode = 0 };

	out_close(&o->content);
	o->content = out_open(LIMIT_FILE_LEN);
	enum err err = budget_take(o->budget, 0);

	if (err != ERR_OK)
		return err;
	do {
		if (!protobuf_next(&o->manifest, &f))
			return ERR_END;
	} while (f.number != MANIFEST_PARTITIONS || !f.is_bytes);
	err = make_partition(o, f.bytes, &node);
	if (err != ERR_OK)
		return err;
	*ret = node;
	return ERR_OK;
}

const struct format android_ota_format = {
	.name = "android-ota",
	.magic = { MAGIC(0, "CrAU\0\0\0\0\0\0\0\x02") },
	.probe = ota_probe,
	.open = ota_open,
	.next = ota_next,
	.close = ota_close,
};
