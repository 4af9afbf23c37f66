/* SPDX-License-Identifier: MIT */
/* connection_calls.h -- the calls of connection_abi.h: a process owns connections as code of the
 * kernel does (services/stream), and copies by its calls what has come. */
#ifndef SPIN_SERVICES_CONNECTIONS_CONNECTION_CALLS_H
#define SPIN_SERVICES_CONNECTIONS_CONNECTION_CALLS_H

/* Spin's own processes have them from here on, where there are connections. */
void connection_calls_init(void);

#endif
