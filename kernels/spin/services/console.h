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
/* Waits for a byte, and gives what Console.Key makes of it. */
EVENT_DECLARE(console_read, int, ());
/* A byte was typed; what is it to whoever reads? Any module may extend this one. */
EVENT_DECLARE(console_key, int, (int byte));

#ifndef __BPF__
/* Who waits for a key lets others have the processor, and interrupts come: connections are served
 * meanwhile. */
extern _Bool console_shares;

/* From here on Console.Key may be extended. */
void console_init(void);
#endif

#endif
