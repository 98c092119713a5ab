/* SPDX-License-Identifier: ISC */
/* The witness against an add-checkpoint sequence that another one answered. */
#include "ledger/witness.h"

#include "ledger/checkpoint.h"
#include "samples.h"
#include "signers.h"

struct memory {
	struct merkle_head stored;
};

static enum err
load(void *context, struct bytes origin, struct merkle_head *ret)
{
	struct memory *m = context;

	(void)origin;
	*ret = m->stored;
	return ERR_OK;
}

static enum err
check_and_store(void *context, struct bytes origin, uint64_t old_size,
    const struct merkle_head *head, struct bytes checkpoint, bool *ret_stored)
{
	struct memory *m = context;

	(void)origin;
	(void)checkpoint;
	*ret_stored = m->stored.size == old_size;
	if (*ret_stored)
		m->stored = *head;
	return ERR_OK;
}

/* The log's policy line, from its raw key. */
static void
put_policy(struct out *o, json_t *root)
{
	const char *hex = json_string_value(
	    json_object_get(root, "log_ed25519_public_key_hex"));
	const char *origin = json_string_value(json_object_get(root, "origin"));
	struct signer log = { .key = { .curve = COSE_CURVE_ED25519 } };

	assert_int_equal(strlen(hex), 2 * ED25519_KEY_LEN);
	for (size_t i = 0; i < ED25519_KEY_LEN; i++) {
		char two[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

		log.key.point[i] = (uint8_t)strtoul(two, NULL, 16);
	}
	signers_put_log(o, origin, &log);
	out_text(o, "quorum none\n");
}

/* What that witness answered; it is older than one rule: an origin that is not
   known was 403, is 404 now. */
static int
wanted(json_t *exchange)
{
	int status =
	    (int)json_integer_value(json_object_get(exchange, "status"));
	json_t *said = json_array_get(json_object_get(exchange, "asserts"), 0);

	return strstr(json_string_value(said), "unknown log") != NULL ? 404
								      : status;
}

static void
run_sequence(const char *path, void *context)
{
	size_t *ran = context;
	struct memory memory = { 0 };
	struct witness_memory table = { load, check_and_store, &memory };
	json_t *exchange;
	size_t i;

	if (strstr(path, ".json") == NULL)
		return;
	struct signer signer = signers_make(7);
	struct out text = out_open(1 << 16);
	struct policy *policy = calloc(1, sizeof(*policy));
	json_t *root = samples_json(path, 0);

	put_policy(&text, root);
	assert_non_null(policy);
	signers_read_policy(&text, policy);
	struct witness w = {
		.policy = policy,
		.name = BYTES("example.com/witness"),
		.signer = &signer,
		.memory = &table,
		.hooks = &crypto_hooks_default,
		.now = 1795305600,
	};

	json_array_foreach(json_object_get(root, "exchanges"), i, exchange)
	{
		struct out body = out_open(1 << 16);
		struct witness_answer answer;

		assert_int_equal(witness_add_checkpoint(&w,
				     bytes_of(json_string_value(json_object_get(
					 exchange, "request_body"))),
				     &body, &answer),
		    ERR_OK);
		assert_int_equal(answer.status, wanted(exchange));
		if (answer.status == WITNESS_COSIGNED)
			assert_true(bytes_starts(out_bytes(&body),
			    BYTES("\xe2\x80\x94 example.com/witness ")));
		out_close(&body);
		(*ran)++;
	}
	json_decref(root);
	out_close(&text);
	key_file_close(&signer);
	free(policy);
}

static void
every_exchange_has_its_status(void **state)
{
	size_t ran = 0;

	(void)state;
	(void)samples_walk("tlog-witness", run_sequence, &ran);
	assert_true(ran >= 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_exchange_has_its_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
