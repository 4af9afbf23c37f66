/* SPDX-License-Identifier: MIT */
/* security.c -- the security manager: what a policy denies is refused and kept in the audit; whom a
 * thread acts for; policies that change. */
#include "spin/services/security/security.h"

#include "../exact.h"
#include "replace.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "machine/trap/catch.h"
#include "machine/trap/trap.h"
#include "measure/bench.h"
#include "spin/core/dispatch/authority.h"
#include "spin/services/loader/loader.h"
#include "spin/services/strand_time.h"
#include "spin/services/thread/kthread.h"

MODULE("SecurityTest");

EVENT_DECLARE(test_secret, long, (long a));
EVENT(test_secret, "Test.Secret", long, (long a)) {
    return a;
}

static struct module guest = {.name = "Guest"};

static bool anybody(void *closure, struct change_request *request) {
    (void)closure;
    (void)request;
    return true;
}

static int set(const char *text) {
    unsigned line;
    return security_set(text, strlen(text), &line);
}

/* The event's own authorizer denies nobody. */
static void begin(void) {
    const struct authorizer all = {.allows = anybody};
    module_add(&guest);
    authorizer_of_event(THIS_MODULE, &event_test_secret, &all);
}

static void end(void) {
    set("");
    change_withdraw_all(&guest);
    restore_event(&event_test_secret);
    module_remove(&guest);
}

static long adds(long a) {
    return a + 1;
}

static long doubles(uint64_t *argument) {
    return (long)(argument[0] *= 2);
}

static const struct handler_request handler = {.handler = EVENT_HANDLER(test_secret, adds)},
                                    filter = {.handler = EVENT_FILTER(test_secret, doubles),
                                              .flags = BINDING_FILTER},
                                    instead = {.handler = EVENT_HANDLER(test_secret, adds),
                                               .flags = BINDING_CANCEL};

static int install(const struct handler_request *request) {
    struct change change;
    change_open(&change, &guest, NULL);
    change_install(&change, &event_test_secret, request, NULL);
    return change_commit(&change);
}

static int set_default(struct module *by) {
    const struct procedure otherwise = EVENT_HANDLER(test_secret, adds);
    struct change change;
    change_open(&change, by, NULL);
    change_default_handler(&change, &event_test_secret, &otherwise);
    return change_commit(&change);
}

/* --- S-AUT9: modes --- */

#define SECRET "subject guest Guest\nobject secret Test.Secret\n"

static bool last_answer_is(bool allowed) {
    const struct security_answer *a = security_audit(0);
    return a && a->allowed == allowed && strcmp(a->subject, "guest") == 0 &&
           strcmp(a->object, "secret") == 0 && strcmp(a->name, "Test.Secret") == 0 &&
           strcmp(a->what, "install") == 0;
}

CHECK(security_extend, "security/what_a_policy_denies_is_refused_and_stands_in_the_audit") {
    begin();
    int denied = set(SECRET "allow guest secret read") ? -1 : install(&handler);
    bool told = last_answer_is(false);
    int allowed = set(SECRET "allow guest secret read extend") ? -1 : install(&handler);
    told &= last_answer_is(true);
    int unread = set(SECRET "allow guest secret extend") ? -1 : install(&handler);
    end();
    CHECK_THAT(c, denied == -E_PERM && allowed == 0 && unread == -E_PERM && told);
}

CHECK(security_write, "security/who_may_not_write_changes_nothing_that_others_get") {
    begin();
    int error = set(SECRET "allow guest secret read extend");
    int refused[] = {install(&filter), install(&instead), set_default(&guest)};
    int own = set_default(THIS_MODULE); /* its authority is not asked */
    error |= set(SECRET "allow guest secret read extend write");
    int allowed = install(&filter) | install(&instead);
    long result = test_secret(3);
    end();
    for (unsigned i = 0; i < 3; i++)
        CHECK_THAT(c, refused[i] == -E_PERM);
    CHECK_THAT(c, !error && !own && !allowed && result == 7);
}

CHECK(security_both, "security/a_policy_gives_nothing_that_the_authorizer_denies") {
    begin();
    const struct authorizer none = {.allows = NULL};
    authorizer_of_event(THIS_MODULE, &event_test_secret, &none);
    int error = set(SECRET "allow guest secret read write execute extend");
    int refused = install(&handler);
    end();
    CHECK_THAT(c, !error && refused == -E_PERM);
}

CHECK(security_link, "security/who_may_not_execute_a_name_is_not_linked_to_it") {
    static struct report why;
    struct extension *e;
    int error = set("allow other other read write extend");
    int refused = loader_load("rollback", &e, &why);
    bool told = strstr(why.text, "name_alias") && strstr(why.text, "denied");
    const struct security_answer *a = security_audit(0);
    bool logged = a && !a->allowed && strcmp(a->name, "SpinPublic.name_alias") == 0;
    set("");
    CHECK_THAT(c, !error && refused == -E_PERM && told && logged);
}

CHECK(security_bad, "security/a_text_that_is_no_policy_leaves_the_one_in_force") {
    unsigned line;
    begin();
    int error = set(SECRET "allow guest secret read");
    CHECK_THAT(c, security_set("\nallow all", 10, &line) == -E_NOT_FOUND && line == 2);
    int refused = install(&handler);
    end();
    CHECK_THAT(c, !error && refused == -E_PERM);
}

/* --- Whom a thread acts for --- */

#define DOORS                                                                                      \
    "subject shell\nsubject guest Guest\nobject door door\nobject gate gate\n"                     \
    "object secret Test.Secret\nallow shell gate execute\nallow guest secret read extend\n"        \
    "enter kernel door shell\nenter shell gate guest\n"

static char seen[3][POLICY_NAME_MAX];

static void note(unsigned n) {
    memcpy(seen[n], security_subject(), strlen(security_subject()) + 1);
}

static bool was(unsigned n, const char *subject) {
    return strcmp(seen[n], subject) == 0;
}

static void in_gate(void *denied) {
    note(1);
    *(bool *)denied = !security_execute("gate", in_gate, denied); /* a guest may not */
}

static void in_door(void *denied) {
    note(0);
    if (!security_execute("gate", in_gate, denied))
        *(bool *)denied = false;
    note(2);
}

CHECK(security_enter, "security/who_executes_an_object_is_another_subject_until_it_is_back") {
    bool denied = false;
    CHECK_THAT(c, set(DOORS) == 0);
    bool executed = security_execute("door", in_door, &denied);
    bool back = strcmp(security_subject(), "kernel") == 0;
    set("");
    CHECK_THAT(c, executed && denied && back);
    CHECK_THAT(c, was(0, "shell") && was(1, "guest") && was(2, "shell"));
}

static void installs(void *error) {
    *(int *)error = install(&handler);
}

CHECK(security_deputy, "security/a_deputy_may_do_no_more_than_whom_it_acts_for") {
    int as_shell = 0;
    begin();
    int error = set(DOORS);
    security_execute("door", installs, &as_shell); /* a shell may not extend */
    int by_itself = install(&handler);
    end();
    CHECK_THAT(c, !error && as_shell == -E_PERM && by_itself == 0);
}

static void traps(void *unused) {
    (void)unused;
    note(0);
    __asm__ volatile("ud2");
}

static void enters(void *unused) {
    security_execute("door", traps, unused);
}

CHECK(security_trap, "security/a_trap_ends_what_a_thread_acted_as") {
    struct trap_frame f;
    CHECK_THAT(c, set(DOORS) == 0);
    bool caught = trap_catch(&f, enters, NULL);
    bool back = strcmp(security_subject(), "kernel") == 0;
    set("");
    CHECK_THAT(c, caught && f.vector == TRAP_INVALID && was(0, "shell") && back);
}

static volatile bool on;

static void loops(void *unused) {
    (void)unused;
    note(0);
    while (on)
        ;
}

static void enters_and_loops(void *unused) {
    security_execute("door", loops, unused);
}

static void notes(void *unused) {
    (void)unused;
    note(1);
}

static bool has_ended(const struct strand *s) {
    return *(const volatile enum sched_state *)&s->sched.state == SCHED_ENDED;
}

/* The second strand has the first one's stack. */
CHECK(security_death, "security/what_a_strand_acted_as_ends_with_it") {
    struct strand s;
    if (!timer_hz()) {
        check_skip(c, "no clock");
        return;
    }
    CHECK_THAT(c, set(DOORS) == 0);
    module_add(&guest);
    guest.account.quota[RESOURCE_TIME] = 1000000;
    on = true;
    int error = strand_time_begin();
    error |= strand_create(&s, &guest, PRIORITY_USUAL + 1, enters_and_loops, NULL);
    const struct thread *first = s.thread;
    strand_unblock(&s);
    sti();
    while (!has_ended(&s))
        ;
    cli();
    error |= strand_time_end();
    guest.account.quota[RESOURCE_TIME] = NO_QUOTA;
    error |= strand_create(&s, &guest, PRIORITY_USUAL, notes, NULL);
    bool same = s.thread == first;
    strand_unblock(&s);
    strand_yield();
    module_remove(&guest);
    set("");
    CHECK_THAT(c, !error && same && was(0, "shell") && was(1, "kernel"));
}

/* --- Policies that change --- */

static volatile bool stop;

static void *allows_all(void *unused) {
    for (; !stop; strand_yield())
        set("");
    return unused;
}

static void returns(void *unused) {
    (void)unused;
}

#define DELAYS 3000 /* an answer takes fewer instructions */

/* Allowed by the policy as without one, so an answer of half of each would be seen, or a trap. */
CHECK(security_preempt, "security/preempted_anywhere_an_answer_is_by_one_policy") {
    void *result;
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    stop = false;
    module_add(&guest);
    struct kthread *other = kthread_fork(allows_all, NULL);
    bool allowed = other, entered = other;
    for (unsigned delay = 1; delay < DELAYS && allowed && entered; delay++) {
        set(DOORS);
        timer_arm_ns(delay);
        sti();
        allowed = security_allows(&guest, "Test.Secret", ACCESS_READ, "test");
        entered = security_execute("door", returns, NULL);
        cli();
        timer_stop();
    }
    stop = true;
    bool joined = kthread_join(other, &result);
    set("");
    module_remove(&guest);
    CHECK_THAT(c, allowed && entered && joined);
}

CHECK(security_tighter, "security/a_binding_that_a_new_policy_does_not_allow_is_withdrawn") {
    begin();
    int error = set(SECRET "allow guest secret read write extend");
    error |= install(&filter) | install(&handler);
    long before = test_secret(3);
    error |= set(SECRET "allow guest secret read extend"); /* the filter goes */
    long between = test_secret(3);
    error |= set(SECRET);
    long after = test_secret(3);
    end();
    CHECK_THAT(c, !error && before == 7 && between == 4 && after == 3);
}
