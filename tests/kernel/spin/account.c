/* SPDX-License-Identifier: MIT */
/* account.c -- what modules are charged for is what was given out: the shares, summed up, against
 * what those who give out count themselves. */
#include "../exact.h"
#include "books.h"
#include "replace.h"

#include "lib/error.h"
#include "lib/list.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "machine/memory/code.h"
#include "machine/thread/preempt.h"
#include "machine/thread/thread.h"
#include "measure/bench.h"
#include "spin/core/dispatch/authority.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/services/events/introspect.h"
#include "spin/services/events/linear.h"
#include "spin/core/strand.h"
#include "spin/services/console.h"
#include "spin/services/loader/loader.h"
#include "spin/services/strand_time.h"
#include "spin/services/thread/kthread.h"

MODULE("AccountTest");

/* --- Memory --- */

static const struct dispatcher *was;
static struct dispatcher counted;
static struct hooks hooks;
static size_t heap;
static uint64_t charged;

/* From here on the dispatcher, too, is charged, as a module: events have no bindings then. */
static void begin_count(void) {
    module_add(THIS_MODULE);
    charged_memory(THIS_MODULE, &hooks);
    restore_event(&event_console_key);
    was = dispatcher;
    counted = *was;
    counted.hooks = &hooks;
    dispatcher = &counted;
    heap = heap_used();
    charged = books_shares(RESOURCE_MEMORY);
}

static void end_count(void) {
    dispatcher = was;
    console_init();
}

static bool sums_agree(struct check *c, const char *when) {
    uint64_t share = books_shares(RESOURCE_MEMORY) - charged, all = heap_used() - heap;
    if (share != all)
        check_fail(c, "%s: %lu bytes are charged, %lu given out", when, share, all);
    return share == all;
}

CHECK(account_memory, "account/modules_are_charged_for_all_memory_that_is_given_out") {
    static struct report why;
    struct code_pages room; /* code of extensions shares its page: the list of pages stays */
    struct extension *keys, *tabs;
    CHECK_THAT(c, code_alloc(&room, 64) == 0);
    begin_count();
    bool loaded = loader_load("keys", &keys, &why) == 0;
    bool agreed = loaded && sums_agree(c, "with keys");
    loaded &= loader_load("tabs", &tabs, &why) == 0;
    agreed &= loaded && sums_agree(c, "and with tabs");
    uint64_t of_keys = loaded ? extension_module(keys)->account.used[RESOURCE_MEMORY] : 0;
    bool unloaded = loaded && loader_unload(keys) == 0 && loader_unload(tabs) == 0;
    restore_event(&event_console_key);
    agreed &= sums_agree(c, "without them");
    bool back = heap_used() == heap;
    end_count();
    code_free(&room);
    CHECK_THAT(c, loaded && unloaded && of_keys > 4096);
    CHECK_THAT(c, agreed && back);
}

/* --- Bindings --- */

static int next_byte(int byte) {
    return byte + 1;
}

static bool is_letter(int byte) {
    return byte >= 'a';
}

CHECK(account_bindings, "account/modules_are_charged_for_every_handler_and_guard_that_is_bound") {
    const struct handler_request request = {.handler = EVENT_HANDLER(console_key, next_byte),
                                            .guard = EVENT_GUARD(console_key, is_letter)};
    const struct procedure guard = EVENT_GUARD(console_key, is_letter);
    struct event_binding *binding;
    struct change change;
    module_add(THIS_MODULE);
    CHECK_THAT(c, books_shares(RESOURCE_BINDINGS) == books_bindings());
    uint64_t before = THIS_MODULE->account.used[RESOURCE_BINDINGS];
    change_open(&change, event_console_key.module, NULL);
    change_withdraw_intrinsic(&change, &event_console_key);
    CHECK_THAT(c, change_commit(&change) == 0);
    change_open(&change, THIS_MODULE, NULL);
    change_install(&change, &event_console_key, &request, &binding);
    change_add_guard(&change, binding, &guard, false, NULL);
    CHECK_THAT(c, change_commit(&change) == 0);
    CHECK_THAT(c, THIS_MODULE->account.used[RESOURCE_BINDINGS] == before + 3);
    CHECK_THAT(c, books_shares(RESOURCE_BINDINGS) == books_bindings());
    change_open(&change, THIS_MODULE, NULL);
    change_install(&change, &event_console_key, &request, NULL);
    change_abandon(&change);
    change_open(&change, THIS_MODULE, NULL);
    change_uninstall(&change, binding);
    CHECK_THAT(c, change_commit(&change) == 0);
    CHECK_THAT(c, THIS_MODULE->account.used[RESOURCE_BINDINGS] == before);
    restore_event(&event_console_key);
    console_init();
    CHECK_THAT(c, books_shares(RESOURCE_BINDINGS) == books_bindings());
}

/* --- Events and strands --- */

CHECK(account_events, "account/who_makes_an_event_is_charged_for_it_until_it_is_destroyed") {
    struct linear_event *event[3];
    module_add(THIS_MODULE);
    uint64_t before = books_shares(RESOURCE_EVENTS);
    for (unsigned i = 0; i < 3; i++)
        CHECK_THAT(c, linear_create(&event[i], &event_console_key, THIS_MODULE, "Test.Made") == 0);
    CHECK_THAT(c, THIS_MODULE->account.used[RESOURCE_EVENTS] == 3);
    CHECK_THAT(c, books_shares(RESOURCE_EVENTS) == before + 3);
    for (unsigned i = 0; i < 3; i++)
        linear_destroy(event[i]);
    CHECK_THAT(c, THIS_MODULE->account.used[RESOURCE_EVENTS] == 0);
}

static void ends(void *unused) {
    (void)unused;
}

CHECK(account_strands, "account/modules_are_charged_for_every_strand_that_has_a_stack") {
    struct strand s[3];
    module_add(THIS_MODULE);
    CHECK_THAT(c, books_shares(RESOURCE_STRANDS) == books_strands());
    for (unsigned i = 0; i < 3; i++)
        CHECK_THAT(c, strand_create(&s[i], THIS_MODULE, PRIORITY_USUAL, ends, NULL) == 0);
    CHECK_THAT(c, THIS_MODULE->account.used[RESOURCE_STRANDS] == 3);
    CHECK_THAT(c, books_shares(RESOURCE_STRANDS) == books_strands());
    strand_unblock(&s[0]);
    strand_yield(); /* it ends */
    strand_free(&s[1]);
    CHECK_THAT(c, THIS_MODULE->account.used[RESOURCE_STRANDS] == 1);
    CHECK_THAT(c, books_shares(RESOURCE_STRANDS) == books_strands());
    strand_free(&s[2]);
    CHECK_THAT(c, THIS_MODULE->account.used[RESOURCE_STRANDS] == 0);
}

/* --- Time --- */

static struct module packages[] = {{.name = "First"}, {.name = "Second"}};

static void spins(void *turns) {
    for (unsigned i = 0; i < (uintptr_t)turns; i++) {
        for (volatile unsigned j = 0; j < 1000; j++)
            ;
        strand_yield();
    }
}

CHECK(account_time,
      "account/what_packages_strands_had_of_the_processor_is_all_the_time_there_was") {
    struct strand s[2];
    for (unsigned i = 0; i < 2; i++) {
        module_add(&packages[i]);
        CHECK_THAT(c, strand_create(&s[i], &packages[i], PRIORITY_USUAL, spins,
                                    (void *)(uintptr_t)(5 + 5 * i)) == 0);
        strand_unblock(&s[i]);
    }
    uint64_t before = books_shares(RESOURCE_TIME), begin = rdtsc();
    CHECK_THAT(c, strand_time_begin() == 0);
    uint64_t inner = rdtsc();
    while (s[1].sched.state != SCHED_ENDED)
        strand_yield();
    inner = rdtsc() - inner;
    CHECK_THAT(c, strand_time_end() == 0);
    uint64_t all = rdtsc() - begin, sum = books_shares(RESOURCE_TIME) - before;
    uint64_t first = packages[0].account.used[RESOURCE_TIME],
             second = packages[1].account.used[RESOURCE_TIME];
    for (unsigned i = 0; i < 2; i++)
        module_remove(&packages[i]);
    if (sum < inner || sum > all)
        check_fail(c, "%lu ticks are charged, %lu to %lu have passed", sum, inner, all);
    CHECK_THAT(c, first && second > first && event_is_intrinsic(&event_strand_resume));
}

/* --- Asynchronous handlers --- */

static struct module first = {.name = "First"}, second = {.name = "Second"};

EVENT_DECLARE(test_charged, void, (long n));
EVENT(test_charged, "Test.Charged", void, (long n)) {
    (void)n;
}

static volatile unsigned turns;

static void takes_time(long n) {
    for (volatile long i = 0; i < n; i++)
        ;
    turns++;
}

static bool anybody(void *closure, struct change_request *request) {
    (void)closure;
    (void)request;
    return true;
}

static int bind(struct module *by, uint8_t flags) {
    const struct handler_request request = {.handler = EVENT_HANDLER(test_charged, takes_time),
                                            .flags = flags};
    struct change change;
    change_open(&change, by, NULL);
    change_install(&change, &event_test_charged, &request, NULL);
    return change_commit(&change);
}

static void begin_charged(void) {
    const struct authorizer all = {.allows = anybody};
    module_add(&first);
    module_add(&second);
    module_add(THIS_MODULE);
    authorizer_of_event(THIS_MODULE, &event_test_charged, &all);
    turns = 0;
}

static void end_charged(void) {
    change_withdraw_all(&first);
    change_withdraw_all(&second);
    restore_event(&event_test_charged);
    module_remove(&first);
    module_remove(&second);
}

#define TURN 10000 /* of a loop: it takes more ticks than that */

CHECK(account_async, "account/who_installs_an_asynchronous_handler_is_charged_for_its_strand") {
    begin_charged();
    first.account.quota[RESOURCE_STRANDS] = 2;
    uint64_t strands = books_shares(RESOURCE_STRANDS), before = books_shares(RESOURCE_TIME),
             begin = rdtsc();
    int error = bind(&first, BINDING_ASYNC) | strand_time_begin();
    error |= bind(&first, BINDING_ASYNC);
    int refused = bind(&first, BINDING_ASYNC), more = bind(&second, BINDING_ASYNC);
    uint64_t all = books_shares(RESOURCE_STRANDS) - strands;
    uint64_t had = first.account.used[RESOURCE_STRANDS],
             bytes = first.account.used[RESOURCE_MEMORY];
    test_charged(TURN);
    for (unsigned i = 0; i < 4; i++)
        strand_yield();
    error |= strand_time_end();
    uint64_t passed = rdtsc() - begin, sum = books_shares(RESOURCE_TIME) - before;
    uint64_t of_first = first.account.used[RESOURCE_TIME],
             of_second = second.account.used[RESOURCE_TIME];
    unsigned ran = turns;
    change_withdraw_all(&first);
    restore_event(&event_test_charged);
    bool back = !first.account.used[RESOURCE_STRANDS] && !first.account.used[RESOURCE_MEMORY];
    end_charged();
    CHECK_THAT(c, !error && !more && refused == -E_QUOTA && had == 2 && bytes > 256 && back);
    CHECK_THAT(c, all <= 3 && ran == 3); /* there may be idle ones, which are nobody's more */
    CHECK_THAT(c, of_first >= 2 * TURN && of_second >= TURN && of_second < of_first);
    CHECK_THAT(c, sum <= passed && of_first + of_second <= sum);
}

/* --- Handlers --- */

static void raises_within(long n) {
    takes_time(n);
    if (n == TURN)
        test_charged(TURN / 2); /* time of those within is not this one's */
}

CHECK(account_handlers,
      "account/a_handlers_time_is_its_installers_and_the_sum_is_what_has_passed") {
    const struct handler_request request = {.handler = EVENT_HANDLER(test_charged, raises_within)};
    struct change change;
    begin_charged();
    change_open(&change, &first, NULL);
    change_install(&change, &event_test_charged, &request, NULL);
    int error = change_commit(&change) | bind(&second, 0);
    change_open(&change, THIS_MODULE, NULL);
    change_watch(&change, &event_test_charged, true);
    error |= change_commit(&change);
    uint64_t before = books_shares(RESOURCE_TIME), outer = rdtsc();
    error |= strand_time_begin();
    uint64_t inner = rdtsc();
    test_charged(TURN);
    inner = rdtsc() - inner;
    error |= strand_time_end();
    outer = rdtsc() - outer;
    uint64_t sum = books_shares(RESOURCE_TIME) - before;
    uint64_t of_first = first.account.used[RESOURCE_TIME],
             of_second = second.account.used[RESOURCE_TIME];
    struct binding_report r[2];
    bool told = binding_report(&event_test_charged, 1, &r[0]) &&
                binding_report(&event_test_charged, 2, &r[1]);
    end_charged();
    CHECK_THAT(c, !error && told && turns == 4 && sum >= inner && sum <= outer);
    /* Both have run for 15,000 turns, the second one's shorter run within the first one's. */
    CHECK_THAT(c, of_first >= TURN && of_second >= TURN && of_first + of_second <= inner);
    CHECK_THAT(c, of_first < of_second + of_second / 10 && of_second < of_first + of_first / 10);
    CHECK_THAT(c,
               r[1].runs == 2 && of_second >= r[1].time && r[0].runs == 2 && r[0].time > of_first);
}

/* Code lies in whole pages: half of the second one is beyond the quota. */
CHECK(account_pages, "account/pages_of_code_are_not_more_than_the_quota_however_little_is_wanted") {
    static struct module guest = {.name = "Guest"};
    const size_t wanted = PAGE_SIZE + PAGE_SIZE / 2;
    struct code_memory code;
    struct hooks theirs;
    module_add(&guest);
    charged_memory(&guest, &theirs);
    guest.account.quota[RESOURCE_CODE] = wanted;
    bool half = theirs.code_map(theirs.owner, wanted, &code);
    uint64_t used = guest.account.used[RESOURCE_CODE];
    if (half)
        theirs.code_unmap(theirs.owner, &code);
    guest.account.quota[RESOURCE_CODE] = 2 * PAGE_SIZE;
    bool whole = theirs.code_map(theirs.owner, wanted, &code);
    if (whole)
        theirs.code_unmap(theirs.owner, &code);
    CHECK_THAT(c, !half && !used && whole && !guest.account.used[RESOURCE_CODE]);
    module_remove(&guest);
}

/* --- From two strands --- */

static void makes_nothing(void *unused) {
    (void)unused;
}

static struct module crowd = {.name = "Crowd"};
static struct strand theirs;
static volatile bool stop, has_made;

static void *makes_one(void *unused) {
    for (; !stop; strand_yield())
        if (!has_made && !strand_create(&theirs, &crowd, PRIORITY_USUAL, makes_nothing, NULL))
            has_made = true;
    return unused;
}

#define DELAYS 2000 /* a strand is made with fewer instructions */

CHECK(account_two, "account/two_strands_at_once_have_no_more_than_one_quota") {
    struct strand ours;
    void *result;
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    module_add(&crowd);
    crowd.account.quota[RESOURCE_STRANDS] = 1;
    stop = false;
    struct kthread *other = kthread_fork(makes_one, NULL);
    uint64_t most = 0;
    for (unsigned delay = 1; delay < DELAYS && other; delay++) {
        has_made = false;
        timer_arm_ns(delay);
        sti();
        bool made = !strand_create(&ours, &crowd, PRIORITY_USUAL, makes_nothing, NULL);
        cli();
        timer_stop();
        uint64_t used = crowd.account.used[RESOURCE_STRANDS];
        most = used > most ? used : most;
        if (made)
            strand_free(&ours);
        if (has_made)
            strand_free(&theirs);
    }
    stop = true;
    bool joined = kthread_join(other, &result);
    if (!joined || most != 1 || crowd.account.used[RESOURCE_STRANDS])
        check_fail(c, "joined %u, %lu strands at once, %lu in the end", joined, most,
                   crowd.account.used[RESOURCE_STRANDS]);
    module_remove(&crowd);
}
