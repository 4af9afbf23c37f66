/* SPDX-License-Identifier: MIT */
/* mpf.h -- a packet filter after MPF (Yuhara et al., Usenix Winter 1994): BPF's instructions,
 * interpreted, for what filters have in common, once; it collects what tells them apart as keys,
 * which are looked up in an associative list. Freestanding. */
#ifndef EXPERIMENTS_CLASSIFY_MPF_H
#define EXPERIMENTS_CLASSIFY_MPF_H

#include <stdint.h>

enum mpf_op {
    MPF_LOAD_HALF,   /* A = 2 bytes at k */
    MPF_LOAD_BYTE,   /* A = the byte at k */
    MPF_LOAD_HEADER, /* X = 4 * (the byte at k & 15) */
    MPF_LOAD_INDEX,  /* A = 2 bytes at X + k */
    MPF_JUMP_EQUAL,  /* A == k: over `yes` instructions, else over `no` */
    MPF_JUMP_SET,    /* A & k */
    MPF_KEY,         /* key k = A */
    MPF_MATCH,       /* whose keys these k are */
    MPF_RETURN,      /* nobody's */
};

struct mpf_instruction {
    uint8_t op, yes, no;
    uint32_t k;
};

#define MPF_KEYS 4

struct mpf_match {
    const struct mpf_match *next;
    uint32_t key[MPF_KEYS];
    void *user;
};

/* Whose the packet is, or null. The program ends by MATCH or RETURN on each of its ways. */
void *mpf_find(const struct mpf_instruction *program, const struct mpf_match *list,
               const uint8_t *packet, uint32_t bytes);

/* What tests as the filters of traffic.h do, with the port as its key. */
extern const struct mpf_instruction mpf_tcp[];

#endif
