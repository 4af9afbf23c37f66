/* SPDX-License-Identifier: MIT */
/* frames.h -- which page frame next: this library takes the lowest that the kernel's table shows as
 * free. */
#ifndef EXO_LIBOS_FRAMES_H
#define EXO_LIBOS_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "exo/abi.h"

/* The number of a free frame, from `from` on or, when there is none above, from the first; what was
 * seen may have another owner by now, which the kernel tells who claims it. 0: none is free. */
uint64_t frames_pick(uint64_t from);

/* The first of so many free frames that follow each other, the highest there are; 0: there is no
 * such run. */
uint64_t frames_pick_run(uint64_t count);

/* Null, or asked where no more free frames are to be had: one that is taken, and may be claimed all
 * the same with EXO_FRESH, as that of a clean block (disk/xn_core.c); each time another one. 0:
 * there is none. */
extern uint64_t (*frames_spare)(void);

/* Gives the page one.at, with EXO_FRESH, such a frame: the bits of its entry are one.entry. 1;
 * -E_NO_MEMORY; the kernel's errors. */
long frames_map_spare(unsigned slot, uint64_t env, unsigned holder, struct exo_pages one);

/* Gives the kernel the time to free some of what ended environments had. False: nothing is left to
 * be freed. */
bool frames_await(void);

/* How many are free, once nothing of ended environments is left to be freed. */
uint64_t frames_free(void);

/* Maps `pages` frames that were free from `at` on (or at | EXO_ZEROED: cleared) with these bits
 * (EXO_WRITE...), by the capability in slot `holder`, in the environment `env` (0: this one) by
 * that in `slot`; where memory is short those of frames_spare. 0, or the kernel's error. */
long frames_map(unsigned slot, uint64_t env, unsigned holder, uint64_t at, uint64_t pages,
                uint64_t bits);

#endif
