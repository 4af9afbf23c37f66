/* SPDX-License-Identifier: MIT */
/* net_middle.bpf.c -- would see, and change, what others send. */
#include "spin/extend.h"
#include "spin/services/net/net.h"

HANDLER(udp_sent) unsigned long change(struct outgoing *o, struct sending *s) {
    (void)s;
    o->byte[NET_ROOM] = 0;
    return 8;
}
