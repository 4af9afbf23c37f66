/* SPDX-License-Identifier: MIT */
/* stream_calls.h -- what stream.h has, for the kernel's own code; extensions' calls are
 * stream_calls.c's. */
#ifndef SPIN_SERVICES_STREAM_STREAM_CALLS_H
#define SPIN_SERVICES_STREAM_STREAM_CALLS_H

#include "spin/services/stream/table.h"

/* As stream_listen and so on, for this owner; `nic`: by which interface, or NET_ANY. */
int streams_listen(const struct stream_owner *owner, unsigned long port);
void streams_unlisten(const struct stream_owner *owner, unsigned long port);
long streams_connect(const struct stream_owner *owner, unsigned long nic, unsigned long address,
                     unsigned long port);
long streams_write(const struct stream_owner *owner, unsigned long number, const void *bytes,
                   unsigned long count);
int streams_close(const struct stream_owner *owner, unsigned long number, bool reads);
int streams_abort(const struct stream_owner *owner, unsigned long number);

/* There are connections from here on, if there is a network. */
void streams_init(void);

#endif
