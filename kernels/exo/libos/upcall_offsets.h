/* SPDX-License-Identifier: MIT */
/* upcall_offsets.h -- where upcall_entry.S finds fields of struct upcall_state; upcall_handle.c
 * holds the compiler to it. */
#ifndef EXO_LIBOS_UPCALL_OFFSETS_H
#define EXO_LIBOS_UPCALL_OFFSETS_H

#define STATE_ADDRESS 120
#define STATE_RIP     144
#define STATE_RFLAGS  152
#define STATE_RSP     160

#endif
