/* SPDX-License-Identifier: MIT */
/* exo-web.h -- what a client's environment and the server's have in common: a page. */
#ifndef EXPERIMENTS_WEB_EXO_WEB_H
#define EXPERIMENTS_WEB_EXO_WEB_H

#include <stdint.h>

#define WEB_SERVER "web-server"

enum { WEB_SERVER_IP = 0x0a000001, WEB_CLIENT_IP = 0x0a000002 };

/* The server's argument: the frame's number, and above bit 32 who its client is. */
struct web_shared {
    uint64_t ready;                  /* 1: it serves; else why not, below 0 */
    uint64_t frames, touched, bytes; /* sent by the server; of files looked at, and sent */
    uint64_t ticks;                  /* that it had the processor, and something to do */
    uint64_t text, connection, buffers, file;
};

#endif
