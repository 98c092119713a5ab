/* SPDX-License-Identifier: ISC */
/* Open descriptors handed from one process to another, over a socket. */
#ifndef SYSTEM_HANDING_H
#define SYSTEM_HANDING_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Descriptors in one message. */
#define HANDING_MAX 16

/* Sends one byte and these descriptors, which stay open here; the socket is
   one of AF_UNIX that keeps messages whole. ERR_SYSTEM. */
enum err handing_send(int fd, uint8_t word, const int *what, size_t count);

/*
 * Takes the next message without waiting: its byte and up to HANDING_MAX
 * descriptors, which are the caller's. ERR_END: the other end is closed, or
 * nothing is there (*ret_closed says which). ERR_SYSTEM.
 */
enum err handing_take(int fd, uint8_t *ret_word, int ret_what[HANDING_MAX],
    size_t *ret_count, bool *ret_closed);

#endif
