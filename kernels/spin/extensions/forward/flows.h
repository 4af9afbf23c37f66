/* SPDX-License-Identifier: MIT */
/* flows.h -- whose packets a forwarder passes on: each client, an address and a port, has a number
 * as long as it is among the last FLOWS that sent something. Pure, for the host's tests, too. */
#ifndef FLOWS_H
#define FLOWS_H

#define FLOWS 8

struct flow {
    unsigned client, port; /* port 0: nobody's */
    unsigned long last;    /* when it sent something */
};

/* The client's number; a new one takes that of who has been silent longest. */
static inline unsigned long flow_of(struct flow flow[FLOWS], unsigned client, unsigned port,
                                    unsigned long now) {
    unsigned long oldest = 0;
    for (unsigned long i = 0; i < FLOWS; i++) {
        if (flow[i].client == client && flow[i].port == port) {
            flow[i].last = now;
            return i;
        }
        if (flow[oldest].port && (!flow[i].port || flow[i].last < flow[oldest].last))
            oldest = i;
    }
    flow[oldest].client = client;
    flow[oldest].port = port;
    flow[oldest].last = now;
    return oldest;
}

#endif
