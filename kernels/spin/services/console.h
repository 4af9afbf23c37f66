/* SPDX-License-Identifier: MIT */
/* console.h -- the serial line, as events. The service owns the one framer of the results protocol:
 * whatever comes from user code is checked and numbered here. */
#ifndef SPIN_SERVICES_CONSOLE_H
#define SPIN_SERVICES_CONSOLE_H

#include "measure/framer.h"
#include "spin/core/event.h"

void console_init(void);

/* Text for a person. */
EVENT_DECLARE(console_write, void, (const char *text, size_t length));
/* Frames and sends a record's body; false, and nothing is sent, where it is no well-formed record.
 */
EVENT_DECLARE(console_record, bool, (const char *body, size_t length));
/* The same for a body from user code, which may not send what only the kernel says: hello, fault,
 * done. */
EVENT_DECLARE(console_user_record, bool, (const char *body, size_t length));
/* Waits for a byte. */
EVENT_DECLARE(console_read, int, (void));

/* For the session of measurement: begin, plan's end and done are its to say. */
struct framer *console_framer(void);

#endif
