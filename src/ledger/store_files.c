/* SPDX-License-Identifier: ISC */
/* Every access to the ledger's folder, with the file's name in the reason. */
#include "ledger/store_private.h"

#include <stdio.h>
#include <string.h>

void
store_say(struct ledger_why *why, const char *format, ...)
{
	va_list args;

	if (why == NULL || why->text[0] != '\0')
		return; /* the first reason is the cause of later ones */
	va_start(args, format);
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it is begun */
	(void)vsnprintf(why->text, sizeof(why->text), format, args);
	va_end(args);
}

void
store_name(unsigned file, char ret[STORE_NAME_LEN])
{
	static const char *const names[] = {
		[STORE_ABOUT] = "about",
		[STORE_WAL] = "wal",
		[STORE_HEADS] = "heads",
		[STORE_ENTRIES] = "entries",
		[STORE_OFFSETS] = "offsets",
	};

	if (file >= STORE_LEVEL)
		(void)snprintf(ret, STORE_NAME_LEN, "level.%u",
		    (file - STORE_LEVEL) % STORE_LEVELS);
	else
		(void)snprintf(ret, STORE_NAME_LEN, "%s", names[file]);
}

/* "entries: cannot be synced: input/output error" */
static void
say_failed(
    struct ledger_why *why, unsigned file, const char *what, const char *reason)
{
	char name[STORE_NAME_LEN];

	store_name(file, name);
	store_say(why, "%s: %s: %s", name, what, reason);
}

enum err
store_open_file(struct ledger *l, unsigned file, enum folder_mode mode,
    struct ledger_why *why)
{
	const struct folder *folder = l->world.files;
	const char *reason = "";
	char name[STORE_NAME_LEN];

	store_name(file, name);
	enum err err =
	    folder->open(folder->context, name, mode, &l->file[file], &reason);

	if (err == ERR_OK)
		l->is_open[file] = true;
	else
		say_failed(why, file,
		    mode == FOLDER_NEW ? "cannot be made" : "cannot be opened",
		    reason);
	return err;
}

enum err
store_open_files(
    struct ledger *l, enum folder_mode mode, struct ledger_why *why)
{
	enum err err = ERR_OK;

	for (unsigned file = STORE_WAL; file < STORE_FILES && err == ERR_OK;
	     file++)
		err = store_open_file(l, file, mode, why);
	return err;
}

void
store_close_files(struct ledger *l)
{
	const struct folder *folder = l->world.files;

	for (unsigned file = 0; file < STORE_FILES; file++) {
		if (l->is_open[file])
			folder->close(folder->context, l->file[file]);
		l->is_open[file] = false;
	}
}

enum err
store_size(const struct ledger *l, unsigned file, uint64_t *ret,
    struct ledger_why *why)
{
	const struct folder *folder = l->world.files;
	const char *reason = "";
	enum err err =
	    folder->size(folder->context, l->file[file], ret, &reason);

	if (err != ERR_OK)
		say_failed(why, file, "has no size", reason);
	return err;
}

enum err
store_read(const struct ledger *l, unsigned file, uint64_t at, uint8_t *room,
    size_t len, struct ledger_why *why)
{
	const struct folder *folder = l->world.files;

	while (len > 0) {
		const char *reason = "";
		size_t got = 0;
		enum err err = folder->read(folder->context, l->file[file], at,
		    room, len, &got, &reason);

		if (err != ERR_OK) {
			say_failed(why, file, "cannot be read", reason);
			return ERR_SYSTEM;
		}
		if (got == 0) {
			say_failed(why, file, "is cut off",
			    "it ends before what it should hold");
			return ERR_TRUNCATED;
		}
		at += got;
		room += got;
		len -= got;
	}
	return ERR_OK;
}

enum err
store_write(const struct ledger *l, unsigned file, uint64_t at, struct bytes in,
    struct ledger_why *why)
{
	const struct folder *folder = l->world.files;

	while (in.len > 0) {
		const char *reason = "";
		size_t done = 0;
		enum err err = folder->write(
		    folder->context, l->file[file], at, in, &done, &reason);

		if (err == ERR_OK && done == 0) {
			err = ERR_SYSTEM; /* else it would never end */
			reason = "nothing was taken";
		}
		if (err != ERR_OK) {
			say_failed(why, file, "cannot be written", reason);
			return ERR_SYSTEM;
		}
		at += done;
		in = bytes_from(in, done);
	}
	return ERR_OK;
}

enum err
store_sync(const struct ledger *l, unsigned file, struct ledger_why *why)
{
	const struct folder *folder = l->world.files;
	const char *reason = "";
	enum err err = folder->sync(folder->context, l->file[file], &reason);

	if (err == ERR_OK)
		return ERR_OK;
	say_failed(why, file, "cannot be made durable", reason);
	return ERR_SYSTEM;
}
