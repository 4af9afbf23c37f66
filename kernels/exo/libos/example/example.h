/* SPDX-License-Identifier: MIT */
/* example.h -- a library operating system that shows how one is written, step by step:
 * docs/writing-a-libos.md. All that it takes from elsewhere are the calls' stubs (stubs.h), what is
 * exposed (exposed.h), and kernels/lib. */
#ifndef EXO_LIBOS_EXAMPLE_H
#define EXO_LIBOS_EXAMPLE_H

#include <stdint.h>

#include "exo/abi.h"

#define PAGE 4096ul
#define KEY  0 /* the slot of its capability, which opens everything */

extern struct exo_uarea *uarea; /* example_main.c; example_start.S sets it */

/* example_pages.c, step 2: a frame that was free, zeroed, is mapped at `at` in `env` (0: in this
 * one), with EXO_WRITE and EXO_NO_EXEC or without. 0, or an error. */
long page_map(uint64_t env, uint64_t at, uint64_t bits);
/* The frame that is mapped at `at` here is mapped there, too. */
long page_share(uint64_t at, uint64_t env, uint64_t there, uint64_t bits);

/* example_fault.c, step 3: from now on memory from HEAP on is there when it is touched. */
#define HEAP       0x10000000ul
#define HEAP_BYTES 0x10000000ul
void fault_init(void);
extern uint64_t fault_count;

/* example_child.c, step 4: another environment, of two pages of its own and one that is shared. Its
 * id, or an error. */
long child_make(void);
#define CHILD_SHARED 0x20000000ul /* in it, the shared page */
/* example_ask.S: a control transfer: *word and `factor` go there, *word comes back; or an error. */
long ask(uint64_t env, uint64_t *word, uint64_t factor);

/* example_slice.S, step 5: the entry for a slice's end, which keeps this environment's state. */
void slice_ends(void);
/* By the number of a call that gives the processor away; returns when it is given back, or an
 * error. */
long give_away(uint64_t call);

/* example_sleep.c, step 6: sleeps until the word, in memory of its own, is at least so much. 0, or
 * an error. */
long sleep_until(const uint64_t *word, uint64_t least);

#endif
