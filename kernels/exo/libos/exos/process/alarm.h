/* SPDX-License-Identifier: MIT */
/* alarm.h -- the library's side of exos_alarm. */
#ifndef EXO_LIBOS_EXOS_PROCESS_ALARM_H
#define EXO_LIBOS_EXOS_PROCESS_ALARM_H

#include "exo/libos/exos/process/sum.h"

/* Sends this process SIGALRM where its time has come. */
void alarm_look(void);
/* The product that ends a sleep at that time. */
void alarm_wakes(struct sum *s, uint64_t tag);

#endif
