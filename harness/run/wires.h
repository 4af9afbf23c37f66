/* SPDX-License-Identifier: MIT */
/* wires.h -- which frames of a boot's captures belong to which row: QEMU writes to each when it
 * passed, by the guest's own clock, and a row says between which ticks it ran. So every frame is
 * counted where it belongs, and none is guessed. Only an exact clock's boots are such. */
#ifndef HARNESS_WIRES_H
#define HARNESS_WIRES_H

#include "run/collection.h"

/* The wires of a boot, as its interfaces name them, each once. */
void wires_names(const struct boot *b, struct texts *names);
/* The capture of a wire: "captures/spin.0.a.pcap" for "raw/spin.0.log" and "a"; a new string. */
char *wires_file(const char *raw, const char *wire);

/* Takes the LENGTH bytes of the capture of WIRE (null: there is none), after all of this boot's
 * records. One that is malformed is a problem of the boot, and what was in it until there is
 * counted. */
void wires_collect(struct collection *c, const char *wire, const char *bytes, size_t length);

#endif
