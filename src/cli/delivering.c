/* SPDX-License-Identifier: ISC */
/* Writes reports, and looks at the terminal that one may go to. */
#include "cli/delivering.h"

#include "system/file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool
delivering_to_stdout(const char *file)
{
	return file != NULL && strcmp(file, "-") == 0;
}

enum exit_code
delivering_close(struct out *report, const char *file)
{
	const char *about = delivering_to_stdout(file) ? "report" : file;
	const char *why;
	enum exit_code code = EXIT_MACHINE;

	if (report->failed != ERR_OK)
		cli_say(about, err_text(report->failed));
	else if (delivering_to_stdout(file))
		code = cli_answer(out_bytes(report));
	else if (file_write(file, out_bytes(report), &why) == ERR_OK)
		code = EXIT_YES;
	else
		cli_say(about, why);
	out_close(report);
	return code;
}

struct report_terminal_options
delivering_terminal(void)
{
	struct report_terminal_options ret = { 0 };
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	struct winsize size;

	if (isatty(STDOUT_FILENO) != 1)
		return ret;
	ret.color = (no_color == NULL || no_color[0] == '\0') && term != NULL &&
	    strcmp(term, "dumb") != 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		ret.columns = size.ws_col;
	return ret;
}
