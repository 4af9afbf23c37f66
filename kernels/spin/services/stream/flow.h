/* SPDX-License-Identifier: MIT */
/* flow.h -- what happens to a connection: the protocol is asked, its owner is told, and what is to
 * be sent is sent. All by who has the mutex. */
#ifndef SPIN_SERVICES_STREAM_FLOW_H
#define SPIN_SERVICES_STREAM_FLOW_H

#include "spin/services/stream/beginnings.h"

/* Who has it may ask for it again: an owner that is told of something calls back. True: it was the
 * caller's before, who gives it up. */
bool flow_enter(void);
void flow_leave(bool had);

/* What an owner has written, or wants closed, goes on its way. */
void flow_output(struct stream *s);
void flow_abort(struct stream *s);

/* There are connections from here on. */
void flow_init(void);

#endif
