/* SPDX-License-Identifier: ISC */
/*
 * How a gateway asks about a device: reads anchors, today's bundle and the text
 * of a label's QR code, and prints the three answers.
 *
 *   cc gateway.c $(pkg-config --cflags --libs libhallmark) -o gateway
 *   ./gateway anchors.txt bundle.cbor 'HTTPS://REGISTRY.EXAMPLE/V#...' [SECONDS]
 *
 * Exits with 0 when all answers are good, 1 when one is not, 3 when an input
 * is broken or not vouched for, 2 and 4 when it was called wrongly or the
 * machine failed. SECONDS (since 1970) stand for the clock.
 */
#include <hallmark.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FILE_MAX ((size_t)64 << 20)

/* The whole file, or NULL. */
static uint8_t *
read_file(const char *name, size_t *ret_len)
{
	FILE *file = fopen(name, "rb");
	uint8_t *all = NULL;
	size_t len = 0;
	size_t got = 1;

	while (file != NULL && got > 0 && len < FILE_MAX) {
		uint8_t *more = realloc(all, len + 65536);

		if (more == NULL)
			break;
		all = more;
		got = fread(all + len, 1, 65536, file);
		len += got;
	}
	if (file == NULL || ferror(file) != 0 || got > 0) {
		(void)fprintf(stderr, "gateway: cannot read %s\n", name);
		free(all);
		all = NULL;
	}
	if (file != NULL)
		(void)fclose(file); /* it was only read */
	*ret_len = len;
	return all;
}

static int
report(enum hallmark_error error, const struct hallmark_fault *fault)
{
	(void)fprintf(stderr, "gateway: %s %s (%s, byte %zu)\n", fault->format,
	    hallmark_error_text(error), fault->field, fault->at);
	return error == HALLMARK_MEMORY ? 4 : 3;
}

static void
print_time(const char *what, int64_t secs)
{
	char text[32] = "never";
	time_t when = (time_t)secs;
	struct tm tm;

	if (secs != 0 && gmtime_r(&when, &tm) != NULL)
		(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	(void)printf("%s%s\n", what, text);
}

/* Texts of the library are free of control characters: fit for a terminal. */
static void
print_answers(const struct hallmark_label *label)
{
	(void)printf("issuer: %s\n", hallmark_issuer_text(label->issuer));
	if (label->body[0] != '\0')
		(void)printf("  by %s <%s>\n", label->body, label->body_uri);
	if (label->issuer == HALLMARK_ISSUER_YES) {
		(void)printf("  scheme %s, level %" PRIu64 "\n", label->scheme,
		    label->level);
		(void)printf(
		    "  of %s, version %s\n", label->maker, label->version);
		(void)fputs("  firmware ", stdout);
		for (size_t i = 0; i < sizeof(label->firmware); i++)
			(void)printf("%02x", label->firmware[i]);
		(void)putchar('\n');
	}
	(void)printf("ledger: %s\n", hallmark_presence_text(label->presence));
	(void)printf("  %s, %" PRIu64 " entries, %u witnesses\n", label->ledger,
	    label->tree_size, label->witnesses);
	print_time("  seen by witnesses ", label->head_time);
	(void)printf("status: %s\n", hallmark_status_text(label->status));
	print_time("  as of ", label->status_as_of);
	(void)printf("clock: %s\n", hallmark_clock_text(label->clock));
	print_time("  expires ", label->expires);
}

static int
verify(const struct hallmark *handle, const char *text, int64_t now)
{
	struct hallmark_label label;
	struct hallmark_fault fault;
	enum hallmark_error error = hallmark_verify(handle,
	    (struct hallmark_bytes){ (const uint8_t *)text, strlen(text) }, now,
	    &label, sizeof(label), &fault);

	if (error != HALLMARK_OK)
		return report(error, &fault);
	print_answers(&label);
	return hallmark_is_good(&label) ? 0 : 1;
}

static int
open_and_verify(struct hallmark_bytes anchors, struct hallmark_bytes bundle,
    const char *text, int64_t now)
{
	const struct hallmark *handle;
	struct hallmark_fault fault;
	size_t needed = 0;
	enum hallmark_error error =
	    hallmark_memory_needed(bundle, &needed, &fault);

	if (error != HALLMARK_OK)
		return report(error, &fault);
	void *memory = malloc(needed);

	if (memory == NULL)
		return 4;
	error = hallmark_open(
	    memory, needed, anchors, bundle, NULL, &handle, &fault);
	int status = error == HALLMARK_OK ? verify(handle, text, now)
					  : report(error, &fault);

	free(memory);
	return status;
}

int
main(int argc, char *argv[])
{
	struct hallmark_bytes anchors = { NULL, 0 };
	struct hallmark_bytes bundle = { NULL, 0 };

	if (argc < 4 || argc > 5) {
		(void)fputs(
		    "usage: gateway ANCHORS BUNDLE TEXT [SECONDS]\n", stderr);
		return 2;
	}
	int64_t now =
	    argc == 5 ? strtoll(argv[4], NULL, 10) : (int64_t)time(NULL);
	uint8_t *anchors_file = read_file(argv[1], &anchors.len);
	uint8_t *bundle_file = read_file(argv[2], &bundle.len);
	int status = 4;

	anchors.ptr = anchors_file;
	bundle.ptr = bundle_file;
	if (anchors_file != NULL && bundle_file != NULL)
		status = open_and_verify(anchors, bundle, argv[3], now);
	free(anchors_file);
	free(bundle_file);
	return status;
}
