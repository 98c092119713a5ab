/* SPDX-License-Identifier: ISC */
/* Many statements that a registry admits, quickly:
   statements KEY ISSUER FIRST COUNT
   writes advisories, each behind its u32le length, to standard output. */
#include "base/limits.h"
#include "base/out.h"
#include "crypto/key_file.h"
#include "statement/advisory.h"
#include "statement/statement.h"
#include "system/clock.h"
#include "system/file.h"
#include "system/secret_file.h"
#include "system/secrets.h"

#include <stdio.h>
#include <unistd.h>

#define SUB "product/00112233445566778899aabbccddeeff"

static enum err
put_one(struct out *o, const struct signer *signer, const char *issuer,
    unsigned long long number)
{
	uint8_t payload[ADVISORY_LEN_MAX];
	uint8_t room[4096];
	char id[32];
	struct cbor_writer w = cbor_writer_open(payload, sizeof(payload));
	const struct statement_header header = {
		.kind = STATEMENT_ADVISORY,
		.iss = bytes_of(issuer),
		.sub = BYTES(SUB),
		.iat = (int64_t)(clock_wall_usecs() / 1000000),
	};
	struct advisory advisory = { .title = BYTES("made for a test") };
	const char *field;
	struct bytes made;

	(void)snprintf(id, sizeof(id), "TEST-%llu", number);
	advisory.id = bytes_of(id);
	advisory_put(&w, &advisory);
	enum err err = statement_make(&header, cbor_written(&w), signer,
	    &crypto_hooks_default, room, sizeof(room), &made, &field);

	if (err != ERR_OK)
		return err;
	out_u32le(o, (uint32_t)made.len);
	out_put(o, made);
	return o->failed;
}

int
main(int argc, char *argv[])
{
	struct secret_file file = { .ptr = NULL };
	struct signer signer = { .sign = NULL };
	struct out o = out_open(1024 * MIB);
	uint64_t first;
	uint64_t count;
	const char *why = "";
	enum err err = ERR_MALFORMED;

	if (argc != 5 || !bytes_to_u64(bytes_of(argv[3]), &first) ||
	    !bytes_to_u64(bytes_of(argv[4]), &count) ||
	    secrets_guard() != ERR_OK)
		return 2;
	err = secret_file_read(argv[1], LIMIT_KEY_FILE_LEN, &file, &why);
	if (err == ERR_OK)
		err = key_file_read((struct bytes){ file.ptr, file.len },
		    (struct bytes){ NULL, 0 }, &signer);
	for (uint64_t i = 0; i < count && err == ERR_OK; i++)
		err = put_one(&o, &signer, argv[2], first + i);
	if (err == ERR_OK)
		err = file_put(STDOUT_FILENO, out_bytes(&o));
	if (err != ERR_OK)
		(void)fprintf(
		    stderr, "statements: %s %s\n", err_text(err), why);
	out_close(&o);
	key_file_close(&signer);
	secret_file_close(&file);
	return err == ERR_OK ? 0 : 1;
}
