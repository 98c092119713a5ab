/* SPDX-License-Identifier: ISC */
/* hallmark label countersign: the maker signs the body's label, too. */
#include "base/limits.h"
#include "cli/labelling.h"
#include "cli/signing.h"
#include "crypto/cose_countersign.h"

#include <string.h>

#define COUNTERSIGN_LEN 512 /* the value of label 11 */

enum {
	COUNTERSIGN_KEY,
	COUNTERSIGN_PASSPHRASE,
	COUNTERSIGN_OUTPUT,
	COUNTERSIGN_COUNT
};

static const struct option_row rows[COUNTERSIGN_COUNT] = {
	[COUNTERSIGN_KEY] = SIGNING_ROW_KEY,
	[COUNTERSIGN_PASSPHRASE] = SIGNING_ROW_PASSPHRASE,
	[COUNTERSIGN_OUTPUT] = { "output", 'o', "FILE",
	    "the label with the signature" },
};
const struct usage label_countersign_usage = {
	.command = "label countersign",
	.arguments = "LABEL --key FILE -o FILE",
	.argument_count = 1,
	.help = "Adds the maker's signature to a label's file. What stands in "
		"the ledger stays\nthe same.",
	.rows = rows,
	.row_count = COUNTERSIGN_COUNT,
};

/* The protected header of the countersignature: {1: alg, 4: kid}. */
static struct bytes
write_protected(const struct cose_key *key, uint8_t *room, size_t cap)
{
	uint8_t kid[SHA256_LEN];
	struct cbor_writer w = cbor_writer_open(room, cap);

	cose_key_thumbprint(&crypto_hooks_default, key, kid);
	cbor_put_map(&w, 2);
	cbor_put_int(&w, COSE_HEADER_ALG);
	cbor_put_int(&w, cose_key_alg(key));
	cbor_put_int(&w, COSE_HEADER_KID);
	cbor_put_bytes(&w, (struct bytes){ kid, sizeof(kid) });
	return cbor_written(&w);
}

/* Appends label 11, and the receipts that are there already. */
static void
write_unprotected(struct cbor_writer *w, const struct cose_sign1 *message,
    struct bytes countersignature)
{
	struct bytes receipts =
	    cose_find(message->unprotected, COSE_HEADER_RECEIPTS, CBOR_STRICT);

	cbor_put_map(w, receipts.len > 0 ? 2 : 1);
	cbor_put_int(w, COSE_HEADER_COUNTERSIGNATURE);
	cbor_put_raw(w, countersignature);
	if (receipts.len == 0)
		return;
	cbor_put_int(w, COSE_HEADER_RECEIPTS);
	cbor_put_raw(w, receipts);
}

static enum err
countersign(const struct cose_sign1 *message, const struct signer *signer,
    struct arena *arena, struct bytes *ret)
{
	uint8_t header[64];
	uint8_t signature[SIGNATURE_LEN];
	uint8_t value[COUNTERSIGN_LEN];
	size_t cap = LABELLING_FILE_LEN + KIB;
	uint8_t *room = arena_take(arena, cap);
	uint8_t *map = arena_take(arena, cap);
	uint8_t *whole = arena_take(arena, 2 * cap);
	struct bytes none = { NULL, 0 };
	struct bytes to_be_signed;
	struct bytes protected_map =
	    write_protected(&signer->key, header, sizeof(header));

	if (room == NULL || map == NULL || whole == NULL)
		return ERR_MEMORY;
	enum err err = cose_countersign_to_be_signed(
	    message, protected_map, none, none, room, cap, &to_be_signed);

	if (err == ERR_OK)
		err = signer->sign(signer->context, to_be_signed, signature);
	if (err != ERR_OK)
		return err;
	struct cbor_writer v = cbor_writer_open(value, sizeof(value));
	struct cbor_writer u = cbor_writer_open(map, cap);
	struct cbor_writer w = cbor_writer_open(whole, 2 * cap);

	cose_put_countersignature(&v, protected_map, none,
	    (struct bytes){ signature, sizeof(signature) });
	write_unprotected(&u, message, cbor_written(&v));
	cose_put_sign1(&w, message->protected_map, cbor_written(&u),
	    message->payload, message->signature);
	if (v.failed || u.failed || w.failed)
		return ERR_LIMIT;
	*ret = cbor_written(&w);
	return ERR_OK;
}

static enum exit_code
check(const struct labelling *label)
{
	if (!label->has_statement) {
		cli_say(label->name,
		    "is a compact label: give the label's "
		    "file, which has room for a signature");
		return EXIT_INPUT;
	}
	if (cose_find(label->statement.cose.unprotected,
		COSE_HEADER_COUNTERSIGNATURE, CBOR_STRICT)
		.len > 0) {
		cli_say(label->name, "is countersigned already");
		return EXIT_NO;
	}
	return EXIT_YES;
}

static enum exit_code
run(const struct options *options, struct labelling *label, struct arena *arena)
{
	struct signing_wants wants = { options->value[COUNTERSIGN_KEY],
		options->value[COUNTERSIGN_PASSPHRASE] };
	struct signing signing;
	struct bytes made;
	enum exit_code code = labelling_read(label, arena);

	if (code == EXIT_YES)
		code = check(label);
	if (code == EXIT_YES)
		code = signing_open(&wants, &signing);
	if (code != EXIT_YES)
		return code;
	enum err err =
	    countersign(&label->statement.cose, &signing.signer, arena, &made);

	signing_close(&signing);
	if (err == ERR_OK)
		return answering_deliver(
		    options->value[COUNTERSIGN_OUTPUT], made);
	cli_say("signing", err_text(err));
	return EXIT_MACHINE;
}

enum exit_code
label_countersign_run(const struct options *options)
{
	struct arena arena = arena_open(LABELLING_ARENA_LEN);
	struct labelling label;

	if (options->value[COUNTERSIGN_OUTPUT] == NULL) {
		cli_say("label", "--output is missing");
		return EXIT_USAGE;
	}
	enum exit_code code = labelling_open(options->argument[0], &label);

	if (code != EXIT_YES)
		return code;
	code = run(options, &label, &arena);
	labelling_close(&label);
	arena_close(&arena);
	return code;
}
