/* SPDX-License-Identifier: ISC */
/* The frame of a page, and the parts that several pages have. */
#ifndef REGISTRY_PAGE_PRIVATE_H
#define REGISTRY_PAGE_PRIVATE_H

#include "registry/facts.h"
#include "registry/pages_private.h"
#include "registry/standing.h"
#include "registry/web.h"
#include "registry/wording.h"
#include "statement/correction.h"
#include "statement/statement.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows of a list on one page. */
#define PAGE_ROWS 50

/* A page in the making: page_open(), page_ask()s, page_begin(), content,
   page_end() or page_drop(). */
struct page {
	struct route_call *call;
	struct out out;
	struct web web;
	struct wording wording;
	struct bytes prefix; /* "/de": what links of pages begin with, or "" */
	struct bytes feed;   /* address of a feed; may be empty */
	bool has_search; /* the content has a search box: none in the head */
	bool has_head;
	struct registry_head head; /* of the last question */
};

void page_open(struct page *p, struct route_call *call);
/* One question to the store; remembers the head for the foot. */
enum err page_ask(struct page *p, const struct registry_question *question,
    struct registry_reply *ret);
/* From the doctype to the main part; the title is a text with words. */
void page_begin(struct page *p, const char *key, const struct word *words);
/* Gives the page as the call's answer. */
enum err page_end(struct page *p);
/* Forgets it and hands `err` on. */
enum err page_drop(struct page *p, enum err err);

/* ---- texts ---- */

struct bytes page_text(const struct page *p, const char *key);
/* "level.name.", a name of the data or a foreign one, ".why" or ""; false when
   the tables have no such key. */
bool page_try(const struct page *p, const char *family, struct bytes name,
    const char *end, struct bytes *ret);
void page_say(struct page *p, const char *key, const struct word *words);
void page_say_count(
    struct page *p, const char *key, uint64_t n, const struct word *words);
/* <element class="…">text</element>; class may be NULL, words too. */
void page_say_in(struct page *p, const char *element, const char *class,
    const char *key, const struct word *words);
void page_put_word(struct page *p, const struct word *word);

/* ---- addresses; in the arena ---- */

/* "/de" and what the format makes; only numbers and texts of ours. */
struct bytes page_path(struct page *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Without the language. */
struct bytes page_bare_path(struct page *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* `begin`, one foreign segment, percent-encoded, and `end`; with language. */
struct bytes page_path_of(
    struct page *p, const char *begin, struct bytes segment, const char *end);
/* "/de/product/HEX" and `end`; the bytes of an id or thumbprint. */
struct bytes page_path_hex(
    struct page *p, const char *begin, struct bytes id, const char *end);
/* Of a maker: "/de/maker/32473/Argentum". */
struct bytes page_path_maker(struct page *p, const struct label_claims *claims);

/* <a href="…">text</a>; a foreign text goes into <bdi>. */
void page_link(struct page *p, struct bytes url, const char *key);
void page_link_text(struct page *p, struct bytes url, struct bytes text);
/* A foreign address: a link when it may be one, else its text. */
void page_outside_link(struct page *p, struct bytes url);
/* Likewise of a contact: an address of mail becomes one to write to. */
void page_contact(struct page *p, struct bytes contact);

/* ---- parts ---- */

/* A list of terms and what is said of them. */
void page_begin_facts(struct page *p);
void page_begin_fact(struct page *p, const char *key);
void page_end_fact(struct page *p);
void page_fact(struct page *p, const char *key, const struct word *word);
void page_end_facts(struct page *p);

/* A heading with an address: <h2 id="…">. */
void page_heading(struct page *p, const char *id, const char *key);

/* "suspended" with its sign, in its colours. */
void page_standing(struct page *p, enum standing standing);
/* The name of a model: text, or hex when it is none. */
struct word page_model(struct page *p, struct bytes hwmodel);
/* "substantial", and "level 2 of 3 of the scheme …" */
struct bytes page_level(
    struct page *p, const struct label_claims *claims, unsigned *ret_count);
void page_level_line(struct page *p, const struct label_claims *claims);
/* The page of a scheme; empty when the data set does not have it. */
struct bytes page_scheme_path(struct page *p, struct bytes scheme);
/* The name people know a scheme by. */
struct bytes page_scheme_name(const struct page *p, struct bytes scheme);
/* A reason as a clause: "a vulnerability is known in this version". */
struct bytes page_reason(const struct page *p, unsigned number);

/* Of {after}, where the path has one: the rows behind that index. False when it
   is no number. */
bool page_read_after(struct bytes part, struct registry_question *question);

/* The form that searches; `value` is what stands in it. */
void page_search_box(struct page *p, struct bytes value, const char *in);
/* Labels as a list of cards, each with product, version and standing. */
void page_label_list(
    struct page *p, const struct registry_label *labels, size_t count);
/* Likewise products, in a form that compares those that are picked. */
void page_product_list(
    struct page *p, const struct registry_product *products, size_t count);
/* The link to the rows behind this one. */
void page_more(struct page *p, struct bytes url);
/* "Nothing …" as a quiet paragraph. */
void page_nothing(struct page *p, const char *key);

/* A drawing of the kind of thing it is, or the picture that the data set has
   of this product. */
void page_picture(struct page *p, const struct registry_label *label);
/* The seal of the house. */
void page_seal(struct page *p);
/* A small drawing; the name of one of ours. */
void page_drawing(struct page *p, const char *class, const char *name);

/* "/assets/1a2b3c4d/registry.css"; empty when the data set has none. */
struct bytes page_asset_path(struct page *p, const char *name);

/* ---- what the ledger says of a product besides its labels ---- */

/* Newest firmware, how to see and install it, contact, endpoints: those facts
   that are known, and a line of those that are not. `version` is what the label
   covers; empty when no label is meant. */
void page_put_update(
    struct page *p, const struct facts *facts, struct bytes version);
/* Likewise; a flaw that is mended in that version is no alarm. */
void page_put_advisories(
    struct page *p, const struct facts *facts, struct bytes version);
/* Whether attackers use a flaw that the version is not known to be without. */
bool page_is_exploited(const struct facts *facts, struct bytes version);
/* Who said it, when, with a link to the statement. */
void page_put_source(struct page *p, const struct fact_source *from);

/* ---- statements ---- */

/* Corrections among the rows, read: their entries are asked for. */
#define PAGE_CORRECTIONS 10
struct page_correction {
	uint64_t index; /* of the correction itself */
	int64_t at;
	struct correction what;
};
struct page_corrections {
	struct page_correction row[PAGE_CORRECTIONS];
	size_t count;
};
enum err page_read_corrections(struct page *p,
    const struct registry_statement *rows, size_t count,
    struct page_corrections *ret);
/* Those of the statement at `index`, as a list; nothing when there is none. */
void page_put_corrections(
    struct page *p, const struct page_corrections *all, uint64_t index);
/* Reads the statement at an index; ERR_END when it is none. */
enum err page_read_statement(
    struct page *p, uint64_t index, struct statement *ret);

/* ---- the three answers ---- */

/* The server's own, of a label; or empty ones that only the script fills. */
void page_put_answers(struct page *p, const struct registry_label *label,
    const struct registry_statement *accreditation);

#endif
