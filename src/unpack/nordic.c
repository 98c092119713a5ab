/* SPDX-License-Identifier: ISC */
/* A zip that is a Nordic DFU package: read as a zip, judged by its init
   packets. */
#include "base/cursor.h"
#include "base/limits.h"
#include "unpack/mcu.h"
#include "unpack/protobuf.h"
#include "unpack/signatures.h"
#include "unpack/zip_package.h"

#include <string.h>

/* What looking into it may decompress. */
#define LOOK_LEN (16 * MIB)
#define PACKETS_MAX 4
#define PACKET_MAX_LEN ((size_t)512)
#define IMAGES_MAX 4
#define DIGEST_LEN ((size_t)32)
#define SIGNATURE_LEN ((size_t)64)

/* Of nanopb's dfu-cc.proto: field number << 3 | wire type 2 (bytes). */
#define PACKET_COMMAND 0x0a
#define PACKET_SIGNED_COMMAND 0x12

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
take_member(const struct node *node, void *package)
{
	struct package *p = package;
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
	enum err err =
	    zip_package_look(in, LOOK_LEN, SIZE_MAX, take_member, ret);

	if (err != ERR_OK)
		return err;
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

/* Command.init.hash.hash is the SHA-256 of the image, last byte first. */
static bool
hash_fits(struct bytes command, const struct package *p)
{
	struct bytes init = protobuf_find_bytes(command, 2);
	struct bytes hash =
	    protobuf_find_bytes(protobuf_find_bytes(init, 8), 2);
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
	struct bytes both =
	    protobuf_find_bytes(packet, PACKET_SIGNED_COMMAND >> 3);
	struct bytes signature = protobuf_find_bytes(both, 3);
	struct bytes command = protobuf_find_bytes(both, 1);
	uint16_t crc = 0;

	if (packet.ptr[0] == PACKET_SIGNED_COMMAND &&
	    signature.len == SIGNATURE_LEN) {
		format_detail(info,
		    ", init packet with ECDSA P-256 signature (key in the "
		    "device), image hash %s",
		    hash_fits(command, p) ? "agrees" : "is wrong");
		return AUTHENTICITY_SIGNED;
	}
	command = protobuf_find_bytes(packet, PACKET_COMMAND >> 3);
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
	struct format_info info;
	struct bytes zip;
	enum err err = zip_package_probe(in, &info, &zip);

	if (err != ERR_OK)
		return err;
	if (!zip_package_mentions(zip, BYTES("manifest.json")) ||
	    !zip_package_mentions(zip, BYTES(".dat")))
		return ERR_MALFORMED;
	err = read_package(zip, &p);
	if (err != ERR_OK)
		return err;
	judge(&p, &info);
	*ret = info;
	return ERR_OK;
}

const struct format nordic_format = {
	.name = "nordic-dfu",
	.magic = { MAGIC(0, "PK\x03\x04") },
	.probe = nordic_probe,
	.open = zip_package_open,
	.next = zip_package_next,
	.used = zip_package_used,
	.close = zip_package_close,
};
