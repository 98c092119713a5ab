/* SPDX-License-Identifier: ISC */
/* How a batch becomes part of the ledger: sums twice, one write, one sync, and
   only then a signature. */
#include "ledger/store_private.h"

#include <stdlib.h>
#include <string.h>

enum err
store_stop(struct ledger *l, const struct ledger_why *why)
{
	store_say(
	    &l->why, "%s", why->text[0] != '\0' ? why->text : "out of memory");
	l->stopped = true;
	return ERR_SYSTEM;
}

bool
ledger_is_stopped(const struct ledger *ledger, struct ledger_why *ret_why)
{
	if (ledger->stopped)
		*ret_why = ledger->why;
	return ledger->stopped;
}

static enum err
check_batch(const struct ledger *l, const struct bytes *entry, size_t count)
{
	size_t len = 0;

	if (l->world.signer == NULL)
		return ERR_UNSUPPORTED;
	if (l->stopped)
		return ERR_SYSTEM;
	if (count == 0 || count > LEDGER_BATCH_MAX ||
	    l->frontier.size > STORE_SIZE_MAX - count)
		return ERR_LIMIT;
	for (size_t i = 0; i < count; i++) {
		if (entry[i].len > LEDGER_ENTRY_MAX)
			return ERR_LIMIT;
		len += 2 + entry[i].len;
	}
	if (len > LEDGER_BATCH_LEN_MAX ||
	    len > l->wal.half_len - STORE_BLOCK_LEN - STORE_RECORD_LEN)
		return ERR_LIMIT;
	return ERR_OK;
}

/* While a large batch is on its way the next one takes long to prepare, so it is
   signed by the thread that wrote it; of small ones the disk should have the
   next before. */
#define LARGE_LEN STORE_BLOCK_LEN

static bool
is_large(const struct store_batch *batch)
{
	return batch->what.body_len >= LARGE_LEN;
}

/* Both sums once more: they were in memory meanwhile. */
static enum err
sign_batch(struct store_batch *batch)
{
	if (!merkle_equal(&batch->head.tree.root, &batch->root_again)) {
		store_say(&batch->why, "a root changed in memory");
		return ERR_CHECKSUM;
	}
	return store_sign_head(
	    batch->ledger, batch->what.number, &batch->head, &batch->why);
}

/* In another thread perhaps: touches the batch, the files and the key alone.
   What is not durable is not signed. */
static void
write_batch(void *context)
{
	struct store_batch *batch = context;
	const struct ledger *l = batch->ledger;

	batch->err = store_write(
	    l, STORE_WAL, batch->at, out_bytes(&batch->record), &batch->why);
	if (batch->err == ERR_OK)
		batch->err = store_sync(l, STORE_WAL, &batch->why);
	if (batch->err == ERR_OK && is_large(batch))
		batch->err = sign_batch(batch);
}

/* Hands work to another thread, or does it. */
static void
start(const struct ledger *l, struct crew *crew, struct crew_job *job,
    void (*run)(void *context), struct store_batch *batch)
{
	job->run = run;
	job->context = NULL;
	if (crew == NULL || l->waits) {
		run(batch);
	} else {
		job->context = batch;
		crew_hand_in(crew, job);
	}
}

/* Work that was started is done when this returns. */
static void
await(struct crew *crew, struct crew_job *job)
{
	/* If it was handed in: its state is nobody's but the crew's. */
	if (job->context != NULL)
		crew_finish(crew, job);
	job->context = NULL;
}

/* Waits until a batch is on stable storage. */
static enum err
land(struct ledger *l)
{
	struct store_batch *batch = l->flying;

	await(l->syncer, &batch->write);
	l->flying = NULL;
	return batch->err == ERR_OK ? ERR_OK : store_stop(l, &batch->why);
}

/* Waits until a batch is summed up again, and lets it be written. */
static enum err
launch(struct ledger *l)
{
	struct store_batch *batch = l->summing;

	await(l->summer, &batch->sum);
	l->summing = NULL;
	if (batch->err != ERR_OK)
		return store_stop(l, &batch->why);
	batch->at = (l->wal.generation & 1) * l->wal.half_len + l->wal.at;
	l->wal.at += batch->record.len;
	l->flying = batch;
	start(l, l->syncer, &batch->write, write_batch, batch);
	return ERR_OK;
}

/* Signs what is durable unless that was done: from here on it is acknowledged. */
static enum err
acknowledge(struct ledger *l, struct store_batch *batch)
{
	struct ledger_why why = { "" };
	uint8_t *record = out_reserve(&l->now->heads, STORE_HEAD_LEN);

	if (record == NULL)
		return store_stop(l, &why);
	if (!is_large(batch) && sign_batch(batch) != ERR_OK)
		return store_stop(l, &batch->why);
	store_encode_head(&batch->head, record);
	l->now->heads.len += STORE_HEAD_LEN;
	l->head = batch->head;
	l->head_count++;
	return ERR_OK;
}

/* The newest signature alone, where the next record will be: so that another
   process sees it. Nobody waits for the disk. */
static enum err
write_slot(struct ledger *l)
{
	struct ledger_why why = { "" };
	uint8_t block[STORE_BLOCK_LEN] = { 0 };
	struct store_slot slot = { .number = l->head_count - 1 };
	uint64_t half = (l->wal.generation & 1) * l->wal.half_len;

	if (l->wal.at >= l->wal.half_len)
		return ERR_OK; /* it is in the next half's first record */
	memcpy(slot.signature, l->head.signature, SIGNATURE_LEN);
	store_encode_slot(&slot, block);
	if (store_write(l, STORE_WAL, half + l->wal.at,
		(struct bytes){ block, sizeof(block) }, &why) != ERR_OK)
		(void)store_stop(l, &why); /* of this head nothing is lost */
	return ERR_OK;
}

/* Every batch on its way goes one stage further. */
static enum err
advance(struct ledger *l)
{
	struct store_batch *landed = l->flying;
	/* Nobody signs while another thread does. */
	bool first = l->summing != NULL && is_large(l->summing);
	enum err err = ERR_OK;

	if (landed != NULL)
		err = land(l);
	/* What is stopped writes and signs no more. */
	if (err == ERR_OK && l->stopped)
		err = ERR_SYSTEM;
	if (err == ERR_OK && landed != NULL && first)
		err = acknowledge(l, landed);
	if (err == ERR_OK && l->summing != NULL)
		err = launch(l);
	if (err == ERR_OK && landed != NULL && !first)
		err = acknowledge(l, landed);
	return err;
}

enum err
store_finish(struct ledger *l)
{
	bool any = l->summing != NULL || l->flying != NULL;
	enum err err = l->stopped ? ERR_SYSTEM : ERR_OK;

	while (err == ERR_OK && (l->summing != NULL || l->flying != NULL))
		err = advance(l);
	if (err == ERR_OK && any)
		err = write_slot(l);
	return err;
}

void
store_join(struct ledger *l)
{
	if (l->summing != NULL)
		await(l->summer, &l->summing->sum);
	if (l->flying != NULL)
		await(l->syncer, &l->flying->write);
	l->summing = NULL;
	l->flying = NULL;
}

/* Bytes of the log that are spoken for. */
static size_t
wal_end(const struct ledger *l)
{
	return l->wal.at + (l->summing != NULL ? l->summing->record.len : 0);
}

/* Begins a new half of the log if the record does not fit into this one. */
static enum err
make_way(struct ledger *l, size_t len, size_t fresh)
{
	struct ledger_why why = { "" };
	enum err err;

	if (len <= l->wal.half_len - wal_end(l))
		return ERR_OK;
	err = store_finish(l);
	if (err != ERR_OK)
		return err;
	/* The other half may go once its entries are in the flat files. */
	err = store_retire_tail(l, &why);
	if (err == ERR_OK)
		err = store_begin_half(l, &why);
	if (err == ERR_OK)
		err = store_tail_reserve(l->now, fresh, len);
	return err == ERR_OK ? ERR_OK : store_stop(l, &why);
}

/* What is written of a batch's record beside its entries. */
static void
head_record(const struct ledger *l, struct store_batch *batch)
{
	struct store_slot slot = { .number = l->head_count - 1 };

	memcpy(slot.signature, l->head.signature, SIGNATURE_LEN);
	store_encode_slot(&slot, batch->record.ptr);
	store_encode_record(&batch->what, batch->record.ptr + STORE_SLOT_LEN);
}

/* One that is not on its way. */
static struct store_batch *
free_batch(struct ledger *l)
{
	struct store_batch *batch = l->batch;

	while (batch == l->summing || batch == l->flying)
		batch++;
	return batch;
}

static uint64_t
next_time(struct ledger *l, uint64_t now_usecs)
{
	if (now_usecs <= l->last_usecs && l->last_usecs < UINT64_MAX)
		now_usecs = l->last_usecs + 1;
	l->last_usecs = now_usecs;
	return now_usecs;
}

/* Sums up the new entries and sends them on their way; those before go on. */
static enum err
send_batch(struct ledger *l, size_t fresh, uint64_t now_usecs)
{
	struct store_batch *batch = free_batch(l);
	enum err err = store_fill_record(l, batch, fresh);

	batch->ledger = l;
	batch->err = ERR_SYSTEM; /* until the sums agree */
	batch->why.text[0] = '\0';
	if (err == ERR_OK)
		err = make_way(l, batch->record.len, fresh);
	if (err != ERR_OK)
		return store_stop(l, &batch->why);
	batch->what.generation = l->wal.generation;
	batch->what.number = l->next_number++;
	batch->head.time_usecs = next_time(l, now_usecs);
	if (store_sum_batch(l, batch) != ERR_OK)
		return store_stop(l, &batch->why);
	head_record(l, batch);
	start(l, l->summer, &batch->sum, store_sum_again, batch);
	if (l->summing != NULL || l->flying != NULL)
		err = advance(l);
	if (err == ERR_OK)
		l->summing = batch;
	else
		await(l->summer, &batch->sum);
	return err;
}

enum err
ledger_submit(struct ledger *ledger, const struct bytes *entry, size_t count,
    uint64_t now_usecs, uint64_t *ret_index)
{
	struct ledger_why why = { "" };
	size_t fresh = 0;
	enum err err = check_batch(ledger, entry, count);

	if (err == ERR_OK)
		err = store_build_index(ledger, &why);
	if (err == ERR_OK)
		err = store_reserve_batch(ledger, entry, count);
	if (err == ERR_MEMORY || err == ERR_LIMIT || err == ERR_UNSUPPORTED)
		return err;
	uint64_t *place = malloc(count * sizeof(*place));

	if (place == NULL)
		return ERR_MEMORY;
	if (err == ERR_OK)
		err = store_place_entries(ledger, entry, count, place, &fresh);
	if (err != ERR_OK && !ledger->stopped) {
		store_say(&why, "a leaf's hash cannot be read");
		err = store_stop(ledger, &why);
	}
	if (err == ERR_OK && fresh > 0)
		err = send_batch(ledger, fresh, now_usecs);
	if (err == ERR_OK)
		memcpy(ret_index, place, count * sizeof(*place));
	free(place);
	return err;
}

enum err
ledger_finish(struct ledger *ledger)
{
	return store_finish(ledger);
}

enum err
ledger_append(struct ledger *ledger, const struct bytes *entry, size_t count,
    uint64_t now_usecs, uint64_t *ret_index)
{
	uint64_t few[1];
	uint64_t *place = count <= 1 ? few : malloc(count * sizeof(*place));
	enum err err = ERR_MEMORY;

	if (place == NULL)
		return ERR_MEMORY;
	/* Nobody has more to do meanwhile: other threads would only be late. */
	ledger->waits = ledger->summing == NULL && ledger->flying == NULL;
	err = ledger_submit(ledger, entry, count, now_usecs, place);
	if (err == ERR_OK)
		err = store_finish(ledger);
	ledger->waits = false;
	if (err == ERR_OK && count > 0)
		memcpy(ret_index, place, count * sizeof(*place));
	if (place != few)
		free(place);
	return err;
}
