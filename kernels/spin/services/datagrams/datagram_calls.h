/* SPDX-License-Identifier: MIT */
/* datagram_calls.h -- the calls of datagram_abi.h: a process's port is a claim of UDP's node like
 * an extension's, and what arrives waits where it lies until the process takes it. */
#ifndef SPIN_SERVICES_DATAGRAM_CALLS_H
#define SPIN_SERVICES_DATAGRAM_CALLS_H

/* Spin's own processes have them from here on, where there is a network. */
void datagram_calls_init(void);

#endif
