/* SPDX-License-Identifier: MIT */
/* engine_order_test.c -- the order in which the verifier looks at places, of random tangles of
 * jumps, against what it promises: each way leads up, or back to the head of a loop around it. */
#include "unit.h"
#include "../../../soundness/generate.h"
#include "engine/base/order.h"
#include "host_hooks.h"

#define SLOTS_MAX 60
#define PROGRAMS  20000

/* A program of jumps to anywhere; the last slot is its end. */
static uint32_t tangle(struct random *r, uint8_t *bytes) {
    uint32_t slots = 2 + random_below(r, SLOTS_MAX - 1);
    for (uint32_t i = 0; i < slots; i++) {
        int16_t to = (int16_t)((int32_t)random_below(r, slots) - (int32_t)i - 1);
        unsigned what = i + 1 == slots ? 9 : random_below(r, 10);
        struct insn insn = what < 4    ? (struct insn){.op = OP_MOV64_K, .dst = 0}
                           : what < 8  ? (struct insn){.op = OP_JEQ64_K, .dst = 1, .off = to}
                           : what == 8 ? (struct insn){.op = OP_JA, .off = to}
                                       : (struct insn){.op = OP_EXIT};
        insn_encode(insn, bytes + (size_t)i * INSN_BYTES);
    }
    return slots;
}

/* From a stretch at place `from` control can go to `slot`. Goes on there when it is new. */
struct walk {
    const struct program *program;
    const struct order *order;
    bool seen[SLOTS_MAX + 1];
    uint32_t next[SLOTS_MAX + 1], count;
};

static void way(struct walk *w, uint32_t from, uint32_t slot) {
    uint32_t place = w->order->place[slot], again = w->order->again[slot];
    assert_in_range(place, 1, w->order->places - 1);
    if (place <= from)
        assert_in_range(again, from + 1, w->order->places - 1);
    if (!w->seen[slot])
        w->next[w->count++] = slot;
    w->seen[slot] = true;
}

static void follow(struct walk *w, uint32_t start) {
    const struct program *p = w->program;
    uint32_t from = w->order->place[start];
    for (uint32_t i = start;; i++) {
        const struct opcode_info *info = insn_info(p->insn[i]);
        if (i != start && p->mark[i] & MARK_TARGET) {
            way(w, from, i);
            return;
        }
        if (info->kind == KIND_JUMP)
            way(w, from, i + 1 + (uint32_t)insn_distance(p->insn[i]));
        if (info->kind == KIND_EXIT || (info->kind == KIND_JUMP && info->operation == DO_ALWAYS))
            return;
    }
}

/* No two ways wait at one place that lead to different slots. */
static void check_places_differ(const struct program *p, const struct order *o) {
    bool used[2 * SLOTS_MAX + 4] = {false};
    for (uint32_t i = 0; i < p->slots; i++) {
        const uint32_t places[] = {o->place[i], o->again[i]};
        for (unsigned k = 0; k < 2; k++) {
            assert_false(places[k] && used[places[k]]);
            used[places[k]] = true;
        }
    }
}

/* The whole search, in pieces of so many steps. */
static bool find_order(struct order *order, const struct program *p, const struct hooks *hooks,
                       uint32_t looks) {
    struct ordering search;
    enum order_progress progress;
    if (!order_begin(&search, order, p, hooks))
        return false;
    while ((progress = order_go(&search, looks)) == ORDER_GOES_ON)
        continue;
    order_end(&search);
    return progress == ORDER_FOUND;
}

static void test_every_way_leads_up_or_back_to_a_loops_head(void **state) {
    (void)state;
    unsigned loops = 0;
    for (uint64_t seed = 0; seed < PROGRAMS; seed++) {
        uint8_t bytes[(SLOTS_MAX + 1) * INSN_BYTES];
        struct random random;
        struct host_hooks host;
        struct program p = {.insn = NULL};
        struct report why;
        struct order order;
        random_seed(&random, seed);
        host_hooks_init(&host);
        uint32_t slots = tangle(&random, bytes);
        assert_true(program_decode(&p, &host.hooks, bytes, (size_t)slots * INSN_BYTES, &why));
        assert_true(find_order(&order, &p, &host.hooks, (uint32_t)seed % 9 + 1));
        struct walk w = {.program = &p, .order = &order};
        way(&w, 0, 0);
        for (uint32_t i = 0; i < w.count; i++) {
            follow(&w, w.next[i]);
            loops += order.again[w.next[i]] != 0;
        }
        check_places_differ(&p, &order);
        order_release(&order, &p, &host.hooks);
        program_release(&p, &host.hooks);
        assert_int_equal(host.allocated, 0);
    }
    assert_true(loops > PROGRAMS / 2);
}

/* Two loops, one in the other, and what is behind them. */
static void test_what_is_behind_a_loop_is_above_all_of_its_turns(void **state) {
    (void)state;
    static const struct insn code[] = {
        {.op = OP_MOV64_K, .dst = 0},           /* 0 */
        {.op = OP_JEQ64_K, .dst = 1, .off = 3}, /* 1: out of the outer loop, to 5 */
        {.op = OP_MOV64_K, .dst = 0},           /* 2: the inner loop */
        {.op = OP_JEQ64_K, .dst = 1, .off = -2},
        {.op = OP_JA, .off = -4},
        {.op = OP_EXIT},
    };
    uint8_t bytes[sizeof code / sizeof *code * INSN_BYTES];
    struct host_hooks host;
    struct program p = {.insn = NULL};
    struct report why;
    struct order o;
    host_hooks_init(&host);
    for (unsigned i = 0; i < sizeof code / sizeof *code; i++)
        insn_encode(code[i], bytes + (size_t)i * INSN_BYTES);
    assert_true(program_decode(&p, &host.hooks, bytes, sizeof bytes, &why));
    assert_true(find_order(&o, &p, &host.hooks, UINT32_MAX));
    assert_true(o.place[1] < o.place[2] && o.place[2] < o.again[2]);
    assert_true(o.again[2] < o.again[1] && o.again[1] < o.place[5]);
    order_release(&o, &p, &host.hooks);
    program_release(&p, &host.hooks);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_way_leads_up_or_back_to_a_loops_head),
        cmocka_unit_test(test_what_is_behind_a_loop_is_above_all_of_its_turns),
    };
    return cmocka_run_group_tests_name("engine_order", tests, NULL, NULL);
}
