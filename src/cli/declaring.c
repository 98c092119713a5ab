/* SPDX-License-Identifier: ISC */
/* Hands the file to a worker, and the answers to the checks. */
#include "cli/declaring.h"

#include "base/limits.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "system/file.h"
#include "worker/declare.h"
#include "worker/declare_client.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DECLARING_ARENA_LEN (64 * MIB)
#define DECLARING_LINE_LEN (4 * KIB)

static enum exit_code
say(const struct declaring *d, enum exit_code code, const char *what)
{
	cli_say(d->name, what);
	return code;
}

static enum exit_code
digest(struct declaring *d, int fd, size_t len)
{
	uint8_t hash[HASH_MAX_LEN];
	struct bytes map = { NULL, 0 };
	enum err err = file_map_sealed(fd, len, &map);

	if (err == ERR_OK)
		err = hash_of(HASH_SHA256, map, hash);
	file_unmap(map);
	if (err != ERR_OK)
		return say(d, EXIT_MACHINE, err_text(err));
	memcpy(d->sha256, hash, sizeof(d->sha256));
	return EXIT_YES;
}

/* Where it is no declaration, and why. */
static void
say_fault(const struct declaring *d, const struct declaration_fault *fault)
{
	struct out line = out_open(DECLARING_LINE_LEN);

	if (fault->line > 0) {
		out_text(&line, "line ");
		out_decimal(&line, fault->line);
		out_text(&line, ", column ");
		out_decimal(&line, fault->column);
		out_text(&line, ": ");
	}
	text_put_terminal(&line, bytes_of(fault->text));
	out_u8(&line, 0);
	cli_say(d->name,
	    line.failed == ERR_OK ? (const char *)line.ptr : "is no YAML");
	out_close(&line);
}

static enum exit_code
read_answers(struct declaring *d, int fd, size_t len, bool jail)
{
	struct declare_reply reply;
	enum err err = declare_reply_open(&d->arena, &reply);

	if (err == ERR_OK)
		err = declare_client_read(fd, len, jail, &reply);
	if (err == ERR_SYSTEM) {
		cli_say(DECLARE_PROGRAM, CLI_NOT_STARTED);
		return EXIT_MACHINE;
	}
	if (err != ERR_OK)
		return say(d, EXIT_MACHINE, err_text(err));
	(void)snprintf(d->jail, sizeof(d->jail), "%s", reply.jail);
	switch (reply.state) {
	case DECLARE_REPLY_ENDED:
		d->declaration =
		    (struct declaration){ reply.list, reply.count };
		return EXIT_YES;
	case DECLARE_REPLY_FAULTY:
		say_fault(d, &reply.fault);
		return EXIT_INPUT;
	case DECLARE_REPLY_START: /* that machine has no jail, or no process */
		return say(d, EXIT_MACHINE, reply.trouble);
	case DECLARE_REPLY_OPEN:
	case DECLARE_REPLY_TROUBLE:
		break;
	}
	/* killed, out of time or memory: by what stands in the file */
	return say(d, reply.jail[0] != '\0' ? EXIT_INPUT : EXIT_MACHINE,
	    reply.trouble);
}

static enum exit_code
check(struct declaring *d, const struct declaring_wants *wants)
{
	struct fault fault = { 0 };
	char what[160];
	enum err err = declaration_check(wants->data, &d->declaration,
	    wants->today, &d->arena, &d->problems, &fault);

	if (err == ERR_OK)
		return EXIT_YES;
	if (!err_is_input(err))
		return say(d, EXIT_MACHINE, err_text(err));
	(void)snprintf(what, sizeof(what), "line %llu: %s %s",
	    (unsigned long long)fault.at,
	    fault.field != NULL ? fault.field : "it", err_text(err));
	cli_say(fault.format != NULL ? fault.format : "data", what);
	return EXIT_INPUT;
}

enum exit_code
declaring_open(const struct declaring_wants *wants, struct declaring *ret)
{
	const char *why;
	size_t len;
	int fd;

	*ret = (struct declaring){
		.name = strcmp(wants->path, "-") == 0 ? "standard input"
						      : wants->path,
		.arena = arena_open(DECLARING_ARENA_LEN),
	};
	enum err err = file_read_sealed(
	    wants->path, LIMIT_DECLARATION_LEN, &fd, &len, &why);

	if (err != ERR_OK)
		return say(ret, err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE,
		    err == ERR_LIMIT ? "is too large (over 1 MiB)" : why);
	enum exit_code code = digest(ret, fd, len);

	if (code == EXIT_YES)
		code = read_answers(ret, fd, len, wants->jail);
	(void)close(fd); /* sealed: nothing can be lost */
	if (code == EXIT_YES)
		code = check(ret, wants);
	if (code != EXIT_YES)
		declaring_close(ret);
	return code;
}

void
declaring_close(struct declaring *d)
{
	arena_close(&d->arena);
}

/* ---- problems ---- */

static bool
is_open_provision(const struct problem *p)
{
	return p->kind == PROBLEM_MISSING && p->line == 0 &&
	    bytes_equal_text(p->table, "provisions");
}

/* "product.maker", "AuthMech AuthMech-1.factor" */
static void
put_place(struct out *to, const struct problem *p)
{
	text_put_terminal(to, p->table);
	if (p->row.len > 0) {
		out_text(to, " ");
		text_put_terminal(to, p->row);
	}
	if (p->field.len > 0 && !bytes_equal_text(p->field, "id")) {
		out_text(to, ".");
		text_put_terminal(to, p->field);
	}
}

static void
put_problem(struct out *to, const char *name, const struct problem *p)
{
	text_put_terminal(to, bytes_of(name));
	if (p->line > 0) {
		out_text(to, ":");
		out_decimal(to, p->line);
		out_text(to, ":");
		out_decimal(to, p->column);
	}
	out_text(to, ": ");
	put_place(to, p);
	out_text(to, ": ");
	text_put_terminal(to, p->text);
	out_text(to, "\n");
}

/* All provisions without an answer in one line: there may be seventy. */
static void
put_open_provisions(struct out *to, const struct declaring *d, size_t count)
{
	text_put_terminal(to, bytes_of(d->name));
	out_text(to, ": provisions: ");
	out_decimal(to, count);
	out_text(to, count == 1 ? " has no answer:" : " have no answer:");
	for (size_t i = 0; i < d->problems.count; i++) {
		if (!is_open_provision(&d->problems.list[i]))
			continue;
		out_text(to, " ");
		text_put_terminal(to, d->problems.list[i].row);
	}
	out_text(to, "\n");
}

void
declaring_put_problems(struct out *to, const struct declaring *d)
{
	size_t open = 0;

	for (size_t i = 0; i < d->problems.count; i++)
		if (is_open_provision(&d->problems.list[i]))
			open++;
		else
			put_problem(to, d->name, &d->problems.list[i]);
	if (open > 0)
		put_open_provisions(to, d, open);
}
