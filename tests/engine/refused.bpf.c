/* SPDX-License-Identifier: MIT */
/* refused.bpf.c -- programs as an author gets them wrong; engine_load_test.c says by which rule
 * each is refused, and where. What is wrong stands in lines that end in a mark. */
#include "../../tools/vcode/kinds.h"

static unsigned long total;

PROGRAM(guard) _Bool has_effect(const struct event *event) {
    total += event->number; /* ! */
    return 1;
}

PROGRAM(guard) _Bool writes_event(const struct event *event) {
    ((struct event *)event)->argument[0] = 1; /* ! */
    return 1;
}

PROGRAM(handler) long reads_secret(struct event *event, struct process *process) {
    event->argument[0] = 0;
    return (long)process->secret; /* ! */
}

PROGRAM(handler) long forgets_null(struct event *event, struct process *process) {
    event->argument[0] = process->parent->id; /* ! */
    return 0;
}

PROGRAM(handler) long keeps_reference(struct event *event, struct process *process) {
    struct process *found = process_find(process->id);
    if (!found)
        return 0;
    event->argument[0] = found->id; /* ! */
    return 1;                       /* ! */
}

PROGRAM(handler) long releases_borrowed(struct event *event, struct process *process) {
    event->argument[0] = 0;
    process_release(process); /* ! */
    return 0;
}

PROGRAM(handler) long reads_heir(struct event *event, struct process *process) {
    event->argument[0] = (unsigned long)(process->heir != 0); /* ! */
    return 0;
}

PROGRAM(handler) long writes_heir(struct event *event, struct process *process) {
    event->argument[0] = 0;
    process->heir = 0; /* ! */
    return 0;
}

PROGRAM(handler) long forgets_old(struct event *event, struct process *process) {
    event->argument[0] = 0;
    process_exchange(&process->heir, 0);
    return 0; /* ! */
}

PROGRAM(handler) long uses_stored(struct event *event, struct process *process) {
    struct process *found = process_find(1), *old = 0;
    event->argument[0] = 0;
    if (!found)
        return 0;
    old = process_exchange(&process->heir, found);
    process_release(old);
    return found->id; /* ! */
}

PROGRAM(handler) long stores_borrowed(struct event *event, struct process *process) {
    event->argument[0] = 0;
    process_release(process_exchange(&process->heir, process)); /* ! */
    return 0;
}

PROGRAM(handler) long stores_in_itself(struct event *event, struct process *process) {
    struct process *found = process_find(process->id);
    event->argument[0] = 0;
    if (found)
        process_release(process_exchange(&found->heir, found)); /* ! */
    return 0;
}

PROGRAM(handler) long not_a_field(struct event *event, struct process *process) {
    event->argument[0] = 0;
    process_release(process_exchange(&process->parent, 0)); /* ! */
    return 0;
}

PROGRAM(udf) unsigned int index_unbound(const struct block *block) {
    return block->byte[block->byte[0] * 4]; /* ! */
}

PROGRAM(packet) unsigned int beyond_the_end(const struct packet *packet) {
    return packet->data[12]; /* ! */
}

PROGRAM(packet) unsigned int too_short_a_check(const struct packet *packet) {
    const unsigned char *data = packet->data;
    if (data + 12 > packet->end)
        return 0;
    return data[12]; /* ! */
}

/* The asm keeps compilers from taking for granted that the loop ends. */
PROGRAM(udf) unsigned int endless(const struct block *block) {
    unsigned int i = block->byte[0];
    while (i != 1) {                    /* ! */
        __asm__ volatile("" : "+r"(i)); /* ! */
        i = i % 2 ? 3 * i + 1 : i / 2;  /* ! */
    }
    return i;
}

PROGRAM(guard) _Bool wrong_argument(const struct block *block) {
    return block->byte[0];
}
