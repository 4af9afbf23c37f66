/* SPDX-License-Identifier: MIT */
/* net_handler.h -- a handler that may be ended early, and what is told of it. */
#ifndef SPIN_DISPATCH_NET_HANDLER_H
#define SPIN_DISPATCH_NET_HANDLER_H

#include "engine/net_shared.h"

/* A handler that may be ended early runs in the net of its raise (net_shared.h), with the
 * activation behind its five parameters. Used-up fuel terminates it: it has not fired. Whatever
 * else ends it fails, and so does the raise, which ends with an exception. */
struct net_handler {
    const struct image *image;
    uint64_t fuel;               /* each time; fixed while it is bound */
    struct module *by;           /* who has bound it */
    uint32_t terminated, failed; /* so often */
    bool failing;                /* beyond what its account may fail */
    struct net_report report;    /* of the last time */
};

#endif
