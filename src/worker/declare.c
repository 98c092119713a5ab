/* SPDX-License-Identifier: ISC */
/* Jail first; then the YAML is read, and the answers are sent. */
#include "worker/declare.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/out.h"
#include "declare/read.h"
#include "system/file.h"
#include "system/jail.h"
#include "system/message.h"
#include "worker/declare_wire.h"
#include "worker/wire.h"

#include <string.h>

/* Address space: the program, its libraries (the parser's are mapped, too),
   libfyaml's tokens and the arena. */
#define DECLARE_MEMORY_LEN (512 * MIB)
#define DECLARE_ARENA_LEN (64 * MIB)
#define DECLARE_CPU_SECS 10

struct work {
	struct message_writer writer;
	struct out payload; /* of the message being written */
	struct arena arena;
	struct bytes file;
};

static void
send(struct work *w, enum declare_wire_kind kind)
{
	if (w->payload.failed == ERR_OK)
		message_write(
		    &w->writer, (uint8_t)kind, out_bytes(&w->payload));
	else
		w->writer.failed = w->payload.failed;
	w->payload.len = 0;
}

static void
send_trouble(struct work *w, enum err code, const char *text)
{
	struct wire_trouble trouble = { code, bytes_of(text) };

	wire_write_trouble(&w->payload, &trouble);
	send(w, DECLARE_WIRE_TROUBLE);
	message_flush(&w->writer);
}

static enum err
enter_jail(struct work *w, bool jail)
{
	char text[JAIL_TEXT_LEN] = "none";
	const struct jail_limits limits = {
		.memory_len = DECLARE_MEMORY_LEN,
		.cpu_secs = DECLARE_CPU_SECS,
	};

	if (jail && jail_enter(&limits, text) != ERR_OK) {
		send_trouble(
		    w, ERR_SYSTEM, "this machine offers no jail (seccomp)");
		return ERR_SYSTEM;
	}
	wire_write_hello(&w->payload, bytes_of(text));
	send(w, DECLARE_WIRE_HELLO);
	message_flush(&w->writer);
	return ERR_OK;
}

static enum err
answer(struct work *w)
{
	struct declaration declaration = { NULL, 0 };
	struct declaration_fault fault = { 0 };
	enum err err =
	    declaration_read(w->file, &w->arena, &declaration, &fault);

	for (size_t i = 0; i < declaration.count; i++) {
		declare_wire_write_answer(&w->payload, &declaration.list[i]);
		send(w, DECLARE_WIRE_ANSWER);
	}
	if (err == ERR_OK) {
		declare_wire_write_done(&w->payload, declaration.count);
		send(w, DECLARE_WIRE_DONE);
	} else if (err_is_input(err)) {
		declare_wire_write_fault(&w->payload, &fault);
		send(w, DECLARE_WIRE_FAULT);
	} else {
		send_trouble(w, err, err_text(err));
	}
	message_flush(&w->writer);
	return w->writer.failed;
}

int
declare_worker_main(int argc, char *argv[])
{
	struct work w = {
		.writer = message_writer_open(DECLARE_ANSWER_FD),
		.payload = out_open(LIMIT_MESSAGE_LEN),
		.arena = arena_open(DECLARE_ARENA_LEN),
	};
	uint64_t len;
	enum err err = ERR_SYSTEM;

	/* these come from our own parent */
	if (argc != 4 || !bytes_to_u64(bytes_of(argv[3]), &len))
		return 2;
	if (file_map_sealed(DECLARE_FILE_FD, len, &w.file) != ERR_OK) {
		send_trouble(&w, ERR_SYSTEM, "the reader got no file");
		goto done;
	}
	err = enter_jail(&w, strcmp(argv[2], "no-jail") != 0);
	if (err == ERR_OK)
		err = answer(&w);
done:
	arena_close(&w.arena);
	out_close(&w.payload);
	message_writer_close(&w.writer);
	file_unmap(w.file);
	return err == ERR_OK ? 0 : 1;
}
