/* SPDX-License-Identifier: MIT */
/* signal_numbers.h -- the signals, by Linux's numbers. */
#ifndef EXO_LIBOS_EXOS_PROCESS_SIGNAL_NUMBERS_H
#define EXO_LIBOS_EXOS_PROCESS_SIGNAL_NUMBERS_H

#include <stdint.h>

enum {
    EXOS_SIGHUP = 1,
    EXOS_SIGINT,
    EXOS_SIGQUIT,
    EXOS_SIGILL,
    EXOS_SIGTRAP,
    EXOS_SIGABRT,
    EXOS_SIGFPE = 8,
    EXOS_SIGKILL,
    EXOS_SIGUSR1,
    EXOS_SIGSEGV,
    EXOS_SIGUSR2,
    EXOS_SIGPIPE,
    EXOS_SIGALRM,
    EXOS_SIGTERM,
    EXOS_SIGCHLD = 17,
    EXOS_SIGCONT,
    EXOS_SIGSTOP,
    EXOS_SIGTSTP,
    EXOS_SIGNALS = 32
};
static inline uint64_t signal_bit(unsigned signal) {
    return 1ul << signal;
}
/* Those that let a process stand still. */
#define SIGNALS_STOP ((uint32_t)(signal_bit(EXOS_SIGSTOP) | signal_bit(EXOS_SIGTSTP)))

#endif
