/* SPDX-License-Identifier: MIT */
/* visited.bpf.c -- a program of vcode's kinds whose function the kernel calls back. */
#include "../../tools/vcode/kinds.h"

/* Changes the process that has this priority. */
static long raise(struct process *process, unsigned long cookie) {
    if (process->priority != cookie)
        return 0;
    process->priority++;
    return process->id;
}

PROGRAM(handler) long raise_one(struct event *event, struct process *process) {
    long id = process_each(raise, event->argument[0]);
    event->argument[0] = process->priority;
    return id;
}
