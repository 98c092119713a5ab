/* SPDX-License-Identifier: ISC */
/* A log's static files with any content: tiles and bundles, mirrored. */
#include "base/limits.h"
#include "base/number.h"
#include "crypto/key_file.h"
#include "ledger/checkpoint.h"
#include "ledger/mirror.h"
#include "promises.h"

#include <stdlib.h>
#include <string.h>

/* Files of the source by the order in which they are asked for. */
struct source {
	struct bytes rest;
	bool has_checkpoint;
	struct bytes checkpoint;
	bool kept_checkpoint;
};

static enum err
read_source(void *context, const char *path, struct out *to)
{
	struct source *s = context;
	struct cursor c = cur_open(s->rest, "files");
	size_t len = cur_u16be(&c, "length");

	if (strcmp(path, PUBLISH_CHECKPOINT) == 0) {
		out_put(to, s->checkpoint);
		return to->failed;
	}
	if (cur_left(&c) == 0)
		return ERR_END;
	len = size_min(len, cur_left(&c));
	if (len > to->limit - to->len)
		return ERR_LIMIT;
	if (len > 0)
		out_put(to, cur_bytes(&c, len, "content"));
	s->rest = bytes_from(s->rest, c.pos);
	return to->failed;
}

static enum err
read_nothing(void *context, const char *path, struct out *to)
{
	(void)context;
	(void)path;
	(void)to;
	return ERR_END;
}

static enum err
keep(void *context, const char *path, struct bytes content)
{
	struct source *s = context;

	(void)content;
	s->kept_checkpoint |= strcmp(path, PUBLISH_CHECKPOINT) == 0;
	return ERR_OK;
}

static enum err
sync_nothing(void *context)
{
	(void)context;
	return ERR_OK;
}

/* The first bytes are the tree's size and, for a tree of one entry, choose the
   root that its leaf makes. */
static void
mirror(const uint8_t *data, size_t size, const struct policy *policy,
    const struct crypto_hooks *hooks)
{
	struct source s = { .rest = { data + 4, size - 4 } };
	struct signer signer;
	uint8_t seed[KEY_FILE_RANDOM_LEN] = { 1 };
	struct merkle_head head = { .size = (uint64_t)data[0] << 8 | data[1] };
	struct bytes entry = bytes_slice(s.rest, 2 + 32 + 2 + 2, data[2]);
	struct out note = out_open(64 * KIB);
	struct static_files read = { read_source, &s };
	struct static_files mine = { read_nothing, NULL };
	struct publish_files files = { keep, &s };
	struct mirror m = {
		.policy = policy,
		.hooks = hooks,
		.source = &read,
		.mine = &mine,
		.keep = &files,
		.sync = sync_nothing,
	};
	struct mirror_result result;

	if (data[3] % 2 == 0)
		head.root = merkle_leaf(hooks, entry);
	if (key_file_make(COSE_CURVE_ED25519, seed, &signer) != ERR_OK)
		abort();
	if (checkpoint_sign(
		&note, hooks, BYTES("log.example/1"), &head, &signer) != ERR_OK)
		abort();
	key_file_close(&signer);
	s.checkpoint = out_bytes(&note);
	if (mirror_update(&m, &result) != ERR_OK)
		abort(); /* no file of a stranger is the machine's fault */
	if ((result.outcome == MIRROR_GREW) != s.kept_checkpoint)
		abort();
	out_close(&note);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct crypto_hooks hooks = crypto_hooks_default;
	struct policy *policy = calloc(1, sizeof(*policy));
	uint8_t seed[KEY_FILE_RANDOM_LEN] = { 1 };
	uint8_t vkey[VKEY_TEXT_LEN];
	struct out text = out_open(4 * KIB);
	struct signer signer;
	struct fault fault;
	size_t len;

	hooks.ed25519_verify = believe;
	if (policy == NULL ||
	    key_file_make(COSE_CURVE_ED25519, seed, &signer) != ERR_OK ||
	    vkey_write(&hooks, VKEY_ED25519, BYTES("log.example/1"),
		&signer.key, vkey, &len) != ERR_OK)
		abort();
	out_text(&text, "log ");
	out_put(&text, (struct bytes){ vkey, len });
	out_text(&text, "\nquorum none\n");
	if (policy_read(out_bytes(&text), 0, &hooks, policy, &fault) != ERR_OK)
		abort();
	if (size > 4)
		mirror(data, size, policy, &hooks);
	key_file_close(&signer);
	out_close(&text);
	free(policy);
	return 0;
}
