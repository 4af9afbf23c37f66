/* SPDX-License-Identifier: MIT */
/* exit.h -- the end of a process that a signal brings. */
#ifndef EXO_LIBOS_EXOS_PROCESS_EXIT_H
#define EXO_LIBOS_EXOS_PROCESS_EXIT_H

_Noreturn void exit_by_signal(unsigned signal);

#endif
