/* SPDX-License-Identifier: ISC */
/* Policies: the grammar's rules, quorums, and what signatures amount to. */
#include "ledger/policy.h"

#include "keys.h"
#include "ledger/cosignature.h"
#include "ledger/proof.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct crypto_hooks *hooks = &crypto_hooks_default;

/* Real keys' texts, by number; the names in the policies' texts are $1 ... */
struct scene {
	struct signer signer[8];
	char log[VKEY_TEXT_LEN + 1];
	char log_again[VKEY_TEXT_LEN + 1]; /* the same under another name */
	char witness[7][VKEY_TEXT_LEN + 1];
	struct policy policy;
	struct fault fault;
};

static int
open_scene(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	for (uint8_t i = 0; i < 8; i++)
		s->signer[i] = keys_open(COSE_CURVE_ED25519, i + 1);
	keys_text(VKEY_ED25519, "log.example", &s->signer[0], s->log);
	keys_text(VKEY_ED25519, "other", &s->signer[0], s->log_again);
	for (size_t i = 0; i < 7; i++) {
		char name[] = "witness.example/0";

		name[16] = (char)('0' + i);
		keys_text(
		    VKEY_COSIGNATURE, name, &s->signer[1 + i], s->witness[i]);
	}
	*state = s;
	return 0;
}

static int
close_scene(void **state)
{
	struct scene *s = *state;

	for (size_t i = 0; i < 8; i++)
		key_file_close(&s->signer[i]);
	free(s);
	return 0;
}

/* Reads a policy's text in which L stands for the log's key, M for the same by
   another name and 0 ... 6 after '$' for the witnesses'. */
static enum err
read_policy(struct scene *s, const char *text, unsigned flags, char room[32768])
{
	struct out o = out_open(32768);
	enum err err;

	for (const char *p = text; *p != '\0'; p++) {
		if (*p != '$') {
			out_u8(&o, (uint8_t)*p);
			continue;
		}
		p++;
		if (*p == 'L')
			out_text(&o, s->log);
		else if (*p == 'M')
			out_text(&o, s->log_again);
		else
			out_text(&o, s->witness[*p - '0']);
	}
	if (o.len > 0)
		memcpy(room, o.ptr, o.len); /* the policy borrows it */
	err = policy_read((struct bytes){ (const uint8_t *)room, o.len }, flags,
	    hooks, &s->policy, &s->fault);
	out_close(&o);
	return err;
}

#define EXAMPLE                                                                \
	"# The specification's example\n"                                      \
	"log $L https://log.example/\n"                                        \
	"\n \t \n"                                                             \
	"witness X1 $0\nwitness X2 $1\nwitness X3 $2 https://x3.example\n"     \
	"\tgroup  X-witnesses\t2 X1 X2 X3 \n"                                  \
	"witness Y1 $3\nwitness Y2 $4\nwitness Y3 $5\n"                        \
	"group Y-witnesses any Y1 Y2 Y3\n"                                     \
	"group X-and-Y all X-witnesses Y-witnesses\n"                          \
	"   # more\n"                                                          \
	"quorum X-and-Y\n"

static void
policy_counts_groups_of_groups(void **state)
{
	struct scene *s = *state;
	static char room[32768];

	assert_int_equal(read_policy(s, EXAMPLE, 0, room), ERR_OK);
	assert_int_equal(s->policy.log_count, 1);
	assert_int_equal(s->policy.witness_count, 6);
	assert_int_equal(s->policy.group_count, 3);
	assert_true(
	    bytes_equal_text(s->policy.log[0].url, "https://log.example/"));
	assert_true(
	    bytes_equal_text(s->policy.witness[2].url, "https://x3.example"));
	for (uint64_t set = 0; set < 64; set++) {
		unsigned x = (unsigned)__builtin_popcountll(set & 7);

		assert_int_equal(policy_is_quorum(&s->policy, set),
		    x >= 2 && (set & 0x38) != 0);
	}
}

static const struct {
	const char *text;
	enum err err;
	const char *field;
} broken[] = {
	{ "", ERR_MALFORMED, "quorum" },
	{ "log $L\n", ERR_MALFORMED, "quorum" },
	{ "quorum none\nquorum none\n", ERR_MALFORMED, "second quorum" },
	{ "quorum\n", ERR_MALFORMED, "quorum" },
	{ "quorum none more\n", ERR_MALFORMED, "end of line" },
	{ "quorum X\nwitness X $0\n", ERR_MALFORMED,
	    "quorum that is not defined" },
	{ "log\n", ERR_MALFORMED, "key" },
	{ "log $L url more\n", ERR_MALFORMED, "end of line" },
	{ "log $L\nlog $M\n", ERR_MALFORMED, "key of another log" },
	{ "log $0\n", ERR_UNSUPPORTED, "type of a log's key" },
	{ "witness X $L\n", ERR_UNSUPPORTED, "type of a witness' key" },
	{ "witness X\n", ERR_MALFORMED, "key" },
	{ "witness none $0\n", ERR_MALFORMED, "name" },
	{ "witness X $0\nwitness X $1\n", ERR_MALFORMED, "name of another" },
	{ "witness X $0\nwitness Y $0\n", ERR_MALFORMED,
	    "key of another witness" },
	{ "witness X $0\ngroup X any X\n", ERR_MALFORMED, "name of another" },
	{ "witness X $0\ngroup none any X\n", ERR_MALFORMED, "name" },
	{ "group G any X\n", ERR_MALFORMED, "member that is not defined" },
	{ "group G any G\n", ERR_MALFORMED, "member that is not defined" },
	{ "group G any none\n", ERR_MALFORMED, "member that is not defined" },
	{ "group G any\n", ERR_MALFORMED, "members" },
	{ "group G\n", ERR_MALFORMED, "number of members" },
	{ "witness X $0\ngroup G 0 X\n", ERR_MALFORMED, "number of members" },
	{ "witness X $0\ngroup G 01 X\n", ERR_MALFORMED, "number of members" },
	{ "witness X $0\ngroup G some X\n", ERR_MALFORMED,
	    "number of members" },
	{ "witness X $0\ngroup G 2 X\n", ERR_MALFORMED,
	    "more than its members" },
	{ "witness X $0\ngroup G any X X\n", ERR_MALFORMED,
	    "member of another group" },
	{ "witness X $0\ngroup G any X\ngroup H any X\n", ERR_MALFORMED,
	    "member of another group" },
	{ "owner $L\n", ERR_MALFORMED, "keyword" },
	{ "Log $L\n", ERR_MALFORMED, "keyword" },
	{ "quorum none\r\n", ERR_MALFORMED, "control character" },
	{ "quorum\vnone\n", ERR_MALFORMED, "control character" },
	{ "# \x7f\n", ERR_MALFORMED, "control character" },
	{ "log x+00000000+AQ==\n", ERR_MALFORMED, "key" },
};

static void
policy_refuses_what_breaks_a_rule(void **state)
{
	struct scene *s = *state;
	static char room[32768];

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		assert_int_equal(
		    read_policy(s, broken[i].text, 0, room), broken[i].err);
		assert_string_equal(s->fault.field, broken[i].field);
		/* What is left of it trusts nobody. */
		assert_int_equal(s->policy.quorum, POLICY_QUORUM_UNSET);
		assert_int_equal(s->policy.log_count, 0);
		assert_false(policy_is_quorum(&s->policy, UINT64_MAX));
	}
}

static void
policy_tells_the_line_that_is_wrong(void **state)
{
	struct scene *s = *state;
	static char room[32768];

	assert_int_equal(read_policy(s, "# one\nquorum none\nlogs\n", 0, room),
	    ERR_MALFORMED);
	assert_int_equal(s->fault.at, 18);
	assert_string_equal(s->fault.format, "policy");
}

static void
policy_takes_owners_when_asked_to(void **state)
{
	struct scene *s = *state;
	static char room[32768];
	char text[VKEY_TEXT_LEN + 64];
	char p256[VKEY_TEXT_LEN + 1];
	struct signer signer = keys_open(COSE_CURVE_P256, 9);

	keys_text(VKEY_ECDSA, "owner.example", &signer, p256);
	(void)snprintf(
	    text, sizeof(text), "owner $L\nowner %s\nquorum none\n", p256);
	assert_int_equal(
	    read_policy(s, text, POLICY_WITH_OWNERS, room), ERR_OK);
	assert_int_equal(s->policy.owner_count, 2);
	assert_int_equal(s->policy.owner[1].key.curve, COSE_CURVE_P256);
	assert_int_equal(read_policy(s, "owner $L\nowner $M\nquorum none\n",
			     POLICY_WITH_OWNERS, room),
	    ERR_MALFORMED);
	assert_int_equal(
	    read_policy(s, "owner $0\nquorum none\n", POLICY_WITH_OWNERS, room),
	    ERR_UNSUPPORTED);
	key_file_close(&signer);
}

static void
policy_takes_32_of_each(void **state)
{
	struct scene *s = *state;
	struct out o = out_open(65536);

	for (unsigned i = 0; i < 32; i++) {
		char line[256];

		(void)snprintf(line, sizeof(line),
		    "log %064x\nwitness w%u %064x\ngroup g%u 1 w%u\n", i + 1, i,
		    i + 1, i, i);
		out_text(&o, line);
	}
	out_text(&o, "group all 32");
	for (unsigned i = 0; i < 32; i++) {
		char word[16];

		(void)snprintf(word, sizeof(word), " g%u", i);
		out_text(&o, word);
	}
	out_text(&o, "\nquorum all"); /* its newline is missing: taken */
	assert_int_equal(policy_read(out_bytes(&o), POLICY_SIGSUM, hooks,
			     &s->policy, &s->fault),
	    ERR_OK);
	assert_true(policy_is_quorum(&s->policy, UINT32_MAX));
	assert_false(policy_is_quorum(&s->policy, UINT32_MAX - 4));
	out_text(&o, "\nlog ");
	for (size_t i = 0; i < 64; i++)
		out_text(&o, "f");
	assert_int_equal(policy_read(out_bytes(&o), POLICY_SIGSUM, hooks,
			     &s->policy, &s->fault),
	    ERR_LIMIT);
	out_close(&o);
}

/* A checkpoint of 5 entries, signed by the log and these witnesses. */
static struct out
make_checkpoint(struct scene *s, uint64_t witnesses)
{
	struct merkle_head head = { 5, { { 1, 2, 3 } } };
	struct out text = out_open(4096);
	struct out o = out_open(65536);

	checkpoint_put_text(&text, BYTES("log.example"), &head);
	assert_int_equal(checkpoint_sign(&o, hooks, BYTES("log.example"), &head,
			     &s->signer[0]),
	    ERR_OK);
	for (size_t i = 0; i < 7; i++) {
		char name[] = "witness.example/0";

		name[16] = (char)('0' + i);
		if ((witnesses >> i & 1) == 1)
			assert_int_equal(cosignature_put(&o, hooks,
					     bytes_of(name), &s->signer[1 + i],
					     1000 - 10 * i, out_bytes(&text)),
			    ERR_OK);
	}
	out_close(&text);
	return o;
}

static void
policy_judges_who_cosigned(void **state)
{
	struct scene *s = *state;
	static char room[32768];
	struct policy_verdict v;
	struct checkpoint c;

	assert_int_equal(read_policy(s, EXAMPLE, 0, room), ERR_OK);
	for (uint64_t set = 0; set < 128; set += 3) {
		struct out o = make_checkpoint(s, set);
		enum err err = policy_judge(
		    &s->policy, hooks, out_bytes(&o), &c, &v, &s->fault);

		assert_int_equal(err, ERR_OK);
		assert_int_equal(c.head.size, 5);
		assert_int_equal(v.log, 0);
		assert_int_equal(v.witnesses, set & 63);
		assert_int_equal(
		    v.witness_count, __builtin_popcountll(set & 63));
		assert_int_equal(v.unknown, set >> 6);
		assert_int_equal(v.quorum, policy_is_quorum(&s->policy, set));
		if ((set & 63) != 0) {
			assert_int_equal(
			    v.newest, 1000 - 10 * __builtin_ctzll(set));
			assert_int_equal(v.oldest,
			    1000 - 10 * (63 - __builtin_clzll(set & 63)));
		} else {
			assert_int_equal(v.newest, 0);
		}
		err = policy_verify(
		    &s->policy, hooks, out_bytes(&o), &c, &v, &s->fault);
		assert_int_equal(err,
		    policy_is_quorum(&s->policy, set) ? ERR_OK : ERR_CHECKSUM);
		out_close(&o);
	}
}

static void
policy_counts_a_witness_once(void **state)
{
	struct scene *s = *state;
	static char room[32768];
	struct out o = make_checkpoint(s, 1);
	struct out twice = out_open(65536);
	struct policy_verdict v;
	struct checkpoint c;
	struct fault fault;
	struct note note;

	assert_int_equal(read_policy(s, EXAMPLE, 0, room), ERR_OK);
	assert_int_equal(
	    checkpoint_read(out_bytes(&o), &c, &note, &fault), ERR_OK);
	out_put(&twice, out_bytes(&o));
	out_put(&twice, note.signatures);
	assert_int_equal(
	    policy_judge(&s->policy, hooks, out_bytes(&twice), &c, &v, &fault),
	    ERR_OK);
	assert_int_equal(v.witness_count, 1);
	assert_false(v.quorum);
	out_close(&o);
	out_close(&twice);
}

static void
policy_refuses_a_checkpoint_with_any_bad_signature(void **state)
{
	struct scene *s = *state;
	static char room[32768];
	struct out o = make_checkpoint(s, 15);
	struct policy_verdict v = { .unknown = 99 };
	struct checkpoint c = { .head = { .size = 99 } };
	size_t refused = 0;

	assert_int_equal(read_policy(s, EXAMPLE, 0, room), ERR_OK);
	/* Every bit of it: never does another text, size or root pass. */
	for (size_t bit = 0; bit < 8 * o.len; bit++) {
		struct policy_verdict got = v;
		enum err err;

		o.ptr[bit / 8] ^= (uint8_t)(1U << bit % 8);
		err = policy_verify(
		    &s->policy, hooks, out_bytes(&o), &c, &got, &s->fault);
		refused += err != ERR_OK;
		if (err == ERR_OK) /* a witness that is no more needed */
			assert_int_equal(c.head.size, 5);
		else
			assert_int_equal(got.unknown, 99);
		o.ptr[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	assert_true(refused > 7 * o.len);
	out_close(&o);
}

static void
policy_wants_the_log_whose_origin_it_is(void **state)
{
	struct scene *s = *state;
	static char room[32768];
	struct out o = make_checkpoint(s, 0);
	struct policy_verdict v;
	struct checkpoint c;

	/* The same key under another name is another log. */
	assert_int_equal(
	    read_policy(s, "log $M\nquorum none\n", 0, room), ERR_OK);
	assert_int_equal(
	    policy_judge(&s->policy, hooks, out_bytes(&o), &c, &v, &s->fault),
	    ERR_CHECKSUM);
	assert_null(policy_find_log(&s->policy, hooks, BYTES("log.example")));
	assert_int_equal(
	    read_policy(s, "log $L\nquorum none\n", 0, room), ERR_OK);
	assert_int_equal(
	    policy_verify(&s->policy, hooks, out_bytes(&o), &c, &v, &s->fault),
	    ERR_OK);
	assert_ptr_equal(
	    policy_find_log(&s->policy, hooks, BYTES("log.example")),
	    &s->policy.log[0]);
	assert_int_equal(read_policy(s, "quorum none\n", 0, room), ERR_OK);
	assert_int_equal(
	    policy_judge(&s->policy, hooks, out_bytes(&o), &c, &v, &s->fault),
	    ERR_CHECKSUM);
	out_close(&o);
}

static struct bytes
hex(const char *text, uint8_t *room)
{
	size_t len = strlen(text) / 2;

	for (size_t i = 0; i < len; i++) {
		char pair[3] = { text[2 * i], text[2 * i + 1], 0 };

		room[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return (struct bytes){ room, len };
}

/*
 * A tree head of a sigsum log with a witness' cosignature, from the tests of
 * sigsum-go (pkg/proof, BSD-2-Clause): a reading of tlog-cosignature that is
 * not ours.
 */
#define SIGSUM_SECS 1683202758
#define SIGSUM_SIGNATURE                                                       \
	"ccbdd8c784726b732b8edd2039fbad5506e4acccd56e3e5d86c0ee109b3d2662"     \
	"e6881fe3d09fc48f9ddd31494463c5ec44926ff9158785ad1dd9b5d6434b0804"
#define SIGSUM_COSIGNATURE                                                     \
	"000000006453a2c6"                                                     \
	"e8d6c447d7847d5c1431ef86f8c60fa0cbacd975388b2a8f202fe4b0f9d0d544"     \
	"989c9d9351752d86aae2df72b9d7135b6b09de2ccaa6d68edf638105d69be609"

static void
policy_verifies_a_cosigned_head_of_sigsum(void **state)
{
	static const char policy[] =
	    "log ac26c0a855ac451a6539478e1a160388f024b385f1363efcda470170076c01"
	    "e5\n"
	    "witness w "
	    "cbe357e6b464049e703b7be6c89201193acc2a18c095b0691aaf50b9b1e1578a\n"
	    "quorum w\n";
	static const char origin[] =
	    "sigsum.org/v1/tree/"
	    "7c5fafc796c201e0fcd7567c5033a2777ec28363f54ea0ba97b57bece0d96acd";
	struct scene *s = *state;
	struct out o = out_open(8192);
	struct merkle_head head = { .size = 4 };
	struct policy_verdict v;
	struct checkpoint c;
	uint8_t room[128];

	assert_int_equal(policy_read(bytes_of(policy), POLICY_SIGSUM, hooks,
			     &s->policy, &s->fault),
	    ERR_OK);
	assert_int_equal(
	    merkle_read_hash(hex("3ddc56fd46e71e517b6936b977a457da"
				 "7d398108141fcdf5c8386cdd724ab7a8",
				 room),
		&head.root),
	    ERR_OK);
	for (uint64_t secs = SIGSUM_SECS; secs < SIGSUM_SECS + 2; secs++) {
		o.len = 0;
		checkpoint_put_text(&o, bytes_of(origin), &head);
		out_text(&o, "\n");
		note_put_line(&o, bytes_of(origin),
		    vkey_id(hooks, VKEY_ED25519, bytes_of(origin),
			&s->policy.log[0].key.key),
		    hex(SIGSUM_SIGNATURE, room));
		struct bytes cosignature = hex(SIGSUM_COSIGNATURE, room);

		room[7] += (uint8_t)(secs - SIGSUM_SECS);
		note_put_line(&o, BYTES("any.name/at/all"),
		    vkey_id(hooks, VKEY_COSIGNATURE, BYTES("any.name/at/all"),
			&s->policy.witness[0].key.key),
		    cosignature);
		assert_int_equal(policy_verify(&s->policy, hooks, out_bytes(&o),
				     &c, &v, &s->fault),
		    secs == SIGSUM_SECS ? ERR_OK : ERR_CHECKSUM);
	}
	assert_int_equal(v.witness_count, 1);
	assert_int_equal(v.newest, SIGSUM_SECS);
	out_close(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policy_counts_groups_of_groups),
		cmocka_unit_test(policy_refuses_what_breaks_a_rule),
		cmocka_unit_test(policy_tells_the_line_that_is_wrong),
		cmocka_unit_test(policy_takes_owners_when_asked_to),
		cmocka_unit_test(policy_takes_32_of_each),
		cmocka_unit_test(policy_judges_who_cosigned),
		cmocka_unit_test(policy_counts_a_witness_once),
		cmocka_unit_test(
		    policy_refuses_a_checkpoint_with_any_bad_signature),
		cmocka_unit_test(policy_wants_the_log_whose_origin_it_is),
		cmocka_unit_test(policy_verifies_a_cosigned_head_of_sigsum),
	};

	return cmocka_run_group_tests(tests, open_scene, close_scene);
}
