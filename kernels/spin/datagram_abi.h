/* SPDX-License-Identifier: MIT */
/* datagram_abi.h -- calls about UDP, of spin's own processes, in boots with a network: numbers and
 * what lies in memory. Registers are those of abi.h. A port that is open is a number that counts in
 * its process alone. */
#ifndef SPIN_DATAGRAM_ABI_H
#define SPIN_DATAGRAM_ABI_H

#include <stdint.h>

enum datagram_call_number {
    DATAGRAM_CALL_open = 128, /* port of UDP, interface or DATAGRAM_ANY; an open port */
    DATAGRAM_CALL_close,      /* open port */
    DATAGRAM_CALL_send,       /* open port, memory, bytes, address, port */
    DATAGRAM_CALL_receive,    /* open port, memory, room, struct datagram_from or 0; its bytes */
    DATAGRAM_CALL_count       /* open port; datagrams that wait */
};

#define DATAGRAM_ANY  255
#define DATAGRAM_MOST 3968 /* bytes of one that is sent */

struct datagram_from {
    uint32_t address, port;
};

#endif
