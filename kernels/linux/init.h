/* SPDX-License-Identifier: MIT */
/* init.h -- the parts of the baseline's init: serial line, children, and what the system is asked
 * and told. */
#ifndef LINUX_INIT_H
#define LINUX_INIT_H

#include "measure/agent.h"
#include "measure/console.h"
#include "measure/sender.h"

/* Size of the file /plan: fixed, since a row moves when what Linux is told changes in length. */
#define PLAN_BYTES 4096

/* serial.c: the first serial line, raw, and its sender in memory that children share. */
void serial_open(void);
struct sender *serial_sender(void);
void serial_record(const char *body, size_t length);
void serial_text(const char *bytes, size_t length);
int serial_read(void); /* the next byte, waiting; -1 at its end */

/* children.c: one row in a child; a child's death by a signal or otherwise becomes a
 * fault record. */
void child_run(const struct agent *a, const struct agent_row *row);
void child_inject(enum injection what);
void child_panic(const char *why) __attribute__((noreturn));

/* guest.c: what concerns the machine. */
struct build_id {
    const void *bytes;
    size_t length;
};
struct build_id build_id(void); /* init's GNU build-id */
uint64_t tsc_hz(void);          /* measured over 20 ms against the kernel's clock */
void plan_read(
    char plan[PLAN_BYTES + 1]); /* /plan with the padding off; empty where there is none */
/* devices.c: what stands in /devices: modules are loaded, RAM disks filled. Only in the init of
 * boots with devices; null in the other one, which is no larger for them. */
void devices_start(void) __attribute__((weak));
/* peer.c: Linux answers on its first interface; with WORDS that have shell=1 the serial line is
 * busybox's shell, until its end. Only in the init of boots with interfaces. */
void peer_start(const char *words) __attribute__((weak));
/* Makes disk NUMBER (/dev/ramN) what it was when the machine booted. False: there is none. */
bool device_restore(unsigned number);

void symbols_send(
    void); /* the kernel's text symbols to the second serial line, for exospin trace */
void guest_exit(unsigned value) __attribute__((noreturn));

#endif
