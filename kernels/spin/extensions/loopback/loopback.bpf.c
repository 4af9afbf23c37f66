/* SPDX-License-Identifier: MIT */
/* loopback.bpf.c -- the interface without a device: what goes comes back. */
#include "spin/extend.h"
#include "spin/services/net/net.h"

HANDLER(loopback_sent) unsigned long on_sent(struct outgoing *o, struct sending *s) {
    (void)o;
    return s->nic != NET_LOOPBACK;
}
