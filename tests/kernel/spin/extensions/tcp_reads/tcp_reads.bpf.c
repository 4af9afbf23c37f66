/* SPDX-License-Identifier: MIT */
/* tcp_reads.bpf.c -- a protocol of connections that would have its owner shown memory that is no
 * segment's: without one, it says how long it was, and that its data lie far behind it. */
#include "spin/extend.h"
#include "spin/services/stream/stream_step.h"

NEEDS("/svc/domains/Stream");

INSTEAD(stream_step) long on_step(struct tcp *t, struct stream_step *c) {
    (void)t;
    c->found = (struct tcp_event){0};
    c->segments = 0;
    c->state = TCP_ESTABLISHED;
    c->deadline = c->op == STREAM_TIMER ? UINT64_MAX : c->now;
    if (c->op == STREAM_TIMER) {
        c->bytes = 100000;
        c->data = 2000;
        c->found.length = c->found.ready = 1000;
    }
    return 1;
}
