/* SPDX-License-Identifier: MIT */
/* spin_dispatch_many_test.c -- hundreds of bindings that come and go one by one, at the levels
 * whose code is in pieces: each raise runs those that it must, and memory comes back.
 * DISPATCH_STEPS (a level) and DISPATCH_SEED in the environment make a campaign of it. */
#include "unit.h"

#include <inttypes.h>
#include <stdlib.h>

#include "../../soundness/generate.h"
#include "dispatch_verified.h"
#include "spin/services/events/introspect.h"

#define SLOTS 400

/* What a binding is made of: two share each range, every other one of four numbers. */
struct slot {
    uint64_t low; /* constant while it is bound: the guard's... */
    uint64_t ran; /* ...and the handler's */
    struct event_binding *binding;
};

static struct slot slots[SLOTS];
static unsigned installed;

static void nothing(void) {
}

static event_fn *cell = nothing;
static struct bindings *bindings;
static struct authorizer own_authorizer;
static const struct event event = {.name = "Test.Many",
                                   .module = &own_module,
                                   .authorizer = &own_authorizer,
                                   .cell = &cell,
                                   .intrinsic = nothing,
                                   .arguments = 1,
                                   .bindings = &bindings};

static void exception(const struct event *e, enum raise_exception what) {
    fail_msg("%s: exception %d", e->name, what);
}

static bool is_range(const struct slot *s) {
    return s->low / 4 % 2;
}

static struct procedure program(const char *text, struct slot *s, bool writes) {
    const struct image *image = verified_image(text, true, 1, writes);
    return (struct procedure){.entry = (event_fn *)image->code.entry,
                              .has_closure = true,
                              .closure = s,
                              .constant = offsetof(struct slot, ran),
                              .image = image};
}

static struct handler_request request_of(struct slot *s) {
    static const char *const equal = "r0 = 0\nr7 = *(u64 *)(r1 + 0)\nif r2 != r7 goto no\n"
                                     "r0 = 1\nno:\nexit\n",
                             *const range = "r0 = 0\nr7 = *(u64 *)(r1 + 0)\nr2 -= r7\n"
                                            "if r2 > 3 goto no\nr0 = 1\nno:\nexit\n",
                             *const count = "r0 = *(u64 *)(r1 + 8)\nr0 += 1\n"
                                            "*(u64 *)(r1 + 8) = r0\nexit\n";
    return (struct handler_request){.guard = program(is_range(s) ? range : equal, s, false),
                                    .handler = program(count, s, true)};
}

static void toggle(struct slot *s) {
    struct change c;
    const struct handler_request request = request_of(s);
    bool is = s->binding;
    change_open(&c, &own_module, NULL);
    if (is)
        change_uninstall(&c, s->binding);
    else
        change_install(&c, &event, &request, &s->binding);
    assert_int_equal(change_commit(&c), 0);
    if (is)
        s->binding = NULL;
    installed += is ? -1u : 1;
}

static void raise_and_look(uint64_t number) {
    ((void (*)(uint64_t))cell)(number);
    for (unsigned i = 0; i < SLOTS; i++) {
        struct slot *s = &slots[i];
        bool wanted = s->binding && (is_range(s) ? number - s->low <= 3 : number == s->low);
        if (s->ran != wanted)
            fail_msg("%" PRIu64 ": the handler for %" PRIu64 " ran %" PRIu64 " times", number,
                     s->low, s->ran);
        s->ran = 0;
    }
}

static void begin(enum level level) {
    struct change c;
    for (unsigned i = 0; i < SLOTS; i++)
        slots[i] = (struct slot){.low = i / 2 * 4};
    change_open(&c, &own_module, NULL);
    change_level(&c, &event, level);
    change_withdraw_intrinsic(&c, &event);
    assert_int_equal(change_commit(&c), 0);
}

/* Mostly more come than go, then the other way round. */
static void many_steps(struct random *r, uint64_t steps) {
    bool grows = true;
    for (uint64_t i = 0; i < steps; i++) {
        struct slot *s = &slots[random_below(r, SLOTS)];
        if (!s->binding == grows || random_below(r, 4) == 0)
            toggle(s);
        grows = installed < SLOTS / 8 || (grows && installed < SLOTS * 7 / 8);
        if (random_below(r, 4) == 0)
            raise_and_look(random_below(r, 4 * SLOTS / 2 + 8));
    }
}

static uint64_t number_from(const char *variable, uint64_t otherwise) {
    const char *text = getenv(variable);
    return text ? strtoull(text, NULL, 0) : otherwise;
}

static void bindings_come_and_go_and_memory_comes_back(void **state) {
    const uint64_t steps = number_from("DISPATCH_STEPS", 4000);
    struct random r;
    (void)state;
    dispatch_host_begin(exception);
    random_seed(&r, number_from("DISPATCH_SEED", 1));
    for (enum level level = LEVEL_STUB; level <= LEVEL_BEST; level++) {
        struct event_report report;
        begin(level);
        many_steps(&r, steps);
        for (unsigned i = 0; i < SLOTS; i++)
            if (!slots[i].binding)
                toggle(&slots[i]);
        event_report(&event, &report);
        assert_true(report.level == level && report.bindings == SLOTS);
        for (uint64_t n = 0; n < 4 * SLOTS / 2 + 4; n++)
            raise_and_look(n);
        size_t full = report.bytes;
        for (unsigned i = 0; i < SLOTS; i++)
            toggle(&slots[i]);
        event_report(&event, &report);
        print_message("level %d: %zu bytes with %u bindings, %zu without\n", level, full, SLOTS,
                      report.bytes);
        assert_true(report.bytes < full / 50);
        dispatch_host_end(&event);
    }
    dispatch_host_all_is_given_back();
    verified_release_all();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bindings_come_and_go_and_memory_comes_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
