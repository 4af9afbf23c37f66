/* SPDX-License-Identifier: MIT */
/* view.h -- a record of which bytes that came from outside are a view, with fields of bits; and the
 * sum of its fields, which the kernel's compiler and those of programs must agree on. */
#ifndef TESTS_VIEW_H
#define TESTS_VIEW_H

struct record {
    unsigned int version : 4;
    int delta : 6;
    unsigned int flags : 9;
    int sign : 1;
    unsigned int rest : 12;
    unsigned short port;
    unsigned char name[3], last;
};

static inline long record_sum(const struct record *r) {
    return r->version + 3 * r->delta + 5L * r->flags + 7 * r->sign + 11L * r->rest + 13L * r->port +
           17 * r->name[2] + 19 * r->last;
}

/* The same fields, written one by one. */
static inline long record_set(struct record *r, unsigned long n) {
    r->version = (unsigned)n & 15;
    r->delta = (int)(n >> 4 & 31) - 16;
    r->flags = (unsigned)(n >> 9) & 511;
    r->sign = -(int)(n >> 18 & 1);
    r->rest = (unsigned)(n >> 19) & 4095;
    r->port = (unsigned short)(n >> 31);
    r->version++;
    r->delta -= 3;
    r->flags ^= 257;
    return record_sum(r);
}

#endif
