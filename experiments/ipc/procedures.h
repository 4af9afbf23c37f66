/* SPDX-License-Identifier: MIT */
/* procedures.h -- what one extension calls of another. */
#ifndef IPC_PROCEDURES_H
#define IPC_PROCEDURES_H

#define CALLS 100 /* of call_hundred */

void callee_null(void);

#endif
