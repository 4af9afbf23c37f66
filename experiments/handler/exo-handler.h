/* SPDX-License-Identifier: MIT */
/* exo-handler.h -- what the environment that asks tells the one that answers. */
#ifndef HANDLER_EXO_HANDLER_H
#define HANDLER_EXO_HANDLER_H

#define SERVER "handler-server"

enum { FRAME_TYPE = 0x88b5, FRAME_BYTES = 60 }; /* local experiments' (IEEE 802) */

/* Who answers: a handler at arrival; the environment when a wakeup predicate has begun its slice;
 * or in its slices, in which it looks. */
enum answers_by { BY_ASH, BY_UPCALL, BY_PROCESS };

#endif
