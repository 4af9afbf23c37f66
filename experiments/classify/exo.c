/* SPDX-License-Identifier: MIT */
/* exo.c -- whose packet is it? The kernel's set of filters, as a packet's arrival asks it: filters
 * of TCP connections that differ in a port, and a packet of the first one's, the last one's or
 * nobody's. */
#include "common/engine.h"
#include "exo/dpf/dpf.h"
#include "lib/string.h"
#include "machine/report/panic.h"
#include "measure/bench.h"

enum { ATOMS = 5, FIRST_PORT = 1000, MOST = 1000 };

static struct dpf_atom atoms[MOST + 1][ATOMS];
static struct dpf_filter *filters[MOST + 1];

static void describe(unsigned i) {
    const struct dpf_atom filter[ATOMS] = {
        {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = 0x0800},
        {.op = DPF_EQ, .bytes = 1, .offset = 23, .value = 6},
        {.op = DPF_MEQ, .bytes = 2, .offset = 20, .mask = 0x1fff},
        {.op = DPF_MSHIFT, .bytes = 1, .offset = 14, .mask = 15, .shift = 2},
        {.op = DPF_EQ, .bytes = 2, .offset = 16, .value = FIRST_PORT + i},
    };
    memcpy(atoms[i], filter, sizeof filter);
}

static int insert(struct dpf_set *s, unsigned i) {
    enum dpf_fault fault;
    uint32_t at;
    return dpf_insert(s, atoms[i], ATOMS, &filters[i], &filters[i], &fault, &at);
}

static struct dpf_set *set_of(unsigned count) {
    struct dpf_set *s = dpf_open(&engine_hooks);
    assert_that(s);
    for (unsigned i = 0; i < count; i++) {
        describe(i);
        int error = insert(s, i);
        assert_that(!error);
    }
    return s;
}

static void make_packet(uint8_t packet[60], unsigned port) {
    memset(packet, 0, 60);
    packet[12] = 8;
    packet[14] = 0x45;
    packet[23] = 6;
    packet[36] = (uint8_t)(port >> 8);
    packet[37] = (uint8_t)port;
}

static bool word_is(struct bench *b, const char *key, const char *word) {
    char value[16];
    return !strcmp(bench_word(b, key, value, sizeof value), word);
}

/* The filters one by one, atom by atom. */
static void *ask_each(unsigned count, const uint8_t *packet) {
    for (unsigned i = 0; i < count; i++)
        if (dpf_holds(atoms[i], ATOMS, packet, 60))
            return &filters[i];
    return NULL;
}

BENCH(classify, "classify/filters:1,10,100,1000/packet:first,last,none/way:dpf,interp") {
    unsigned count = (unsigned)bench_arg(b, "filters");
    bool interpreted = word_is(b, "way", "interp");
    unsigned which = word_is(b, "packet", "first")  ? 0
                     : word_is(b, "packet", "last") ? count - 1
                                                    : MOST;
    uint8_t packet[60];
    void *want = which < count ? &filters[which] : NULL, *volatile found;
    struct dpf_set *s = set_of(count);
    make_packet(packet, FIRST_PORT + which);
    while (bench_next(b)) {
        bench_start(b);
        found = interpreted ? ask_each(count, packet) : dpf_find(s, packet, sizeof packet);
        bench_stop(b);
        assert_that(found == want);
    }
    dpf_close(s);
}

BENCH(classify_insert, "classify/insert/filters:0,10,100,999") {
    unsigned count = (unsigned)bench_arg(b, "filters");
    struct dpf_set *s = set_of(count);
    describe(count);
    while (bench_next(b)) {
        bench_start(b);
        int error = insert(s, count);
        bench_stop(b);
        assert_that(!error);
        dpf_remove(s, filters[count]);
    }
    dpf_close(s);
}

BENCH(classify_remove, "classify/remove/filters:1,10,100,1000") {
    unsigned last = (unsigned)bench_arg(b, "filters") - 1;
    struct dpf_set *s = set_of(last + 1);
    while (bench_next(b)) {
        bench_start(b);
        dpf_remove(s, filters[last]);
        bench_stop(b);
        int error = insert(s, last);
        assert_that(!error);
    }
    dpf_close(s);
}
