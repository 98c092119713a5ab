/* SPDX-License-Identifier: ISC */
/* The registry's three processes: started, watched, ended. */
#ifndef CLI_SERVE_WORKERS_H
#define CLI_SERVE_WORKERS_H

#include "cli/cli.h"
#include "system/process.h"
#include "worker/http.h"
#include "worker/store.h"

#include <stdbool.h>
#include <stdint.h>

/* What they are told. All of it is borrowed. */
struct serve_wish {
	bool jail;
	struct store_wish store;
	const char *base_uri;
	const char *writer_uri;	  /* "" */
	const char *http_options; /* of worker/http.c; "" */
	unsigned threads;
	int listener[HTTP_LISTENERS_MAX];
	size_t listener_count;
	/* of a writer: the key's pipe, the state's file, whose ledger it is */
	int key_fd, state_fd;
	const char *origin;
};

/* Handles; all zero but for descriptors, which are -1, is none. */
struct serve_workers {
	const struct serve_wish *wish;
	struct process http, store, sign;
	int page_fd, page_read_fd;
	int control_fd;
	int signal_fd;
	bool is_ready; /* the store answers */
	bool has_told;
	uint64_t http_since_ms;
	uint64_t http_next_ms; /* when it is started anew; 0: it runs */
	unsigned http_wait_ms;
};

/* Starts them. Says what is wrong. */
enum exit_code serve_workers_start(
    const struct serve_wish *wish, struct serve_workers *ret);

/*
 * Watches them until SIGTERM or SIGINT; `tell` is called once, when requests
 * are answered. EXIT_YES: that signal came; EXIT_MACHINE: store or key ended by
 * themselves.
 */
enum exit_code serve_workers_watch(struct serve_workers *w,
    enum exit_code (*tell)(void *context), void *context);

/* Ends them in order, so that what was begun is finished. EXIT_MACHINE: not all
   of them ended well. */
enum exit_code serve_workers_stop(struct serve_workers *w);

#endif
