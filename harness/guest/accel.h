/* SPDX-License-Identifier: MIT */
/* accel.h -- is KVM real? A host can have a /dev/kvm that opens, makes machines, and emulates every
 * instruction, some hundred times too slow. So three questions are asked, cheapest first: the
 * processor's flags, the device, and a timed trial of a known chain of instructions in a machine of
 * our own. */
#ifndef HARNESS_ACCEL_H
#define HARNESS_ACCEL_H

#include <stdbool.h>

#include "base/failure.h"

/* An instruction of the trial may cost so many ticks of the host's TSC: real hardware needs about
 * one, an emulated one some hundred (600 were measured). */
enum { ACCEL_TICKS_MAX = 10 };

/* True if cycles counted under KVM mean something. *verdict says what was found, and why not; its
 * status is 0 or 64. */
bool accel_kvm(struct failure *verdict);

/* Ends the process (64) with the reason where it is not real. */
void accel_require_kvm(void);

#endif
