/* SPDX-License-Identifier: ISC */
/* Whether an assessment supports a label, and what stands against it. */
#include "label/assessed.h"

#include "base/table_file.h"
#include "base/text.h"
#include "label/scheme_levels.h"

#include <string.h>

static const char tool_name[] = "hallmark";

static const struct {
	const char *word;
	const char *text;
} codes[] = {
	[ASSESSED_NO_SCHEME] = { "no-scheme",
	    "there is no such scheme or level" },
	[ASSESSED_OTHER_SCHEME] = { "other-scheme",
	    "the image was assessed for the scheme" },
	[ASSESSED_LEVEL] = { "level", "not met" },
	[ASSESSED_UNREAD] = { "unread",
	    "bytes of the image were not read, and this level wants all" },
	[ASSESSED_TROUBLE] = { "trouble",
	    "the assessment did not come to its end" },
	[ASSESSED_NO_DECLARATION] = { "no-declaration",
	    "this level needs the maker's declaration" },
	[ASSESSED_SUPPORT_ENDED] = { "support-ended",
	    "the declared support is over since" },
	[ASSESSED_NO_SUPPORT] = { "no-support",
	    "this level needs a declared end of support" },
	[ASSESSED_OTHER_IMAGE] = { "other-image",
	    "it is the assessment of another image" },
	[ASSESSED_OTHER_TOOL] = { "other-tool",
	    "it was made by another or an older program: assess the image "
	    "again" },
};

struct judging {
	const struct assessed *a;
	const struct assessed_wish *wish;
	struct assessed_answer *answer;
	size_t cap;
};

static void
refuse(
    struct judging *j, enum assessed_code code, const struct assessed_gap *gap)
{
	struct assessed_answer *answer = j->answer;

	/* One of each, and one for each gap: the list holds them all. */
	if (answer->refusal_count < j->cap)
		answer->refusals[answer->refusal_count++] =
		    (struct assessed_refusal){ code, gap };
}

static void
check_image(struct judging *j)
{
	const struct assessed *a = j->a;
	const uint8_t *sha256 = j->wish->image_sha256;

	if (sha256 != NULL && memcmp(sha256, a->image_sha256, SHA256_LEN) != 0)
		refuse(j, ASSESSED_OTHER_IMAGE, NULL);
	/* With a declaration, older programs did not say whose product. */
	if (!bytes_equal_text(a->tool, tool_name) ||
	    (a->has_declaration && !a->has_product))
		refuse(j, ASSESSED_OTHER_TOOL, NULL);
	if (a->trouble.len > 0)
		refuse(j, ASSESSED_TROUBLE, NULL);
}

static void
check_gaps(struct judging *j)
{
	for (size_t i = 0; i < j->a->gap_count; i++)
		refuse(j, ASSESSED_LEVEL, &j->a->gaps[i]);
	if (j->a->gap_count == 0)
		refuse(j, ASSESSED_LEVEL, NULL);
}

static void
check_terms(struct judging *j, const struct scheme_level *level)
{
	const struct assessed *a = j->a;

	if (!level->unread && a->unread > 0)
		refuse(j, ASSESSED_UNREAD, NULL);
	if (level->declaration && !a->has_declaration)
		refuse(j, ASSESSED_NO_DECLARATION, NULL);
	else if (level->support && a->support_until == 0)
		refuse(j, ASSESSED_NO_SUPPORT, NULL);
	if (a->support_until != 0 && a->support_until < j->wish->now)
		refuse(j, ASSESSED_SUPPORT_ENDED, NULL);
}

/* Whether the scheme has demands of that framework up to the level; levels
   rise down the table. ERR_MALFORMED: the table is broken. */
static enum err
find_frameworks(struct judging *j, const struct scheme_level *level,
    bool *ret_declared, bool *ret_reviewed)
{
	static const char *const columns[] = { "scheme", "level", "framework",
		NULL };
	struct table_file t;
	enum err err =
	    table_file_open(j->wish->data, BYTES("schemes.tsv"), columns, &t);
	bool reached = false;

	while (err == ERR_OK && (err = table_file_next(&t)) == ERR_OK) {
		struct bytes name = table_field(&t.table, "framework");
		bool its =
		    bytes_equal(table_field(&t.table, "level"), level->name);

		if (!bytes_equal(
			table_field(&t.table, "scheme"), level->scheme))
			continue;
		if (reached && !its)
			break;
		reached = its;
		for (size_t i = 0; i < j->a->framework_count; i++) {
			const struct assessed_framework *f =
			    &j->a->frameworks[i];

			if (!bytes_equal(f->name, name))
				continue;
			*ret_declared |= f->declared;
			*ret_reviewed |= f->reviewed;
		}
	}
	return err == ERR_END ? ERR_OK : err;
}

static enum err
find_basis(struct judging *j, const struct scheme_level *level)
{
	bool declared = false;
	bool reviewed = false;
	enum err err = find_frameworks(j, level, &declared, &reviewed);

	if (declared)
		j->answer->basis = LABEL_BASIS_DECLARED;
	else if (reviewed)
		j->answer->basis = LABEL_BASIS_REVIEWED;
	else
		j->answer->basis = LABEL_BASIS_TESTED;
	return err;
}

/* A level of the assessment's scheme; refused when there is none. */
static enum err
find_level(struct judging *j, struct bytes name, struct scheme_level *ret,
    bool *ret_found)
{
	enum err err =
	    scheme_level_find(j->wish->data, j->a->scheme, name, 0, ret);

	*ret_found = err == ERR_OK;
	if (err != ERR_END)
		return err;
	refuse(j, ASSESSED_NO_SCHEME, NULL);
	return ERR_OK;
}

/* The level that is asked for, when it is one and was reached. */
static enum err
check_level(struct judging *j, struct scheme_level *ret, bool *ret_found)
{
	const struct assessed *a = j->a;
	const struct assessed_wish *wish = j->wish;
	struct scheme_level reached = { 0 };
	enum err err = ERR_OK;

	*ret_found = false;
	if (!bytes_equal(wish->scheme, a->scheme)) {
		refuse(j, ASSESSED_OTHER_SCHEME, NULL);
		return ERR_OK;
	}
	if (wish->level.len == 0 && a->level.len == 0) {
		check_gaps(j);
		return ERR_OK;
	}
	if (a->level.len > 0) {
		err = find_level(j, a->level, &reached, ret_found);
		*ret = reached;
	}
	if (err != ERR_OK || wish->level.len == 0 ||
	    (a->level.len > 0 && !*ret_found))
		return err;
	err = find_level(j, wish->level, ret, ret_found);
	if (*ret_found && ret->number > reached.number)
		check_gaps(j);
	return err;
}

enum err
assessed_judge(const struct assessed *a, const struct assessed_wish *wish,
    struct arena *arena, struct assessed_answer *ret)
{
	struct assessed_answer answer = { 0 };
	struct judging j = {
		.a = a,
		.wish = wish,
		.answer = &answer,
		.cap = a->gap_count + sizeof(codes) / sizeof(codes[0]),
	};
	struct scheme_level level = { 0 };
	bool found;
	enum err err;

	answer.refusals =
	    arena_take_array(arena, j.cap, sizeof(*answer.refusals));
	if (answer.refusals == NULL)
		return ERR_MEMORY;
	check_image(&j);
	err = check_level(&j, &level, &found);
	if (err == ERR_OK && found) {
		check_terms(&j, &level);
		err = find_basis(&j, &level);
	}
	if (err != ERR_OK)
		return err;
	answer.level_name = level.name;
	answer.level = level.number;
	answer.max_days = level.max_days;
	*ret = answer;
	return ERR_OK;
}

static void
put_gap(struct out *o, const struct assessed_gap *gap)
{
	text_put_terminal(o, gap->framework);
	out_text(o, " ");
	text_put_terminal(o, gap->requirement);
	out_text(o, ": not met (");
	text_put_terminal(o, gap->need);
	out_text(o, ")");
	if (gap->what.len > 0) {
		out_text(o, ": ");
		text_put_terminal(o, gap->what);
	}
}

void
assessed_put_refusal(struct out *o, const struct assessed *a,
    const struct assessed_refusal *refusal)
{
	if (refusal->gap != NULL) {
		put_gap(o, refusal->gap);
		return;
	}
	if (refusal->code == ASSESSED_LEVEL) {
		out_text(o, "the level is not reached");
		return;
	}
	out_text(o, codes[refusal->code].text);
	if (refusal->code == ASSESSED_OTHER_SCHEME) {
		out_text(o, " ");
		text_put_terminal(o, a->scheme);
		out_text(o, ": assess it again with --scheme");
	} else if (refusal->code == ASSESSED_UNREAD) {
		out_text(o, " (");
		out_decimal(o, a->unread);
		out_text(o, ")");
	} else if (refusal->code == ASSESSED_TROUBLE) {
		out_text(o, ": ");
		text_put_terminal(o, a->trouble);
	} else if (refusal->code == ASSESSED_SUPPORT_ENDED) {
		out_text(o, " ");
		text_put_terminal(o, a->support_end);
	}
}

const char *
assessed_word(enum assessed_code code)
{
	return codes[code].word;
}
