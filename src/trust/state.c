/* SPDX-License-Identifier: ISC */
/* Keeps what statements say, and answers about labels. */
#include "trust/state.h"

#include "trust/state_private.h"

#include <string.h>

#define LIST_MIN ((size_t)16)

struct trust_state *
trust_open(struct arena *arena, const struct crypto_hooks *hooks,
    const struct cose_key *owner, size_t owner_count)
{
	struct trust_state *state = arena_take(arena, sizeof(*state));

	if (state == NULL || owner_count > STATE_OWNERS)
		return NULL;
	state->room = arena_take(arena, STATE_ROOM_LEN);
	if (state->room == NULL)
		return NULL;
	state->arena = arena;
	state->hooks = hooks;
	state->labels.size = sizeof(struct trust_label);
	state->bodies.size = SHA256_LEN;
	state->spoke.size = sizeof(uint32_t);
	state->schemes.size = sizeof(struct bytes);
	for (size_t i = 0; i < owner_count; i++) {
		state->owner[i].key = &owner[i];
		cose_key_thumbprint(hooks, &owner[i], state->owner[i].id);
	}
	state->owner_count = owner_count;
	return state;
}

bool
trust_is_owner(const struct trust_state *state, const uint8_t kid[SHA256_LEN])
{
	for (size_t i = 0; i < state->owner_count; i++)
		if (memcmp(state->owner[i].id, kid, SHA256_LEN) == 0)
			return true;
	return false;
}

uint64_t
trust_count(const struct trust_state *state)
{
	return state->count;
}

struct trust_list
trust_records(const struct trust_state *state)
{
	return (struct trust_list){ state->record, state->record_count };
}

struct trust_recognitions
trust_recognitions(const struct trust_state *state)
{
	return (struct trust_recognitions){ state->recognition,
		state->recognition_count };
}

/* Makes room for one element more; what was there is copied. */
static enum err
grow_list(
    struct arena *arena, void **list, size_t count, size_t *cap, size_t size)
{
	size_t wanted = *cap == 0 ? LIST_MIN : *cap * 2;
	void *bigger;

	if (count < *cap)
		return ERR_OK;
	bigger = arena_take_array(arena, wanted, size);
	if (bigger == NULL)
		return ERR_MEMORY;
	if (count > 0)
		memcpy(bigger, *list, count * size);
	*list = bigger;
	*cap = wanted;
	return ERR_OK;
}

enum err
state_add_record(struct trust_state *state, const struct trust_record *record)
{
	void *list = state->record;
	enum err err = grow_list(state->arena, &list, state->record_count,
	    &state->record_cap, sizeof(*record));

	if (err != ERR_OK)
		return err;
	state->record = list;
	state->record[state->record_count++] = *record;
	return ERR_OK;
}

enum err
state_add_recognition(
    struct trust_state *state, const struct trust_recognition *recognition)
{
	void *list = state->recognition;
	enum err err = grow_list(state->arena, &list, state->recognition_count,
	    &state->recognition_cap, sizeof(*recognition));

	if (err != ERR_OK)
		return err;
	state->recognition = list;
	state->recognition[state->recognition_count++] = *recognition;
	return ERR_OK;
}

static struct trust_label *
label_at(const struct trust_state *state, size_t number)
{
	return chunks_at(&state->labels, number);
}

const uint8_t *
trust_body_id(const struct trust_state *state, uint32_t number)
{
	return chunks_at(&state->bodies, number);
}

struct bytes
trust_scheme_name(const struct trust_state *state, uint16_t number)
{
	const struct bytes *name = chunks_at(&state->schemes, number);

	return *name;
}

enum err
state_intern_body(
    struct trust_state *state, const uint8_t body[SHA256_LEN], uint32_t *ret)
{
	uint64_t hash = hash_table_key(body);
	uint64_t number;
	size_t at = 0;
	uint8_t *copy;

	while (hash_table_next(&state->by_body, hash, &at, &number))
		if (memcmp(trust_body_id(state, (uint32_t)number), body,
			SHA256_LEN) == 0) {
			*ret = (uint32_t)number;
			return ERR_OK;
		}
	copy = chunks_add(&state->bodies, state->arena);
	if (copy == NULL)
		return ERR_MEMORY;
	memcpy(copy, body, SHA256_LEN);
	number = state->bodies.count - 1;
	*ret = (uint32_t)number;
	return hash_table_add(&state->by_body, state->arena, hash, number);
}

/* The number of a scheme that some label has. */
static bool
find_scheme(const struct trust_state *state, struct bytes scheme, uint16_t *ret)
{
	for (size_t i = 0; i < state->schemes.count; i++)
		if (bytes_equal(
			trust_scheme_name(state, (uint16_t)i), scheme)) {
			*ret = (uint16_t)i;
			return true;
		}
	return false;
}

enum err
state_intern_scheme(
    struct trust_state *state, struct bytes scheme, uint16_t *ret)
{
	struct bytes *name;

	if (find_scheme(state, scheme, ret))
		return ERR_OK;
	if (state->schemes.count >= UINT16_MAX)
		return ERR_LIMIT;
	name = chunks_add(&state->schemes, state->arena);
	if (name == NULL)
		return ERR_MEMORY;
	*name = arena_copy(state->arena, scheme);
	*ret = (uint16_t)(state->schemes.count - 1);
	return name->ptr != NULL ? ERR_OK : ERR_MEMORY;
}

/* The newest label of a product or firmware, by its table; SIZE_MAX. */
static size_t
find_chain(const struct trust_state *state, const struct hash_table *table,
    const uint8_t id[PRODUCT_ID_LEN])
{
	uint64_t number;
	size_t at = 0;

	while (hash_table_next(table, hash_table_key(id), &at, &number)) {
		const struct trust_label *label =
		    label_at(state, (size_t)number);
		const uint8_t *its = table == &state->by_product
		    ? label->ids.product
		    : label->firmware;

		if (memcmp(its, id, PRODUCT_ID_LEN) == 0)
			return (size_t)number;
	}
	return SIZE_MAX;
}

struct trust_label *
state_find_newest(const struct trust_state *state,
    const uint8_t firmware[PRODUCT_ID_LEN], struct bytes scheme)
{
	size_t number = find_chain(state, &state->by_firmware, firmware);
	uint16_t wanted;

	if (number == SIZE_MAX || !find_scheme(state, scheme, &wanted))
		return NULL;
	for (size_t next = number + 1; next != 0;) {
		struct trust_label *label = label_at(state, next - 1);

		if (label->scheme == wanted)
			return label;
		next = label->older_firmware;
	}
	return NULL;
}

/* Puts a label's number at the head of its chain; gives the one behind. */
static enum err
add_to_chain(struct trust_state *state, struct hash_table *table,
    const uint8_t id[PRODUCT_ID_LEN], size_t number, uint32_t *ret_older)
{
	size_t older = find_chain(state, table, id);

	if (older == SIZE_MAX)
		return hash_table_add(
		    table, state->arena, hash_table_key(id), number);
	hash_table_replace(table, hash_table_key(id), older, number);
	*ret_older = (uint32_t)(older + 1);
	return ERR_OK;
}

enum err
state_add_label(struct trust_state *state, const struct trust_label *label)
{
	size_t number = state->labels.count;
	struct trust_label *added;
	enum err err;

	if (number >= UINT32_MAX - 1)
		return ERR_LIMIT;
	added = chunks_add(&state->labels, state->arena);
	if (added == NULL)
		return ERR_MEMORY;
	*added = *label;
	added->older_firmware = 0;
	added->older_product = 0;
	err = add_to_chain(state, &state->by_firmware, label->firmware, number,
	    &added->older_firmware);
	if (err != ERR_OK)
		return err;
	return add_to_chain(state, &state->by_product, label->ids.product,
	    number, &added->older_product);
}

enum err
state_add_entry(
    struct trust_state *state, enum statement_kind kind, const uint8_t *kid)
{
	uint32_t *word = chunks_add(&state->spoke, state->arena);
	uint32_t body = 0;

	if (word == NULL)
		return ERR_MEMORY;
	if (kid != NULL) {
		enum err err = state_intern_body(state, kid, &body);

		if (err != ERR_OK)
			return err;
		if (body >= UINT32_MAX / 16)
			return ERR_LIMIT;
		*word = body << 4 | ((uint32_t)kind + 1);
	}
	state->count++;
	return ERR_OK;
}

bool
trust_find_statement(const struct trust_state *state, uint64_t index,
    enum statement_kind *ret_kind, const uint8_t **ret_kid)
{
	const uint32_t *word;

	if (index >= state->count)
		return false;
	word = chunks_at(&state->spoke, (size_t)index);
	if (*word == 0)
		return false;
	*ret_kind = (enum statement_kind)((*word & 15u) - 1);
	*ret_kid = trust_body_id(state, *word >> 4);
	return true;
}

struct trust_label *
state_find_label(const struct trust_state *state, uint64_t index)
{
	size_t from = 0;
	size_t to = state->labels.count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		struct trust_label *label = label_at(state, middle);

		if (label->index == index)
			return label;
		if (label->index < index)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

const struct trust_label *
trust_find_label(const struct trust_state *state, uint64_t index)
{
	return state_find_label(state, index);
}

static bool
is_wanted(const struct trust_state *state, const struct trust_label *label,
    const struct product_ids *ids, bool release, struct bytes scheme)
{
	if (release &&
	    memcmp(label->ids.release, ids->release, PRODUCT_ID_LEN) != 0)
		return false;
	return scheme.len == 0 ||
	    bytes_equal(trust_scheme_name(state, label->scheme), scheme);
}

const struct trust_label *
trust_find_labels(const struct trust_state *state,
    const struct product_ids *ids, bool release, struct bytes scheme,
    const struct trust_label *before)
{
	size_t next = before != NULL
	    ? before->older_product
	    : find_chain(state, &state->by_product, ids->product) + 1;

	while (next != 0) { /* SIZE_MAX + 1 is 0: there is none */
		const struct trust_label *label = label_at(state, next - 1);

		if (is_wanted(state, label, ids, release, scheme))
			return label;
		next = label->older_product;
	}
	return NULL;
}

const struct trust_label *
trust_next_label(const struct trust_state *state, size_t *at)
{
	if (*at >= state->labels.count)
		return NULL;
	return label_at(state, (*at)++);
}

struct trust_question
state_question(const struct trust_state *state, const struct trust_label *label)
{
	return (struct trust_question){
		.body = trust_body_id(state, label->body),
		.scheme = trust_scheme_name(state, label->scheme),
		.level = label->level,
		.category = { (const uint8_t *)label->category,
		    label->category_len },
		.index = label->index,
		.time = label->iat,
	};
}

enum trust_status
trust_label_status(
    const struct trust_state *state, const struct trust_label *label)
{
	struct trust_question question = state_question(state, label);

	if (label->revoked)
		return TRUST_REVOKED;
	if (label->superseded)
		return TRUST_SUPERSEDED;
	if (label->suspended ||
	    trust_find_suspension(trust_records(state), &question) != NULL)
		return TRUST_SUSPENDED;
	return TRUST_VALID;
}

const char *
trust_status_text(enum trust_status status)
{
	switch (status) {
	case TRUST_VALID:
		return "valid";
	case TRUST_REVOKED:
		return "revoked";
	case TRUST_SUSPENDED:
		return "suspended";
	case TRUST_SUPERSEDED:
		return "superseded";
	}
	return "unknown";
}
