/* SPDX-License-Identifier: MIT */
/* loader.c -- extensions of the archive: loaded as a whole or not at all, linked to each other,
 * unloaded by the rule. Objects of both compilers. */
#include "spin/services/loader/loader.h"

#include "loading.h"
#include "replace.h"

#include "common/engine.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "machine/thread/thread.h"
#include "measure/bench.h"
#include "spin/core/dispatch/authority.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/thread/kthread.h"
#include "spin/services/loader/nanny.h"
#include "spin/core/strand.h"
#include "spin/services/console.h"
#include "spin/services/devices.h"

static const char *const compilers[] = {"clang", "gcc"};

/* --- S-DIS14: ephemeral handlers --- */

static int bound_keys(uint64_t instructions) {
    struct change change;
    change_open(&change, event_console_key.module, NULL);
    change_bound(&change, &event_console_key, instructions);
    return change_commit(&change);
}

CHECK(loader_ephemeral, "loader/an_ephemeral_handler_is_cut_at_the_bound_and_a_later_one_runs") {
    loading_begin();
    CHECK_THAT(c, bound_keys(1000) == 0);
    struct extension *soon = loading_load(c, "soon");
    if (!soon)
        return;
    CHECK_THAT(c, console_key('a') == 'a'); /* the intrinsic handler's */
    CHECK_THAT(c, loading_call(c, soon, "soon_turns") > 0 &&
                      loading_call(c, soon, "soon_turns") < 1000);
    CHECK_THAT(c, loader_unload(soon) == 0 && bound_keys(0) == 0);
    soon = loading_load(c, "soon");
    CHECK_THAT(c, soon && console_key('a') == 'b' && loading_call(c, soon, "soon_turns") == 1000);
    CHECK_THAT(c, loader_unload(soon) == 0);
    loading_end(c);
}

/* --- S-DIS13: asynchronous handlers --- */

static void hear_later(struct check *c) {
    struct extension *e = loading_load(c, "later");
    if (!e)
        return;
    clock_tick(1);
    clock_tick(2);
    CHECK_THAT(c, loading_call(c, e, "later_ticks") == 0);
    strand_yield();
    CHECK_THAT(c, loading_call(c, e, "later_ticks") == 3);
    clock_tick(4);
    CHECK_THAT(c, loader_unload(e) == -E_EXISTS);
    clock_tick(8); /* it is bound no more */
    strand_yield();
    CHECK_THAT(c, loader_unload(e) == 0);
}

CHECK(loader_async,
      "loader/an_extension_with_an_asynchronous_handler_is_unloaded_when_it_has_run") {
    hear_later(c); /* what the first time takes for good: the worker */
    loading_begin();
    hear_later(c);
    loading_expect_refused(c, "hurries", -E_INVALID, "cannot be bound");
    loading_end(c);
}

/* --- One example of each kind --- */

static int next_byte(int byte) {
    return byte + 1;
}

static int install(const struct handler_request *request, struct event_binding **binding) {
    struct change change;
    change_open(&change, event_console_key.module, NULL);
    change_install(&change, &event_console_key, request, binding);
    return change_commit(&change);
}

static int uninstall(struct event_binding *binding) {
    struct change change;
    change_open(&change, event_console_key.module, NULL);
    change_uninstall(&change, binding);
    return change_commit(&change);
}

static void check_examples(struct check *c) {
    const struct handler_request next = {.handler = EVENT_HANDLER(console_key, next_byte)};
    struct event_binding *binding;
    CHECK_THAT(c, install(&next, &binding) == 0);
    struct extension *keys = loading_load(c, "keys"), *tabs = loading_load(c, "tabs"),
                     *first = loading_load(c, "first");
    if (c->failed)
        return;
    CHECK_THAT(c, console_key('\t') == ' ' && loading_call(c, keys, "keys_lines") == 0);
    CHECK_THAT(c, loader_unload(first) == 0 && console_key('\t') == ' ' + 1);
    CHECK_THAT(c, uninstall(binding) == 0 && console_key('\n') == '\n');
    CHECK_THAT(c, loading_call(c, keys, "keys_lines") == 1);
    CHECK_THAT(c, console_key('\t') == ' ' && console_key('z') == 'z');
    CHECK_THAT(c, loader_unload(tabs) == 0 && console_key('\t') == '\t');
    CHECK_THAT(c, console_key('\r') == '\r' && loading_call(c, keys, "keys_lines") == 2);
    CHECK_THAT(c, loader_find("keys") == keys && !loader_find("tabs"));
    CHECK_THAT(c, loader_unload(keys) == 0 && !loader_find("keys"));
}

CHECK(loader_examples, "loader/guard_handler_service_filter_and_result_handler_come_and_go") {
    loading_begin();
    for (unsigned i = 0; i < 2 && !c->failed; i++) {
        loader_compiler(compilers[i]);
        check_examples(c);
    }
    loader_compiler("clang");
    loading_end(c);
}

CHECK(loader_thousand, "loader/a_hundred_loads_and_unloads_leave_no_memory_behind") {
    loading_begin();
    for (unsigned i = 0; i < 100 && !c->failed; i++) {
        struct extension *e = loading_load(c, i & 1 ? "keys" : "first");
        CHECK_THAT(c, c->failed || (console_key('\n') == '\n' && loader_unload(e) == 0));
    }
    loading_end(c);
}

/* --- S-DOM9: as a whole or not at all --- */

static bool is_there(const char *path) {
    struct named found;
    if (names_lookup_soft(&loading_asker, path, NULL, &found))
        return false;
    named_release(&found);
    return true;
}

CHECK(loader_rollback, "loader/what_initialisers_did_is_undone_when_a_later_one_refuses") {
    loading_begin();
    for (unsigned i = 0; i < 2; i++) {
        loader_compiler(compilers[i]);
        loading_expect_refused(c, "rollback", -E_INVALID,
                               "initialiser refuse gave 41"); /* once, in order */
        CHECK_THAT(c, !is_there("/svc/begun") && !is_there("/svc/domains/rollback"));
        CHECK_THAT(c, console_key('a') == 'a' && !loader_find("rollback"));
        CHECK_THAT(c, loading_is_back());
    }
    loader_compiler("clang");
    CHECK_THAT(c, REPLACE(console_key, next_byte) == 0);
    console_init();
    struct extension *e = loading_load(c, "rollback"); /* and now it does not */
    CHECK_THAT(c, e && is_there("/svc/begun/rollback") && is_there("/svc/domains/rollback"));
    CHECK_THAT(c, console_key('a') == 3 && loading_call(c, e, "begun") == 1);
    CHECK_THAT(c, loader_unload(e) == 0 && !is_there("/svc/begun") && console_key('a') == 'b');
    restore_event(&event_console_key);
    loading_end(c);
}

static bool nobody(void *closure, struct change_request *request) {
    (void)closure;
    (void)request;
    return false;
}

CHECK(loader_denied, "loader/an_extension_that_may_not_bind_is_not_loaded") {
    const struct authorizer none = {.allows = nobody};
    loading_begin();
    CHECK_THAT(c, authorizer_of_event(event_console_key.module, &event_console_key, &none) == 0);
    loading_expect_refused(c, "keys", -E_PERM,
                           "cannot be bound: count_line: the caller has no right");
    loading_expect_refused(c, "tabs", -E_PERM, "cannot be bound: tabs");
    loading_expect_refused(c, "first", -E_PERM, "cannot be bound: first");
    CHECK_THAT(c, !is_there("/svc/domains/keys") && console_key('a') == 'a');
    restore_event(&event_console_key);
    console_init();
    loading_end(c);
}

CHECK(loader_refusals,
      "loader/what_is_missing_hidden_or_in_a_circle_is_refused_and_leaves_nothing") {
    struct extension *keys;
    loading_begin();
    loading_expect_refused(c, "nobody", -E_NOT_FOUND, "the archive's folder nobody");
    loading_expect_refused(c, "../keys", -E_NOT_FOUND, "the archive's folder");
    loading_expect_refused(c, "a_name_that_is_longer_than_names_are", -E_TOO_LONG, "the name");
    loading_expect_refused(c, "circle", -E_INVALID, "no domain in the list exports this name");
    loading_expect_refused(c, "left", -E_NOT_FOUND, "needs /svc/domains/right");
    keys = loading_load(c, "keys");
    loading_expect_refused(c, "keys", -E_EXISTS, "extension keys");
    loading_expect_refused(c, "hidden", -E_INVALID,
                           "count_line: no domain in the list exports this name");
    CHECK_THAT(c, keys && loader_unload(keys) == 0);
    loading_end(c);
}

/* --- S-DOM15 --- */

CHECK(loader_shared, "loader/a_library_is_shared_unless_one_asks_for_its_own") {
    loading_begin();
    struct extension *keys = loading_load(c, "keys");
    console_key('\n');
    struct extension *needs = loading_load(c, "needs_keys"), *own = loading_load(c, "own_keys");
    console_key('\n');
    if (!c->failed) {
        CHECK_THAT(c, loading_call(c, keys, "keys_lines") == 2 &&
                          loading_call(c, needs, "twice") == 4);
        CHECK_THAT(c, loading_call(c, own, "thrice") == 3); /* since it was loaded */
        CHECK_THAT(c, loader_unload(needs) == 0 && loader_unload(keys) == 0);
        CHECK_THAT(c, console_key('\n') == '\n' && loading_call(c, own, "thrice") == 6);
        CHECK_THAT(c, loader_unload(own) == 0);
    }
    loading_end(c);
}

/* --- S-NS4 --- */

CHECK(loader_nanny, "loader/a_domain_that_is_absent_is_loaded_when_looked_up_and_goes_when_idle") {
    struct named found;
    loading_begin();
    CHECK_THAT(c, !is_there("/svc/domains/keys")); /* asked softly */
    struct extension *needs = loading_load(c, "needs_keys");
    CHECK_THAT(c, needs && loader_find("keys") && is_there("/svc/domains/keys"));
    console_key('\n');
    CHECK_THAT(c, needs && loading_call(c, needs, "twice") == 2 && nanny_sweep() == 0);
    CHECK_THAT(c, nanny_sweep() == 0 && loader_unload(needs) == 0);
    CHECK_THAT(c, nanny_sweep() == 0 && nanny_sweep() == 0); /* its handler is bound */
    CHECK_THAT(c, loader_unload(loader_find("keys")) == 0);

    CHECK_THAT(c, names_lookup(&loading_asker, "/svc/domains/quiet", &name_domain, &found) == 0);
    CHECK_THAT(c, nanny_sweep() == 0 && nanny_sweep() == 0); /* it is held */
    named_release(&found);
    CHECK_THAT(c, nanny_sweep() == 0 && loader_find("quiet") && nanny_sweep() == 1);
    CHECK_THAT(c,
               names_lookup(&loading_asker, "/svc/domains/nobody", NULL, &found) == -E_NOT_FOUND);
    CHECK_THAT(c, names_lookup(&loading_asker, "/svc/domains/left", NULL, &found) == -E_NOT_FOUND);
    loading_end(c);
}

/* --- S-DOM13 --- */

CHECK(loader_linked, "loader/an_extension_that_others_are_linked_to_stays_as_it_is") {
    loading_begin();
    struct extension *keys = loading_load(c, "keys"), *needs = loading_load(c, "needs_keys");
    CHECK_THAT(c, !c->failed && loader_unload(keys) == -E_BUSY && !extension_is_idle(keys));
    console_key('\n');
    CHECK_THAT(c, loading_call(c, needs, "twice") == 2 && is_there("/svc/domains/keys"));
    CHECK_THAT(c, loader_unload(needs) == 0 && loader_unload(keys) == 0);
    loading_end(c);
}

CHECK(loader_references, "loader/a_reference_to_what_was_unloaded_leads_to_nothing") {
    struct named found;
    struct domain *domain;
    loading_begin();
    struct extension *keys = loading_load(c, "keys");
    CHECK_THAT(c, names_lookup(&loading_asker, "/svc/domains/keys", &name_domain, &found) == 0);
    CHECK_THAT(c, reference_import(found.object, &domain) == 0);
    domain_release(domain);
    CHECK_THAT(c, keys && loader_unload(keys) == 0 && !is_there("/svc/domains/keys"));
    CHECK_THAT(c, reference_import(found.object, &domain) == -E_DEAD);
    CHECK_THAT(c, strcmp(reference_name(found.object), "keys") == 0);
    named_release(&found);
    loading_end(c);
}

static struct thread *raiser, *checker;
static int raised;

/* A handler before all others: the raise goes on when the checker lets it. */
static int wait_for_checker(int byte) {
    thread_switch(raiser, checker);
    return byte;
}

static void raise_and_end(void *unused) {
    (void)unused;
    raised = console_key('\n');
    for (;;)
        thread_switch(raiser, checker);
}

CHECK(loader_raise, "loader/a_raise_that_has_yet_to_come_to_an_extension_still_finds_its_code") {
    const struct handler_request wait = {.handler = EVENT_HANDLER(console_key, wait_for_checker),
                                         .order.place = ORDER_FIRST};
    struct event_binding *waits;
    loading_begin();
    checker = thread_current();
    raiser = thread_create(raise_and_end, NULL);
    struct extension *keys = loading_load(c, "keys");
    CHECK_THAT(c, raiser && keys && install(&wait, &waits) == 0);
    thread_switch(checker, raiser); /* into the handler before */
    CHECK_THAT(c, uninstall(waits) == 0);
    CHECK_THAT(c, loader_unload(keys) == -E_EXISTS && !is_there("/svc/domains/keys"));
    CHECK_THAT(c, loader_reap() == 1 && extension_count == 1);
    loading_expect_refused(c, "keys", -E_EXISTS, "extension keys"); /* it is not gone */
    thread_switch(checker, raiser);
    CHECK_THAT(c, raised == '\n' && loader_reap() == 0 && extension_count == 0);
    thread_free(raiser);
    loading_end(c);
}

/* --- One strand at a time --- */

static void *does_nothing(void *unused) {
    return unused;
}

static struct extension *beside;

static void *loads_keys(void *unused) {
    static struct report why;
    (void)unused;
    return (void *)(uintptr_t)(loader_load("keys", &beside, &why) == 0);
}

static void *unloads(void *unused) {
    (void)unused;
    return (void *)(uintptr_t)(loader_unload(beside) == 0);
}

static bool is_listed(const char *name) {
    uint64_t serial = 0;
    struct extension *e;
    while ((e = loader_after(&serial)))
        if (strcmp(extension_name(e), name) == 0)
            return true;
    return false;
}

/* Begins while another one changes; is anything different before that one has done so? */
static bool waits_for_changer(void *(*fn)(void *arg), bool there) {
    void *right;
    kernel_dispatcher.lock();
    struct kthread *t = kthread_fork(fn, NULL);
    for (unsigned i = 0; i < 3; i++)
        strand_yield();
    bool waited = (loader_find("keys") != NULL) == there && is_listed("keys") == there;
    kernel_dispatcher.unlock();
    return t && kthread_join(t, &right) && right && waited;
}

CHECK(loader_waits, "loader/who_loads_or_unloads_waits_for_who_changes_before_the_first_step") {
    void *unused;
    struct kthread *first = kthread_fork(does_nothing, NULL); /* its memory stays in the pool */
    CHECK_THAT(c, first && kthread_join(first, &unused));
    loading_begin();
    CHECK_THAT(c, waits_for_changer(loads_keys, false));
    CHECK_THAT(c, waits_for_changer(unloads, true));
    loading_end(c);
}

/* --- Signed native code --- */

CHECK(loader_signed, "loader/signed_code_is_bound_where_its_type_and_its_signature_are_right") {
    loading_begin();
    struct extension *e = loading_load(c, "works_signed");
    if (!e)
        return;
    CHECK_THAT(c, console_key('a') == 'b');
    CHECK_THAT(c, loader_unload(e) == 0 && console_key('a') == 'a');
    loading_expect_refused(c, "mistyped_signed", -E_INVALID, "mistyped");
    loading_expect_refused(c, "other_signed", -E_INVALID, "signed-kind");
    CHECK_THAT(c, console_key('a') == 'a');
    loading_end(c);
}
