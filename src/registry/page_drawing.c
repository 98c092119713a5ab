/* SPDX-License-Identifier: ISC */
/* Drawings: seal, signs of standings, and what stands where a picture may. */
#include "registry/page_private.h"

#include <stdio.h>
#include <string.h>

/* Lines only: colours and widths are the style sheet's. A sign differs from the
   others by its shape, too. */
static const struct drawing {
	const char *name;
	const char *box;
	const char *path[3];
} drawings[] = {
	{ "seal", "0 0 64 64",
	    { "M20 3H44L61 20V44L44 61H20L3 44V20Z",
		"M22 8H42L56 22V42L42 56H22L8 42V22Z",
		"M24 21V43M40 21V43M24 32H40" } },
	{ "valid", "0 0 48 48",
	    { "M6 4H42V22C42 34 33 41 24 45C15 41 6 34 6 22Z",
		"M15 22H33M24 13V31" } },
	{ "support-ended", "0 0 48 48",
	    { "M6 4H42V22C42 34 33 41 24 45C15 41 6 34 6 22Z",
		"M24 12V26M24 31V34" } },
	{ "not-yet-valid", "0 0 48 48",
	    { "M24 3L45 24L24 45L3 24Z", "M24 14V25L31 29" } },
	{ "expired", "0 0 48 48",
	    { "M24 3L45 24L24 45L3 24Z", "M24 13V27M24 32V35" } },
	{ "superseded", "0 0 48 48",
	    { "M16 8H32A16 16 0 0 1 32 40H16A16 16 0 0 1 16 8Z",
		"M24 33V16M17 22L24 15L31 22" } },
	{ "suspended", "0 0 48 48",
	    { "M15 3H33L45 15V33L33 45H15L3 33V15Z", "M19 15V33M29 15V33" } },
	{ "revoked", "0 0 48 48",
	    { "M15 3H33L45 15V33L33 45H15L3 33V15Z",
		"M16 16L32 32M32 16L16 32" } },
	{ "yes", "0 0 48 48",
	    { "M24 4A20 20 0 1 0 24 44A20 20 0 1 0 24 4Z",
		"M14 25L21 32L34 17" } },
	{ "no", "0 0 48 48",
	    { "M15 3H33L45 15V33L33 45H15L3 33V15Z",
		"M16 16L32 32M32 16L16 32" } },
	{ "unknown", "0 0 48 48",
	    { "M24 3L45 24L24 45L3 24Z",
		"M18 20C18 12 30 12 30 20C30 24 24 24 24 29M24 33V35" } },
	/* products, by the category of their label */
	{ "device", "0 0 120 90",
	    { "M22 18H98V72H22Z", "M34 30H86V52H34Z",
		"M34 62H40M46 62H52M80 62H86" } },
	{ "camera", "0 0 120 90",
	    { "M30 20H90A8 8 0 0 1 98 28V56A8 8 0 0 1 90 64H30A8 8 0 0 1 22 56V28"
	      "A8 8 0 0 1 30 20Z",
		"M60 26A16 16 0 1 0 60 58A16 16 0 1 0 60 26Z"
		"M60 35A7 7 0 1 0 60 49A7 7 0 1 0 60 35Z",
		"M60 64V76M42 77H78" } },
	{ "router", "0 0 120 90",
	    { "M18 48H102V70H18Z",
		"M30 48V20M90 48V20M30 59H34M42 59H46M54 59H58",
		"M50 36A14 14 0 0 1 70 36M44 29A22 22 0 0 1 76 29" } },
	{ "lock", "0 0 120 90",
	    { "M36 40H84V76H36Z", "M44 40V28A16 16 0 0 1 76 28V40",
		"M60 54V64" } },
	{ "speaker", "0 0 120 90",
	    { "M38 10H82V80H38Z", "M60 40A14 14 0 1 0 60 68A14 14 0 1 0 60 40Z",
		"M60 18A6 6 0 1 0 60 30A6 6 0 1 0 60 18Z" } },
	{ "light", "0 0 120 90",
	    { "M48 62C48 52 38 48 38 34A22 22 0 0 1 82 34C82 48 72 52 72 62Z",
		"M50 68H70M53 75H67" } },
	{ "plug", "0 0 120 90",
	    { "M60 12A32 32 0 1 0 60 76A32 32 0 1 0 60 12Z",
		"M48 44A3 3 0 1 0 48 45M72 44A3 3 0 1 0 72 45" } },
};

static const struct drawing *
find_drawing(struct bytes name)
{
	for (size_t i = 0; i < sizeof(drawings) / sizeof(drawings[0]); i++)
		if (bytes_equal_text(name, drawings[i].name))
			return &drawings[i];
	return NULL;
}

static void
put_drawing(struct page *p, const char *class, const struct drawing *d)
{
	struct web *w = &p->web;

	web_begin_class(w, "svg", class);
	web_put_attribute(w, "viewBox", d->box);
	web_put_attribute(w, "aria-hidden", "true");
	for (size_t i = 0;
	     i < sizeof(d->path) / sizeof(d->path[0]) && d->path[i] != NULL;
	     i++) {
		web_begin(w, "path");
		web_put_attribute(w, "d", d->path[i]);
		web_end(w);
	}
	web_end(w);
}

void
page_drawing(struct page *p, const char *class, const char *name)
{
	const struct drawing *d = find_drawing(bytes_of(name));

	if (d != NULL)
		put_drawing(p, class, d);
}

void
page_seal(struct page *p)
{
	page_drawing(p, "seal", "seal");
}

/* The kinds of things that are drawn; a sign is none. */
static bool
is_thing(const struct drawing *d)
{
	return d != NULL && strcmp(d->box, "0 0 120 90") == 0;
}

/* "pictures/HEX.png" or ".jpg" of the data set. */
static struct bytes
find_picture(struct page *p, const uint8_t id[PRODUCT_ID_LEN])
{
	static const char *const ends[] = { "png", "jpg" };
	char hex[2 * PRODUCT_ID_LEN + 1];
	char name[64];

	for (size_t i = 0; i < PRODUCT_ID_LEN; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", id[i]);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		(void)snprintf(
		    name, sizeof(name), "pictures/%s.%s", hex, ends[i]);
		if (data_find(p->call->registry->wish.data, name).len == 0)
			continue;
		(void)snprintf(name, sizeof(name), "%s.%s", hex, ends[i]);
		return page_asset_path(p, name);
	}
	return (struct bytes){ NULL, 0 };
}

void
page_picture(struct page *p, const struct registry_label *label)
{
	struct bytes url = find_picture(p, label->ids.product);
	const struct drawing *d = find_drawing(label->claims.category);

	web_begin_class(&p->web, "div", "picture");
	if (url.len > 0) {
		web_void(&p->web, "img");
		web_url(&p->web, "src", url);
		web_put_attribute(&p->web, "alt", "");
	} else {
		put_drawing(p, "thing",
		    is_thing(d) ? d : find_drawing(BYTES("device")));
	}
	web_end(&p->web);
}
