/* SPDX-License-Identifier: MIT */
/* interrupt.c -- note a signal. */
#include "base/interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t caught;

static void note(int signal) {
    caught = signal;
}

void interrupt_catch(void) {
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    /* Once only (SA_RESETHAND): whoever presses Ctrl-C twice means it; guests die with
     * the process. */
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)SA_RESETHAND}, before;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (!sigaction(signals[i], NULL, &before) && before.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
}

int interrupted(void) {
    return caught;
}
