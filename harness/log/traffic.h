/* SPDX-License-Identifier: MIT */
/* traffic.h -- a capture as an input: its frames are what a guest's interface sends. */
#ifndef HARNESS_TRAFFIC_H
#define HARNESS_TRAFFIC_H

/* Why the frames of the file at PATH cannot be sent, a new string: it cannot be read, it is no
 * capture (pcap.h), it has no frame, or one that is not there whole or that no interface sends.
 * Null: they can. */
char *traffic_fault(const char *path);

#endif
