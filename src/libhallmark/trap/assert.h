/* SPDX-License-Identifier: ISC */
/* Stands before the system's <assert.h> where libhallmark is compiled: our own
   mistakes still end the program, but without writing to its streams. */
#ifndef LIBHALLMARK_TRAP_ASSERT_H
#define LIBHALLMARK_TRAP_ASSERT_H

#define assert(condition) ((condition) ? (void)0 : __builtin_trap())
#define static_assert _Static_assert

#endif
