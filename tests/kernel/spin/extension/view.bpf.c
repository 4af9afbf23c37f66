/* SPDX-License-Identifier: MIT */
/* view.bpf.c -- programs that look at bytes as a record: those that look whether there are enough,
 * and those that do not, or write to what they may only read. */
#include "view.h"

#define VIEW(name)                                                                                 \
    __attribute__((section("view/" #name), used)) long name(const unsigned char *from,             \
                                                            const unsigned char *end)

VIEW(views) {
    const struct record *r = (const struct record *)from;
    return from + sizeof *r <= end ? record_sum(r) : -1;
}

/* A copy of one's own may be changed. */
VIEW(copies) {
    struct record own;
    if (from + sizeof own > end)
        return -1;
    own = *(const struct record *)from;
    own.last++;
    own.sign = 0;
    return record_sum(&own);
}

__attribute__((section("number/sets"), used)) long sets(unsigned long n) {
    struct record own = {.name = {1, 2, 3}, .last = 4};
    return record_set(&own, n);
}

/* --- Refused --- */

VIEW(trusts) {
    (void)end;
    return record_sum((const struct record *)from);
}

VIEW(one_short) {
    const struct record *r = (const struct record *)from;
    return from + __builtin_offsetof(struct record, last) <= end ? record_sum(r) : -1;
}

VIEW(writes_to_it) {
    struct record *r = (struct record *)from;
    if (from + sizeof *r <= end)
        r->last = 1;
    return 0;
}
