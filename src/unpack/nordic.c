/* SPDX-License-Identifier: ISC */
/* A zip that is a Nordic DFU package: read as a zip, judged by its init
   packets. */
#include "base/cursor.h"
#include "base/limits.h"
#include "unpack/archives.h"
#include "unpack/mcu.h"
#include "unpack/signatures.h"

#include <string.h>

/* What looking into it may decompress. */
#define LOOK_LEN (16 * MIB)
#define PACKETS_MAX 4
#define PACKET_MAX_LEN ((size_t)512)
#define IMAGES_MAX 4
#define DIRECTORY_LOOK_LEN (64 * KIB)
#define DIGEST_LEN ((size_t)32)
#define SIGNATURE_LEN ((size_t)64)

/* Of nanopb's dfu-cc.proto: field number << 3 | wire type 2 (bytes). */
#define PACKET_COMMAND 0x0a
#define PACKET_SIGNED_COMMAND 0x12
#define WIRE_VARINT 0
#define WIRE_BYTES 2

struct package {
	bool manifest;
	size_t packet_count;
	struct {
		uint8_t bytes[PACKET_MAX_LEN];
		size_t len;
	} packet[PACKETS_MAX];
	size_t image_count;
	struct {
		uint16_t crc;
		uint8_t sha256[HASH_MAX_LEN];
	} image[IMAGES_MAX];
};

/* CRC-16 CCITT, begun with ones. Source: nRF5 SDK components/libraries/crc16. */
static uint16_t
crc16_of(struct bytes in)
{
	uint16_t crc = 0xffff;

	for (size_t i = 0; i < in.len; i++) {
		crc = (uint16_t)(crc >> 8 | crc << 8);
		crc = (uint16_t)(crc ^ in.ptr[i]);
		crc = (uint16_t)(crc ^ (crc & 0xff) >> 4);
		crc = (uint16_t)(crc ^ crc << 12);
		crc = (uint16_t)(crc ^ (crc & 0xff) << 5);
	}
	return crc;
}

static void
take_member(const struct node *node, struct package *p)
{
	struct bytes content = node->content;

	if (bytes_equal_text(node->name, "/manifest.json")) {
		p->manifest =
		    bytes_find(content, BYTES("\"manifest\""), 0) != SIZE_MAX;
	} else if (bytes_ends(node->name, BYTES(".dat"))) {
		if (p->packet_count == PACKETS_MAX || content.len == 0 ||
		    content.len > PACKET_MAX_LEN)
			return;
		memcpy(
		    p->packet[p->packet_count].bytes, content.ptr, content.len);
		p->packet[p->packet_count++].len = content.len;
	} else if (bytes_ends(node->name, BYTES(".bin"))) {
		if (p->image_count == IMAGES_MAX ||
		    hash_of(HASH_SHA256, content,
			p->image[p->image_count].sha256) != ERR_OK)
			return;
		p->image[p->image_count++].crc = crc16_of(content);
	}
}

static enum err
read_package(struct bytes in, struct package *ret)
{
	struct budget budget = { .limit = LOOK_LEN };
	struct node node = { .kind = NODE_PAYLOAD };
	void *handle;
	enum err err = zip_format.open(in, &budget, &handle);

	if (err != ERR_OK)
		return err;
	while (zip_format.next(handle, &node) == ERR_OK) {
		take_member(&node, ret);
		node = (struct node){ .kind = NODE_PAYLOAD };
	}
	zip_format.close(handle);
	return ret->manifest && ret->packet_count > 0 && ret->image_count > 0
	    ? ERR_OK
	    : ERR_MALFORMED;
}

/* device type, revision, application version, soft devices, CRC-16 */
static bool
legacy_crc(struct bytes packet, uint16_t *ret)
{
	struct cursor c = cur_open(packet, "nordic init packet");

	cur_skip(&c, 8, "device type to application version");
	size_t count = cur_u16le(&c, "soft device array length");

	if (count > 0)
		cur_skip(&c, 2 * count, "soft devices");
	uint16_t crc = cur_u16le(&c, "crc16");

	if (!cur_ok(&c) || cur_left(&c) > 0)
		return false;
	*ret = crc;
	return true;
}

static uint64_t
varint(struct cursor *c)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte = cur_u8(c, "varint");

		value |= (uint64_t)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			return value;
	}
	cur_fail(c, ERR_MALFORMED, c->pos, "varint");
	return 0;
}

/* The bytes of the first such field, or empty. Source: protobuf "Encoding". */
static struct bytes
find_field(struct bytes message, uint64_t wanted)
{
	struct cursor c = cur_open(message, "nordic init packet");

	while (cur_ok(&c) && cur_left(&c) > 0) {
		uint64_t key = varint(&c);

		if ((key & 7) == WIRE_VARINT) {
			(void)varint(&c);
			continue;
		}
		uint64_t len = varint(&c);

		if ((key & 7) != WIRE_BYTES || !cur_ok(&c) || len == 0 ||
		    len > cur_left(&c))
			break;
		struct bytes field = cur_bytes(&c, (size_t)len, "field");

		if (key >> 3 == wanted)
			return field;
	}
	return (struct bytes){ NULL, 0 };
}

/* Command.init.hash.hash is the SHA-256 of the image, last byte first. */
static bool
hash_fits(struct bytes command, const struct package *p)
{
	struct bytes init = find_field(command, 2);
	struct bytes hash = find_field(find_field(init, 8), 2);
	uint8_t wanted[DIGEST_LEN];

	if (reverse_bytes(hash, wanted, sizeof(wanted)) != DIGEST_LEN)
		return false;
	for (size_t i = 0; i < p->image_count; i++)
		if (memcmp(p->image[i].sha256, wanted, DIGEST_LEN) == 0)
			return true;
	return false;
}

static bool
crc_fits(uint16_t crc, const struct package *p)
{
	for (size_t i = 0; i < p->image_count; i++)
		if (p->image[i].crc == crc)
			return true;
	return false;
}

static enum authenticity
judge_packet(
    struct bytes packet, const struct package *p, struct format_info *info)
{
	struct bytes both = find_field(packet, PACKET_SIGNED_COMMAND >> 3);
	struct bytes signature = find_field(both, 3);
	struct bytes command = find_field(both, 1);
	uint16_t crc = 0;

	if (packet.ptr[0] == PACKET_SIGNED_COMMAND &&
	    signature.len == SIGNATURE_LEN) {
		format_detail(info,
		    ", init packet with ECDSA P-256 signature (key in the "
		    "device), image hash %s",
		    hash_fits(command, p) ? "agrees" : "is wrong");
		return AUTHENTICITY_SIGNED;
	}
	command = find_field(packet, PACKET_COMMAND >> 3);
	if (packet.ptr[0] == PACKET_COMMAND && command.len > 0) {
		format_detail(info, ", unsigned init packet, image hash %s",
		    hash_fits(command, p) ? "agrees" : "is wrong");
		return AUTHENTICITY_HASH;
	}
	if (legacy_crc(packet, &crc)) {
		format_detail(info, ", legacy init packet, CRC-16 0x%04x %s",
		    crc, crc_fits(crc, p) ? "agrees" : "is wrong");
		return AUTHENTICITY_CRC;
	}
	format_detail(info, ", unknown init packet");
	return AUTHENTICITY_UNKNOWN;
}

/* The weakest of all init packets counts. */
static void
judge(const struct package *p, struct format_info *info)
{
	for (size_t i = 0; i < p->packet_count; i++) {
		struct bytes packet = { p->packet[i].bytes, p->packet[i].len };
		enum authenticity one = judge_packet(packet, p, info);

		if (i == 0 || one < info->authenticity)
			info->authenticity = one;
	}
}

static enum err
nordic_probe(struct bytes in, struct format_info *ret)
{
	struct package p = { .manifest = false };
	struct format_info info = { 0 };
	enum err err = zip_format.probe(in, &info);

	if (err != ERR_OK)
		return err;
	struct bytes zip = bytes_slice(in, 0, info.size);
	size_t look =
	    zip.len > DIRECTORY_LOOK_LEN ? zip.len - DIRECTORY_LOOK_LEN : 0;

	/* cheap: the names stand in the directory at its end */
	if (zip.len == 0 ||
	    bytes_find(zip, BYTES("manifest.json"), look) == SIZE_MAX ||
	    bytes_find(zip, BYTES(".dat"), look) == SIZE_MAX)
		return ERR_MALFORMED;
	err = read_package(zip, &p);
	if (err != ERR_OK)
		return err;
	judge(&p, &info);
	*ret = info;
	return ERR_OK;
}

static enum err
nordic_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	return zip_format.open(in, budget, ret_handle);
}

static enum err
nordic_next(void *handle, struct node *ret)
{
	return zip_format.next(handle, ret);
}

static size_t
nordic_used(void *handle)
{
	return zip_format.used(handle);
}

static void
nordic_close(void *handle)
{
	zip_format.close(handle);
}

const struct format nordic_format = {
	.name = "nordic-dfu",
	.magic = { MAGIC(0, "PK\x03\x04") },
	.probe = nordic_probe,
	.open = nordic_open,
	.next = nordic_next,
	.used = nordic_used,
	.close = nordic_close,
};
