/* SPDX-License-Identifier: ISC */
/*
 * Fuzzes label/bundle.c: the input is a whole bundle, and again the content of
 * one whose envelope is right. Signatures are believed, so that what stands
 * behind them is reached. The memory is as much as the bundle asks for and not
 * a byte more.
 */
#include "label/bundle.h"
#include "label/status_list.h"
#include "promises.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Beyond that only the machine's memory is tried. */
#define TRY_MAX ((size_t)4 << 20)

/* Those of the sample that the corpus is made with. */
static const char anchors[] = "owner owner.example+74f83f3e+A"
			      "dBKsjJ0K7SrOhNovUYV5ObQIkq3GgFrr4UgozLJd4c3\n"
			      "log registry.example/ledger+1ce44582"
			      "+AaCapfR6Z1mAL/lV+NwtKhSlyZ0jvpf4ZBJ/+Tg0VaTw\n"
			      "quorum none\n";

static void
check_opened(const struct bundle *bundle, size_t size)
{
	struct merkle_hash leaf = { 0 };

	if (bundle->tiles.len + bundle->tail.len > size ||
	    bundle->trust.count > size || bundle->list_count > size)
		abort();
	for (size_t i = 0; i < bundle->list_count; i++)
		if (bundle->list[i].bytes.len > STATUS_LIST_MAX_LEN)
			abort();
	if (bundle_verify_leaf(bundle, &leaf, bundle->head.size,
		(struct bytes){ NULL, 0 }) != ERR_END)
		abort();
}

static void
check_file(struct bytes in, const struct policy *policy)
{
	struct crypto_hooks hooks = crypto_hooks_default;
	const struct bundle *bundle = NULL;
	struct fault fault = { 0 };
	size_t needed = 0;

	hooks.ed25519_verify = believe;
	hooks.p256_verify = believe;
	enum err err = bundle_memory_needed(in, &needed, &fault);

	if (err != ERR_OK && (needed != 0 || fault.code != err))
		abort();
	if (err != ERR_OK || needed > TRY_MAX)
		return;
	uint8_t *memory = malloc(needed);

	err = bundle_open(in, policy, &hooks, memory, needed, &bundle, &fault);
	if (err == ERR_MEMORY)
		abort(); /* it said how much */
	if (err != ERR_OK && (bundle != NULL || fault.code != err))
		abort();
	if (err == ERR_OK)
		check_opened(bundle, in.len);
	free(memory);
}

/* The content in an envelope of that ledger. */
static void
check_content(struct bytes content, const struct policy *policy)
{
	static const uint8_t signature[SIGNATURE_LEN];
	size_t cap = content.len + 1024;
	uint8_t *room = malloc(cap);
	uint8_t header_room[BUNDLE_HEADER_MAX];
	uint8_t kid[SHA256_LEN];
	uint8_t digest[SHA256_LEN];
	struct cbor_writer w = cbor_writer_open(room, cap);
	struct cbor_writer header =
	    cbor_writer_open(header_room, sizeof(header_room));

	cose_key_thumbprint(
	    &crypto_hooks_default, &policy->log[0].key.key, kid);
	crypto_hooks_default.sha256(
	    crypto_hooks_default.context, &content, 1, digest);
	bundle_put_header(&header,
	    &(struct bundle_header){ .alg = COSE_ALG_ED25519,
		.kid = kid,
		.iss = policy->log[0].key.name,
		.issued = 1,
		.expires = 2 });
	cbor_put_array(&w, 2);
	cose_put_sign1(&w, cbor_written(&header), (struct bytes){ NULL, 0 },
	    (struct bytes){ digest, sizeof(digest) },
	    (struct bytes){ signature, sizeof(signature) });
	cbor_put_bytes(&w, content);
	if (w.failed)
		abort();
	check_file(cbor_written(&w), policy);
	free(room);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct policy *policy = calloc(1, sizeof(*policy));
	struct fault fault;

	if (policy == NULL ||
	    policy_read(bytes_of(anchors), POLICY_WITH_OWNERS,
		&crypto_hooks_default, policy, &fault) != ERR_OK)
		abort();
	check_file(in, policy);
	check_content(in, policy);
	free(policy);
	return 0;
}
