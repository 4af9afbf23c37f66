/* SPDX-License-Identifier: MIT */
/* connection_abi.h -- calls about TCP, of spin's own processes, in boots with a network: numbers.
 * Registers are those of abi.h. A connection, and a port at which they are waited for, is a number
 * that counts in its process alone. Who reads, writes, connects or accepts waits until something
 * has come of it. */
#ifndef SPIN_CONNECTION_ABI_H
#define SPIN_CONNECTION_ABI_H

enum connection_call_number {
    CONNECTION_CALL_listen = 136, /* port of TCP; a number */
    CONNECTION_CALL_accept,       /* a number of listen's; that of a connection */
    CONNECTION_CALL_connect,      /* interface or CONNECTION_ANY, address, port; the same */
    CONNECTION_CALL_send,         /* number, memory, bytes; how many of them there was room for */
    CONNECTION_CALL_receive,      /* number, memory, room; bytes; 0: the peer sends no more */
    CONNECTION_CALL_finish,       /* number; no more is sent, but received still */
    CONNECTION_CALL_close         /* number, of either kind */
};

#define CONNECTION_ANY 255

/* Of one process, with those that it has closed and that are still on their way. */
#define CONNECTIONS_MOST 16
#define LISTENS_MOST     4
#define CONNECTIONS_WAIT 8 /* that were begun by peers and not accepted, of one port */

#endif
