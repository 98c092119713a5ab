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
	atomic_store(&l->broken, true); /* for what is on its way */
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

/* ---- stages: each touches the batch, and what only it uses ---- */

/* Whether a stage is to do its work. What is stopped writes and signs no more. */
static bool
goes_on(struct store_batch *batch)
{
	if (batch->err == ERR_OK && atomic_load(&batch->ledger->broken))
		batch->err = ERR_SYSTEM; /* another batch says why */
	return batch->err == ERR_OK;
}

/* To the next stage, whatever came of this one: somebody waits for the last. */
static void
hand_on(struct store_batch *batch, struct crew *crew, struct crew_job *job)
{
	if (batch->err != ERR_OK)
		atomic_store(&batch->ledger->broken, true);
	if (batch->alone)
		job->run(batch);
	else
		crew_hand_in(crew, job);
}

/* Both sums once more: they were in memory meanwhile. */
static void
sign_batch(void *context)
{
	struct store_batch *batch = context;

	if (!goes_on(batch))
		return;
	if (merkle_equal(&batch->head.tree.root, &batch->root_again)) {
		batch->err = store_sign_head(batch->ledger, batch->what.number,
		    &batch->head, &batch->why);
	} else {
		store_say(&batch->why, "a root changed in memory");
		batch->err = ERR_CHECKSUM;
	}
	if (batch->err != ERR_OK)
		atomic_store(&batch->ledger->broken, true);
}

/* Makes durable what was written: what is not is not signed. */
static void
land(struct ledger *l)
{
	struct ledger_why why = { "" };
	enum err err = store_sync(l, STORE_WAL, &why);
	unsigned count = l->landing_count;

	/* first, for with the last one another thread may go on */
	l->landing_count = 0;
	for (unsigned i = 0; i < count; i++) {
		struct store_batch *batch = l->landing[i];

		if (batch->err == ERR_OK && err != ERR_OK) {
			batch->err = err;
			batch->why = why;
		}
		hand_on(batch, l->summer, &batch->sign);
	}
}

/* If more are waiting to be written, the last of them syncs for all. */
static void
write_batch(void *context)
{
	struct store_batch *batch = context;
	struct ledger *l = batch->ledger;

	if (goes_on(batch))
		batch->err = store_write(l, STORE_WAL, batch->at,
		    out_bytes(&batch->record), &batch->why);
	if (batch->err != ERR_OK)
		atomic_store(&l->broken, true);
	l->landing[l->landing_count++] = batch;
	if (batch->alone ? l->waits : !crew_has_next(l->syncer))
		land(l);
}

static void
sum_batch_again(void *context)
{
	struct store_batch *batch = context;

	if (goes_on(batch))
		store_sum_again(batch);
	hand_on(batch, batch->ledger->syncer, &batch->write);
}

/* The first stage has done with it. */
static void
send_off(struct ledger *l, struct store_batch *batch)
{
	/* somebody waits for the last stage only, and the batch may go then */
	batch->sum = (struct crew_job){
		.run = sum_batch_again, .context = batch, .loose = true
	};
	batch->write = (struct crew_job){
		.run = write_batch, .context = batch, .loose = true
	};
	batch->sign = (struct crew_job){ .run = sign_batch, .context = batch };
	batch->alone = l->summer == NULL || l->waits;
	batch->err = ERR_OK;
	l->flying++;
	l->flying_len += batch->record.len;
	if (batch->alone) {
		sum_batch_again(batch);
	} else {
		crew_promise(l->summer, &batch->sign);
		crew_hand_in(l->summer, &batch->sum);
	}
}

static void
await(struct ledger *l, struct store_batch *batch)
{
	if (!batch->alone)
		crew_wait(l->summer, &batch->sign);
	else if (l->landing_count > 0)
		land(l);
}

static struct store_batch *
oldest(struct ledger *l)
{
	return &l->batch[l->oldest];
}

static void
forget_oldest(struct ledger *l)
{
	struct store_batch *batch = oldest(l);

	l->flying_len -= batch->record.len;
	/* what few batches need is not kept for each */
	if (batch->record.cap > STORE_FLYING_LEN / STORE_BATCHES)
		out_close(&batch->record);
	l->oldest = (l->oldest + 1) % STORE_BATCHES;
	l->flying--;
}

void
store_join(struct ledger *l)
{
	for (; l->flying > 0; forget_oldest(l))
		await(l, oldest(l));
}

/* One of them has failed, not always the first. */
static enum err
give_up(struct ledger *l)
{
	struct ledger_why why = { "" };

	for (; l->flying > 0; forget_oldest(l)) {
		await(l, oldest(l));
		if (why.text[0] == '\0')
			why = oldest(l)->why;
	}
	return store_stop(l, &why);
}

/* Waits for the oldest one's signature: it is acknowledged from here on. */
static enum err
acknowledge(struct ledger *l)
{
	struct store_batch *batch = oldest(l);

	await(l, batch);
	if (batch->err != ERR_OK || l->stopped)
		return give_up(l);
	uint8_t *record = out_reserve(&l->now->heads, STORE_HEAD_LEN);

	if (record == NULL)
		return give_up(l);
	store_encode_head(&batch->head, record);
	l->now->heads.len += STORE_HEAD_LEN;
	l->head = batch->head;
	l->head_count++;
	forget_oldest(l);
	return ERR_OK;
}

/* Acknowledges what is signed, and waits for one if there is no place left. */
static enum err
make_place(struct ledger *l)
{
	enum err err = ERR_OK;

	while (err == ERR_OK && l->flying > 0 &&
	    (l->flying == STORE_BATCHES || l->flying_len >= STORE_FLYING_LEN ||
		(!oldest(l)->alone &&
		    crew_is_done(l->summer, &oldest(l)->sign))))
		err = acknowledge(l);
	return err;
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

enum err
store_finish(struct ledger *l)
{
	bool any = l->flying > 0;
	enum err err = l->stopped ? ERR_SYSTEM : ERR_OK;

	while (err == ERR_OK && l->flying > 0)
		err = acknowledge(l);
	if (err == ERR_OK && any)
		err = write_slot(l);
	return err;
}

/* Begins a new half of the log if the record does not fit into this one. */
static enum err
make_way(struct ledger *l, size_t len, size_t fresh)
{
	struct ledger_why why = { "" };
	enum err err;

	if (len <= l->wal.half_len - l->wal.at)
		return ERR_OK;
	err = store_finish(l);
	if (err != ERR_OK)
		return err;
	/* The other half may go once its entries are in the flat files. */
	err = store_retire_tail(l, &why);
	if (err == ERR_OK)
		err = store_begin_half(l, &why);
	if (err == ERR_OK)
		err = store_tail_reserve(l, fresh, len);
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

static uint64_t
next_time(struct ledger *l, uint64_t now_usecs)
{
	if (now_usecs <= l->last_usecs && l->last_usecs < UINT64_MAX)
		now_usecs = l->last_usecs + 1;
	l->last_usecs = now_usecs;
	return now_usecs;
}

/* Sums up the new entries and sends them on their way. */
static enum err
send_batch(struct ledger *l, size_t fresh, uint64_t now_usecs)
{
	enum err err = make_place(l);

	if (err != ERR_OK)
		return err;
	struct store_batch *batch =
	    &l->batch[(l->oldest + l->flying) % STORE_BATCHES];

	batch->ledger = l;
	batch->why.text[0] = '\0';
	err = store_fill_record(l, batch, fresh);
	if (err == ERR_OK)
		err = make_way(l, batch->record.len, fresh);
	if (err != ERR_OK)
		return store_stop(l, &batch->why);
	batch->what.generation = l->wal.generation;
	batch->what.number = l->next_number++;
	batch->what.durable = l->head_count;
	batch->head.time_usecs = next_time(l, now_usecs);
	if (store_sum_batch(l, batch) != ERR_OK)
		return store_stop(l, &batch->why);
	head_record(l, batch);
	batch->at = (l->wal.generation & 1) * l->wal.half_len + l->wal.at;
	l->wal.at += batch->record.len;
	send_off(l, batch);
	store_write_early(l);
	return ERR_OK;
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
	ledger->waits = ledger->flying == 0;
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
