/* SPDX-License-Identifier: ISC */
/* Statements and their payloads: what is read is written again byte by byte. */
#include "statement/accreditation.h"
#include "statement/advisory.h"
#include "statement/correction.h"
#include "statement/label_claims.h"
#include "statement/padding.h"
#include "statement/recognition.h"
#include "statement/statement.h"
#include "statement/status_change.h"
#include "statement/update.h"

#include "crypto/hooks.h"

#include <stdlib.h>

#define ROOM 8192

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads and checks the payload of a kind, and writes it again; false when it
   was refused (with a reason). */
static bool
rewrite(enum statement_kind kind, struct bytes payload, struct cbor_writer *w)
{
	struct fault fault = { 0 };
	struct label_claims label;
	struct status_change change;
	struct accreditation accreditation;
	struct recognition recognition;
	struct correction correction;
	struct update update;
	struct advisory advisory;
	const char *wrong = NULL;
	enum err err = ERR_OK;

	switch (kind) {
	case STATEMENT_LABEL:
		err = label_claims_read(payload, &label, &fault);
		if (err == ERR_OK) {
			wrong = label_claims_check(&label);
			label_claims_put(w, &label);
		}
		break;
	case STATEMENT_STATUS:
		err = status_change_read(payload, &change, &fault);
		if (err == ERR_OK) {
			wrong = status_change_check(&change);
			status_change_put(w, &change);
		}
		break;
	case STATEMENT_ACCREDITATION:
		err = accreditation_read(payload, &accreditation, &fault);
		if (err == ERR_OK) {
			wrong = accreditation_check(&accreditation);
			accreditation_put(w, &accreditation);
		}
		break;
	case STATEMENT_RECOGNITION:
		err = recognition_read(payload, &recognition, &fault);
		if (err == ERR_OK) {
			wrong = recognition_check(&recognition);
			recognition_put(w, &recognition);
		}
		break;
	case STATEMENT_CORRECTION:
		err = correction_read(payload, &correction, &fault);
		if (err == ERR_OK) {
			wrong = correction_check(&correction);
			correction_put(w, &correction);
		}
		break;
	case STATEMENT_UPDATE:
		err = update_read(payload, &update, &fault);
		if (err == ERR_OK) {
			wrong = update_check(&update);
			update_put(w, &update);
		}
		break;
	case STATEMENT_ADVISORY:
		err = advisory_read(payload, &advisory, &fault);
		if (err == ERR_OK) {
			wrong = advisory_check(&advisory);
			advisory_put(w, &advisory);
		}
		break;
	case STATEMENT_ASSESSMENT:
	case STATEMENT_EVIDENCE:
		cbor_put_raw(w, payload);
		break;
	}
	if (wrong != NULL)
		abort(); /* read, and yet out of its range */
	if (err != ERR_OK && (fault.code != err || fault.field == NULL))
		abort(); /* not told where */
	return err == ERR_OK;
}

static void
try_payload(enum statement_kind kind, struct bytes payload)
{
	uint8_t *room = malloc(payload.len + ROOM);

	if (room == NULL)
		abort();
	struct cbor_writer w = cbor_writer_open(room, payload.len + ROOM);

	if (rewrite(kind, payload, &w) &&
	    !bytes_equal(cbor_written(&w), payload))
		abort(); /* two forms of one thing */
	free(room);
}

static void
try_statement(struct bytes in, const struct statement *s)
{
	uint8_t head[STATEMENT_PROTECTED_MAX];
	struct cbor_writer w = cbor_writer_open(head, sizeof(head));
	uint8_t *room = malloc(in.len + ROOM);
	struct bytes leaf;
	struct statement again;
	struct fault fault;

	if (room == NULL || statement_check_header(&s->header) != NULL)
		abort();
	statement_put_header(&w, &s->header);
	if (!bytes_equal(cbor_written(&w), s->cose.protected_map))
		abort();
	if (statement_leaf(s, room, in.len + ROOM, &leaf) != ERR_OK ||
	    statement_read(leaf, &again, &fault) != ERR_OK ||
	    !statement_is_leaf(&again))
		abort();
	if (statement_is_leaf(s) && leaf.ptr != in.ptr)
		abort();
	try_payload(s->header.kind, s->payload);
	free(room);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct statement s = { .raw = { NULL, 77 } };
	struct fault fault = { 0 };
	enum err err = statement_read(in, &s, &fault);

	if (err == ERR_OK)
		try_statement(in, &s);
	else if (s.raw.len != 77 || fault.code != err || fault.field == NULL)
		abort();
	if (padding_is(in) && err == ERR_OK)
		abort();
	/* The payloads by themselves, too: signatures are hard to guess. */
	if (size > 1)
		try_payload((enum statement_kind)(data[0] % STATEMENT_KINDS),
		    (struct bytes){ data + 1, size - 1 });
	return 0;
}
