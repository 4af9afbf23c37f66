/* SPDX-License-Identifier: MIT */
/* web_talk.h -- a connection of a web server of files over ExOS' sockets: what Cheetah does with
 * frames, done by descriptors, as any system's server would. It never waits. */
#ifndef EXO_LIBOS_WEB_TALK_H
#define EXO_LIBOS_WEB_TALK_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/http.h"

struct web_talk {
    int fd, file; /* file: the one that is sent; -1: none */
    uint32_t got; /* bytes of requests that are not answered */
    bool ends;
    uint64_t left, sent; /* bytes of the file to send; of all answers, gone */
    uint64_t read;       /* of all files */
    uint32_t at, bytes;  /* of `out`: gone, and there */
    char request[HTTP_REQUEST_MOST], out[8192];
};

/* fd is a connection that does not wait (EXOS_NONBLOCK). */
void web_talk_begin(struct web_talk *t, int fd);

enum web_step { WEB_WANTS_READ, WEB_WANTS_WRITE, WEB_ENDED };
/* Reads, answers and writes as far as it can be without waiting, and gives what it waits for. When
 * it has ended its descriptors are closed. */
enum web_step web_talk(struct web_talk *t);
/* Ends it before. */
void web_talk_end(struct web_talk *t);

#endif
