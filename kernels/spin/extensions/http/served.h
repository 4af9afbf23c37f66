/* SPDX-License-Identifier: MIT */
/* served.h -- what the web server has, and how much of it. Its files: the cache (cache.h),
 * connections (answers.h), what is asked for (asked.h), heads of answers (head.h), and answers
 * (server.bpf.c). One request is looked
 * at at a time, in the strand of connections. */
#ifndef SPIN_EXTENSIONS_HTTP_SERVED_H
#define SPIN_EXTENSIONS_HTTP_SERVED_H

#include "lib/defence.h"

#define HTTP_ROOT "/svc/volumes/web/" /* what is served is in this volume */
#define HTTP_PORT 80

/* Its own rules; the parser's are in protocol/rules.h. Checks load it without each
 * (tests/kernel/spin/extensions). */
enum {
    DEFENCE_HTTP_CHANGED = 15001, /* nobody gets half of one file and half of another */
    DEFENCE_HTTP_READERS          /* who reads slowly makes place for who asks */
};

/* Which files stay in memory: those up to HTTP_SMALL, all, none. */
enum http_cache { HTTP_HYBRID, HTTP_LRU, HTTP_NONE };
#define HTTP_SMALL 16384

#define HTTP_CONNECTIONS 128 /* at once; one more takes the place of one of the first */

#endif
