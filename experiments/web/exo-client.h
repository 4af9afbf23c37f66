/* SPDX-License-Identifier: MIT */
/* exo-client.h -- a client that asks for one file by one connection: TCP by the step of
 * kernels/protocol, on a ring of its own. */
#ifndef EXPERIMENTS_WEB_EXO_CLIENT_H
#define EXPERIMENTS_WEB_EXO_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

/* Opens interface 1; false: it cannot be. */
bool web_client_begin(void);
void web_client_end(void);
/* Asks for the server's address, and so tells it this end's: it answers nobody whom it does not
 * know. */
void web_client_known(uint64_t server);
/* Sends `length` bytes to the server and takes what it answers, until both have ended; meanwhile
 * the processor is given to `server` where there is nothing to do. Each segment is checked where it
 * lies in the ring, and copied to `answer` if that is not null. How many bytes came; 0: the
 * connection broke. */
uint32_t web_exchange(uint64_t server, const char *request, uint32_t length, uint8_t *answer);
/* Ticks for which others have had the processor that it gave away, so far. */
uint64_t web_client_away(void);

#endif
