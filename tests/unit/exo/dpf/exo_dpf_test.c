/* SPDX-License-Identifier: MIT */
/* DPF: compiled code against the meaning of each filter by itself; whatever comes and goes, in any
 * order. The message ends where its memory does, so that a byte too far is found. */
#include <stdlib.h>
#include <string.h>

#include "exo/dpf/dpf.h"
#include "exo/dpf/dpf_own.h"
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
    struct dpf_atom a = {.op = (uint8_t)(below(8) ? below(2) : below(DPF_OPS)),
                         .bytes = (uint8_t)(1 << below(3)),
                         .offset = (uint16_t)below(below(4) ? 12 : 30)};
    a.shift = a.op == DPF_SHIFT || a.op == DPF_MSHIFT ? (uint8_t)below(3) : 0;
    if (a.op == DPF_MEQ || a.op == DPF_MSHIFT)
        a.mask = (below(2) ? 0x0f0f0f0f : below(256)) & (UINT32_MAX >> (32 - 8 * a.bytes));
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
    assert_true(!error || error == -E_INVALID || error == -E_EXISTS || error == -E_FULL);
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
        uint8_t *p = malloc(n ? n : 1);
        for (uint32_t k = 0; k < n; k++)
            p[k] = (uint8_t)(below(4) ? below(3) : below(256));
        struct model *want = best(p, n), *got = dpf_find(set, p, n);
        if (got != want)
            print_message("%u bytes: %td, wanted %td\n", n, got ? got - model : -1,
                          want ? want - model : -1);
        assert_ptr_equal(got, want);
        free(p);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compiled_code_means_what_the_filters_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
