/* SPDX-License-Identifier: MIT */
/* interrupt.h -- SIGINT, SIGTERM and SIGHUP are noted, not obeyed at once: a run ends in order and
 * says that it is partial. */
#ifndef HARNESS_INTERRUPT_H
#define HARNESS_INTERRUPT_H

/* From now on those signals are only noted; a second one while the first is being handled ends the
 * process at once. One that the caller has this process ignore (nohup, a shell's background job)
 * stays ignored. */
void interrupt_catch(void);

/* The signal that came, or 0. */
int interrupted(void);

#endif
