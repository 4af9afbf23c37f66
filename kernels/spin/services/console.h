/* SPDX-License-Identifier: MIT */
/* console.h -- the serial line (common/line.h), as events: whatever comes from user code is checked
 * and numbered here. */
#ifndef SPIN_SERVICES_CONSOLE_H
#define SPIN_SERVICES_CONSOLE_H

#include "spin/core/event.h"

/* Text for a person. */
EVENT_DECLARE(console_write, void, (const char *text, size_t length));
/* Frames and sends a record's body; false, and nothing is sent, where it is no
 * well-formed record. */
EVENT_DECLARE(console_record, bool, (const char *body, size_t length));
/* The same for a body from user code, which may not send what only the kernel says: hello, fault,
 * done. */
EVENT_DECLARE(console_user_record, bool, (const char *body, size_t length));
/* Waits for a byte. */
EVENT_DECLARE(console_read, int, ());

#endif
