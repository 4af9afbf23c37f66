/* SPDX-License-Identifier: MIT */
/* spin_external_test.c -- S-CAP2, S-CAP3, S-CAP4, S-CAP5: what an integer of user code leads to,
 * and how what it leads to is taken back. */
#include "unit.h"

#include "host_hooks.h"
#include "lib/error.h"
#include "spin/runtime/external.h"
#include "spin/runtime/proxy.h"

static struct host_hooks host;
static int holders[EXTERNAL_MAX + 1]; /* an object is a place in here */

static void hold(void *object) {
    ++*(int *)object;
}

static void release(void *object) {
    assert_true(--*(int *)object >= 0);
}

static const struct name_type strand = {"strand", hold, release}, page = {"page", hold, release};

static struct external_table *open_table(void) {
    struct external_table *t;
    host_hooks_init(&host);
    assert_int_equal(external_create(&t, &host.hooks), 0);
    return t;
}

static void close_table(struct external_table *t) {
    external_destroy(t);
    assert_int_equal(host.allocated, 0);
    for (unsigned i = 0; i <= EXTERNAL_MAX; i++)
        assert_int_equal(holders[i], 0);
}

static uint64_t give(struct external_table *t, const struct name_type *type, unsigned object) {
    const struct named reference = {type, &holders[object]};
    uint64_t external;
    assert_int_equal(external_externalize(t, &reference, EXTERNAL_ANY_SLOT, &external), 0);
    return external;
}

/* What the integer leads to as one of this type, or the error. */
static int leads_to(struct external_table *t, uint64_t external, const struct name_type *type) {
    void *object = NULL;
    int error = external_internalize(t, external, type, &object);
    if (error || !object)
        return error;
    release(object);
    return (int)((int *)object - holders);
}

static void test_a_reference_comes_back_as_what_it_was(void **state) {
    struct external_table *t = open_table();
    (void)state;
    uint64_t a = give(t, &strand, 3), b = give(t, &page, 4);
    assert_int_equal(leads_to(t, a, &strand), 3);
    assert_int_equal(leads_to(t, b, &page), 4);
    assert_int_equal(holders[3], 1);
    close_table(t);
}

static void test_an_integer_of_another_type_is_refused(void **state) {
    struct external_table *t = open_table();
    (void)state;
    uint64_t a = give(t, &strand, 3);
    assert_int_equal(leads_to(t, a, &page), -E_INVALID);
    assert_int_equal(holders[3], 1);
    close_table(t);
}

static void test_one_reference_has_one_integer_and_one_delete_ends_it(void **state) {
    struct external_table *t = open_table();
    (void)state;
    uint64_t a = give(t, &strand, 3);
    assert_true(give(t, &strand, 3) == a);
    assert_true(give(t, &page, 3) != a); /* another reference, as it is of another type */
    assert_int_equal(holders[3], 2);
    assert_int_equal(external_delete(t, a), 0);
    assert_int_equal(holders[3], 1);
    assert_int_equal(leads_to(t, a, &strand), -E_NOT_FOUND);
    assert_int_equal(external_delete(t, a), -E_NOT_FOUND);
    close_table(t);
}

static void test_nil_is_a_constant(void **state) {
    struct external_table *t = open_table();
    const struct named nothing = {&strand, NULL};
    uint64_t external = 7;
    void *object = t;
    (void)state;
    assert_int_equal(external_externalize(t, &nothing, EXTERNAL_ANY_SLOT, &external), 0);
    assert_true(external == EXTERNAL_NIL);
    assert_int_equal(external_internalize(t, EXTERNAL_NIL, &page, &object), 0);
    assert_null(object);
    assert_int_equal(external_delete(t, EXTERNAL_NIL), -E_NOT_FOUND);
    close_table(t);
}

static void test_a_slot_has_one_reference_and_a_reference_one_slot(void **state) {
    struct external_table *t = open_table();
    const struct named a = {&strand, &holders[1]}, b = {&strand, &holders[2]};
    uint64_t first, again;
    (void)state;
    assert_int_equal(external_externalize(t, &a, 9, &first), 0);
    assert_int_equal(first % EXTERNAL_MAX, 9);
    assert_int_equal(external_externalize(t, &a, 9, &again), 0);
    assert_true(again == first);
    assert_int_equal(external_externalize(t, &b, 9, &again), -E_EXISTS);
    assert_int_equal(external_externalize(t, &a, 10, &again), -E_EXISTS);
    assert_int_equal(external_externalize(t, &b, EXTERNAL_MAX + 1, &again), -E_INVALID);
    assert_int_equal(holders[1], 1);
    assert_int_equal(holders[2], 0);
    close_table(t);
}

static void test_a_slot_used_again_does_not_bring_old_integers_to_life(void **state) {
    struct external_table *t = open_table();
    const struct named reference = {&strand, &holders[1]};
    uint64_t old, last;
    (void)state;
    assert_int_equal(external_externalize(t, &reference, 5, &old), 0);
    for (unsigned i = 0; i < 1000; i++) {
        assert_int_equal(external_delete(t, old), 0);
        assert_int_equal(external_externalize(t, &reference, 5, &last), 0);
        assert_int_equal(leads_to(t, old, &strand), -E_NOT_FOUND);
        old = last;
    }
    close_table(t);
}

static void test_a_full_table_says_so(void **state) {
    struct external_table *t = open_table();
    const struct named more = {&strand, &holders[EXTERNAL_MAX]};
    uint64_t external;
    (void)state;
    for (unsigned i = 0; i < EXTERNAL_MAX; i++)
        give(t, &strand, i);
    assert_int_equal(external_externalize(t, &more, EXTERNAL_ANY_SLOT, &external), -E_FULL);
    assert_int_equal(holders[EXTERNAL_MAX], 0);
    close_table(t);
}

/* Few integers are any: those near to given ones, and any 64 bits. */
static uint64_t guess(uint64_t *seed) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    uint64_t r = *seed >> 20;
    return r % 3 ? r % (4 * EXTERNAL_MAX) : *seed ^ r;
}

static void test_guessed_integers_give_what_the_table_has_and_nothing_else(void **state) {
    struct external_table *t = open_table();
    uint64_t given[EXTERNAL_MAX], seed = 1;
    unsigned hits = 0;
    (void)state;
    for (unsigned i = 0; i < EXTERNAL_MAX; i += 2)
        given[i] = give(t, i % 4 ? &page : &strand, i);
    for (unsigned n = 0; n < 1000000; n++) {
        uint64_t external = guess(&seed);
        int expected = external == EXTERNAL_NIL ? 0 : -E_NOT_FOUND;
        for (unsigned i = 0; i < EXTERNAL_MAX; i += 2)
            if (external == given[i])
                expected = i % 4 ? -E_INVALID : (int)i;
        assert_int_equal(leads_to(t, external, &strand), expected);
        hits += expected >= 0;
    }
    assert_true(hits > 1000);
    close_table(t);
}

static void test_a_copy_has_the_same_integers_and_a_life_of_its_own(void **state) {
    struct external_table *t = open_table(), *child;
    (void)state;
    uint64_t a = give(t, &strand, 1), b = give(t, &page, 2);
    assert_int_equal(external_copy(t, &child), 0);
    assert_int_equal(holders[1], 2);
    assert_int_equal(leads_to(child, a, &strand), 1);
    assert_int_equal(external_delete(t, a), 0);
    assert_int_equal(leads_to(child, a, &strand), 1);
    assert_int_equal(external_delete(child, b), 0);
    assert_int_equal(leads_to(t, b, &page), 2);
    uint64_t own = give(child, &strand, 3); /* means nothing to the parent */
    assert_int_equal(leads_to(t, own, &strand), -E_NOT_FOUND);
    external_destroy(child);
    assert_int_equal(holders[2], 1);
    close_table(t);
}

static void test_without_memory_there_is_no_copy_and_no_table(void **state) {
    struct external_table *t = open_table(), *other = NULL;
    (void)state;
    give(t, &strand, 1);
    host.limit = host.allocated;
    assert_int_equal(external_copy(t, &other), -E_NO_MEMORY);
    assert_int_equal(external_create(&other, &host.hooks), -E_NO_MEMORY);
    assert_null(other);
    close_table(t);
}

/* --- S-CAP4: a table of somebody's own, which forgets and lies --- */

static const struct named lie = {&page, &holders[8]};

static int lies_externalize(struct external_table *t, const struct named *reference, unsigned slot,
                            uint64_t *external) {
    (void)t, (void)reference;
    *external = slot + 1000;
    return 0;
}

static int lies_internalize(struct external_table *t, uint64_t external, struct named *reference) {
    (void)t, (void)external;
    *reference = lie;
    return 0;
}

static const struct external_operations lies = {.externalize = lies_externalize,
                                                .internalize = lies_internalize};

static void test_a_table_can_be_replaced_and_harms_its_user_alone(void **state) {
    struct external_table *t = open_table(), own = {&lies};
    (void)state;
    uint64_t good = give(t, &strand, 1), bad = give(&own, &strand, 2);
    assert_int_equal(leads_to(&own, bad, &strand), -E_INVALID); /* the service gets no other type */
    assert_int_equal(leads_to(&own, good, &page), 8);
    assert_int_equal(leads_to(t, bad, &strand), -E_NOT_FOUND);
    assert_int_equal(leads_to(t, good, &strand), 1);
    close_table(t);
}

/* --- S-CAP5 --- */

static void test_a_revoked_proxy_leads_nowhere_for_whoever_has_it(void **state) {
    struct external_table *t = open_table(), *child;
    const struct named target = {&strand, &holders[5]};
    struct proxy *p;
    uint64_t external;
    void *found;
    (void)state;
    assert_int_equal(proxy_create(&p, &target, &host.hooks), 0);
    assert_int_equal(
        external_externalize(t, &(struct named){&name_proxy, p}, EXTERNAL_ANY_SLOT, &external), 0);
    assert_int_equal(external_copy(t, &child), 0);
    assert_int_equal(external_internalize(child, external, &name_proxy, &found), 0);
    assert_ptr_equal(proxy_enter(found, &strand), &holders[5]);
    proxy_leave(found);
    assert_null(proxy_enter(found, &page));
    proxy_revoke(p);
    assert_null(proxy_enter(found, &strand));
    assert_int_equal(holders[5], 0); /* the service has its object for itself again */
    proxy_revoke(p);
    name_proxy.release(found);
    name_proxy.release(p);
    external_destroy(child);
    close_table(t);
}

static void test_what_a_call_is_behind_stays_until_the_call_has_ended(void **state) {
    struct external_table *t = open_table();
    const struct named target = {&strand, &holders[5]};
    struct proxy *p;
    (void)state;
    assert_int_equal(proxy_create(&p, &target, &host.hooks), 0);
    assert_non_null(proxy_enter(p, &strand));
    assert_non_null(proxy_enter(p, &strand));
    proxy_revoke(p); /* by another strand */
    assert_null(proxy_enter(p, &strand));
    assert_int_equal(holders[5], 1);
    proxy_leave(p);
    proxy_revoke(p);
    assert_int_equal(holders[5], 1);
    proxy_leave(p);
    assert_int_equal(holders[5], 0);
    name_proxy.release(p);
    close_table(t);
}

static void test_a_proxy_that_nobody_holds_lets_its_target_go(void **state) {
    struct external_table *t = open_table();
    const struct named target = {&strand, &holders[5]};
    struct proxy *p;
    (void)state;
    assert_int_equal(proxy_create(&p, &target, &host.hooks), 0);
    assert_int_equal(holders[5], 1);
    name_proxy.release(p);
    host.limit = host.allocated;
    assert_int_equal(proxy_create(&p, &target, &host.hooks), -E_NO_MEMORY);
    close_table(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_reference_comes_back_as_what_it_was),
        cmocka_unit_test(test_an_integer_of_another_type_is_refused),
        cmocka_unit_test(test_one_reference_has_one_integer_and_one_delete_ends_it),
        cmocka_unit_test(test_nil_is_a_constant),
        cmocka_unit_test(test_a_slot_has_one_reference_and_a_reference_one_slot),
        cmocka_unit_test(test_a_slot_used_again_does_not_bring_old_integers_to_life),
        cmocka_unit_test(test_a_full_table_says_so),
        cmocka_unit_test(test_guessed_integers_give_what_the_table_has_and_nothing_else),
        cmocka_unit_test(test_a_copy_has_the_same_integers_and_a_life_of_its_own),
        cmocka_unit_test(test_without_memory_there_is_no_copy_and_no_table),
        cmocka_unit_test(test_a_table_can_be_replaced_and_harms_its_user_alone),
        cmocka_unit_test(test_a_revoked_proxy_leads_nowhere_for_whoever_has_it),
        cmocka_unit_test(test_what_a_call_is_behind_stays_until_the_call_has_ended),
        cmocka_unit_test(test_a_proxy_that_nobody_holds_lets_its_target_go),
    };
    return cmocka_run_group_tests_name("spin_external", tests, NULL, NULL);
}
