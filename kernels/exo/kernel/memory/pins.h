/* SPDX-License-Identifier: MIT */
/* pins.h -- frames that an environment keeps from being given to others, though nobody maps them
 * any more: for a device, or for whoever else knows nothing of mappings. A pin lasts until it is
 * taken away or its environment has ended, and belongs to that environment alone: the end of those
 * that mapped the frame does not touch it. */
#ifndef EXO_KERNEL_PINS_H
#define EXO_KERNEL_PINS_H

#include "exo/kernel/memory/exo_frame.h"

/* Those of an environment; null: there never was one. */
struct pins;

unsigned pins_count(const struct pins *p);
/* The frame of the n-th of them. */
struct exo_frame *pins_nth(const struct pins *p, unsigned n);
/* One more; *of is made on the account for the first. -E_FULL: there are EXO_PINS, or no more pins
 * of the frame can be counted; -E_QUOTA, -E_NO_MEMORY; as exo_frame_pin(). */
int pins_add(struct pins **of, struct exo_frame *f, struct exo_env *account);
/* Takes the n-th away; the last one takes its place. With the last one *of ends. */
void pins_remove(struct pins **of, unsigned n, struct exo_env *account);
/* Which one is of the frame with this number; pins_count: none. */
unsigned pins_find(const struct pins *p, uint64_t frame);
/* Takes all away. */
void pins_free(struct pins **of, struct exo_env *account);

#endif
