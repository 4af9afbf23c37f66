/* SPDX-License-Identifier: MIT */
/* tcp_echo.bpf.c -- the echo service of TCP (RFC 862). */
#include "spin/extend.h"
#include "spin/services/stream/stream.h"

NEEDS("/svc/domains/Stream");

INITIALISE long begin(void) {
    return stream_listen(7);
}

HANDLER(stream_ready) unsigned long ready(struct stream_view *v) {
    long wrote = v->bytes ? stream_pass(v->number, v, 0, v->bytes) : 0;
    if (v->what & STREAM_ENDED)
        stream_close(v->number, 1);
    return wrote > 0 ? (unsigned long)wrote : 0;
}
