/* SPDX-License-Identifier: MIT */
/* net.h -- for checks of packets: pages for buffers and frames. Interfaces 0 and 1 are on one wire;
 * 2 is alone on its own, so that what is sent there stays with the device until it is reset.
 * tests/end/run/exo_net_test.sh boots such a machine. */
#ifndef TESTS_EXO_NET_H
#define TESTS_EXO_NET_H

#include "../program/net_attack.h"

#include "exo/dpf/dpf_atom.h"
#include "exo/libos/disk/disk_await.h"
#include "measure/bench.h"

#define PAGE      4096ul
#define PAGES_AT  0x540000000000ul
#define PAGES     20
#define HELD      6 /* slots */
#define OTHER     7
#define ALONE     2  /* an interface */
#define NIC_LEAST 14 /* bytes of a frame */

static const struct cap none;
static const struct cap mine = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {9}};
static const struct cap foreign = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {8}};

/* A capability for a part of an interface's name. */
static inline struct cap part_of(uint8_t nic, uint8_t part) {
    return (struct cap){.rights = CAP_ALL, .valid = 1, .length = 3, .name = {'n', nic, part}};
}

/* The n-th page; the last one is for words, the one before it for frames to send. */
static inline uint8_t *page(unsigned n) {
    return (uint8_t *)(PAGES_AT + n * PAGE);
}
static inline volatile uint64_t *word(unsigned n) {
    return (volatile uint64_t *)page(PAGES - 1) + n;
}
static inline uint64_t physical_of(const volatile void *at) {
    return frame_at(at) * PAGE + (uint64_t)at % PAGE;
}
static inline const volatile struct exo_nic *nic_seen(unsigned nic) {
    return (const volatile struct exo_nic *)EXO_NIC + nic;
}
static inline const volatile struct exo_filter *filter_seen(long id) {
    return (const volatile struct exo_filter *)EXO_FILTER + (unsigned long)id % EXO_FILTERS;
}

/* Maps the pages, and lets this environment send what it likes; false: the check is skipped, as the
 * machine has no such interfaces. In the end all is gone, and what the kernel uses is as before. */
bool net_begin(struct check *c);
void net_end(struct check *c);

/* A ring of `count` buffers of so many bytes: the n-th page and word each. */
long ring(unsigned slot, unsigned number, unsigned first, unsigned count, uint64_t bytes);
/* A filter of frames of this type, on an interface. */
long filter(unsigned slot, unsigned nic, uint32_t type);
/* The same of those whose byte at 20 is `at_20`. */
long filter_narrow(unsigned slot, unsigned nic, uint32_t type, uint32_t at_20);
/* The same as the first, with its frames in ring 0, of 4 buffers from page 0 on. */
long listen(unsigned nic, uint32_t type);

/* A frame of this type, its bytes by the seed; and whether it is in the n-th page, with its word
 * so. */
long transmit(unsigned nic, uint32_t type, uint64_t bytes, uint64_t seed);
bool received(unsigned n, uint64_t bytes, uint64_t seed);
/* 60 bytes, of which the one at 20 is `sent`, from interface 1 to interface 0; without a switch to
 * anybody until it is there. */
void send_at_once(uint32_t type, uint8_t sent);
/* Until all that was sent has arrived, or nearly for ever. */
void settle(void);

#endif
