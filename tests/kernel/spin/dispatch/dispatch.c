/* SPDX-License-Identifier: MIT */
/* dispatch.c -- what is bound to events in the running kernel, at each level. What a raise means in
 * general is compared with a model on the host (tests/unit/spin); here it goes through real cells,
 * stacks and code memory. */
#include "../replace.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "machine/thread/thread.h"
#include "measure/bench.h"
#include "spin/services/events/introspect.h"
#include "spin/core/dispatch/plan/plan.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/console.h"

MODULE("Test");

EVENT_DECLARE(test_letters, int, (int a, int b));
EVENT_DECLARE(test_other, void, ());

/* Who ran, a letter each, in order. */
static char ran[32];

static void run(char letter) {
    size_t length = strlen(ran);
    if (length + 1 < sizeof ran)
        ran[length] = letter;
}

EVENT(test_letters, "Test.Letters", int, (int a, int b)) {
    run('i');
    return a + b;
}

EVENT(test_other, "Test.Other", void, ()) {
    run('o');
}

static int letter(void *closure, int a, int b) {
    (void)a;
    (void)b;
    run(*(const char *)closure);
    return *(const char *)closure;
}

static bool is_first(void *closure, int a, int b) {
    (void)b;
    return a == *(const char *)closure;
}

static bool is_positive(int a, int b) {
    (void)b;
    return a > 0;
}

static bool is_even(int a, int b) {
    (void)a;
    run('e');
    return b % 2 == 0;
}

#define LETTER(l) EVENT_HANDLER_WITH(test_letters, letter, (void *)(l))

static struct change change;

static int install(const char *l, struct order order, uint8_t flags, struct event_binding **b) {
    const struct handler_request request = {.handler = LETTER(l), .order = order, .flags = flags};
    change_open(&change, THIS_MODULE, NULL);
    change_install(&change, &event_test_letters, &request, b);
    return change_commit(&change);
}

static int withdraw(void) {
    change_open(&change, THIS_MODULE, NULL);
    change_withdraw_intrinsic(&change, &event_test_letters);
    return change_commit(&change);
}

static bool raises(int a, int b, const char *expected) {
    memset(ran, 0, sizeof ran);
    test_letters(a, b);
    return strcmp(ran, expected) == 0;
}

/* The check, with the event at each level from its first state on. */
static void at_each_level(struct check *c, void (*check)(struct check *c)) {
    static const enum level levels[] = {LEVEL_INTERPRETED, LEVEL_STUB, LEVEL_MERGED};
    for (unsigned i = 0; i < sizeof levels / sizeof levels[0] && !c->failed; i++) {
        size_t heap = heap_used();
        change_open(&change, THIS_MODULE, NULL);
        change_level(&change, &event_test_letters, levels[i]);
        CHECK_THAT(c, change_commit(&change) == 0);
        check(c);
        restore_event(&event_test_letters);
        restore_event(&event_test_other);
        CHECK_THAT(c, c->failed || heap_is_back(heap));
    }
}

/* --- S-DIS2, S-GEN2, S-GEN5 --- */

static void intrinsic(struct check *c) {
    event_fn *at_boot = event_test_letters.intrinsic;
    struct event_binding *b;
    CHECK_THAT(c, *event_test_letters.cell == at_boot);
    CHECK_THAT(c, install("x", (struct order){0}, 0, &b) == 0 && raises(1, 2, "ix"));
    CHECK_THAT(c, withdraw() == 0 && raises(1, 2, "x") && withdraw() == -E_NOT_FOUND);
    change_open(&change, THIS_MODULE, NULL);
    change_restore_intrinsic(&change, &event_test_letters);
    CHECK_THAT(c, change_commit(&change) == 0 && raises(1, 2, "ix"));
    change_open(&change, THIS_MODULE, NULL);
    change_uninstall(&change, b);
    CHECK_THAT(c, change_commit(&change) == 0 && raises(1, 2, "i"));
    CHECK_THAT(c, *event_test_letters.cell == at_boot && event_is_intrinsic(&event_test_letters));
    CHECK_THAT(c, REPLACE(test_other, test_other_intrinsic) == 0);
    CHECK_THAT(c, *event_test_other.cell == event_test_other.intrinsic);
}

CHECK(dispatch_intrinsic, "dispatch/the_intrinsic_handler_is_withdrawn_and_restored_bit_for_bit") {
    at_each_level(c, intrinsic);
}

/* --- S-DIS3, S-DIS4, S-DIS7, S-AUT4 --- */

static void guards(struct check *c) {
    static char x = 'x', y = 'y';
    const struct handler_request first = {.handler = LETTER(&x),
                                          .guard = EVENT_GUARD_WITH(test_letters, is_first, &x)},
                                 second = {.handler = LETTER(&y),
                                           .guard = EVENT_GUARD(test_letters, is_even)};
    const struct procedure imposed = EVENT_GUARD(test_letters, is_positive);
    struct event_binding *b;
    struct guard *guard;
    change_open(&change, THIS_MODULE, NULL);
    change_withdraw_intrinsic(&change, &event_test_letters);
    change_install(&change, &event_test_letters, &first, NULL);
    change_install(&change, &event_test_letters, &second, &b);
    change_add_guard(&change, b, &imposed, true, &guard);
    CHECK_THAT(c, change_commit(&change) == 0);
    CHECK_THAT(c, raises('x', 2, "xey") && raises('z', 2, "ey") && raises('z', 1, "e"));
    CHECK_THAT(c, raises(0, 2, "")); /* the imposed guard is asked first, and ends it */
    change_open(&change, THIS_MODULE, NULL);
    change_remove_guard(&change, guard);
    CHECK_THAT(c, change_commit(&change) == 0 && raises(0, 2, "ey"));
}

CHECK(dispatch_guards, "dispatch/guards_choose_handlers_and_imposed_guards_are_asked_first") {
    at_each_level(c, guards);
}

/* --- S-DIS8, S-DIS9 --- */

static void order(struct check *c) {
    struct event_binding *a, *b, *d;
    CHECK_THAT(c, install("a", (struct order){0}, 0, &a) == 0);
    CHECK_THAT(c, install("b", (struct order){.place = ORDER_FIRST}, 0, &b) == 0);
    CHECK_THAT(c, install("z", (struct order){.place = ORDER_LAST}, 0, NULL) == 0);
    CHECK_THAT(c, install("c", (struct order){.place = ORDER_FIRST}, 0, NULL) == 0);
    CHECK_THAT(c, raises(0, 0, "cbiaz"));
    const struct order before = {.relation = {{.other = a, .before = true}}},
                       contrary = {.relation = {{.other = b, .before = true}}};
    CHECK_THAT(c, install("d", before, 0, &d) == 0 && raises(0, 0, "cbidaz"));
    CHECK_THAT(c, install("e", contrary, 0, NULL) == -E_EXISTS && raises(0, 0, "cbidaz"));
    change_open(&change, THIS_MODULE, NULL);
    change_order(&change, a, &(struct order){.relation = {{.other = d, .before = true}}});
    CHECK_THAT(c, change_commit(&change) == -E_EXISTS && raises(0, 0, "cbidaz"));
    change_open(&change, THIS_MODULE, NULL);
    change_order(&change, d, &(struct order){.place = ORDER_LAST});
    CHECK_THAT(c, change_commit(&change) == 0 && raises(0, 0, "cbiazd"));
    CHECK_THAT(c, d->order.place == ORDER_LAST && !d->order.relation[0].other);
}

CHECK(dispatch_order, "dispatch/handlers_come_in_the_order_asked_for_and_conflicts_are_refused") {
    at_each_level(c, order);
}

static void cancel(struct check *c) {
    CHECK_THAT(c, install("c", (struct order){0}, BINDING_CANCEL, NULL) == 0);
    CHECK_THAT(c, install("d", (struct order){0}, 0, NULL) == 0 && raises(0, 0, "ic"));
}

CHECK(dispatch_cancel, "dispatch/a_handler_that_cancels_is_the_last") {
    at_each_level(c, cancel);
}

/* --- S-DIS10 --- */

static int next_even(uint64_t *argument) {
    run('f');
    argument[1] = (uint32_t)argument[1] + 1;
    return 0;
}

static void filters(struct check *c) {
    static char x = 'x';
    const struct handler_request filter = {.handler = EVENT_FILTER(test_letters, next_even),
                                           .flags = BINDING_FILTER},
                                 even = {.handler = LETTER(&x),
                                         .guard = EVENT_GUARD(test_letters, is_even)};
    volatile int b = 7;
    change_open(&change, THIS_MODULE, NULL);
    change_withdraw_intrinsic(&change, &event_test_letters);
    change_install(&change, &event_test_letters, &even, NULL);
    change_install(&change, &event_test_letters, &filter, NULL);
    change_install(&change, &event_test_letters, &even, NULL);
    CHECK_THAT(c, change_commit(&change) == 0 && raises(0, b, "efex"));
    CHECK_THAT(c, b == 7);
}

CHECK(dispatch_filters,
      "dispatch/a_filter_changes_what_comes_later_and_not_the_raisers_arguments") {
    at_each_level(c, filters);
}

/* --- S-DIS11, S-DIS12, S-AUT6 --- */

static uint64_t least(void *calls, uint64_t running, uint64_t result, bool last,
                      const uint64_t *argument) {
    (void)argument;
    *(unsigned *)calls += last ? 100 : 1;
    return result < running ? result : running;
}

static bool is_not_y(void *closure, uint64_t result) {
    (void)closure;
    return result != 'y';
}

static int otherwise(int a, int b) {
    (void)b;
    return 1000 + a;
}

static void results(struct check *c) {
    unsigned calls = 0;
    const struct procedure fold = {
        .entry = (event_fn *)least, .has_closure = true, .closure = &calls};
    static char y = 'y';
    const struct handler_request posted = {
        .handler = LETTER(&y), .post = {.entry = (event_fn *)is_not_y, .has_closure = true}};
    CHECK_THAT(c, withdraw() == 0 && install("x", (struct order){0}, 0, NULL) == 0);
    CHECK_THAT(c, install("b", (struct order){0}, 0, NULL) == 0);
    CHECK_THAT(c, install("m", (struct order){0}, 0, NULL) == 0 && test_letters(0, 0) == 'm');
    change_open(&change, THIS_MODULE, NULL);
    change_result_handler(&change, &event_test_letters, &fold, UINT64_MAX);
    change_install(&change, &event_test_letters, &posted, NULL);
    CHECK_THAT(c, change_commit(&change) == 0);
    CHECK_THAT(c, test_letters(0, 0) == 'b' && calls == 102);
}

CHECK(dispatch_results, "dispatch/the_result_is_the_last_ones_or_the_result_handlers") {
    at_each_level(c, results);
}

static void nobody(struct check *c) {
    const struct procedure none = {0}, handler = EVENT_HANDLER(test_letters, otherwise);
    const struct event *event;
    raise_exception_take(NULL);
    CHECK_THAT(c, withdraw() == 0 && test_letters(1, 2) == 0);
    CHECK_THAT(c, raise_exception_take(&event) == RAISE_NO_HANDLER && event == &event_test_letters);
    CHECK_THAT(c, !raise_exception_take(&event) && !event);
    change_open(&change, THIS_MODULE, NULL);
    change_default_handler(&change, &event_test_letters, &handler);
    CHECK_THAT(c, change_commit(&change) == 0 && test_letters(1, 2) == 1001);
    CHECK_THAT(c, install("x", (struct order){0}, 0, NULL) == 0 && test_letters(1, 2) == 'x');
    change_open(&change, THIS_MODULE, NULL);
    change_default_handler(&change, &event_test_letters, &none);
    change_withdraw_intrinsic(&change, &event_test_other);
    CHECK_THAT(c, change_commit(&change) == 0);
    memset(ran, 0, sizeof ran);
    test_other(); /* gives nothing, so nobody need be there */
    CHECK_THAT(c, !*ran && !raise_exception_take(NULL));
}

CHECK(dispatch_nobody,
      "dispatch/the_default_handler_runs_if_no_other_does_or_there_is_an_exception") {
    at_each_level(c, nobody);
}

/* --- S-DIS16, S-DIS17, S-GEN8: what is under way keeps what it began with --- */

static struct thread *raiser, *checker;
static bool released;

static void release(void *closure) {
    (void)closure;
    released = true;
}

/* Leaves the processor in the middle of the raise. */
static int sleep(void *closure, int a, int b) {
    (void)a;
    (void)b;
    run('s');
    thread_switch(raiser, checker);
    run(*(const char *)closure);
    return 0;
}

static void raise_and_end(void *unused) {
    (void)unused;
    test_letters(0, 0);
    for (;;)
        thread_switch(raiser, checker);
}

static void under_way(struct check *c) {
    struct handler_request request = {.handler = EVENT_HANDLER_WITH(test_letters, sleep, "w")};
    struct event_binding *b, *x;
    request.handler.release = release;
    released = false;
    memset(ran, 0, sizeof ran);
    checker = thread_current();
    raiser = thread_create(raise_and_end, NULL);
    CHECK_THAT(c, raiser && install("x", (struct order){.place = ORDER_LAST}, 0, &x) == 0);
    change_open(&change, THIS_MODULE, NULL);
    change_install(&change, &event_test_letters, &request, &b);
    CHECK_THAT(c, change_commit(&change) == 0);
    thread_switch(checker, raiser); /* into sleep() */
    change_open(&change, THIS_MODULE, NULL);
    change_uninstall(&change, b);
    change_uninstall(&change, x);
    CHECK_THAT(c, change_commit(&change) == 0 && plans_reclaim() >= 1 && !released);
    thread_switch(checker, raiser);
    CHECK_THAT(c, strcmp(ran, "iswx") == 0); /* to the end of the list that it began with */
    plans_reclaim(); /* what numbers on the stack keep for earlier checks stays */
    CHECK_THAT(c, released);
    thread_free(raiser);
}

CHECK(dispatch_under_way,
      "dispatch/a_raise_that_sleeps_keeps_its_list_and_its_closures_until_it_ends") {
    at_each_level(c, under_way);
}

static void several(struct check *c) {
    static char x = 'x';
    const struct handler_request request = {.handler = LETTER(&x)};
    struct handler_request bad = request;
    change_open(&change, THIS_MODULE, NULL);
    change_install(&change, &event_test_letters, &request, NULL);
    change_withdraw_intrinsic(&change, &event_test_other);
    CHECK_THAT(c, change_commit(&change) == 0 && raises(0, 0, "ix"));
    bad.order.relation[0].other = (*event_test_other.bindings)->intrinsic; /* another event's */
    change_open(&change, THIS_MODULE, NULL);
    change_restore_intrinsic(&change, &event_test_other);
    change_withdraw_intrinsic(&change, &event_test_letters);
    change_install(&change, &event_test_letters, &bad, NULL);
    CHECK_THAT(c, change_commit(&change) == -E_NOT_FOUND && raises(0, 0, "ix"));
    memset(ran, 0, sizeof ran);
    test_other();
    CHECK_THAT(c, !*ran);
}

CHECK(dispatch_several, "dispatch/a_change_of_several_events_happens_as_a_whole_or_not_at_all") {
    at_each_level(c, several);
}

/* --- S-DIS6, S-DIS19 --- */

EVENT_DECLARE(test_wide, void, (int a, int b, int d, int e, int f, int g));
EVENT(test_wide, "Test.Wide", void, (int a, int b, int d, int e, int f, int g)) {
    (void)a, (void)b, (void)d, (void)e, (void)f, (void)g;
}

CHECK(dispatch_wide, "dispatch/nothing_is_installed_on_an_event_of_more_than_five_arguments") {
    change_open(&change, THIS_MODULE, NULL);
    change_withdraw_intrinsic(&change, &event_test_wide);
    CHECK_THAT(c, change_commit(&change) == -E_TOO_LONG && event_is_intrinsic(&event_test_wide));
}

static void many_times(struct check *c) {
    struct event_binding *b;
    CHECK_THAT(c, install("x", (struct order){0}, 0, &b) == 0);
    size_t heap = 0;
    for (unsigned i = 0; i < 1000; i++) {
        if (i == 2)
            heap = heap_used(); /* code lies in pages with others': one more may be opened once */
        CHECK_THAT(c, install("y", (struct order){0}, 0, &b) == 0 && raises(0, 0, "ixy"));
        change_open(&change, THIS_MODULE, NULL);
        change_uninstall(&change, b);
        CHECK_THAT(c, change_commit(&change) == 0 && raises(0, 0, "ix"));
    }
    plans_reclaim();
    CHECK_THAT(c, heap_is_back(heap));
}

CHECK(dispatch_many, "dispatch/a_thousand_installs_and_uninstalls_leave_no_memory_behind") {
    at_each_level(c, many_times);
}

/* --- S-AUT1, S-AUT3, S-DIS18 --- */

static void hear(const char *text, size_t length) {
    (void)text;
    (void)length;
    run('h');
}

static int install_on_console(struct module *by) {
    const struct handler_request request = {.handler = EVENT_HANDLER(console_write, hear)};
    change_open(&change, by, NULL);
    change_install(&change, &event_console_write, &request, NULL);
    return change_commit(&change);
}

CHECK(dispatch_authority, "dispatch/without_an_authorizer_only_an_events_own_module_changes_it") {
    struct module copy = *event_console_write.module;
    struct binding_report r;
    event_fn *handler = (event_fn *)hear;
    CHECK_THAT(c, module_exists(THIS_MODULE) && module_exists(event_console_write.module));
    CHECK_THAT(c, install_on_console(THIS_MODULE) == -E_PERM);
    CHECK_THAT(c, install_on_console(&copy) == -E_PERM);
    CHECK_THAT(c, event_is_intrinsic(&event_console_write));
    CHECK_THAT(c, install_on_console(event_console_write.module) == 0);
    CHECK_THAT(c, binding_report(&event_console_write, 1, &r) && r.handler == handler);
    restore_event(&event_console_write);
    CHECK_THAT(c, event_is_intrinsic(&event_console_write));
}
