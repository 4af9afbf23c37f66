/* SPDX-License-Identifier: MIT */
/* interrupt.c -- note a signal. */
#include "interrupt.h"

#include <signal.h>

static volatile sig_atomic_t caught;

static void note(int signal) {
    caught = signal;
}

void interrupt_catch(void) {
    /* Once only (SA_RESETHAND): whoever presses Ctrl-C twice means it; guests die with the process.
     */
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGINT, &action, 0);
    sigaction(SIGTERM, &action, 0);
    sigaction(SIGHUP, &action, 0);
}

int interrupted(void) {
    return caught;
}
