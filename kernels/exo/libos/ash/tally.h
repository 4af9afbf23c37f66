/* SPDX-License-Identifier: MIT */
/* tally.h -- the protocol of tally.bpf.c, behind Ethernet's header. */
#ifndef LIBOS_ASH_TALLY_H
#define LIBOS_ASH_TALLY_H

enum { ETHER_TALLY = 0x88b5 }; /* IEEE 802's first number for local experiments */

/* Where what begins: a byte, two bytes, four bytes. */
enum { TALLY_KIND = 0, TALLY_KEY = 2, TALLY_AMOUNT = 4, TALLY_BYTES = 8 };
enum { TALLY_ADD = 1, TALLY_SUM = 2 }; /* kinds */
enum { TALLY_KEYS = 256 };

#endif
