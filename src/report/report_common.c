/* SPDX-License-Identifier: ISC */
/* Excerpts, words and numbers of all reports. */
#include "report/report_private.h"

#include "base/text.h"

#include <string.h>

/* A character that is drawn, neither controls the screen nor hides itself. */
static bool
is_printable(struct bytes in, size_t len)
{
	if (len == 1)
		return in.ptr[0] >= 0x20 && in.ptr[0] != 0x7f;
	if (len == 2) /* C1; Arabic letter mark */
		return !(in.ptr[0] == 0xc2 && in.ptr[1] < 0xa0) &&
		    !(in.ptr[0] == 0xd8 && in.ptr[1] == 0x9c);
	if (len == 3 && in.ptr[0] == 0xe2) /* U+200B…206F: marks, overrides */
		return !(in.ptr[1] == 0x80 && in.ptr[2] >= 0x8b &&
			   in.ptr[2] <= 0xaf && in.ptr[2] != 0x90 &&
			   !(in.ptr[2] > 0x90 && in.ptr[2] < 0xa8)) &&
		    !(in.ptr[1] == 0x81 && in.ptr[2] >= 0xa0);
	if (len == 3 && in.ptr[0] == 0xef)
		return !(in.ptr[1] == 0xbb && in.ptr[2] == 0xbf);
	return len > 0;
}

void
report_excerpt_make(struct bytes in, struct report_excerpt *ret)
{
	ret->len = 0;
	in = bytes_trim(in);
	while (in.len > 0) {
		size_t len = text_utf8_len(in);
		bool shown = is_printable(in, len);
		bool blank = !shown &&
		    (in.ptr[0] == '\t' || in.ptr[0] == '\n' || in.ptr[0] == 0);

		if (!shown)
			len = 1;
		if (len > sizeof(ret->text) - ret->len)
			return;
		if (shown)
			memcpy(ret->text + ret->len, in.ptr, len);
		else
			ret->text[ret->len] = blank ? ' ' : '.';
		ret->len += len;
		in = bytes_from(in, len);
	}
}

struct bytes
report_excerpt_bytes(const struct report_excerpt *excerpt)
{
	return bytes_trim((struct bytes){ excerpt->text, excerpt->len });
}

void
report_fact_excerpt(const struct fact *fact, struct report_excerpt *ret)
{
	if (fact->text.len > 0) {
		report_excerpt_make(fact->text, ret);
		return;
	}
	report_excerpt_make(fact->name, ret);
	if (fact->value.len == 0 || ret->len + 2 > sizeof(ret->text))
		return;
	struct report_excerpt value;

	report_excerpt_make(fact->value, &value);
	if (value.len > sizeof(ret->text) - ret->len - 1)
		return;
	ret->text[ret->len] = ' ';
	memcpy(ret->text + ret->len + 1, value.text, value.len);
	ret->len += value.len + 1;
}

const char *
report_authenticity_sentence(enum authenticity authenticity)
{
	switch (authenticity) {
	case AUTHENTICITY_UNKNOWN:
		break;
	case AUTHENTICITY_NONE:
		return "Nothing: whoever can hand an image to the device can "
		       "replace its software";
	case AUTHENTICITY_CRC:
		return "A checksum only: it shows damage, but not a change "
		       "made on purpose";
	case AUTHENTICITY_HASH:
		return "A hash only: whoever changes the image can compute a "
		       "new one";
	case AUTHENTICITY_SIGNED:
		return "It carries a signature; whether the device checks it "
		       "cannot be seen from the image";
	}
	return "Not known: no update container was recognised";
}

const char *
report_evidence_text(enum component_evidence kind)
{
	switch (kind) {
	case EVIDENCE_PACKAGE_DB:
		return "package-db";
	case EVIDENCE_KERNEL:
		return "kernel";
	case EVIDENCE_DESCRIPTOR:
		return "descriptor";
	case EVIDENCE_BANNER:
		return "banner";
	case EVIDENCE_FILE_NAME:
		break;
	}
	return "file-name";
}

enum component_evidence
report_evidence_kind(const struct component_item *c, const struct fact *f)
{
	if (f->kind == FACT_KERNEL)
		return EVIDENCE_KERNEL;
	if (f->kind != FACT_COMPONENT || f->number > EVIDENCE_FILE_NAME)
		return c->kind;
	return (enum component_evidence)f->number;
}

struct bytes
report_component_version(const struct component_item *c)
{
	return c->package_version.len > 0 ? c->package_version : c->version;
}

void
report_put_size(uint64_t size, struct out *to)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB" };
	uint64_t tenths = size / 100;
	size_t unit = 0;

	if (size < 1000) {
		report_put_count(size, "byte", "bytes", to);
		return;
	}
	for (; tenths >= 10000 && unit + 1 < sizeof(units) / sizeof(units[0]);
	     unit++)
		tenths /= 1000;
	out_decimal(to, tenths / 10);
	if (tenths < 1000) {
		out_u8(to, '.');
		out_decimal(to, tenths % 10);
	}
	out_u8(to, ' ');
	out_text(to, units[unit]);
}

void
report_put_percent(uint64_t part, uint64_t whole, struct out *to)
{
	uint64_t tenths = 0;

	if (part > whole)
		part = whole;
	if (whole > 0)
		tenths = (uint64_t)((double)part * 1000 / (double)whole + 0.5);
	if (tenths == 0 && part > 0)
		tenths = 1; /* something is never nothing */
	if (tenths >= 1000 && part < whole)
		tenths = 999;
	out_decimal(to, tenths / 10);
	if (tenths % 1000 != 0) {
		out_u8(to, '.');
		out_decimal(to, tenths % 10);
	}
	out_text(to, " %");
}

void
report_put_seconds(double seconds, struct out *to)
{
	uint64_t hundredths = 0;

	if (seconds > 0 && seconds < 1e9) /* NaN is neither */
		hundredths = (uint64_t)(seconds * 100 + 0.5);
	out_decimal(to, hundredths / 100);
	out_u8(to, '.');
	out_decimal(to, hundredths / 10 % 10);
	out_decimal(to, hundredths % 10);
	out_text(to, " s");
}

void
report_put_count(
    uint64_t count, const char *one, const char *many, struct out *to)
{
	out_decimal(to, count);
	out_u8(to, ' ');
	out_text(to, count == 1 ? one : many);
}

void
report_pass_failure(const struct out *from, struct out *to)
{
	if (from->failed != ERR_OK && to->failed == ERR_OK)
		to->failed = from->failed;
}

void
report_put_digest(struct json *j, const char *key, const uint8_t digest[32])
{
	struct out hash = out_open(64);

	out_hex_bytes(&hash, (struct bytes){ digest, 32 });
	json_text(j, key, out_bytes(&hash));
	report_pass_failure(&hash, j->to);
	out_close(&hash);
}

void
report_put_hash(struct json *j, const char *key, const struct assessment *a)
{
	report_put_digest(j, key, a->image_sha256);
}

const char *
report_basis_text(enum basis basis)
{
	switch (basis) {
	case BASIS_TESTED:
		break;
	case BASIS_DECLARED:
		return "declared by the maker";
	case BASIS_REVIEWED:
		return "reviewed by a laboratory";
	}
	return "tested by program";
}

const char *
report_need_text(enum need need)
{
	switch (need) {
	case NEED_FIX:
		return "mend";
	case NEED_DECLARE:
		return "declare";
	case NEED_READ:
		return "show in a readable image";
	case NEED_REVIEW:
		break;
	}
	return "have reviewed";
}
