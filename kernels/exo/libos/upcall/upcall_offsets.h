/* SPDX-License-Identifier: MIT */
/* upcall_offsets.h -- where upcall_entry.S finds fields of struct upcall_state; upcall_handle.c
 * holds the compiler to it. */
#ifndef EXO_LIBOS_UPCALL_OFFSETS_H
#define EXO_LIBOS_UPCALL_OFFSETS_H

#define STATE_RIP        24
#define STATE_RFLAGS     32
#define STATE_RSP        40
#define STATE_TRAP_BYTES 48
#define STATE_RESUMED    168
#define STATE_BYTES      176
#define STATE_END        128 /* the same from behind the registers on */

#endif
