/* SPDX-License-Identifier: MIT */
/* programs.bpf.c -- one small program of each of vcode's kinds, as an author would write them. */
#include "../../tools/vcode/kinds.h"

#define MINIMUM 14

unsigned long events_seen;

/* Opens for writing only. */
PROGRAM(guard) _Bool wants_writes(const struct event *event) {
    return event->number == 2 && (event->argument[1] & 3) != 0;
}

static __attribute__((noinline)) unsigned long mix(unsigned long a, unsigned long b) {
    return (a ^ b) * 0x100000001b3ul;
}

PROGRAM(handler) long raise_parent(struct event *event, struct process *process) {
    struct process *parent = process->parent, *found = process_find(event->process);
    events_seen++;
    event->argument[5] = mix(event->argument[0], process->id);
    if (!found)
        return -1;
    found->priority = parent ? parent->priority + 1 : 1;
    process_release(found);
    return (long)ticks_per_second;
}

/* Counts the blocks that this one owns: a list of numbers, ended by 0. */
PROGRAM(udf) unsigned int owned(const struct block *block) {
    unsigned int n = 0;
    for (unsigned int i = 0; i < sizeof block->byte / 4; i++) {
        if (!(block->byte[4 * i] | block->byte[4 * i + 1] | block->byte[4 * i + 2]))
            break;
        n++;
    }
    return n;
}

PROGRAM(packet) unsigned int is_ip(const struct packet *packet) {
    const unsigned char *data = packet->data;
    if (data + MINIMUM > packet->end)
        return 0;
    return data[12] == 8 && data[13] == 0 ? MINIMUM + packet->port % 2 : 0;
}
