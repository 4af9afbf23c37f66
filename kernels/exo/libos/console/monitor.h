/* SPDX-License-Identifier: MIT */
/* monitor.h -- what the machine is doing, told from what the kernel exposes and without any call:
 * environments, memory, and who had the processor. The tables change while they are read; each
 * number was true at some time. */
#ifndef EXO_LIBOS_CONSOLE_MONITOR_H
#define EXO_LIBOS_CONSOLE_MONITOR_H

#include "exo/abi.h"
#include "lib/format.h"

/* The exposed tables, where they lie. */
struct monitor {
    const volatile struct exo_info *info;
    const volatile struct exo_env *env;     /* EXO_ENVS */
    const volatile struct exo_slot *slot;   /* EXO_SLOTS */
    const volatile struct exo_frame *frame; /* info->frame_count */
    const volatile uint64_t *free;          /* a bit a frame */
    const volatile struct exo_disk *disk;   /* info->disks */
};
extern const struct monitor monitor_exposed;

/* One line an environment that is there, or has ended and whose entry is not used again yet. */
void monitor_ps(const struct monitor *m, struct format_buffer *text);
/* Whose the page frames are, and what the kernel counts. */
void monitor_vmstat(const struct monitor *m, struct format_buffer *text);

/* A line a disk: how large it is, what was asked of it, and what waits. */
void monitor_iostat(const struct monitor *m, struct format_buffer *text);

/* What was seen when monitor_top() last looked; at first all 0. */
struct monitor_past {
    struct {
        uint32_t id;
        uint64_t ticks;
    } env[EXO_ENVS];
};
/* Who had the slices that ended since `past`, which becomes now: the largest share first, of equal
 * ones the older environment. */
void monitor_top(const struct monitor *m, struct monitor_past *past, struct format_buffer *text);

#endif
