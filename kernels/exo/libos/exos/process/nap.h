/* SPDX-License-Identifier: MIT */
/* nap.h -- the library's side of sleeps that signals end. */
#ifndef EXO_LIBOS_EXOS_PROCESS_NAP_H
#define EXO_LIBOS_EXOS_PROCESS_NAP_H

/* From now on every sleep of this process ends when it is sent a signal, or its alarm comes. */
void nap_begin(void);

#endif
