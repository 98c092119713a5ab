/* SPDX-License-Identifier: ISC */
/* Writes the reports of the sample into a folder: write_samples FOLDER. */
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

/* 2026-11-23T00:00:00Z */
#define WRITTEN_SECS 1795392000

static void
write_oscal(
    const struct assessment *a, const struct report_tool *tool, struct out *to)
{
	report_oscal(a, tool, WRITTEN_SECS, to);
}

static void
write_openvex(
    const struct assessment *a, const struct report_tool *tool, struct out *to)
{
	report_openvex(a, tool, WRITTEN_SECS, to);
}

static const struct report {
	const char *name;
	void (*write)(const struct assessment *a,
	    const struct report_tool *tool, struct out *to);
} reports[] = {
	{ "sample.json", report_json },
	{ "sample.txt", write_terminal },
	{ "sample.html", report_html },
	{ "sample.cdx.json", report_sbom },
	{ "sample.sarif", report_sarif },
	{ "sample.oscal.json", write_oscal },
};

/* With what feeds know of it. */
static const struct report known_reports[] = {
	{ "known.json", report_json },
	{ "known.txt", write_terminal },
	{ "known.html", report_html },
	{ "known.cdx.json", report_sbom },
	{ "known.openvex.json", write_openvex },
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

static int
write_all(const struct sample *sample, const struct report *list, size_t count,
    const char *folder)
{
	int failed = 0;

	for (size_t i = 0; i < count; i++) {
		struct out report = out_open(LIMIT_REPORT_LEN);

		list[i].write(&sample->assessment, &sample_tool, &report);
		failed |= write_one(folder, list[i].name, &report);
		out_close(&report);
	}
	return failed;
}

int
main(int argc, char *argv[])
{
	struct sample *sample = malloc(sizeof(*sample));
	int failed;

	if (argc != 2 || sample == NULL) {
		fprintf(stderr, "usage: write_samples FOLDER\n");
		free(sample);
		return 2;
	}
	sample_open(sample);
	failed = write_all(
	    sample, reports, sizeof(reports) / sizeof(reports[0]), argv[1]);
	sample_know(sample);
	failed |= write_all(sample, known_reports,
	    sizeof(known_reports) / sizeof(known_reports[0]), argv[1]);
	sample_close(sample);
	free(sample);
	return failed;
}
