/* SPDX-License-Identifier: ISC */
/* Writes the five reports of the sample into a folder: write_samples FOLDER. */
#include "sample.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>

static void
write_terminal(
    const struct assessment *a, const struct report_tool *tool, struct out *to)
{
	struct report_terminal_options options = { .columns = 80 };

	report_terminal(a, tool, &options, to);
}

static const struct {
	const char *name;
	void (*write)(const struct assessment *a,
	    const struct report_tool *tool, struct out *to);
} reports[] = {
	{ "sample.json", report_json },
	{ "sample.txt", write_terminal },
	{ "sample.html", report_html },
	{ "sample.cdx.json", report_sbom },
	{ "sample.sarif", report_sarif },
};

static int
write_one(const char *folder, const char *name, const struct out *report)
{
	char path[4096];
	FILE *file;
	size_t written;

	if (report->failed != ERR_OK ||
	    snprintf(path, sizeof(path), "%s/%s", folder, name) >=
		(int)sizeof(path))
		return 1;
	file = fopen(path, "wb");
	if (file == NULL)
		return 1;
	written = fwrite(report->ptr, 1, report->len, file);
	return fclose(file) != 0 || written != report->len;
}

int
main(int argc, char *argv[])
{
	struct sample *sample = malloc(sizeof(*sample));
	int failed = 0;

	if (argc != 2 || sample == NULL) {
		fprintf(stderr, "usage: write_samples FOLDER\n");
		free(sample);
		return 2;
	}
	sample_open(sample);
	for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
		struct out report = out_open(LIMIT_REPORT_LEN);

		reports[i].write(&sample->assessment, &sample_tool, &report);
		failed |= write_one(argv[1], reports[i].name, &report);
		out_close(&report);
	}
	sample_close(sample);
	free(sample);
	return failed;
}
