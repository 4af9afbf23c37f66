/* SPDX-License-Identifier: MIT */
/* exec.h -- between exec.c, what begins a process, and the parts of the library that hand something
 * on to the next program. */
#ifndef EXO_LIBOS_EXOS_PROCESS_EXEC_H
#define EXO_LIBOS_EXOS_PROCESS_EXEC_H

#include "exo/libos/image.h"

/* The program of this name: a hook, which finds those of the archive where nobody has put another.
 * 0, or -E_SOMETHING. */
extern long (*exec_open)(const char *name, struct elf_source *program);
/* Null, or what that opened is read no more. Also where nothing is open. */
extern void (*exec_close)(void);
/* Of struct image_to; null: pages of programs are filled. */
extern uint64_t (*exec_show)(uint64_t env, const struct elf_source *program, uint64_t offset,
                             struct exo_pages there);

/* Pages of this process stay where they are in the environment that it becomes: for hooks_exec().
 * 0, or the kernel's error. */
long exec_keep(uint64_t at, uint64_t pages);

/* Of a process that begins: if its environment was made by exos_exec, it is the process's from now
 * on, and the one before is no more. */
void exec_publish(void);

#endif
