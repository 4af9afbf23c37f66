/* SPDX-License-Identifier: MIT */
/* exo-web.h -- what a client's environment and the server's have in common: a page. */
#ifndef EXPERIMENTS_WEB_EXO_WEB_H
#define EXPERIMENTS_WEB_EXO_WEB_H

#include <stdint.h>

#define WEB_SERVER  "web-server"
#define WEB_SOCKETS "web-sockets" /* the one over ExOS' sockets */

enum { WEB_SERVER_IP = 0x0a000001, WEB_CLIENT_IP = 0x0a000002 };

/* Which blocks of files stay in memory: all; of the mix at most MIX_LIMIT. The last is the server
 * over ExOS' sockets, whose files are memory. */
enum web_cache { WEB_ALL, WEB_LRU, WEB_HYBRID, WEB_NONE, WEB_BY_SOCKETS };
/* Of the mix (web.h): blocks that memory has room for, and of large files. */
enum { MIX_LIMIT = 48, MIX_YOUNG = 16 };

/* The server's argument: the frame's number, and above bit 32 who its client is. */
struct web_shared {
    uint64_t cache; /* enum web_cache: the client says it before the server begins */
    uint64_t ready; /* 1: it serves; else why not, below 0 */
    uint64_t frames, touched, bytes; /* sent by the server; of files looked at, and sent */
    uint64_t ticks;                  /* that it had the processor, and something to do */
    uint64_t connection, buffers, file;
    uint64_t reads;   /* requests to the disk */
    uint64_t network; /* of the one over sockets: who has its interface; else 0 */
};

#endif
