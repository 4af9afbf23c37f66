/* SPDX-License-Identifier: MIT */
/* DPF: compiled code against the meaning of each filter by itself; whatever comes and goes, in any
 * order. The message ends where its memory does, so that a byte too far is found. */
#include <stdlib.h>
#include <string.h>

#include "exo/dpf/dpf.h"
#include "exo/dpf/dpf_own.h"
#include "guarded.h"
#include "host_hooks.h"
#include "../../random.h"
#include "../../unit.h"

enum { MANY = 64 };

/* The plain model: filters in a row. */
static struct model {
    struct dpf_atom atom[12];
    uint32_t atoms, bits, order;
    struct dpf_filter *filter;
    bool in;
} model[MANY];

static struct host_hooks host;
static struct dpf_set *set;
static uint32_t order;

static uint32_t bits_of(const struct model *m) {
    struct dpf_form form;
    uint32_t at;
    assert_int_equal(dpf_form(&form, m->atom, m->atoms, &at), DPF_FINE);
    return form.bits;
}

static struct model *best(const uint8_t *p, uint32_t n) {
    struct model *found = NULL;
    for (struct model *m = model; m < model + MANY; m++)
        if (m->in && dpf_holds(m->atom, m->atoms, p, n) &&
            (!found || m->bits > found->bits ||
             (m->bits == found->bits && m->order < found->order)))
            found = m;
    return found;
}

static uint32_t small(uint32_t bytes) {
    return (below(4) ? below(3) : below(256)) & (UINT32_MAX >> (32 - 8 * bytes));
}

static struct dpf_atom an_atom(void) {
    struct dpf_atom a = {.op = (uint8_t)(below(8) ? below(2) : below(DPF_STATE)),
                         .bytes = (uint8_t)(1 << below(3)),
                         .offset = (uint16_t)below(below(4) ? 12 : 30)};
    a.shift = a.op == DPF_SHIFT || a.op == DPF_MSHIFT ? (uint8_t)below(3) : 0;
    if (a.op == DPF_MEQ || a.op == DPF_MSHIFT)
        a.mask = (below(2) ? 0x0f0f0f0f : below(256) << 8 * below(4)) &
                 (UINT32_MAX >> (32 - 8 * a.bytes));
    if (a.op == DPF_EQ)
        a.value = small(a.bytes);
    if (a.op == DPF_MEQ)
        a.value = small(a.bytes) & a.mask;
    if (a.op == DPF_SHIFTI)
        a.value = below(10);
    return a;
}

static int try_insert(struct model *m) {
    enum dpf_fault fault;
    uint32_t at;
    m->atoms = 1 + below(5);
    for (uint32_t i = 0; i < m->atoms; i++)
        m->atom[i] = an_atom();
    int error = dpf_insert(set, m->atom, m->atoms, m, &m->filter, &fault, &at);
    assert_true(!error || error == -E_INVALID || error == -E_EXISTS || error == -E_FULL ||
                error == -E_NO_MEMORY);
    if (!error) {
        m->in = true;
        m->bits = bits_of(m);
        m->order = order++;
    }
    return error;
}

static void look(unsigned times) {
    for (unsigned i = 0; i < times; i++) {
        uint32_t n = below(48);
        uint8_t bytes[48], *p;
        for (uint32_t k = 0; k < n; k++)
            bytes[k] = (uint8_t)(below(4) ? below(3) : below(256));
        p = guarded(bytes, n);
        struct model *want = best(p, n), *got = dpf_find(set, p, n);
        if (got != want)
            print_message("%u bytes: %td, wanted %td\n", n, got ? got - model : -1,
                          want ? want - model : -1);
        assert_ptr_equal(got, want);
    }
}

static void begin(void) {
    host_hooks_init(&host);
    set = dpf_open(&host.hooks);
    assert_non_null(set);
    memset(model, 0, sizeof model);
    order = 0;
}

static void compiled_code_means_what_the_filters_mean(void **state) {
    (void)state;
    const char *many = getenv("DPF_SETS");
    for (int round = 0; round < (many ? atoi(many) : 300); round++) {
        begin();
        struct dpf_size empty = dpf_size(set);
        for (int i = 0; i < 60; i++) {
            struct model *m = &model[below(MANY)];
            if (m->in) {
                dpf_remove(set, m->filter);
                m->in = false;
            } else {
                try_insert(m);
            }
            look(10);
        }
        for (struct model *m = model; m < model + MANY; m++)
            if (m->in)
                dpf_remove(set, m->filter);
        struct dpf_size left = dpf_size(set);
        assert_int_equal(left.filters, 0);
        assert_int_equal(left.nodes, empty.nodes);
        dpf_close(set);
        assert_int_equal(host.allocated, 0);
        assert_int_equal(host.code_bytes, 0);
    }
}

static bool asked[MANY];

static bool ask(void *user, void *arg) {
    (void)arg;
    asked[(struct model *)user - model] = true;
    return true;
}

/* Nobody loses a message to a new filter without having been asked about. */
static void who_would_lose_messages_is_asked(void **state) {
    (void)state;
    uint32_t took = 0, questions = 0;
    for (int round = 0; round < 300; round++) {
        begin();
        for (int i = 0; i < 20; i++)
            try_insert(&model[i]);
        struct model *new = &model[MANY - 1];
        enum dpf_fault fault;
        uint32_t at;
        new->atoms = 1 + below(5);
        for (uint32_t i = 0; i < new->atoms; i++)
            new->atom[i] = an_atom();
        memset(asked, 0, sizeof asked);
        if (!dpf_would_take(set, new->atom, new->atoms, ask, NULL, &fault, &at) && !fault) {
            for (int i = 0; i < MANY; i++)
                questions += asked[i];
            for (int i = 0; i < 2000; i++) {
                uint8_t p[48];
                uint32_t n = below(48);
                for (uint32_t k = 0; k < n; k++)
                    p[k] = (uint8_t)(below(4) ? below(3) : below(256));
                struct model *had = best(p, n);
                if (had && dpf_holds(new->atom, new->atoms, p, n) && bits_of(new) > had->bits) {
                    took++;
                    assert_true(asked[had - model]);
                }
            }
        }
        dpf_close(set);
        assert_int_equal(host.allocated, 0);
    }
    assert_true(took > 1000);
    print_message("%u messages taken, %u filters asked about\n", took, questions);
}

static void refuse_atom(struct dpf_atom a, enum dpf_fault want) {
    struct dpf_filter *f;
    enum dpf_fault fault;
    uint32_t at;
    struct dpf_atom two[2] = {{.op = DPF_EQ, .bytes = 1, .offset = 3, .value = 5}, a};
    assert_int_equal(dpf_insert(set, two, 2, model, &f, &fault, &at), -E_INVALID);
    assert_int_equal(fault, want);
    assert_int_equal(at, 1);
}

static void a_filter_that_is_none_is_refused_by_its_atom(void **state) {
    (void)state;
    begin();
    refuse_atom((struct dpf_atom){.op = DPF_OPS, .bytes = 1}, DPF_NO_OP);
    refuse_atom((struct dpf_atom){.op = DPF_EQ, .bytes = 3}, DPF_NO_OP);
    refuse_atom((struct dpf_atom){.op = DPF_EQ, .bytes = 1, .shift = 8}, DPF_NO_OP);
    refuse_atom((struct dpf_atom){.op = DPF_EQ, .bytes = 1, .unused = 1}, DPF_NO_OP);
    refuse_atom((struct dpf_atom){.op = DPF_EQ, .bytes = 1, .unused_too = 1}, DPF_NO_OP);
    refuse_atom((struct dpf_atom){.op = DPF_EQ, .bytes = 1, .offset = DPF_REACH + 1}, DPF_FAR);
    refuse_atom((struct dpf_atom){.op = DPF_SHIFTI, .value = DPF_REACH + 1}, DPF_FAR);
    refuse_atom((struct dpf_atom){.op = DPF_EQ, .bytes = 1, .value = 256}, DPF_BEYOND_MASK);
    refuse_atom((struct dpf_atom){.op = DPF_MEQ, .bytes = 1, .mask = 15, .value = 16},
                DPF_BEYOND_MASK);
    refuse_atom((struct dpf_atom){.op = DPF_MEQ, .bytes = 1, .mask = 256}, DPF_BEYOND_MASK);
    refuse_atom((struct dpf_atom){.op = DPF_EQ, .bytes = 1, .offset = 3, .value = 4},
                DPF_CONTRADICTION);
    struct dpf_filter *f;
    enum dpf_fault fault;
    uint32_t at;
    struct dpf_atom nothing = {.op = DPF_MEQ, .bytes = 4};
    assert_int_equal(dpf_insert(set, &nothing, 1, model, &f, &fault, &at), -E_INVALID);
    assert_int_equal(fault, DPF_NOTHING);
    dpf_close(set);
}

/* Each length of a frame; a place near its end, and loads of each width that end within it or do
 * not. */
static void no_byte_is_read_behind_the_message(void **state) {
    (void)state;
    static uint8_t frame[1514];
    static struct dpf_filter *f[16];
    begin();
    for (uint32_t bytes = 1; bytes <= 4; bytes *= 2)
        for (uint32_t at = 0; at < 4; at++) {
            const struct dpf_atom a[] = {
                {.op = DPF_EQ, .bytes = 1, .offset = 0, .value = bytes * 8 + at},
                {.op = DPF_SHIFT, .bytes = 2, .offset = 1},
                {.op = DPF_EQ, .bytes = (uint8_t)bytes, .offset = (uint16_t)at}};
            enum dpf_fault fault;
            uint32_t why;
            assert_int_equal(dpf_insert(set, a, 3, &f[0], &f[0], &fault, &why), 0);
        }
    for (uint32_t n = 0; n <= sizeof frame; n++)
        for (uint32_t bytes = 1; bytes <= 4; bytes *= 2)
            for (uint32_t at = 0; at < 4; at++)
                for (uint32_t back = 0; back < 10; back++) {
                    uint32_t shift = n - back;
                    frame[0] = (uint8_t)(bytes * 8 + at);
                    frame[1] = (uint8_t)(shift >> 8);
                    frame[2] = (uint8_t)shift;
                    bool there = n >= 3 && shift <= n && shift + at + bytes <= n;
                    uint8_t *p = guarded(frame, n);
                    bool zero = there;
                    for (uint32_t i = 0; there && i < bytes; i++)
                        zero &= !p[shift + at + i];
                    assert_int_equal(dpf_find(set, p, n) != NULL, zero);
                }
    dpf_close(set);
}

/* What TCP connections to a port look like: Ethernet, IPv4, no piece, TCP behind the options. */
static uint32_t tcp_filter(struct dpf_atom *a, uint32_t port) {
    const struct dpf_atom filter[] = {
        {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = 0x0800},
        {.op = DPF_EQ, .bytes = 1, .offset = 23, .value = 6},
        {.op = DPF_MEQ, .bytes = 2, .offset = 20, .mask = 0x1fff},
        {.op = DPF_MSHIFT, .bytes = 1, .offset = 14, .mask = 15, .shift = 2},
        {.op = DPF_EQ, .bytes = 2, .offset = 16, .value = port},
    };
    memcpy(a, filter, sizeof filter);
    return sizeof filter / sizeof *filter;
}

/* Thousands that differ in a constant cost what one costs: no code, and little memory each. */
static void many_of_one_kind(void **state) {
    (void)state;
    enum { COUNT = DPF_FILTERS };
    static struct dpf_filter *f[COUNT];
    struct dpf_atom a[8];
    enum dpf_fault fault;
    uint32_t at, code = 0;
    uint8_t p[60] = {[12] = 8, [14] = 0x46, [23] = 6};
    begin();
    struct dpf_size empty = dpf_size(set), one = empty;
    for (uint32_t i = 0; i < COUNT; i++) {
        uint32_t n = tcp_filter(a, i * 7);
        assert_int_equal(dpf_insert(set, a, n, &f[i], &f[i], &fault, &at), 0);
        if (!i)
            one = dpf_size(set);
        if (i == 999)
            code = dpf_size(set).code_bytes;
    }
    assert_int_equal(dpf_insert(set, a, tcp_filter(a, 1), f, &f[0], &fault, &at), -E_FULL);
    assert_int_equal(dpf_size(set).nodes, one.nodes + COUNT - 1);
    assert_true((code - one.code_bytes) / 999 <= 64);
    print_message("%u bytes a filter, %u of code\n",
                  (dpf_size(set).bytes - one.bytes) / (COUNT - 1),
                  (dpf_size(set).code_bytes - one.code_bytes) / (COUNT - 1));
    for (uint32_t i = 0; i < 20000; i++) {
        uint32_t port = below(65536);
        p[14 + 24 + 2] = (uint8_t)(port >> 8);
        p[14 + 24 + 3] = (uint8_t)port;
        bool has = port % 7 == 0 && port / 7 < COUNT;
        assert_ptr_equal(dpf_find(set, p, 60), has ? (void *)&f[port / 7] : NULL);
        assert_null(dpf_find(set, p, 41));
    }
    for (uint32_t i = 0; i < COUNT; i++)
        dpf_remove(set, f[(i * 2741) % COUNT]);
    assert_int_equal(dpf_size(set).nodes, empty.nodes);
    dpf_close(set);
    assert_int_equal(host.allocated, 0);
    assert_int_equal(host.code_bytes, 0);
}

/* The longest one wins in whatever order they came; of equals the first. */
static void the_longest_wins_in_any_order(void **state) {
    (void)state;
    static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                     {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    uint8_t p[60] = {[12] = 8, [14] = 0x45, [23] = 6, [14 + 20 + 3] = 80, [14 + 20 + 1] = 9};
    for (int o = 0; o < 6; o++) {
        struct dpf_filter *f[3];
        enum dpf_fault fault;
        uint32_t at;
        begin();
        for (int k = 0; k < 3; k++) {
            struct dpf_atom a[8];
            uint32_t n = tcp_filter(a, 80);
            int which = orders[o][k];
            if (which == 1) /* all TCP */
                n = 3;
            if (which == 2) /* one connection */
                a[n++] = (struct dpf_atom){.op = DPF_EQ, .bytes = 2, .offset = 14, .value = 9};
            assert_int_equal(dpf_insert(set, a, n, &model[which], &f[which], &fault, &at), 0);
        }
        assert_ptr_equal(dpf_find(set, p, 60), &model[2]);
        dpf_remove(set, f[2]);
        assert_ptr_equal(dpf_find(set, p, 60), &model[0]);
        dpf_remove(set, f[0]);
        assert_ptr_equal(dpf_find(set, p, 60), &model[1]);
        dpf_close(set);
    }
}

/* How it is said makes no difference: in another order, cut in pieces, twice, with what is always
 * true. */
static void the_same_said_otherwise_is_the_same(void **state) {
    (void)state;
    struct dpf_atom a[] = {{.op = DPF_EQ, .bytes = 4, .offset = 26, .value = 0x0a000001},
                           {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = 0x0800}};
    struct dpf_atom other[] = {
        {.op = DPF_SHIFTI, .value = 10},
        {.op = DPF_EQ, .bytes = 1, .offset = 3, .value = 0},
        {.op = DPF_MEQ, .bytes = 4, .offset = 200},
        {.op = DPF_EQ, .bytes = 1, .offset = 2, .value = 8},
        {.op = DPF_EQ, .bytes = 2, .offset = 18, .value = 1},
        {.op = DPF_MEQ, .bytes = 2, .offset = 16, .mask = 0xf0f0, .value = 0},
        {.op = DPF_MEQ, .bytes = 2, .offset = 16, .mask = 0xfff, .value = 0xa00},
        {.op = DPF_MEQ, .bytes = 2, .offset = 15, .mask = 0x00f0, .value = 0},
        {.op = DPF_MEQ, .bytes = 1, .offset = 16, .mask = 0xff, .value = 10}};
    struct dpf_filter *f;
    enum dpf_fault fault;
    uint32_t at;
    begin();
    other[5].value = 0;
    assert_int_equal(dpf_insert(set, a, 2, model, &f, &fault, &at), 0);
    assert_int_equal(dpf_insert(set, other, 9, model, &f, &fault, &at), -E_EXISTS);
    dpf_close(set);
}

/* Each allocation fails once: nothing is left, and what was there goes on. */
static void without_memory_nothing_changes(void **state) {
    (void)state;
    unsigned failed = 0;
    for (int round = 0; round < 60; round++) {
        begin();
        for (int i = 0; i < 10; i++)
            try_insert(&model[i]);
        for (size_t room = 0;; room += 64) {
            struct dpf_size before = dpf_size(set);
            size_t allocated = host.allocated;
            host.limit = host.allocated + room;
            int error = try_insert(&model[20]);
            host.limit = SIZE_MAX;
            look(3);
            if (error != -E_NO_MEMORY && error != -E_FULL)
                break;
            failed++;
            assert_int_equal(dpf_size(set).filters, before.filters);
            assert_true(host.allocated <= allocated + 4096);
        }
        for (int i = 0; i < MANY; i++)
            if (model[i].in) {
                host.limit = host.allocated; /* what goes needs none */
                dpf_remove(set, model[i].filter);
                model[i].in = false;
                look(3);
            }
        host.limit = SIZE_MAX;
        dpf_close(set);
        assert_int_equal(host.allocated, 0);
        assert_int_equal(host.code_bytes, 0);
    }
    assert_true(failed > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compiled_code_means_what_the_filters_mean),
        cmocka_unit_test(who_would_lose_messages_is_asked),
        cmocka_unit_test(a_filter_that_is_none_is_refused_by_its_atom),
        cmocka_unit_test(no_byte_is_read_behind_the_message),
        cmocka_unit_test(many_of_one_kind),
        cmocka_unit_test(the_longest_wins_in_any_order),
        cmocka_unit_test(the_same_said_otherwise_is_the_same),
        cmocka_unit_test(without_memory_nothing_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
