/* SPDX-License-Identifier: ISC */
/* The CPE name of a component, where exactly one product is known for it. */
#include "report/report_private.h"

/*
 * One attribute of a CPE name; false when it cannot be written in one.
 * Source: NIST IR 7695 §6.2, formatted string.
 */
static bool
put_cpe_attribute(struct out *to, struct bytes value)
{
	if (value.len == 0) {
		out_u8(to, '*');
		return true;
	}
	for (size_t i = 0; i < value.len; i++) {
		uint8_t byte = value.ptr[i];
		bool plain = (byte >= 'a' && byte <= 'z') ||
		    (byte >= '0' && byte <= '9') || byte == '_' ||
		    byte == '.' || (byte == '-' && value.len > 1);

		if (byte >= 'A' && byte <= 'Z') {
			byte = (uint8_t)(byte + 32);
			plain = true;
		}
		if (byte <= ' ' || byte >= 0x7f)
			return false;
		if (!plain)
			out_u8(to, '\\');
		out_u8(to, byte);
	}
	return true;
}

/* The only vendor and product of the list; false when there are more. */
static bool
only_product(
    struct bytes list, struct bytes *ret_vendor, struct bytes *ret_product)
{
	struct bytes item;
	struct bytes only = { NULL, 0 };
	size_t count = 0;

	while (bytes_next_field(&list, ';', &item)) {
		if (item.len == 0)
			continue;
		only = item;
		count++;
	}
	size_t colon = bytes_find_byte(only, ':', 0);

	if (count != 1 || colon == SIZE_MAX || colon == 0 ||
	    colon + 1 == only.len ||
	    bytes_find_byte(only, ':', colon + 1) != SIZE_MAX)
		return false;
	*ret_vendor = bytes_slice(only, 0, colon);
	*ret_product = bytes_from(only, colon + 1);
	return true;
}

bool
report_put_cpe(const struct component_item *c, struct out *to)
{
	struct bytes vendor;
	struct bytes product;

	if (!only_product(c->cpe, &vendor, &product))
		return false;
	out_text(to, c->operating_system ? "cpe:2.3:o:" : "cpe:2.3:a:");
	bool fits = put_cpe_attribute(to, vendor);

	out_u8(to, ':');
	fits = fits && put_cpe_attribute(to, product);
	out_u8(to, ':');
	fits = fits && put_cpe_attribute(to, c->version);
	out_text(to, ":*:*:*:*:*:*:*");
	if (to->failed == ERR_LIMIT) { /* too long: no name, but no failure */
		to->failed = ERR_OK;
		fits = false;
	}
	return fits && to->failed == ERR_OK;
}
