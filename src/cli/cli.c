/* SPDX-License-Identifier: ISC */
/* Messages on standard error, answers on standard output. */
#include "cli/cli.h"

#include "base/limits.h"
#include "base/out.h"
#include "base/text.h"
#include "system/file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define CLI_MESSAGE_LEN (64 * KIB)

void
cli_say(const char *about, const char *what)
{
	struct out line = out_open(CLI_MESSAGE_LEN);

	out_text(&line, "hallmark: ");
	text_put_terminal(&line, bytes_of(about));
	out_text(&line, ": ");
	out_text(&line, what);
	out_text(&line, "\n");
	(void)file_put(STDERR_FILENO, out_bytes(&line)); /* no way to tell */
	out_close(&line);
}

enum exit_code
cli_answer(struct bytes answer)
{
	if (file_put(STDOUT_FILENO, answer) == ERR_OK)
		return EXIT_YES;
	const char *why = strerrordesc_np(errno);

	cli_say("standard output", why != NULL ? why : "unknown error");
	return EXIT_MACHINE;
}
