/* SPDX-License-Identifier: MIT */
/* engine_verify_units_test.c -- proofs in units of work: programs of the soundness campaign give
 * the same whatever the numbers of units; and wherever a proof is left, by its caller or
 * for want of memory, nothing of it stays. (The cases of rules.case do the same in
 * engine_verify_test.c.) */
#include "engine_units.h"
#include "host_hooks.h"
#include "../../../soundness/typed.h"
#include "../../../soundness/world.h"

#define PROGRAMS 1500
#define LEFT     300 /* programs that are left half way */
#define ALLOWED  60  /* programs whose allocations fail one after the other, of so many... */
#define MOST     400 /* ...at most */

/* Memory of which the n-th piece cannot be had. */
struct failing {
    struct host_hooks host;
    struct hooks hooks;
    unsigned left; /* pieces until then */
};

static void *allocate_unless(void *owner, size_t bytes) {
    struct failing *f = owner;
    return f->left && f->left-- ? f->host.hooks.allocate(f->host.hooks.owner, bytes) : NULL;
}

static void release_from(void *owner, void *memory, size_t bytes) {
    struct failing *f = owner;
    f->host.hooks.release(f->host.hooks.owner, memory, bytes);
}

static void failing_init(struct failing *f) {
    host_hooks_init(&f->host);
    f->hooks = f->host.hooks;
    f->hooks.owner = f;
    f->hooks.allocate = allocate_unless;
    f->hooks.release = release_from;
    f->left = UINT32_MAX;
}

/* A campaign's program of this seed, decoded; every fourth one with contracts. Gives its kind. */
static const struct kind *make(struct program *p, const struct hooks *hooks, uint64_t seed) {
    *p = typed_decoded(hooks, seed);
    for (uint32_t f = 1; seed % 4 == 0 && f < p->function_count; f++)
        p->function[f].contract = &world_contract;
    return &world_kinds[seed % WORLD_KINDS];
}

static void test_facts_and_verdicts_are_the_same_by_any_units(void **state) {
    static struct facts facts;
    static struct verdict verdict;
    struct host_hooks host;
    unsigned accepted = 0;
    (void)state;
    host_hooks_init(&host);
    for (uint64_t seed = 0; seed < PROGRAMS; seed++) {
        struct program p;
        const struct kind *kind = make(&p, &host.hooks, seed);
        accepted += verify_by_all_units(&p, kind, &host.hooks, &facts, &verdict);
        program_release(&p, &host.hooks);
        assert_int_equal(host.allocated, 0);
    }
    print_message("%u of %u are accepted\n", accepted, PROGRAMS);
    assert_true(accepted > PROGRAMS / 4 && accepted < PROGRAMS);
}

static uint32_t units_of(struct program *p, const struct kind *kind, const struct hooks *hooks) {
    static struct facts facts;
    static struct verdict verdict;
    struct verifier *v = verify_start(p, kind, hooks, &facts, &verdict, NULL);
    uint32_t units = 0;
    assert_non_null(v);
    while (verify_go(v, 1) == VERIFY_GOES_ON)
        units++;
    verify_end(v);
    return units;
}

/* At a random unit, and at each of the first ones; in what is left of its units, or at once. */
static void test_nothing_is_left_of_a_proof_that_is_left(void **state) {
    static struct facts facts;
    static struct verdict verdict;
    struct host_hooks host;
    (void)state;
    host_hooks_init(&host);
    srand(5);
    for (uint64_t seed = 0; seed < LEFT; seed++) {
        struct program p;
        const struct kind *kind = make(&p, &host.hooks, seed);
        size_t before = host.allocated;
        uint32_t units = units_of(&p, kind, &host.hooks);
        for (uint32_t i = 0; i < 20; i++) {
            uint32_t at = i < 10 ? i : (uint32_t)rand() % (units + 1);
            struct verifier *v = verify_start(&p, kind, &host.hooks, &facts, &verdict, NULL);
            assert_non_null(v);
            bool over = verify_go(v, at) != VERIFY_GOES_ON;
            if (!over && i % 2) {
                verify_give_up(v);
                while (verify_go(v, 1) == VERIFY_GOES_ON)
                    continue;
                assert_true(verify_go(v, 1) == VERIFY_REFUSED || verdict.rule == RULE_NONE);
            }
            verify_end(v);
            if (!over && at < 2) /* it did not go on to a verdict instead */
                assert_int_equal(verdict.rule, RULE_COMPLEXITY);
            assert_int_equal(host.allocated, before);
        }
        program_release(&p, &host.hooks);
    }
}

static void test_nothing_is_left_where_memory_is_exhausted(void **state) {
    struct failing f;
    unsigned refusals = 0;
    (void)state;
    failing_init(&f);
    for (uint64_t seed = 0; seed < ALLOWED; seed++) {
        struct program p;
        f.left = UINT32_MAX;
        const struct kind *kind = make(&p, &f.hooks, seed);
        size_t before = f.host.allocated;
        for (unsigned n = 0; n < MOST; n++) {
            f.left = n;
            struct proof *whole = proof_in_units(&p, kind, &f.hooks, UINT32_MAX);
            bool short_of_memory = f.left == 0;
            assert_int_equal(f.host.allocated, before);
            f.left = n;
            struct proof *parts = proof_in_units(&p, kind, &f.hooks, 3);
            assert_int_equal(f.host.allocated, before);
            assert_same_proof(&p, whole, parts);
            refusals += whole->verdict.rule == RULE_NO_MEMORY;
            proof_release(whole);
            proof_release(parts);
            if (!short_of_memory)
                break;
        }
        f.left = UINT32_MAX;
        program_release(&p, &f.hooks);
    }
    print_message("%u proofs had too little memory\n", refusals);
    assert_true(refusals > 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts_and_verdicts_are_the_same_by_any_units),
        cmocka_unit_test(test_nothing_is_left_of_a_proof_that_is_left),
        cmocka_unit_test(test_nothing_is_left_where_memory_is_exhausted),
    };
    return cmocka_run_group_tests_name("engine_verify_units", tests, NULL, NULL);
}
