/* SPDX-License-Identifier: ISC */
/* hallmark label issue | renew: a label, if the assessment supports it. */
#include "base/date.h"
#include "base/limits.h"
#include "base/number.h"
#include "base/text.h"
#include "cli/data_folder.h"
#include "cli/labelling.h"
#include "cli/signing.h"
#include "label/assessed.h"
#include "label/scheme_levels.h"
#include "statement/evidence.h"

#include <stdio.h>
#include <string.h>

#define ISSUE_DAY_SECS 86400
#define ISSUE_DAYS 365 /* unless the level allows fewer */
#define ISSUE_JSON_LEN (4 * MIB)

enum {
	ISSUE_ASSESSMENT,
	ISSUE_IMAGE,
	ISSUE_SCHEME,
	ISSUE_LEVEL,
	ISSUE_KEY,
	ISSUE_PASSPHRASE,
	ISSUE_ISSUER,
	ISSUE_OEMID,
	ISSUE_MODEL,
	ISSUE_VERSION,
	ISSUE_MAKER,
	ISSUE_CATEGORY,
	ISSUE_VALID_DAYS,
	ISSUE_SUPPORT_UNTIL,
	ISSUE_OUTPUT,
	ISSUE_EVIDENCE,
	ISSUE_DATA,
	ISSUE_JSON,
	ISSUE_COUNT
};

static const struct option_row issue_rows[ISSUE_COUNT] = {
	[ISSUE_ASSESSMENT] = { "assessment", 0, "FILE",
	    "what `hallmark assess --json` printed" },
	[ISSUE_IMAGE] = { "image", 0, "FILE", "the image that was assessed" },
	[ISSUE_SCHEME] = { "scheme", 0, "NAME", "by which scheme" },
	[ISSUE_LEVEL] = { "level", 0, "NAME",
	    "which level (the one that was reached)" },
	[ISSUE_KEY] = SIGNING_ROW_KEY,
	[ISSUE_PASSPHRASE] = SIGNING_ROW_PASSPHRASE,
	[ISSUE_ISSUER] = { "issuer", 0, "URI", "who issues it, as accredited" },
	[ISSUE_OEMID] = { "oemid", 0, "ID",
	    "the maker: its IANA enterprise number, or 3 or 16 bytes in hex" },
	[ISSUE_MODEL] = { "model", 0, "NAME", "the model (the declaration's)" },
	[ISSUE_VERSION] = { "product-version", 0, "TEXT",
	    "the release's version (the declaration's)" },
	[ISSUE_MAKER] = { "maker", 0, "NAME",
	    "the maker's name (the declaration's)" },
	[ISSUE_CATEGORY] = { "category", 0, "NAME",
	    "the product's, when the accreditation is for some only" },
	[ISSUE_VALID_DAYS] = { "valid-days", 0, "N",
	    "how long it is valid (365, or the most that the level allows)" },
	[ISSUE_SUPPORT_UNTIL] = { "support-until", 0, "DATE",
	    "when security updates end (the declaration's)" },
	[ISSUE_OUTPUT] = { "output", 'o', "FILE", "the label" },
	[ISSUE_EVIDENCE] = { "evidence", 0, "FILE",
	    "also write a statement that commits to the assessment" },
	[ISSUE_DATA] = { "data", 0, "DIR",
	    "prefer the data files in DIR to those built in" },
	[ISSUE_JSON] = { "json", 0, NULL, "print one JSON object" },
};
const struct usage label_issue_usage = {
	.command = "label issue",
	.arguments = "--assessment FILE --image FILE --scheme NAME --key FILE "
		     "--issuer URI --oemid ID -o FILE",
	.help = "Signs a label for what an assessment shows, and nothing "
		"beyond.",
	.rows = issue_rows,
	.row_count = ISSUE_COUNT,
};

/* The same table with less in it: the rest stands in the old label. */
enum {
	RENEW_ASSESSMENT,
	RENEW_IMAGE,
	RENEW_KEY,
	RENEW_PASSPHRASE,
	RENEW_VALID_DAYS,
	RENEW_SUPPORT_UNTIL,
	RENEW_OUTPUT,
	RENEW_EVIDENCE,
	RENEW_DATA,
	RENEW_JSON,
	RENEW_COUNT
};

static const struct option_row renew_rows[RENEW_COUNT] = {
	[RENEW_ASSESSMENT] = { "assessment", 0, "FILE",
	    "what `hallmark assess --json` printed" },
	[RENEW_IMAGE] = { "image", 0, "FILE", "the image that was assessed" },
	[RENEW_KEY] = SIGNING_ROW_KEY,
	[RENEW_PASSPHRASE] = SIGNING_ROW_PASSPHRASE,
	[RENEW_VALID_DAYS] = { "valid-days", 0, "N",
	    "how long it is valid (365, or the most that the level allows)" },
	[RENEW_SUPPORT_UNTIL] = { "support-until", 0, "DATE",
	    "when security updates end (the declaration's)" },
	[RENEW_OUTPUT] = { "output", 'o', "FILE", "the new label" },
	[RENEW_EVIDENCE] = { "evidence", 0, "FILE",
	    "also write a statement that commits to the assessment" },
	[RENEW_DATA] = { "data", 0, "DIR",
	    "prefer the data files in DIR to those built in" },
	[RENEW_JSON] = { "json", 0, NULL, "print one JSON object" },
};
const struct usage label_renew_usage = {
	.command = "label renew",
	.arguments = "LABEL --assessment FILE --image FILE --key FILE -o FILE",
	.argument_count = 1,
	.help = "Signs a new label in the place of an old one of the same "
		"release.",
	.rows = renew_rows,
	.row_count = RENEW_COUNT,
};

/* By enum of issue; what renew has no option for comes from the old label. */
struct issuing {
	const char *wants[ISSUE_COUNT];
	struct arena arena;
	struct data_set data;
	struct held_file assessment, image;
	struct labelling old; /* of renew */
	bool renews;
	struct assessed assessed;
	struct assessed_answer answer;
	uint8_t digest[SHA256_LEN];
	uint8_t oemid[16];
	struct label_claims claims;
	struct statement_header header;
	char sub[PRODUCT_SUB_LEN];
	struct bytes label; /* signed */
};

/* ---- what is asked for ---- */

static enum exit_code
check_wants(const struct issuing *i)
{
	static const int musts[] = { ISSUE_ASSESSMENT, ISSUE_IMAGE,
		ISSUE_SCHEME, ISSUE_KEY, ISSUE_ISSUER, ISSUE_OEMID,
		ISSUE_OUTPUT };

	for (size_t k = 0; k < sizeof(musts) / sizeof(musts[0]); k++) {
		char what[64];
		int row = musts[k];

		if (i->wants[row] != NULL ||
		    (i->renews && row != ISSUE_ASSESSMENT &&
			row != ISSUE_IMAGE && row != ISSUE_KEY &&
			row != ISSUE_OUTPUT))
			continue;
		(void)snprintf(what, sizeof(what), "--%s is missing",
		    issue_rows[row].name);
		cli_say("label", what);
		return EXIT_USAGE;
	}
	return EXIT_YES;
}

static enum exit_code
read_data(struct issuing *i)
{
	const char *name;
	const char *why;

	i->data = *data_embedded();
	if (i->wants[ISSUE_DATA] == NULL)
		return EXIT_YES;
	if (data_folder_read(i->wants[ISSUE_DATA], data_embedded(), &i->arena,
		&i->data, &name, &why))
		return EXIT_YES;
	cli_say(name, why);
	return EXIT_INPUT;
}

static enum exit_code
read_assessment(struct issuing *i)
{
	struct fault fault = { 0 };
	char what[160];
	enum err err =
	    assessed_read(i->assessment.bytes, &i->arena, &i->assessed, &fault);

	if (err == ERR_OK)
		return EXIT_YES;
	(void)snprintf(what, sizeof(what), "is no assessment: %s%s%s",
	    fault.field != NULL ? fault.field : "",
	    fault.field != NULL ? ": " : "", err_text(err));
	cli_say(i->assessment.name, what);
	return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
}

static enum exit_code
open_files(struct issuing *i)
{
	enum exit_code code = held_open(
	    i->wants[ISSUE_ASSESSMENT], ASSESSED_FILE_MAX, &i->assessment);

	if (code == EXIT_YES)
		code = held_open(
		    i->wants[ISSUE_IMAGE], LIMIT_IMAGE_LEN, &i->image);
	if (code != EXIT_YES)
		return code;
	crypto_hooks_default.sha256(
	    crypto_hooks_default.context, &i->image.bytes, 1, i->digest);
	return EXIT_YES;
}

/* ---- what the label says ---- */

/* What the user says, else what the old label, else what the maker declares. */
static struct bytes
choose(const char *said, struct bytes declared)
{
	return said != NULL ? bytes_of(said) : declared;
}

static enum exit_code
choose_support(struct issuing *i, int64_t now)
{
	const char *said = i->wants[ISSUE_SUPPORT_UNTIL];

	i->claims.support_until = i->assessed.support_until;
	if (said == NULL)
		return EXIT_YES;
	if (!date_read(bytes_of(said), &i->claims.support_until))
		cli_say(said, "is no date such as 2031-02-28");
	else if (i->claims.support_until <= now)
		cli_say("--support-until", "is over already");
	else
		return EXIT_YES;
	return EXIT_USAGE;
}

/* Who the product is: said, declared, or as in the old label. */
static enum exit_code
choose_product(struct issuing *i, int64_t now)
{
	struct label_claims *c = &i->claims;
	struct bytes version = i->assessed.version;

	if (i->renews) {
		*c = i->old.claims;
	} else {
		if (product_read_maker(bytes_of(i->wants[ISSUE_OEMID]),
			i->oemid, &c->product) != ERR_OK) {
			cli_say(i->wants[ISSUE_OEMID],
			    "is neither a private enterprise number nor 3 or "
			    "16 bytes in hex (such as 52-54-00)");
			return EXIT_USAGE;
		}
		c->product.hwmodel =
		    choose(i->wants[ISSUE_MODEL], i->assessed.model);
		c->product.version = choose(i->wants[ISSUE_VERSION], version);
		c->maker = choose(i->wants[ISSUE_MAKER], i->assessed.maker);
		c->scheme = bytes_of(i->wants[ISSUE_SCHEME]);
		c->category =
		    choose(i->wants[ISSUE_CATEGORY], (struct bytes){ NULL, 0 });
	}
	c->product.digest = i->digest;
	c->level = i->answer.level;
	c->basis = i->answer.basis;
	return choose_support(i, now);
}

static enum exit_code
choose_times(struct issuing *i, int64_t now)
{
	const char *said = i->wants[ISSUE_VALID_DAYS];
	uint64_t days = size_min(ISSUE_DAYS, i->answer.max_days);
	char what[96];

	if (said != NULL &&
	    (!bytes_to_u64(bytes_of(said), &days) || days == 0)) {
		cli_say(said, "is no number of days");
		return EXIT_USAGE;
	}
	if (days > i->answer.max_days) {
		(void)snprintf(what, sizeof(what),
		    "a label of this level is valid for %u days at most",
		    i->answer.max_days);
		cli_say("--valid-days", what);
		return EXIT_USAGE;
	}
	i->header.iat = now;
	i->header.exp = now + (int64_t)days * ISSUE_DAY_SECS;
	return EXIT_YES;
}

static enum exit_code
fill_label(struct issuing *i, int64_t now)
{
	struct product_ids ids;
	enum exit_code code = choose_product(i, now);

	if (code == EXIT_YES)
		code = choose_times(i, now);
	if (code != EXIT_YES)
		return code;
	const char *field = label_claims_check(&i->claims);

	if (field != NULL) {
		cli_say(field,
		    "is missing, too long or not of its form: say it by an "
		    "option");
		return EXIT_USAGE;
	}
	product_find_ids(&crypto_hooks_default, &i->claims.product, &ids);
	product_put_sub(&ids, true, i->sub);
	i->header.kind = STATEMENT_LABEL;
	i->header.iss = i->renews ? i->old.statement.header.iss
				  : bytes_of(i->wants[ISSUE_ISSUER]);
	i->header.sub = bytes_of(i->sub);
	return EXIT_YES;
}

/* ---- signing ---- */

static enum exit_code
sign_label(struct issuing *i, const struct signer *signer)
{
	uint8_t payload[LABEL_CLAIMS_LEN_MAX];
	struct cbor_writer w = cbor_writer_open(payload, sizeof(payload));

	label_claims_put(&w, &i->claims);
	return labelling_sign(
	    &i->header, cbor_written(&w), signer, &i->arena, &i->label);
}

/* The report stays at the laboratory; what it was is bound by its digest. */
static enum exit_code
write_evidence(struct issuing *i, const struct signer *signer)
{
	uint8_t digest[SHA256_LEN];
	struct statement_header header = i->header;
	struct bytes made;

	if (i->wants[ISSUE_EVIDENCE] == NULL)
		return EXIT_YES;
	crypto_hooks_default.sha256(
	    crypto_hooks_default.context, &i->assessment.bytes, 1, digest);
	header.kind = STATEMENT_ASSESSMENT;
	header.exp = 0;
	header.tool = i->assessed.tool_version;
	header.data = i->assessed.tool_data;
	header.preimage_type = BYTES(EVIDENCE_ASSESSMENT_TYPE);
	enum exit_code code = labelling_sign(&header,
	    (struct bytes){ digest, sizeof(digest) }, signer, &i->arena, &made);

	return code == EXIT_YES
	    ? answering_deliver(i->wants[ISSUE_EVIDENCE], made)
	    : code;
}

/* Both with one opening of the key: its passphrase is asked for once. */
static enum exit_code
sign(struct issuing *i)
{
	struct signing_wants wants = { i->wants[ISSUE_KEY],
		i->wants[ISSUE_PASSPHRASE] };
	struct signing signing;
	enum exit_code code = signing_open(&wants, &signing);

	if (code != EXIT_YES)
		return code;
	code = sign_label(i, &signing.signer);
	if (code == EXIT_YES)
		code = write_evidence(i, &signing.signer);
	signing_close(&signing);
	return code;
}

/* ---- the answer ---- */

static void
put_refusals(struct out *o, const struct issuing *i)
{
	out_text(o, "no label: ");
	text_put_terminal(o, bytes_of(i->image.name));
	out_text(o, " is not what the scheme ");
	text_put_terminal(o, i->claims.scheme);
	out_text(o, " asks for\n");
	for (size_t k = 0; k < i->answer.refusal_count; k++) {
		out_text(o, "  ");
		assessed_put_refusal(o, &i->assessed, &i->answer.refusals[k]);
		out_text(o, "\n");
	}
}

static void
put_refusals_json(struct json *j, const struct issuing *i)
{
	json_key(j, "refusals");
	json_begin_array(j, JSON_LINES);
	for (size_t k = 0; k < i->answer.refusal_count; k++) {
		const struct assessed_refusal *r = &i->answer.refusals[k];
		struct out text = out_open(64 * KIB);

		assessed_put_refusal(&text, &i->assessed, r);
		json_begin_object(j, JSON_INLINE);
		json_string(j, "code", assessed_word(r->code));
		if (r->gap != NULL) {
			json_text(j, "framework", r->gap->framework);
			json_text(j, "requirement", r->gap->requirement);
			json_text(j, "need", r->gap->need);
		}
		json_text(j, "text", out_bytes(&text));
		json_end(j);
		out_close(&text);
	}
	json_end(j);
}

/* The label that was made, read anew as anyone would. */
static enum exit_code
read_back(struct issuing *i, struct labelling *ret)
{
	struct labelling label = {
		.file = HELD_NONE,
		.name = "the new label",
		.given = i->label,
	};
	enum exit_code code = labelling_read(&label, &i->arena);

	if (code == EXIT_YES)
		*ret = label;
	return code == EXIT_YES ? EXIT_YES : EXIT_MACHINE;
}

static void
put_issued(struct out *o, struct issuing *i)
{
	out_text(o, "labelled: ");
	text_put_terminal(o, i->answer.level_name);
	out_text(o, " of scheme ");
	text_put_terminal(o, i->claims.scheme);
	out_text(o, ", ");
	out_text(o, label_basis_text(i->claims.basis));
	out_text(o, ", for ");
	text_put_terminal(o, i->claims.maker);
	out_text(o, " ");
	text_put_terminal(o, labelling_model(&i->claims, &i->arena));
	out_text(o, " ");
	text_put_terminal(o, i->claims.product.version);
	out_text(o, ", valid until ");
	date_put_day(o, i->header.exp);
	out_text(o, "\n  ");
	out_text(o, i->sub);
	out_text(o, "\n  not in a ledger yet: hallmark ledger append DIR ");
	text_put_terminal(o, bytes_of(i->wants[ISSUE_OUTPUT]));
	out_text(o, "\n");
}

static enum exit_code
answer(struct issuing *i, bool issued)
{
	struct out o = out_open(ISSUE_JSON_LEN);
	struct json j = json_open(&o);
	enum exit_code code = issued ? EXIT_YES : EXIT_NO;
	struct labelling label = { .file = HELD_NONE };

	if (issued && read_back(i, &label) != EXIT_YES) {
		out_close(&o);
		return EXIT_MACHINE;
	}
	/* standard output has the label itself */
	if (issued && strcmp(i->wants[ISSUE_OUTPUT], "-") == 0) {
		out_close(&o);
		return EXIT_YES;
	}
	if (i->wants[ISSUE_JSON] == NULL) {
		if (issued)
			put_issued(&o, i);
		else
			put_refusals(&o, i);
		return answering_close(&o, code);
	}
	json_begin_object(&j, JSON_LINES);
	json_string(&j, "schema", "hallmark.label-issue/1");
	json_bool(&j, "issued", issued);
	put_refusals_json(&j, i);
	if (issued)
		labelling_put_json(&j, &label, &i->arena);
	json_end(&j);
	return answering_close(&o, code);
}

/* ---- all of it ---- */

/* The assessment is read and judged before the key is opened. */
static enum exit_code
judge(struct issuing *i, int64_t now)
{
	struct assessed_wish wish = {
		.scheme = i->claims.scheme,
		.image_sha256 = i->digest,
		.now = now,
		.data = &i->data,
	};

	if (i->wants[ISSUE_LEVEL] != NULL)
		wish.level = bytes_of(i->wants[ISSUE_LEVEL]);
	enum err err =
	    assessed_judge(&i->assessed, &wish, &i->arena, &i->answer);

	if (err == ERR_OK)
		return EXIT_YES;
	cli_say("label", err_text(err));
	return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
}

/* The level that a renewed label must reach again. */
static enum exit_code
read_old(struct issuing *i, const char *what)
{
	struct scheme_level level;
	enum exit_code code = labelling_open(what, &i->old);

	if (code == EXIT_YES)
		code = labelling_read(&i->old, &i->arena);
	if (code != EXIT_YES)
		return code;
	if (!i->old.has_statement) {
		cli_say(i->old.name,
		    "does not say who issued it: give the label's file");
		return EXIT_INPUT;
	}
	i->claims.scheme = i->old.claims.scheme;
	if (scheme_level_find(&i->data, i->claims.scheme,
		(struct bytes){ NULL, 0 }, i->old.claims.level,
		&level) != ERR_OK) {
		cli_say(i->old.name, "is of a scheme or level that is unknown");
		return EXIT_INPUT;
	}
	i->wants[ISSUE_LEVEL] = arena_text(&i->arena, level.name);
	return i->wants[ISSUE_LEVEL] != NULL ? EXIT_YES : EXIT_MACHINE;
}

static enum exit_code
check_renewal(struct issuing *i)
{
	if (!i->renews ||
	    memcmp(i->old.claims.product.digest, i->digest, SHA256_LEN) == 0)
		return EXIT_YES;
	cli_say(i->image.name,
	    "is not the image of that label: another release needs a label of "
	    "its own");
	return EXIT_NO;
}

static enum exit_code
issue(struct issuing *i, const char *old)
{
	int64_t now;
	enum exit_code code = check_wants(i);

	if (code == EXIT_YES)
		code = labelling_now(NULL, &now);
	if (code == EXIT_YES)
		code = read_data(i);
	if (code == EXIT_YES && i->renews)
		code = read_old(i, old);
	else if (code == EXIT_YES)
		i->claims.scheme = bytes_of(i->wants[ISSUE_SCHEME]);
	if (code == EXIT_YES)
		code = open_files(i);
	if (code == EXIT_YES)
		code = check_renewal(i);
	if (code == EXIT_YES)
		code = read_assessment(i);
	if (code == EXIT_YES)
		code = judge(i, now);
	if (code == EXIT_YES && i->answer.refusal_count > 0)
		return answer(i, false);
	if (code == EXIT_YES)
		code = fill_label(i, now);
	if (code == EXIT_YES)
		code = sign(i);
	if (code == EXIT_YES)
		code = answering_deliver(i->wants[ISSUE_OUTPUT], i->label);
	return code == EXIT_YES ? answer(i, true) : code;
}

static enum exit_code
run(struct issuing *i, const char *old)
{
	i->arena = arena_open(LABELLING_ARENA_LEN);
	enum exit_code code = issue(i, old);

	labelling_close(&i->old);
	held_close(&i->image);
	held_close(&i->assessment);
	arena_close(&i->arena);
	return code;
}

enum exit_code
label_issue_run(const struct options *options)
{
	struct issuing i = {
		.assessment = HELD_NONE,
		.image = HELD_NONE,
		.old = { .file = HELD_NONE },
	};

	for (size_t k = 0; k < ISSUE_COUNT; k++)
		i.wants[k] = options->value[k];
	return run(&i, NULL);
}

enum exit_code
label_renew_run(const struct options *options)
{
	static const int row_of[RENEW_COUNT] = {
		[RENEW_ASSESSMENT] = ISSUE_ASSESSMENT,
		[RENEW_IMAGE] = ISSUE_IMAGE,
		[RENEW_KEY] = ISSUE_KEY,
		[RENEW_PASSPHRASE] = ISSUE_PASSPHRASE,
		[RENEW_VALID_DAYS] = ISSUE_VALID_DAYS,
		[RENEW_SUPPORT_UNTIL] = ISSUE_SUPPORT_UNTIL,
		[RENEW_OUTPUT] = ISSUE_OUTPUT,
		[RENEW_EVIDENCE] = ISSUE_EVIDENCE,
		[RENEW_DATA] = ISSUE_DATA,
		[RENEW_JSON] = ISSUE_JSON,
	};
	struct issuing i = {
		.assessment = HELD_NONE,
		.image = HELD_NONE,
		.old = { .file = HELD_NONE },
		.renews = true,
	};

	for (size_t k = 0; k < RENEW_COUNT; k++)
		i.wants[row_of[k]] = options->value[k];
	return run(&i, options->argument[0]);
}
