/* SPDX-License-Identifier: MIT */
/* tally.h -- a protocol of docs/writing-a-protocol.md: who sends a key and an amount gets back the
 * sum of all amounts that came for that key. */
#ifndef TALLY_H
#define TALLY_H

enum { PORT_TALLY = 4700 }; /* of UDP */

/* Where what begins: a byte, two bytes, four bytes. */
enum { TALLY_KIND = 0, TALLY_KEY = 2, TALLY_AMOUNT = 4, TALLY_BYTES = 8 };
enum { TALLY_ADD = 1, TALLY_SUM = 2 }; /* kinds */
enum { TALLY_KEYS = 256 };

#endif
