/* SPDX-License-Identifier: ISC */
/* Takes the key in, locks itself in, and signs what the rules let through. */
#include "worker/sign.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "crypto/key_file.h"
#include "system/clock.h"
#include "system/jail.h"
#include "system/message.h"
#include "system/secrets.h"
#include "system/token.h"
#include "worker/daemon.h"
#include "worker/sign_rules.h"
#include "worker/wire_fields.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>
#include <unistd.h>

#define SIGN_MEMORY_LEN (1024 * MIB)

struct signing {
	struct signer signer;
	bool is_token;
	struct sign_terms terms;
	struct sign_memory memory;
	bool has_begun;
	struct message_reader reader;
	struct message_writer writer;
	struct out payload;
};

static void
complain(const char *what, const char *why)
{
	daemon_tell("error", what, "why", why);
}

/* ---- the key ---- */

static size_t
read_pipe(int fd, uint8_t *room, size_t cap)
{
	size_t len = 0;

	while (len < cap) {
		ssize_t n = read(fd, room + len, cap - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	return len;
}

static enum err
open_key(struct signing *s, struct bytes in, const char **ret_why)
{
	struct cursor c = cur_open(in, "handed key");
	uint8_t form = cur_u8(&c, "form");
	struct bytes what = wire_get_field(&c, SIGN_KEY_LEN_MAX, "key");
	struct bytes pin = wire_get_field(&c, SIGN_KEY_LEN_MAX, "pin");
	char uri[TOKEN_URI_LEN + 1] = "";
	enum err err = wire_end(&c);

	*ret_why = "what was handed over is no key";
	if (err != ERR_OK)
		return err;
	if (form == SIGN_KEY_PEM) {
		err = key_file_read(what, (struct bytes){ 0 }, &s->signer);
		if (err != ERR_OK)
			*ret_why = key_file_why(err);
		return err;
	}
	if (form != SIGN_KEY_TOKEN || what.len > TOKEN_URI_LEN)
		return ERR_MALFORMED;
	memcpy(uri, what.ptr, what.len);
	s->is_token = true;
	err = token_open(uri, TOKEN_SIGN,
	    pin.len > 0 ? pin : (struct bytes){ 0 }, &s->signer, ret_why);
	explicit_bzero(uri, sizeof(uri)); /* it may hold the PIN */
	return err;
}

static enum err
take_key(struct signing *s)
{
	const char *why = "the memory for the key cannot be protected";
	enum err err = secrets_guard();
	uint8_t *room =
	    err == ERR_OK ? OPENSSL_secure_malloc(SIGN_KEY_LEN_MAX) : NULL;

	if (room == NULL) {
		complain("sign-key", why);
		return ERR_SYSTEM;
	}
	size_t len = read_pipe(SIGN_KEY_FD, room, SIGN_KEY_LEN_MAX);

	(void)close(SIGN_KEY_FD); /* was only read */
	err = open_key(s, (struct bytes){ room, len }, &why);
	OPENSSL_secure_clear_free(room, SIGN_KEY_LEN_MAX);
	if (err == ERR_OK && s->signer.key.curve != COSE_CURVE_ED25519) {
		why = "a ledger's key is Ed25519";
		err = ERR_UNSUPPORTED;
	}
	if (err != ERR_OK)
		complain("sign-key", why);
	return err;
}

/* ---- its state ---- */

/* A place of the file, as far as it is there. */
static enum err
read_place(unsigned number, uint8_t room[SIGN_PLACE_LEN], struct bytes *ret)
{
	size_t len = 0;

	while (len < SIGN_PLACE_LEN) {
		ssize_t n =
		    pread(SIGN_STATE_FD, room + len, SIGN_PLACE_LEN - len,
			(off_t)number * SIGN_PLACE_STEP + (off_t)len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ERR_SYSTEM;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	*ret = (struct bytes){ room, len };
	return ERR_OK;
}

static enum err
read_state(struct signing *s)
{
	uint8_t room[2][SIGN_PLACE_LEN];
	struct bytes place[2];
	const char *why = "it cannot be read";
	enum err err = read_place(0, room[0], &place[0]);

	if (err == ERR_OK)
		err = read_place(1, room[1], &place[1]);
	if (err == ERR_OK) {
		err = sign_read_places(&s->terms, place, &s->memory);
		why = err == ERR_MALFORMED ? "it is of another key or ledger"
					   : "it is damaged";
	}
	if (err != ERR_OK)
		complain("sign-state", why);
	return err;
}

/* On stable storage before anybody learns of it. */
static enum err
keep_state(struct signing *s, const struct merkle_head *head)
{
	struct sign_memory memory = { s->memory.number + 1, *head };
	uint8_t place[SIGN_PLACE_LEN];
	size_t done = 0;
	off_t at = (off_t)(memory.number & 1) * SIGN_PLACE_STEP;

	sign_put_place(&s->terms, &memory, place);
	while (done < sizeof(place)) {
		ssize_t n = pwrite(SIGN_STATE_FD, place + done,
		    sizeof(place) - done, at + (off_t)done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return ERR_SYSTEM;
		done += (size_t)n;
	}
	if (fdatasync(SIGN_STATE_FD) != 0)
		return ERR_SYSTEM;
	s->memory = memory;
	return ERR_OK;
}

/* ---- answers ---- */

static void
send(struct signing *s, enum sign_kind kind, struct bytes payload)
{
	message_write(&s->writer, (uint8_t)kind, payload);
	message_flush(&s->writer);
}

static void
refuse(struct signing *s, const char *why)
{
	complain("sign-refused", why);
	send(s, SIGN_REFUSED, bytes_of(why));
}

static void
sign(struct signing *s, struct bytes message)
{
	uint8_t signature[SIGNATURE_LEN];

	if (s->signer.sign(s->signer.context, message, signature) != ERR_OK)
		refuse(s, "the key cannot be used");
	else
		send(s, SIGN_SIGNATURE,
		    (struct bytes){ signature, sizeof(signature) });
}

static void
begin(struct signing *s, struct bytes payload)
{
	struct cursor c = cur_open(payload, "begin message");
	struct merkle_head head = { .size = cur_u64le(&c, "size") };
	struct bytes root = cur_bytes(&c, SHA256_LEN, "root");
	struct bytes signature = cur_bytes(&c, SIGNATURE_LEN, "signature");
	struct merkle_proof proof = { .count = cur_left(&c) / SHA256_LEN };

	if (proof.count > MERKLE_PROOF_MAX)
		cur_fail(&c, ERR_LIMIT, c.pos, "proof");
	for (size_t i = 0; cur_ok(&c) && i < proof.count; i++)
		memcpy(proof.hash[i].byte,
		    cur_bytes(&c, SHA256_LEN, "proof").ptr, SHA256_LEN);
	if (wire_end(&c) != ERR_OK) {
		refuse(s, "it is no head");
		return;
	}
	memcpy(head.root.byte, root.ptr, SHA256_LEN);
	const char *why = sign_check_begin(&s->terms, &s->memory, &head,
	    signature.ptr, merkle_path_of(&proof), &head);

	if (why == NULL &&
	    (s->memory.number == 0 || head.size > s->memory.head.size)) {
		daemon_tell("info", "sign-state", "is",
		    s->memory.number == 0 ? "new" : "behind");
		if (keep_state(s, &head) != ERR_OK)
			why = "its state cannot be written";
	}
	if (why != NULL) {
		refuse(s, why);
		return;
	}
	s->has_begun = true;
	send(s, SIGN_DONE, BYTES(""));
}

static void
sign_head(struct signing *s, struct bytes text)
{
	struct merkle_head head;
	const char *why = sign_check_head(&s->terms, &s->memory, text, &head);

	if (why == NULL &&
	    (s->memory.number == 0 || head.size > s->memory.head.size) &&
	    keep_state(s, &head) != ERR_OK)
		why = "its state cannot be written";
	if (why != NULL)
		refuse(s, why);
	else
		sign(s, text);
}

static void
sign_receipt(struct signing *s, struct bytes payload)
{
	struct cursor c = cur_open(payload, "receipt message");
	uint64_t size = cur_u64le(&c, "size");
	struct bytes signature = cur_bytes(&c, SIGNATURE_LEN, "signature");
	struct bytes message = cur_bytes(&c, cur_left(&c), "message");
	const char *why = "it is no receipt";

	if (cur_ok(&c))
		why =
		    sign_check_receipt(&s->terms, size, signature.ptr, message);
	if (why != NULL)
		refuse(s, why);
	else
		sign(s, message);
}

static void
sign_token(struct signing *s, struct bytes message)
{
	const char *why = sign_check_token(&s->terms, message);

	if (why != NULL)
		refuse(s, why);
	else
		sign(s, message);
}

/* Whatever stands in no row is refused. `early`: also before SIGN_BEGIN, which
   a ledger that was not closed orderly needs. */
static const struct {
	enum sign_kind kind;
	bool early;
	void (*take)(struct signing *s, struct bytes payload);
} takes[] = {
	{ SIGN_BEGIN, true, begin },
	{ SIGN_HEAD, true, sign_head },
	{ SIGN_RECEIPT, false, sign_receipt },
	{ SIGN_TOKEN, false, sign_token },
};

static bool
take(struct signing *s, const struct message *message)
{
	for (size_t i = 0; i < sizeof(takes) / sizeof(takes[0]); i++)
		if (takes[i].kind == message->type &&
		    (takes[i].early || s->has_begun)) {
			takes[i].take(s, message->payload);
			return s->writer.failed == ERR_OK;
		}
	return false;
}

/* ---- the process ---- */

static enum err
enter_jail(struct signing *s, bool jail)
{
	char text[JAIL_TEXT_LEN] = "none";
	static const char *const everywhere[] = { "/" };
	const struct jail_limits limits = {
		.profile = s->is_token ? JAIL_TOKEN : JAIL_SIGN,
		.memory_len = SIGN_MEMORY_LEN,
		.folder = everywhere,
		.folder_count = s->is_token ? 1 : 0,
	};

	if (jail && jail_enter(&limits, text) != ERR_OK) {
		complain("sign-jail", text);
		return ERR_SYSTEM;
	}
	daemon_tell("info", "sign-started", "jail", text);
	out_put(&s->payload, (struct bytes){ s->signer.key.point, 32 });
	out_u64le(&s->payload, s->memory.head.size);
	wire_put_field(&s->payload, bytes_of(text), WIRE_TEXT_LEN);
	if (s->payload.failed != ERR_OK)
		return s->payload.failed;
	send(s, SIGN_HELLO, out_bytes(&s->payload));
	return s->writer.failed;
}

static enum err
run(struct signing *s)
{
	enum message_arrival arrival;
	struct message message;

	for (;;) {
		s->reader.total = 0;
		arrival = message_read(&s->reader, UINT64_MAX, &message);
		if (arrival == MESSAGE_ENDED)
			return ERR_OK;
		if (arrival == MESSAGE_NOT_YET)
			continue;
		s->terms.now = (int64_t)(clock_wall_usecs() / 1000000);
		if (arrival != MESSAGE_ARRIVED || !take(s, &message)) {
			complain("sign-channel", "what came was no question");
			return ERR_SYSTEM;
		}
	}
}

int
sign_worker_main(int argc, char *argv[])
{
	struct signing s = {
		.reader = message_reader_open(SIGN_CHANNEL_FD),
		.writer = message_writer_open(SIGN_CHANNEL_FD),
		.payload = out_open(4 * KIB),
	};
	enum err err = ERR_SYSTEM;

	if (argc != 4)
		return 2; /* these come from our own parent */
	daemon_ignore_signals();
	daemon_outlive_sigterm();
	s.terms = (struct sign_terms){ .origin = bytes_of(argv[3]),
		.key = &s.signer.key,
		.hooks = &crypto_hooks_default };
	err = take_key(&s);
	if (err == ERR_OK)
		err = read_state(&s);
	if (err == ERR_OK)
		err = enter_jail(&s, strcmp(argv[2], "no-jail") != 0);
	if (err == ERR_OK)
		err = run(&s);
	if (s.is_token)
		token_close(&s.signer);
	else
		key_file_close(&s.signer);
	out_close(&s.payload);
	message_writer_close(&s.writer);
	message_reader_close(&s.reader);
	return err == ERR_OK ? 0 : 1;
}
