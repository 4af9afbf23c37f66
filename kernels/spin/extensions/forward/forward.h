/* SPDX-License-Identifier: MIT */
/* forward.h -- what is forwarded (Bershad et al., SOSP '95, 5.4): what comes to this port of UDP or
 * TCP, at this interface, goes to that of the server, and its answers go back. All packets are
 * passed on as they came, so who has sent something knows that the server has it, and not only this
 * machine. */
#ifndef FORWARD_H
#define FORWARD_H

enum {
    FORWARD_PORT =
        7007, /* and as many behind it as there are flows: those are the server's peers */
    FORWARD_NIC = 1,
    FORWARD_SERVER = 0x0a000001, /* 10.0.0.1 */
    FORWARD_SERVER_PORT = 7,
};

#endif
