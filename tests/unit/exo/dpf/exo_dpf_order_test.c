/* SPDX-License-Identifier: MIT */
/* DPF: small sets of filters in all orders in which they can come; and what has gone, in whatever
 * order, has left nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exo/dpf/dpf.h"
#include "exo/dpf/dpf_own.h"
#include "guarded.h"
#include "host_hooks.h"
#include "../../random.h"
#include "../../unit.h"

enum { SMALL = 5, LARGE = 40, BYTES = 16 };

static struct host_hooks host;

struct one {
    struct dpf_atom atom[4];
    uint32_t atoms;
    struct dpf_filter *filter;
};

/* Few places and values, so that filters overlap; and shifts. */
static void make(struct one *f) {
    f->atoms = 1 + below(4);
    f->filter = NULL;
    for (uint32_t i = 0; i < f->atoms; i++) {
        struct dpf_atom *a = &f->atom[i];
        *a = (struct dpf_atom){.op = (uint8_t)(below(5) ? below(2) : 2 + below(3)),
                               .bytes = (uint8_t)(1 << below(3)),
                               .offset = (uint16_t)below(5)};
        uint32_t all = UINT32_MAX >> (32 - 8 * a->bytes);
        if (a->op == DPF_MEQ || a->op == DPF_MSHIFT)
            a->mask = (below(2) ? 1 : 0x00ff0100) & all;
        if (a->op <= DPF_MEQ)
            a->value = below(2) & (a->op == DPF_EQ ? all : a->mask);
        if (a->op == DPF_SHIFTI)
            a->value = below(3);
    }
}

static int insert(struct dpf_set *set, struct one *f) {
    enum dpf_fault fault;
    uint32_t at;
    return dpf_insert(set, f->atom, f->atoms, f, &f->filter, &fault, &at);
}

/* The plain meaning: of those that hold the one of most bits, then the first. */
static struct one *model(struct one *const *order, unsigned count, const uint8_t *p, uint32_t n) {
    struct one *best = NULL;
    for (unsigned i = 0; i < count; i++)
        if (order[i]->filter && dpf_holds(order[i]->atom, order[i]->atoms, p, n) &&
            (!best || order[i]->filter->bits > best->filter->bits))
            best = order[i];
    return best;
}

static bool next_order(unsigned *order, unsigned count) {
    unsigned i = count - 1, j = count - 1;
    while (i && order[i - 1] >= order[i])
        i--;
    if (!i)
        return false;
    while (order[j] <= order[i - 1])
        j--;
    unsigned was = order[i - 1];
    order[i - 1] = order[j];
    order[j] = was;
    for (j = count - 1; i < j; i++, j--) {
        was = order[i];
        order[i] = order[j];
        order[j] = was;
    }
    return true;
}

static void one_order(struct one *f, const unsigned *order) {
    struct dpf_set *set = dpf_open(&host.hooks);
    struct one *by[SMALL];
    for (unsigned i = 0; i < SMALL; i++) {
        by[i] = &f[order[i]];
        by[i]->filter = NULL;
        if (insert(set, by[i]))
            by[i]->filter = NULL;
    }
    for (unsigned i = 0; i < 40; i++) {
        uint8_t p[BYTES];
        uint32_t n = below(BYTES + 1);
        for (uint32_t k = 0; k < BYTES; k++)
            p[k] = (uint8_t)below(3);
        const uint8_t *message = guarded(p, n);
        assert_ptr_equal(dpf_find(set, message, n), model(by, SMALL, message, n));
    }
    dpf_close(set);
}

static void in_all_orders_the_same_filter_has_a_message(void **state) {
    (void)state;
    const char *many = getenv("DPF_ORDERS");
    host_hooks_init(&host);
    for (int round = 0; round < (many ? atoi(many) : 40); round++) {
        struct one f[SMALL];
        unsigned order[SMALL] = {0, 1, 2, 3, 4}, orders = 0;
        for (unsigned i = 0; i < SMALL; i++)
            make(&f[i]);
        do
            one_order(f, order), orders++;
        while (next_order(order, SMALL));
        assert_int_equal(orders, 120);
    }
    assert_int_equal(host.allocated, 0);
}

/* --- What has gone has left nothing --- */

static int by_value(const void *a, const void *b) {
    const struct dpf_slot *x = *(const struct dpf_slot *const *)a,
                          *y = *(const struct dpf_slot *const *)b;
    return x->value < y->value ? -1 : x->value > y->value;
}

/* A node, its code's length, and what is beyond it. */
static void describe(const struct dpf_set *s, uint32_t n, FILE *to) {
    const struct dpf_filter *f = s->entry[n].filter;
    fprintf(to, "(%zu:%p", dpf_node(s, n)->code.bytes, f->user);
    for (const struct dpf_branch *b = dpf_node(s, n)->branch; b; b = b->next) {
        const struct dpf_slot *slot[LARGE];
        uint32_t at = 0, count = 0;
        fprintf(to, "[%u %u %u %x", b->key.offset, b->key.bytes, b->key.shift, b->key.mask);
        while ((slot[count] = dpf_table_next(&b->to, &at)))
            count++;
        qsort(slot, count, sizeof(void *), by_value);
        for (uint32_t i = 0; i < count; i++) {
            fprintf(to, " %x", slot[i]->value);
            describe(s, dpf_slot_node(slot[i]), to);
        }
        fprintf(to, "]");
    }
    fprintf(to, ")");
}

static char *description(const struct dpf_set *s) {
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    describe(s, DPF_ROOT, to);
    fclose(to);
    return text;
}

static void what_has_gone_is_as_if_it_had_never_been(void **state) {
    (void)state;
    for (int round = 0; round < 300; round++) {
        static struct one stay[SMALL], go[LARGE];
        host_hooks_init(&host);
        struct dpf_set *set = dpf_open(&host.hooks);
        for (unsigned i = 0; i < SMALL; i++) {
            make(&stay[i]);
            if (insert(set, &stay[i]))
                stay[i].filter = NULL;
        }
        struct dpf_size before = dpf_size(set);
        char *was = description(set);
        for (unsigned i = 0; i < LARGE; i++) {
            make(&go[i]);
            if (insert(set, &go[i])) /* its address does not matter any more */
                go[i].filter = NULL;
        }
        for (unsigned i = LARGE; i; i--) { /* in any order */
            unsigned k = below(i);
            if (go[k].filter)
                dpf_remove(set, go[k].filter);
            go[k] = go[i - 1];
        }
        char *is = description(set);
        assert_string_equal(is, was);
        assert_int_equal(dpf_size(set).nodes, before.nodes);
        assert_int_equal(dpf_size(set).code_bytes, before.code_bytes);
        free(was);
        free(is);
        dpf_close(set);
        assert_int_equal(host.allocated, 0);
        assert_int_equal(host.code_bytes, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_all_orders_the_same_filter_has_a_message),
        cmocka_unit_test(what_has_gone_is_as_if_it_had_never_been),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
