/* SPDX-License-Identifier: MIT */
/* spin_ends.h -- SPIN's web server and its client. */
#ifndef EXPERIMENTS_WEB_SPIN_ENDS_H
#define EXPERIMENTS_WEB_SPIN_ENDS_H

#include "measure/bench.h"
#include "spin/services/disk/disk_object.h"
#include "web.h"

enum { SERVER_NIC, CLIENT_NIC };

/* False: the machine has no two interfaces, or no disk, and the row is skipped. The server begins
 * with an empty cache of this kind: "hybrid", "lru", "none". Until web_end() the disk is masked. */
bool web_begin(struct bench *b, const char *cache);
void web_end(void);
/* Requests to the disk since it was there. */
uint64_t web_disk_requests(void);

/* What is asked for from now on. */
void web_ask_for(uint32_t bytes);
/* An exchange, from the first SYN to the acknowledgement of the client's end: of what is in the
 * server's memory; of what may be on the disk, whose time is 0 then; the same, giving what the
 * server took of it. */
void web_exchange(void);
void web_exchange_by_disk(void);
uint64_t web_exchange_parts(void);
/* An exchange whose answer is looked at. */
void web_look(void);

#endif
