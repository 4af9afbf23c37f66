/* SPDX-License-Identifier: MIT */
/* strand_group.c -- schedulers of applications, stacked on the global one: what share their strands
 * have, and whom a bad one harms. */
#include "spin/services/thread/strand_group.h"

#include "../../exact.h"
#include "../replace.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "measure/bench.h"
#include "spin/core/dispatch/authority.h"
#include "spin/services/thread/kthread_sync.h"
#include "spin/services/loader/loader.h"

MODULE("TestGroup");

#define MEMBERS 10

EVENT_DECLARE(test_grouped, void, ());
EVENT(test_grouped, "Test.Grouped", void, ()) {
}

static void nothing(void) {
}

/* A strand of the group's, which ends with fn(arg). */
struct tested {
    struct strand strand;
    struct group_member of;
    void (*fn)(void *arg);
    void *arg;
};

static void begin(void *tested) {
    struct tested *t = tested;
    t->fn(t->arg);
    cli();
    group_leave(&t->of);
}

static int group_fork(struct strand_group *g, struct tested *t, uint8_t hint, void (*fn)(void *arg),
                      void *arg) {
    int error = strand_create(&t->strand, THIS_MODULE, PRIORITY_USUAL, begin, t);
    if (error)
        return error;
    t->fn = fn;
    t->arg = arg;
    error = group_join(g, &t->of, &t->strand, hint);
    if (error)
        strand_free(&t->strand);
    else
        strand_unblock(&t->strand);
    return error;
}

static struct strand_group group;
static struct tested member[MEMBERS];
static volatile bool stop;

/* The quantum that was begun is over, and a whole one begins when somebody has to wait. */
static void begin_quantum(void) {
    scheduler_end_quantum();
    sti();
    for (volatile unsigned i = 0; i < 1000; i++)
        ;
    cli();
}

/* A scheduler of its own for the group; null: none. */
static bool open_for(struct check *c, struct strand_group *g, const char *scheduler) {
    static struct report why;
    struct extension *e = NULL;
    module_add(THIS_MODULE);
    int error = scheduler ? loader_load_for(scheduler, g, &e, &why) : 0;
    if (!error)
        error = group_create(g, e ? extension_module(e) : NULL);
    if (error)
        check_fail(c, "%s: %s: %s", scheduler ? scheduler : "none", error_sentence(error),
                   why.text);
    begin_quantum();
    return !error;
}

/* Everybody's memory is another one's from here on. */
static void close_all(struct strand_group *g) {
    stop = true;
    while (g->taken)
        strand_yield();
    strand_yield(); /* the last has left the processor */
    group_destroy(g);
    loader_client_ends(g);
}

/* --- The share --- */

static void counts(void *counter) {
    while (!stop)
        ++*(volatile uint64_t *)counter;
}

/* Begins at 0 again. */
static uint64_t take(volatile uint64_t *counter, unsigned n) {
    uint64_t all = 0;
    while (n--) {
        all += counter[n];
        counter[n] = 0;
    }
    return all;
}

static void check_share(struct check *c, const char *scheduler) {
    struct strand plain;
    static volatile uint64_t alone, grouped[MEMBERS];
    if (!open_for(c, &group, scheduler))
        return;
    stop = false;
    int error = strand_create(&plain, THIS_MODULE, PRIORITY_USUAL, counts, (void *)&alone);
    for (unsigned i = 0; i < MEMBERS && !error; i++)
        error = group_fork(&group, &member[i], (uint8_t)(i % 3), counts, (void *)&grouped[i]);
    CHECK_THAT(c, !error);
    strand_unblock(&plain);
    scheduler_quantum_ns = 100000;
    sti();
    for (unsigned turns = 0; turns < 30; turns++)
        for (uint64_t seen = alone; seen == alone;)
            ;
    stop = true;
    cli();
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    while (plain.sched.state != SCHED_ENDED)
        strand_yield();
    close_all(&group);
    uint64_t group_has = take(grouped, MEMBERS), one_has = take(&alone, 1);
    if (group_has > one_has + one_has / 5 || group_has < one_has / 2)
        check_fail(c, "%s: ten counted to %lu, one alone to %lu",
                   scheduler ? scheduler : "in turns", group_has, one_has);
}

CHECK(group_share, "strand_group/ten_of_a_group_have_the_share_of_one_strand") {
    static const char *const schedulers[] = {NULL, "fifo", "priority", "gang", "misrules"};
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    for (unsigned i = 0; i < sizeof schedulers / sizeof schedulers[0]; i++)
        check_share(c, schedulers[i]);
}

/* --- What each scheduler is for --- */

static char ran[64];

static void log_turn(unsigned place) {
    size_t length = strlen(ran);
    if (length + 1 < sizeof ran)
        ran[length] = (char)('a' + place);
}

/* Three turns each. */
static void takes_turns(void *m) {
    for (unsigned i = 0; i < 3; i++) {
        log_turn(((const struct tested *)m)->of.place);
        strand_yield();
    }
}

/* Who had the processor when, of members with these hints. */
static void expect_order(struct check *c, const char *scheduler, const char *hints,
                         const char *order) {
    if (!open_for(c, &group, scheduler))
        return;
    memset(ran, 0, sizeof ran);
    for (unsigned i = 0; hints[i]; i++)
        CHECK_THAT(c,
                   group_fork(&group, &member[i], (uint8_t)hints[i], takes_turns, &member[i]) == 0);
    close_all(&group);
    if (strcmp(ran, order) != 0)
        check_fail(c, "%s: %s ran, and not %s", scheduler ? scheduler : "in turns", ran, order);
}

CHECK(group_policies, "strand_group/each_scheduler_gives_the_turns_by_its_own_rule") {
    expect_order(c, NULL, "000", "abcabcabc");
    expect_order(c, "fifo", "000", "aaabbbccc");
    expect_order(c, "priority", "121", "bbbcacaca");
    expect_order(c, "gang", "1212", "acacdbdbcabd");
}

static void notes(void *m) {
    log_turn(((const struct tested *)m)->of.place);
}

/* The global scheduler knows of the other one no more. */
static void notes_alone(void *m) {
    if (member[0].strand.sched.state == SCHED_BLOCKED)
        notes(m);
}

/* A high one is made ready while a low one computes. */
static void makes_ready(void *high) {
    group_fork(&group, high, 9, notes_alone, high);
    for (volatile unsigned i = 0; i < 100000 && !*ran; i++)
        ;
    log_turn(25);
}

CHECK(group_preempts, "strand_group/who_the_scheduler_prefers_has_the_processor_at_once") {
    if (!timer_hz()) {
        check_skip(c, "no clock");
        return;
    }
    if (!open_for(c, &group, "priority"))
        return;
    memset(ran, 0, sizeof ran);
    CHECK_THAT(c, group_fork(&group, &member[0], 1, makes_ready, &member[1]) == 0);
    sti();
    close_all(&group);
    cli();
    CHECK_THAT(c, strcmp(ran, "bz") == 0);
}

/* --- Bad schedulers --- */

CHECK(group_misruled, "strand_group/a_scheduler_that_never_runs_anybody_is_passed_over") {
    if (!open_for(c, &group, "misrules"))
        return;
    memset(ran, 0, sizeof ran);
    for (unsigned i = 0; i < 3; i++)
        CHECK_THAT(c, group_fork(&group, &member[i], 0, takes_turns, &member[i]) == 0);
    close_all(&group);
    if (strcmp(ran, "abcabcabc") != 0 || group.misruled < 9)
        check_fail(c, "%s ran, %lu answers were replaced", ran, group.misruled);
}

CHECK(group_foreign, "strand_group/a_scheduler_is_asked_about_its_own_group_alone") {
    static struct strand_group other;
    if (!open_for(c, &other, "misrules") || !open_for(c, &group, NULL))
        return;
    memset(ran, 0, sizeof ran);
    for (unsigned i = 0; i < 3; i++)
        CHECK_THAT(c, group_fork(&group, &member[i], 0, takes_turns, &member[i]) == 0);
    close_all(&group);
    close_all(&other);
    if (strcmp(ran, "abcabcabc") != 0 || group.misruled)
        check_fail(c, "%s ran, %lu answers were replaced", ran, group.misruled);
}

CHECK(group_bound, "strand_group/a_scheduler_that_takes_too_long_is_refused") {
    static struct report why;
    struct extension *e;
    CHECK_THAT(c, loader_load_for("slow", &group, &e, &why) == -E_PERM);
    CHECK_THAT(c, loader_load_for("fifo", &group, &e, &why) == 0);
    loader_client_ends(&group);
}

CHECK(group_unloaded, "strand_group/members_whose_scheduler_goes_take_turns") {
    if (!open_for(c, &group, "fifo"))
        return;
    memset(ran, 0, sizeof ran);
    for (unsigned i = 0; i < 3; i++)
        CHECK_THAT(c, group_fork(&group, &member[i], 0, takes_turns, &member[i]) == 0);
    loader_client_ends(&group);
    close_all(&group);
    CHECK_THAT(c, strcmp(ran, "abcabcabc") == 0);
}

CHECK(group_full, "strand_group/a_place_is_another_members_when_its_own_has_ended") {
    static struct tested many[GROUP_MEMBERS_MAX + 1];
    if (!open_for(c, &group, NULL))
        return;
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < GROUP_MEMBERS_MAX; i++)
            CHECK_THAT(c, group_fork(&group, &many[i], 0, notes, &many[i]) == 0);
        CHECK_THAT(c, group_fork(&group, &many[GROUP_MEMBERS_MAX], 0, notes, NULL) == -E_FULL);
        while (group.taken)
            strand_yield();
        strand_unblock(&many[0].strand); /* it has ended: nothing */
        CHECK_THAT(c, group.view.ready == 0);
    }
    close_all(&group);
    CHECK_THAT(c, event_is_intrinsic(&event_strand_block));
    CHECK_THAT(c, event_is_intrinsic(&event_strand_checkpoint));
}

/* --- Blocks and unblocks --- */

CHECK(group_block, "strand_group/a_member_that_another_strand_blocks_stands_still") {
    if (!open_for(c, &group, NULL))
        return;
    memset(ran, 0, sizeof ran);
    for (unsigned i = 0; i < 3; i++)
        CHECK_THAT(c, group_fork(&group, &member[i], 0, takes_turns, &member[i]) == 0);
    strand_block(&member[0].strand); /* the runner */
    strand_block(&member[2].strand); /* not the runner */
    for (unsigned i = 0; i < 5; i++)
        strand_yield();
    bool stand = strcmp(ran, "bbb") == 0;
    strand_unblock(&member[2].strand);
    strand_unblock(&member[0].strand);
    close_all(&group);
    if (!stand || strcmp(ran, "bbbcacaca") != 0)
        check_fail(c, "%s ran", ran);
}

/* Whom the global scheduler knows of. */
static unsigned known(void) {
    unsigned n = 0;
    for (unsigned i = 0; i < 3; i++)
        n += member[i].strand.sched.state == SCHED_READY;
    return n;
}

CHECK(group_suspend, "strand_group/a_member_that_was_suspended_comes_back_as_one_of_the_group") {
    if (!open_for(c, &group, NULL))
        return;
    memset(ran, 0, sizeof ran);
    for (unsigned i = 0; i < 3; i++)
        CHECK_THAT(c, group_fork(&group, &member[i], 0, takes_turns, &member[i]) == 0);
    strand_suspend(&member[0].strand); /* the runner */
    strand_suspend(&member[2].strand); /* not the runner */
    strand_unblock(&member[2].strand); /* nothing: it is suspended */
    bool one = known() == 1;
    for (unsigned i = 0; i < 5; i++)
        strand_yield();
    bool stand = strcmp(ran, "bbb") == 0 && !known();
    strand_continue(&member[2].strand);
    strand_continue(&member[0].strand);
    one = one && known() == 1;
    close_all(&group);
    if (!one || !stand || strcmp(ran, "bbbcacaca") != 0)
        check_fail(c, "%s ran", ran);
}

static bool waits_to_allow(void *closure, struct change_request *request) {
    (void)closure;
    (void)request;
    while (!stop)
        strand_yield();
    return true;
}

static int install_as(struct module *by) {
    const struct handler_request request = {.handler = EVENT_HANDLER(test_grouped, nothing)};
    struct change change;
    module_add(by);
    change_open(&change, by, NULL);
    change_install(&change, &event_test_grouped, &request, NULL);
    return change_commit(&change);
}

static struct module changing = {.name = "GroupChanging"};
static volatile bool released;

static void changes(void *unused) {
    (void)unused;
    install_as(&changing);
}

static void yields(void *unused) {
    (void)unused;
    while (!released)
        strand_yield();
}

CHECK(group_changer,
      "strand_group/no_scheduler_holds_up_a_member_for_which_others_wait_to_change") {
    const struct authorizer authorizer = {.allows = waits_to_allow};
    if (!open_for(c, &group, "priority"))
        return;
    authorizer_of_event(THIS_MODULE, &event_test_grouped, &authorizer);
    stop = released = false;
    CHECK_THAT(c, group_fork(&group, &member[0], 0, changes, NULL) == 0);
    strand_yield();
    CHECK_THAT(c, changer == member[0].strand.thread);
    CHECK_THAT(c, group_fork(&group, &member[1], 5, yields, NULL) == 0);
    strand_yield();
    stop = true;
    int error = install_as(THIS_MODULE); /* it waits until the first has changed */
    released = true;
    close_all(&group);
    change_withdraw_all(&changing);
    module_remove(&changing);
    restore_event(&event_test_grouped);
    CHECK_THAT(c, error == 0);
}

static volatile unsigned woken[MEMBERS];

static void sleeps(void *m) {
    while (!stop) {
        woken[((const struct tested *)m)->of.place]++;
        strand_block(strand_current());
    }
}

/* The end of a quantum comes anywhere, in the group's handlers too. */
CHECK(group_quanta, "strand_group/quanta_of_any_length_end_anywhere_and_no_wake_up_is_lost") {
    enum { SHORTEST = 400, LONGEST = 2000, SLEEPERS = 3 };
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    if (!open_for(c, &group, "priority"))
        return;
    stop = false;
    for (unsigned i = 0; i < SLEEPERS; i++)
        CHECK_THAT(c, group_fork(&group, &member[i], (uint8_t)i, sleeps, &member[i]) == 0);
    bool lost = false;
    uint64_t ns = SHORTEST;
    for (; ns < LONGEST && !lost; ns += 3) {
        scheduler_quantum_ns = ns;
        unsigned before[SLEEPERS];
        for (unsigned i = 0; i < SLEEPERS; i++)
            before[i] = woken[i];
        sti();
        for (unsigned i = 0; i < SLEEPERS; i++)
            strand_unblock(&member[i].strand);
        cli();
        scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
        for (unsigned i = 0; i < SLEEPERS; i++)
            strand_yield();
        for (unsigned i = 0; i < SLEEPERS; i++)
            lost = lost || woken[i] == before[i];
    }
    stop = true;
    for (unsigned i = 0; i < SLEEPERS; i++)
        strand_unblock(&member[i].strand);
    close_all(&group);
    if (lost)
        check_fail(c, "lost at a quantum of %lu ns", ns);
}
