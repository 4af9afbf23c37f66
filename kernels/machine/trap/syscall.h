/* SPDX-License-Identifier: MIT */
/* syscall.h -- points the `syscall` instruction at a system's own entry (assembly; see entry.h for
 * how it begins and ends). */
#ifndef MACHINE_SYSCALL_H
#define MACHINE_SYSCALL_H

/* Sets STAR, LSTAR and SFMASK: the entry runs with IF, TF, DF, AC and NT clear, gs and rsp still
 * the user's. May be called again with another entry. */
void syscall_init(void (*entry)(void));

#endif
