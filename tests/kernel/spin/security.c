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
#include "spin/core/space/memory_fault.h"
#include "spin/services/console.h"
#include "spin/services/events/introspect.h"
#include "spin/services/events/linear.h"
#include "spin/services/loader/loader.h"
#include "spin/services/strand_time.h"
#include "spin/services/thread/strand_group.h"
#include "spin/services/thread/kthread.h"

MODULE("SecurityTest");

EVENT_DECLARE(test_secret, long, (long a));
EVENT(test_secret, "Test.Secret", long, (long a)) {
    return a;
}

EVENT_DECLARE(test_later, void, (long n));
EVENT(test_later, "Test.Later", void, (long n)) {
    (void)n;
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

/* --- What goes on later --- */

static struct strand made;

static void notes_later(long n) {
    note((unsigned)n);
}

static void notes_strand(void *unused) {
    (void)unused;
    note(2);
}

static void puts_off(void *error) {
    test_later(0);
    *(int *)error =
        strand_create(&made, strand_current()->package, PRIORITY_USUAL, notes_strand, NULL);
}

static int make_later(bool event) {
    const struct handler_request request = {.handler = EVENT_HANDLER(test_later, notes_later),
                                            .flags = event ? 0 : BINDING_ASYNC};
    struct change change;
    change_open(&change, THIS_MODULE, NULL);
    change_install(&change, &event_test_later, &request, NULL);
    change_asynchronous(&change, &event_test_later, event ? 4 : 0);
    return change_commit(&change);
}

CHECK(security_later, "security/what_is_put_off_acts_for_whom_its_raiser_acted_for") {
    for (unsigned event = 0; event < 2; event++) {
        int error = set(DOORS) | make_later(event), made_error = -1;
        security_execute("door", puts_off, &made_error);
        test_later(1);
        memset(seen, 0, sizeof seen);
        set("allow other other read"); /* names outlive their policies */
        if (!made_error)
            strand_unblock(&made);
        for (unsigned i = 0; i < 4; i++)
            strand_yield();
        set("");
        restore_event(&event_test_later);
        CHECK_THAT(c, !error && !made_error);
        CHECK_THAT(c, was(0, "shell") && was(1, "kernel") && was(2, "shell"));
    }
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

static uint64_t folds(uint64_t running, uint64_t result, bool last, const uint64_t *argument) {
    (void)last;
    (void)argument;
    return running + result;
}

static int set_result(struct module *by) {
    const struct procedure sum = {.entry = (event_fn *)folds};
    struct change change;
    change_open(&change, by, NULL);
    change_result_handler(&change, &event_test_secret, &sum, 100);
    return change_commit(&change);
}

/* The event's authority has its own for as long as it likes. */
CHECK(security_tighter_results, "security/result_and_default_handlers_go_with_what_allowed_them") {
    for (unsigned own = 0; own < 2; own++) {
        struct module *by = own ? THIS_MODULE : &guest;
        struct event_report r;
        begin();
        int error = set(SECRET "allow guest secret read write extend");
        error |= set_default(by) | set_result(by);
        long before = test_secret(3);
        error |= set(SECRET "allow guest secret read extend");
        event_report(&event_test_secret, &r);
        long after = test_secret(3);
        end();
        CHECK_THAT(c, !error && before == 103 && after == (own ? 103 : 3));
        CHECK_THAT(c, r.has_result_handler == own && r.has_default_handler == own);
    }
}

/* An asynchronous event with a result needs a default handler, which becomes the event's own. */
CHECK(security_tighter_later, "security/a_default_handler_that_has_to_stay_is_replaced") {
    struct change change;
    begin();
    int error = set(SECRET "allow guest secret read write extend") | set_default(&guest);
    change_open(&change, THIS_MODULE, NULL);
    change_asynchronous(&change, &event_test_secret, 1);
    error |= change_commit(&change);
    long before = test_secret(3);
    error |= set(SECRET "allow guest secret read extend");
    long after = test_secret(3);
    for (unsigned i = 0; i < 4; i++)
        strand_yield();
    end();
    CHECK_THAT(c, !error && before == 4 && after == 3);
}

/* --- Events made at run time --- */

static int bind_to(const struct event *event) {
    struct change change;
    change_open(&change, &guest, NULL);
    change_install(&change, event, &handler, NULL);
    return change_commit(&change);
}

CHECK(security_linear, "security/a_policy_is_asked_about_events_that_are_made_at_run_time") {
    const struct authorizer all = {.allows = anybody};
    const struct procedure sum = {.entry = (event_fn *)folds};
    struct linear_event *made_event;
    struct change change;
    struct event_report r;
    begin();
    int error = linear_create(&made_event, &event_test_secret, THIS_MODULE, "Test.Secret");
    CHECK_THAT(c, !error);
    const struct event *event = &made_event->event;
    error = authorizer_of_event(THIS_MODULE, event, &all) | set(SECRET "allow guest secret read");
    int denied = bind_to(event);
    error |= set(SECRET "allow guest secret read write extend") | bind_to(event);
    change_open(&change, &guest, NULL);
    change_result_handler(&change, event, &sum, 0);
    error |= change_commit(&change);
    long before = LINEAR_RAISE(test_secret, made_event)(3); /* 3 and 4 */
    error |= set(SECRET "allow guest secret read");
    long after = LINEAR_RAISE(test_secret, made_event)(3);
    event_report(event, &r);
    end();
    linear_destroy(made_event);
    CHECK_THAT(c, !error && denied == -E_PERM && before == 7 && after == 3);
    CHECK_THAT(c, !r.has_result_handler && r.bindings == 1);
}

/* --- Links --- */

#define MAY(modes)                                                                                 \
    "subject ext asks leans\nobject name SpinPublic.raise_caught\n"                                \
    "allow other other read write execute extend\nallow ext other read write extend\n" modes

/* With an extension that leans on it. */
CHECK(security_links, "security/a_link_that_a_new_policy_does_not_allow_ends_with_its_extension") {
    static struct report why;
    struct extension *asks, *leans, *other;
    restore_event(&event_console_key);
    int error = set(MAY("allow ext name execute"));
    error |= loader_load("asks", &asks, &why) | loader_load("leans", &leans, &why);
    error |= loader_load("quiet", &other, &why);
    int before = console_key('a');
    error |= set(MAY("allow ext name execute")); /* the same allows it still */
    bool stays = loader_find("asks") && loader_find("leans");
    error |= set(MAY(""));
    int after = console_key('a');
    bool gone = !loader_find("asks") && !loader_find("leans") && loader_find("quiet");
    int again = loader_load("asks", &asks, &why);
    set("");
    error |= loader_load("asks", &asks, &why) | loader_unload(asks) | loader_unload(other);
    restore_event(&event_console_key);
    console_init();
    CHECK_THAT(c, !error && stays && gone && again == -E_PERM);
    CHECK_THAT(c, before == 'a' + 1 && after != before);
}

/* --- Schedulers and pagers --- */

CHECK(security_chosen, "security/schedulers_and_pagers_go_when_a_new_policy_does_not_allow_them") {
    static struct strand_group group;
    static struct report why;
    struct extension *fifo, *pager;
    int error = loader_load_for("fifo", &group, &fifo, &why);
    CHECK_THAT(c, !error);
    error = loader_load("vmspace", &pager, &why);
    bool bound = !error && !list_empty(&extension_module(fifo)->bindings) &&
                 !list_empty(&extension_module(pager)->bindings);
    error |= set("subject ext fifo vmspace\nallow other other read write execute extend\n"
                 "allow ext other execute");
    bool gone = !error && list_empty(&extension_module(fifo)->bindings) &&
                list_empty(&extension_module(pager)->bindings);
    set("");
    loader_client_ends(&group);
    error |= loader_unload(pager);
    CHECK_THAT(c, !error && bound && gone);
    CHECK_THAT(c, event_is_intrinsic(&event_group_select) &&
                      event_is_intrinsic(&event_translation_protection_fault));
}
