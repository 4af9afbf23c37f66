/* SPDX-License-Identifier: MIT */
/* stored.bpf.c -- references that live on where a kind lets them be stored; engine_load_test.c says
 * what the programs do. What authors get wrong is in refused.bpf.c. */
#include "../../tools/vcode/kinds.h"

/* The process becomes the heir of the first one; gives the id of the former heir. */
PROGRAM(handler) long name_heir(struct event *event, struct process *process) {
    struct process *first = process_find(1), *found, *old;
    long id = 0;
    if (!first)
        return -1;
    found = process_find(process->id);
    event->argument[0] = first->priority;
    old = process_exchange(&first->heir, found);
    if (old) {
        id = old->id;
        process_release(old);
    }
    process_release(first);
    return id;
}

PROGRAM(handler) long take_heir(struct event *event, struct process *process) {
    struct process *old = process_exchange(&process->heir, 0);
    event->argument[0] = 0;
    if (!old)
        return 0;
    event->argument[0] = old->id;
    process_release(old);
    return 1;
}
