/* SPDX-License-Identifier: ISC */
/* hooks ANCHORS BUNDLE TEXT NOW: verifies a label with sums of its own. */
#include <hallmark.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned sums;
static unsigned signatures;

static void
sum(const struct hallmark_bytes *part, size_t count, uint8_t digest[32])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	int good = context != NULL &&
	    EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;

	for (size_t i = 0; good && i < count; i++)
		good = EVP_DigestUpdate(context, part[i].ptr, part[i].len) == 1;
	if (!good || EVP_DigestFinal_ex(context, digest, NULL) != 1)
		exit(4);
	EVP_MD_CTX_free(context);
	sums++;
}

static bool
verify(const uint8_t key[32], struct hallmark_bytes message,
    const uint8_t signature[64])
{
	signatures++;
	return crypto_sign_verify_detached(
		   signature, message.ptr, message.len, key) == 0;
}

static bool
refuse(const uint8_t key[32], struct hallmark_bytes message,
    const uint8_t signature[64])
{
	(void)key;
	(void)message;
	(void)signature;
	return false;
}

static struct hallmark_bytes
read_file(const char *path)
{
	static uint8_t room[2][1 << 20];
	static unsigned next;
	FILE *file = fopen(path, "rb");
	uint8_t *to = room[next++];

	if (file == NULL)
		exit(4);
	size_t len = fread(to, 1, sizeof(room[0]), file);

	(void)fclose(file); /* was only read */
	return (struct hallmark_bytes){ to, len };
}

int
main(int argc, char *argv[])
{
	struct hallmark_hooks hooks = { sum, verify, NULL };
	struct hallmark_hooks wrong = { NULL, refuse, NULL };
	const struct hallmark *handle = NULL;
	struct hallmark_label label;
	size_t len = 0;

	if (argc != 5)
		return 2;
	struct hallmark_bytes anchors = read_file(argv[1]);
	struct hallmark_bytes bundle = read_file(argv[2]);
	struct hallmark_bytes text = { (const uint8_t *)argv[3],
		strlen(argv[3]) };

	if (hallmark_memory_needed(bundle, &len, NULL) != HALLMARK_OK)
		return 3;
	void *memory = malloc(len);

	if (memory == NULL ||
	    hallmark_open(memory, len, anchors, bundle, &wrong, &handle,
		NULL) == HALLMARK_OK)
		return 1; /* whoever verifies nothing must be believed */
	if (hallmark_open(memory, len, anchors, bundle, &hooks, &handle,
		NULL) != HALLMARK_OK ||
	    hallmark_verify(handle, text, strtoll(argv[4], NULL, 10), &label,
		sizeof(label), NULL) != HALLMARK_OK)
		return 1;
	printf("%u sums, %u signatures\n", sums, signatures);
	free(memory);
	return hallmark_is_good(&label) && sums > 10 && signatures > 2 ? 0 : 1;
}
