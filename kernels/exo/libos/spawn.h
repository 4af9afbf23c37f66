/* SPDX-License-Identifier: MIT */
/* spawn.h -- a new environment that runs a program of the boot archive: made, filled and started by
 * this library; the kernel makes it empty. */
#ifndef EXO_LIBOS_SPAWN_H
#define EXO_LIBOS_SPAWN_H

#include <stdint.h>

#include "exo/abi.h"

#define SPAWN_NO_GRANT 0xffff

/* Half of the frames that the kernel may still use for the caller, but at most these, it may use
 * for the new one. */
#define SPAWN_KERNEL_FRAMES 64

/* Makes it by the capability in `slot`, which all of its pages belong to; it gets `argument`, and
 * in its slot 0 the capability in slot `grant`, if that is not SPAWN_NO_GRANT. flags: as
 * env_create's. It is ready, and does not run yet. Its id, or -E_NOT_FOUND: no such program;
 * -E_BAD_IMAGE; -E_NO_MEMORY; the kernel's errors. */
long spawn(unsigned slot, const char *program, uint64_t argument, unsigned grant, unsigned flags);
/* The same with so many frames that the kernel may use for it. */
long spawn_sized(unsigned slot, const char *program, uint64_t argument, unsigned grant,
                 unsigned flags, uint64_t frames);
/* The same; who dominates `control`, and nobody else, may act on it. */
long spawn_controlled(unsigned slot, struct cap control, const char *program, uint64_t argument,
                      unsigned grant, unsigned flags, uint64_t frames);

#endif
