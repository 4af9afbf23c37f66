/* SPDX-License-Identifier: MIT */
/* tcp_lies.bpf.c -- a protocol of connections that says what cannot be: it sends bytes that
 * nobody wrote, and has received bytes that did not arrive. */
#include "spin/extend.h"
#include "spin/services/stream/stream_step.h"

NEEDS("/svc/domains/Stream");

INSTEAD(stream_step) long on_step(struct tcp *t, struct stream_step *c) {
    (void)t;
    c->found = (struct tcp_event){0};
    c->segments = 0;
    c->state = TCP_ESTABLISHED;
    c->deadline = UINT64_MAX;
    c->segments = 1;
    c->segment[0].header = 20;
    c->segment[0].at = 0x7fff0000;
    c->segment[0].length = 1000;
    return 1;
}
