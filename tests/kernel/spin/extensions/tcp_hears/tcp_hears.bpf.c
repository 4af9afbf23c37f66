/* SPDX-License-Identifier: MIT */
/* tcp_hears.bpf.c -- has no connection, and wants to hear of others'. */
#include "spin/extend.h"
#include "spin/services/stream/stream.h"

NEEDS("/svc/domains/Stream");
INTERFACE("heard_of");

static unsigned long heard;

HANDLER(stream_ready) unsigned long ready(struct stream_view *v) {
    (void)v;
    heard++;
    return 0;
}

EXPORTED long heard_of(void) {
    return (long)heard;
}
