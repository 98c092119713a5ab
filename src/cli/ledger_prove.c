/* SPDX-License-Identifier: ISC */
/* hallmark ledger prove: that an entry is there, that a tree has only grown. */
#include "base/limits.h"
#include "base/out.h"
#include "base/text.h"
#include "cli/ledgering.h"
#include "cli/signing.h"
#include "codec/base64.h"
#include "ledger/proof.h"
#include "ledger/receipt.h"

#include <string.h>

enum {
	PROVE_TLOG_PROOF,
	PROVE_RECEIPT,
	PROVE_ATTACH,
	PROVE_FROM,
	PROVE_KEY,
	PROVE_PASSPHRASE,
	PROVE_OUTPUT,
	PROVE_JSON,
	PROVE_COUNT
};

static const struct option_row prove_rows[PROVE_COUNT] = {
	[PROVE_TLOG_PROOF] = { "tlog-proof", 0, NULL,
	    "write a C2SP tlog-proof (text; the default)" },
	[PROVE_RECEIPT] = { "receipt", 0, NULL,
	    "write a COSE receipt (RFC 9942); needs --key" },
	[PROVE_ATTACH] = { "attach", 0, NULL,
	    "write the statement with its receipt in it; needs --key" },
	[PROVE_FROM] = { "from", 0, "SIZE",
	    "prove instead that the tree grew from SIZE entries" },
	[PROVE_KEY] = SIGNING_ROW_KEY,
	[PROVE_PASSPHRASE] = SIGNING_ROW_PASSPHRASE,
	[PROVE_OUTPUT] = { "output", 'o', "FILE",
	    "write to FILE, not to standard output" },
	[PROVE_JSON] = { "json", 0, NULL, "print one JSON object instead" },
};
const struct usage ledger_prove_usage = {
	.command = "ledger prove",
	.arguments = "DIR [INDEX|FILE]",
	.argument_count = 1,
	.optional_count = 1,
	.help = "Proves that an entry, by index or file, is in the ledger.",
	.rows = prove_rows,
	.row_count = PROVE_COUNT,
};

struct prove {
	const struct options *options;
	struct ledgering l;
	const struct signer *signer; /* NULL: no --key */
	uint64_t index;		     /* of --from: the older size */
	struct out answer;
};

static bool
given(const struct prove *p, unsigned option)
{
	return p->options->value[option] != NULL;
}

/* ---- which entry ---- */

/* By all leaf hashes, one after the other: copies have no index of them. */
static enum err
find_by_leaf(struct ledgering *l, const struct merkle_hash *leaf, uint64_t *ret)
{
	if (l->ledger != NULL)
		return ledger_find(l->ledger, leaf, ret);
	for (uint64_t i = 0; i < l->head.size; i++) {
		struct merkle_hash hash;
		enum err err = l->nodes.read(l->nodes.context, 0, i, &hash);

		if (err != ERR_OK)
			return err;
		if (merkle_equal(&hash, leaf)) {
			*ret = i;
			return ERR_OK;
		}
	}
	return ERR_END;
}

static enum exit_code
find_file(struct prove *p, const char *path)
{
	struct held_file file;
	struct bytes entry;
	enum exit_code code = held_open(path, LEDGER_ENTRY_MAX, &file);

	if (code != EXIT_YES)
		return code;
	code = ledgering_leaf(&file, &p->l.arena, &entry);
	if (code == EXIT_YES) {
		struct merkle_hash leaf =
		    merkle_leaf(&crypto_hooks_default, entry);
		enum err err = find_by_leaf(&p->l, &leaf, &p->index);

		if (err == ERR_END) {
			cli_say(file.name, "is not in this ledger");
			code = EXIT_NO;
		} else if (err != ERR_OK) {
			code = ledgering_say(p->l.name, err);
		}
	}
	held_close(&file);
	return code;
}

static enum exit_code
find_entry(struct prove *p)
{
	const char *what = p->options->argument[1];

	if (given(p, PROVE_FROM))
		return ledgering_number(
		    p->options->value[PROVE_FROM], &p->index);
	if (!bytes_to_u64(bytes_of(what), &p->index))
		return find_file(p, what);
	if (p->index < p->l.head.size)
		return EXIT_YES;
	cli_say(what, "the ledger has no such entry");
	return EXIT_NO;
}

/* ---- proofs ---- */

static enum exit_code
prove_by_text(struct prove *p)
{
	struct out note = out_open(2 * NOTE_LEN_MAX);
	struct merkle_head head;
	struct merkle_proof proof;
	enum exit_code code = ledgering_checkpoint(&p->l, &note, &head);

	if (code == EXIT_YES && p->index >= head.size) {
		cli_say(p->l.name,
		    "no checkpoint with the policy's quorum holds it yet");
		code = EXIT_NO;
	}
	if (code == EXIT_YES) {
		enum err err = merkle_prove_inclusion(&crypto_hooks_default,
		    &p->l.nodes, p->index, head.size, &proof);

		if (err == ERR_OK)
			proof_put(&p->answer, BYTES(""), p->index,
			    merkle_path_of(&proof), out_bytes(&note));
		else
			code = ledgering_say(p->l.name, err);
	}
	out_close(&note);
	return code;
}

/* The entry's own bytes with the receipt in their unprotected header. */
static enum exit_code
put_attached(struct prove *p, struct bytes receipt)
{
	uint8_t *room = arena_take(&p->l.arena, LEDGER_ENTRY_MAX);
	size_t cap = LEDGER_ENTRY_MAX + RECEIPT_LEN_MAX + 64;
	uint8_t *whole = arena_take(&p->l.arena, cap);
	struct bytes entry;

	if (room == NULL || whole == NULL)
		return ledgering_say(p->l.name, ERR_MEMORY);
	struct cbor_writer w = cbor_writer_open(whole, cap);
	enum err err = ledgering_entry(&p->l, p->index, room, &entry);

	if (err == ERR_OK)
		err = receipt_attach(entry, receipt, &w);
	if (err != ERR_OK)
		return ledgering_say(p->l.name, err);
	out_put(&p->answer, cbor_written(&w));
	return EXIT_YES;
}

static enum exit_code
prove_by_receipt(struct prove *p)
{
	struct receipt_about about = {
		.signer = p->signer,
		.hooks = &crypto_hooks_default,
		.iss = p->l.origin,
		.sub = BYTES(""),
	};
	uint8_t room[RECEIPT_LEN_MAX];
	struct bytes receipt;
	enum err err = given(p, PROVE_FROM)
	    ? receipt_make_consistency(&about, &p->l.nodes, p->index,
		  p->l.head.size, room, sizeof(room), &receipt)
	    : receipt_make_inclusion(&about, &p->l.nodes, p->index,
		  p->l.head.size, room, sizeof(room), &receipt);

	if (err != ERR_OK)
		return ledgering_say(p->l.name, err);
	if (given(p, PROVE_ATTACH))
		return put_attached(p, receipt);
	out_put(&p->answer, receipt);
	return EXIT_YES;
}

static void
put_hash(struct prove *p, struct json *j, const struct merkle_hash *hash)
{
	struct bytes bytes = { hash->byte, sizeof(hash->byte) };
	struct out hex = out_open((size_t)2 * SHA256_LEN);
	uint8_t room[48];
	struct bytes text = { 0 };

	if (j != NULL) {
		out_hex_bytes(&hex, bytes);
		json_put_text(j, out_bytes(&hex));
	} else {
		/* It cannot fail: the room is larger than 32 bytes become. */
		(void)base64_encode(
		    BASE64_STANDARD, bytes, room, sizeof(room), &text);
		out_put(&p->answer, text);
		out_text(&p->answer, "\n");
	}
	out_close(&hex);
}

/* The hashes alone: as the lines of an add-checkpoint request, or in JSON. */
static enum exit_code
prove_by_hashes(struct prove *p)
{
	bool from = given(p, PROVE_FROM);
	struct json json = json_open(&p->answer);
	struct json *j = given(p, PROVE_JSON) ? &json : NULL;
	struct merkle_proof proof;
	enum err err = from
	    ? merkle_prove_consistency(&crypto_hooks_default, &p->l.nodes,
		  p->index, p->l.head.size, &proof)
	    : merkle_prove_inclusion(&crypto_hooks_default, &p->l.nodes,
		  p->index, p->l.head.size, &proof);

	if (err != ERR_OK)
		return ledgering_say(p->l.name, err);
	if (j != NULL) {
		json_begin_object(j, JSON_LINES);
		json_string(j, "schema", "hallmark.ledger-proof/1");
		json_text(j, "origin", p->l.origin);
		json_number(j, from ? "from" : "index", p->index);
		ledgering_json_head(j, &p->l.head);
		json_key(j, "hashes");
		json_begin_array(j, JSON_LINES);
	}
	for (size_t i = 0; i < proof.count; i++)
		put_hash(p, j, &proof.hash[i]);
	if (j != NULL) {
		json_end(j);
		json_end(j);
	}
	return EXIT_YES;
}

static enum exit_code
prove(struct prove *p)
{
	enum exit_code code = find_entry(p);

	if (code != EXIT_YES)
		return code;
	if (given(p, PROVE_FROM) && p->index > p->l.head.size) {
		cli_say(p->l.name, "it has fewer entries than that");
		return EXIT_NO;
	}
	if (given(p, PROVE_RECEIPT) || given(p, PROVE_ATTACH))
		return prove_by_receipt(p);
	if (given(p, PROVE_FROM) || given(p, PROVE_JSON))
		return prove_by_hashes(p);
	return prove_by_text(p);
}

/* ---- start ---- */

static enum exit_code
check_options(const struct prove *p)
{
	int forms = given(p, PROVE_TLOG_PROOF) + given(p, PROVE_RECEIPT) +
	    given(p, PROVE_ATTACH);
	const char *wrong = NULL;

	if (given(p, PROVE_FROM) == (p->options->argument[1] != NULL))
		wrong = "say an entry (INDEX or FILE), or --from SIZE";
	else if (forms + given(p, PROVE_JSON) > 1)
		wrong = "one of --tlog-proof, --receipt, --attach and --json";
	else if (given(p, PROVE_FROM) &&
	    (given(p, PROVE_TLOG_PROOF) || given(p, PROVE_ATTACH)))
		wrong = "--from goes with --receipt and --json alone";
	else if ((given(p, PROVE_RECEIPT) || given(p, PROVE_ATTACH)) &&
	    !given(p, PROVE_KEY))
		wrong = "a receipt is signed: say --key";
	if (wrong == NULL)
		return EXIT_YES;
	cli_say("ledger prove", wrong);
	return EXIT_USAGE;
}

static enum exit_code
open_and_prove(struct prove *p)
{
	/* The key signs a receipt; the ledger itself is only read, so that it
	   can be while another process writes it. */
	struct ledgering_wants wants = { .folder = p->options->argument[0] };
	enum exit_code code = ledgering_open(&wants, &p->l);

	if (code != EXIT_YES)
		return code;
	p->answer = out_open(4 * MIB);
	if (p->signer != NULL && p->l.ledger != NULL &&
	    !cose_key_equal(&p->signer->key, ledger_key(p->l.ledger))) {
		cli_say(
		    p->options->value[PROVE_KEY], "is not this ledger's key");
		code = EXIT_INPUT;
	} else {
		code = prove(p);
	}
	if (code == EXIT_YES && p->answer.failed != ERR_OK)
		code = ledgering_say(p->l.name, p->answer.failed);
	if (code == EXIT_YES)
		code = answering_deliver(
		    p->options->value[PROVE_OUTPUT], out_bytes(&p->answer));
	out_close(&p->answer);
	ledgering_close(&p->l);
	return code;
}

enum exit_code
ledger_prove_run(const struct options *options)
{
	struct signing_wants key = { options->value[PROVE_KEY],
		options->value[PROVE_PASSPHRASE] };
	struct prove p = { .options = options };
	struct signing signing;
	enum exit_code code = check_options(&p);

	if (code != EXIT_YES)
		return code;
	if (options->value[PROVE_KEY] == NULL)
		return open_and_prove(&p);
	code = signing_open(&key, &signing);
	if (code != EXIT_YES)
		return code;
	p.signer = &signing.signer;
	code = open_and_prove(&p);
	signing_close(&signing);
	return code;
}
