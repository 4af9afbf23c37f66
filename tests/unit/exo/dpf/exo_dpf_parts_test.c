/* SPDX-License-Identifier: MIT */
/* DPF in parts: filters that come and go a little at a time, several at once, are in the set as a
 * whole or not at all; each part is bounded, and they end. */
#include <string.h>

#include "exo/dpf/dpf.h"
#include "exo/dpf/dpf_own.h"
#include "guarded.h"
#include "host_hooks.h"
#include "../../random.h"
#include "../../unit.h"

enum { MANY = 24, LONG = 60, PARTS_MOST = 100000 };

static struct host_hooks host;
static struct dpf_set *set;

/* The plain model: filters in a row, of which some are on their way. */
static struct model {
    struct dpf_atom atom[6];
    uint32_t atoms, bits, order;
    struct dpf_filter *filter;
    struct dpf_coming *coming;
} model[MANY];
static uint32_t order;

static struct model *best(const uint8_t *p, uint32_t n) {
    struct model *found = NULL;
    for (struct model *m = model; m < model + MANY; m++)
        if (m->filter && dpf_holds(m->atom, m->atoms, p, n) &&
            (!found || m->bits > found->bits ||
             (m->bits == found->bits && m->order < found->order)))
            found = m;
    return found;
}

static void look(void) {
    uint8_t bytes[32];
    uint32_t n = below(32);
    for (uint32_t k = 0; k < n; k++)
        bytes[k] = (uint8_t)below(3);
    const uint8_t *p = guarded(bytes, n);
    assert_ptr_equal(dpf_find(set, p, n), best(p, n));
}

static void begin_one(struct model *m) {
    struct dpf_form form;
    uint32_t at;
    m->atoms = 1 + below(6);
    for (uint32_t i = 0; i < m->atoms; i++)
        m->atom[i] = (struct dpf_atom){.op = below(5) ? DPF_EQ : DPF_SHIFT,
                                       .bytes = 1,
                                       .offset = (uint16_t)below(12),
                                       .value = below(3)};
    if (dpf_begin(set, m->atom, m->atoms, NULL, NULL, m, &m->coming)) {
        m->coming = NULL;
        return;
    }
    if (dpf_form(&form, m->atom, m->atoms, &at) == DPF_FINE)
        m->bits = form.bits;
}

static bool yes(void *user, void *arg) {
    assert_true(((struct model *)user)->filter != NULL);
    ++*(unsigned *)arg;
    return true;
}

static void go_on(struct model *m) {
    unsigned count = 0;
    enum dpf_fault fault;
    uint32_t at;
    long work = below(8) ? 1 + below(3000) : 0;
    const struct dpf_asked asked = {yes, &count};
    int error = dpf_go_on(set, m->coming, below(2) ? &asked : NULL, &work, &m->filter, &fault, &at);
    if (error == -E_AGAIN)
        return;
    m->coming = NULL;
    if (error)
        assert_null(m->filter);
    else
        m->order = order++;
}

static void end_one(struct model *m) {
    struct dpf_filter *f = m->filter;
    m->filter = NULL;
    dpf_end(set, f);
}

static void tidy_all(void) {
    long work = 1;
    unsigned parts = 0;
    for (; !dpf_tidy(set, &work); work = 1 + below(500))
        assert_true(parts++ < PARTS_MOST);
}

static void what_comes_in_parts_is_there_or_not(void **state) {
    (void)state;
    for (int round = 0; round < 300; round++) {
        host_hooks_init(&host);
        set = dpf_open_for(&host.hooks, 1024);
        assert_non_null(set);
        memset(model, 0, sizeof model);
        struct dpf_size empty = dpf_size(set);
        for (int i = 0; i < 400; i++) {
            struct model *m = &model[below(MANY)];
            long work = below(1000);
            if (m->filter)
                end_one(m);
            else if (!m->coming)
                begin_one(m);
            else if (below(10))
                go_on(m);
            else {
                dpf_give_up(set, m->coming);
                m->coming = NULL;
            }
            if (below(2))
                dpf_tidy(set, &work);
            look();
        }
        for (struct model *m = model; m < model + MANY; m++) {
            if (m->coming)
                dpf_give_up(set, m->coming);
            if (m->filter)
                end_one(m);
        }
        tidy_all();
        assert_int_equal(dpf_steps(set), 0);
        assert_int_equal(dpf_size(set).nodes, empty.nodes);
        assert_int_equal(dpf_size(set).code_bytes, empty.code_bytes);
        dpf_close(set);
        assert_int_equal(host.allocated, 0);
        assert_int_equal(host.code_bytes, 0);
    }
}

/* The n-th of filters of which no two share a test. */
static struct dpf_filter *insert_long(unsigned n) {
    struct dpf_atom atom[LONG];
    struct dpf_coming *c;
    struct dpf_filter *f = NULL;
    enum dpf_fault fault;
    uint32_t at;
    long work = 0;
    unsigned parts = 0;
    for (unsigned i = 0; i < LONG; i++)
        atom[i] = (struct dpf_atom){
            .op = DPF_EQ, .bytes = 1, .offset = (uint16_t)(14 + 4 * (i ? i + 1 : n % 2) + n / 2)};
    assert_int_equal(dpf_begin(set, atom, LONG, NULL, NULL, set, &c), 0);
    for (int error; (error = dpf_go_on(set, c, NULL, &work, &f, &fault, &at)); work = 2000) {
        assert_int_equal(error, -E_AGAIN);
        assert_true(parts++ < PARTS_MOST);
    }
    return f;
}

static void long_ones_come_and_go(void **state) {
    (void)state;
    struct dpf_filter *f[9];
    host_hooks_init(&host);
    set = dpf_open(&host.hooks);
    for (unsigned n = 0; n < 9; n++)
        f[n] = insert_long(n);
    uint32_t steps = dpf_steps(set);
    assert_true(steps > 8 * LONG);
    for (unsigned n = 0; n < 9; n++) {
        dpf_end(set, f[n]);
        tidy_all();
        assert_true(dpf_steps(set) < steps);
        steps = dpf_steps(set);
    }
    assert_int_equal(steps, 0);
    dpf_close(set);
    assert_int_equal(host.allocated, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_comes_in_parts_is_there_or_not),
                                       cmocka_unit_test(long_ones_come_and_go)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
