/* SPDX-License-Identifier: ISC */
/* Hands answers over. */
#include "cli/answering.h"

#include "base/date.h"
#include "base/limits.h"
#include "base/text.h"
#include "system/file.h"

#include <string.h>

enum exit_code
answering_close(struct out *o, enum exit_code code)
{
	enum exit_code answered = EXIT_MACHINE;

	if (o->failed == ERR_OK)
		answered = cli_answer(out_bytes(o));
	else
		cli_say("the answer", err_text(o->failed));
	out_close(o);
	return answered == EXIT_YES ? code : answered;
}

enum exit_code
answering_deliver(const char *path, struct bytes content)
{
	const char *why;

	if (path == NULL || strcmp(path, "-") == 0)
		return cli_answer(content);
	if (file_write(path, content, &why) == ERR_OK)
		return EXIT_YES;
	cli_say(path, why);
	return EXIT_MACHINE;
}

void
answering_put_line(struct out *o, const char *name, struct bytes value)
{
	if (value.len == 0)
		return;
	out_text(o, name);
	text_put_terminal(o, value);
	out_text(o, "\n");
}

void
answering_put_hex(struct json *j, const char *key, struct bytes bytes)
{
	struct out hex = out_open(2 * bytes.len + 1);

	out_hex_bytes(&hex, bytes);
	json_text(j, key, out_bytes(&hex));
	out_close(&hex);
}

void
answering_put_time(struct json *j, const char *key, int64_t secs)
{
	struct out o = out_open(KIB);

	json_key(j, key);
	date_put_time(&o, secs);
	if (secs != 0)
		json_put_text(j, out_bytes(&o));
	else
		json_put_null(j);
	out_close(&o);
}
