/* SPDX-License-Identifier: MIT */
/* exo.c -- whose packet is it? The kernel's set of filters, as a packet's arrival asks it: filters
 * of TCP connections that differ in a port, and a packet of the first one's, the last one's or
 * nobody's; and other ways to ask the same. */
#include "common/engine.h"
#include "exo/dpf/dpf.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "measure/bench.h"
#include "mpf.h"
#include "port.h"
#include "traffic.h"
#include "verified.h"

enum { MOST = 2 * TRAFFIC_FILTERS + 500 };

static struct dpf_atom atoms[MOST][TRAFFIC_ATOMS];
static struct dpf_filter *filters[MOST];

static int insert(struct dpf_set *s, unsigned i) {
    enum dpf_fault fault;
    uint32_t at;
    return dpf_insert(s, atoms[i], TRAFFIC_ATOMS, &filters[i], &filters[i], &fault, &at);
}

static struct dpf_set *set_of(unsigned count) {
    struct dpf_set *s = dpf_open(&engine_hooks);
    assert_that(s);
    for (unsigned i = 0; i < count; i++) {
        traffic_filter(atoms[i], TRAFFIC_PORT + i);
        int error = insert(s, i);
        assert_that(!error);
    }
    return s;
}

static bool word_is(struct bench *b, const char *key, const char *word) {
    char value[16];
    return !strcmp(bench_word(b, key, value, sizeof value), word);
}

struct question {
    unsigned count;
    uint8_t packet[TRAFFIC_BYTES];
    void *want; /* a filter, or nobody */
};

static void pose(struct bench *b, struct question *q) {
    q->count = (unsigned)bench_arg(b, "filters");
    unsigned which = word_is(b, "packet", "first")  ? 0
                     : word_is(b, "packet", "last") ? q->count - 1
                                                    : TRAFFIC_FILTERS;
    q->want = which < q->count ? &filters[which] : NULL;
    traffic_packet(q->packet, TRAFFIC_PORT + which);
}

#define CLASSIFY "classify/filters:1,10,100,1000/packet:first,last,none/way:"

/* Times one way to ask, which gives a filter or null. */
#define bench_ask(b, q, ask)                                                                       \
    while (bench_next(b)) {                                                                        \
        bench_start(b);                                                                            \
        void *volatile found = (ask);                                                              \
        bench_stop(b);                                                                             \
        assert_that(found == (q).want);                                                            \
    }

BENCH(classify_dpf, CLASSIFY "dpf") {
    struct question q;
    pose(b, &q);
    struct dpf_set *s = set_of(q.count);
    bench_ask(b, q, dpf_find(s, q.packet, TRAFFIC_BYTES));
    dpf_close(s);
}

/* The filters one by one, atom by atom. */
static void *ask_each(unsigned count, const uint8_t *packet) {
    for (unsigned i = 0; i < count; i++)
        if (dpf_holds(atoms[i], TRAFFIC_ATOMS, packet, TRAFFIC_BYTES))
            return &filters[i];
    return NULL;
}

BENCH(classify_interp, CLASSIFY "interp") {
    struct question q;
    pose(b, &q);
    for (unsigned i = 0; i < q.count; i++)
        traffic_filter(atoms[i], TRAFFIC_PORT + i);
    bench_ask(b, q, ask_each(q.count, q.packet));
}

BENCH(classify_mpf, CLASSIFY "mpf") {
    static struct mpf_match match[TRAFFIC_FILTERS];
    struct question q;
    pose(b, &q);
    for (unsigned i = 0; i < q.count; i++)
        match[i] = (struct mpf_match){
            .next = i + 1 < q.count ? &match[i + 1] : NULL,
            .key = {TRAFFIC_PORT + i},
            .user = &filters[i],
        };
    bench_ask(b, q, mpf_find(mpf_tcp, match, q.packet, TRAFFIC_BYTES));
}

/* --- In C, through the engine --- */

static struct sample sample;

/* So many programs, made when first asked for; then they stay. */
static struct verified *verified_of(struct bench *b, unsigned count) {
    static struct verified *v;
    if (!v &&
        (!(v = heap_alloc(sizeof *v)) || sample_open(&sample, SAMPLE_tcp_filter, &engine_hooks)))
        panic("%s: tcp_filter cannot be opened", b->row);
    if (!verified_make(v, &sample, count))
        panic("%s: the filters cannot be made", b->row);
    return v;
}

static void *filter_or_null(unsigned n, unsigned count) {
    return n < count ? &filters[n] : NULL;
}

BENCH(classify_jit, CLASSIFY "jit") {
    struct question q;
    pose(b, &q);
    const struct verified *v = verified_of(b, q.count);
    bench_ask(b, q, filter_or_null(verified_ask(v, q.count, q.packet), q.count));
}

extern const uint8_t port_object[], port_object_end[];
__asm__(".pushsection .rodata\n.balign 16\n"
        "port_object: .incbin \"guest/classify/port.bpf.o\"\n"
        "port_object_end:\n.popsection");

static struct dpf_program *programs[TRAFFIC_FILTERS];

static const struct dpf_program *program_of(struct bench *b, unsigned i) {
    static struct report why;
    if (programs[i])
        return programs[i];
    programs[i] = heap_alloc(sizeof *programs[i]);
    if (!programs[i] ||
        !port_load(programs[i], port_object, (size_t)(port_object_end - port_object),
                   (uint16_t)(TRAFFIC_PORT + i), &engine_hooks, &why))
        panic("%s: %s", b->row, programs[i] ? why.text : "no memory");
    return programs[i];
}

/* In C what is behind IP's header, the rest by atoms. */
BENCH(classify_merged, CLASSIFY "merged") {
    struct question q;
    struct dpf_filter *f;
    enum dpf_fault fault;
    uint32_t at;
    struct dpf_set *s = dpf_open(&engine_hooks);
    pose(b, &q);
    traffic_filter(atoms[0], TRAFFIC_PORT);
    atoms[0][TRAFFIC_ATOMS - 1] = (struct dpf_atom){.op = DPF_SHIFTI, .value = 14};
    for (unsigned i = 0; i < q.count; i++) {
        const struct dpf_programmed how = {program_of(b, i), i + 1 < q.count};
        int error = dpf_insert_chosen(s, atoms[0], TRAFFIC_ATOMS, &dpf_programs, &how, &filters[i],
                                      &f, &fault, &at);
        assert_that(!error);
    }
    bench_ask(b, q, dpf_find(s, q.packet, TRAFFIC_BYTES));
    dpf_close(s);
}

/* --- Filters come and go, and what they take --- */

BENCH(classify_insert, "classify/insert/filters:0,10,100,999,1018,2042") {
    unsigned count = (unsigned)bench_arg(b, "filters");
    traffic_filter(atoms[count], TRAFFIC_PORT + count);
    bench_slow(b);
    while (bench_next(b)) {
        struct dpf_set *s = set_of(count); /* whose room is as large as it became */
        bench_start(b);
        int error = insert(s, count);
        bench_stop(b);
        assert_that(!error);
        dpf_close(s);
    }
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

/* Code, or memory besides, of so many filters. */
BENCH(classify_size, "classify/filters:1,10,100,1000/size:code,trie") {
    struct dpf_set *s = set_of((unsigned)bench_arg(b, "filters"));
    struct dpf_size size = dpf_size(s);
    bench_size(b, word_is(b, "size", "code") ? size.code_bytes : size.bytes);
    dpf_close(s);
}
