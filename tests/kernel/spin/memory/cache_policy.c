/* SPDX-License-Identifier: MIT */
/* cache_policy.c -- which page goes: by the policy that a cache has, and by the default where that
 * one answers badly. How many pages must come is told by a model of each policy. */
#include "lib/error.h"
#include "lib/string.h"
#include "measure/bench.h"
#include "spin/services/loader/loader.h"
#include "spin/services/vm/memory_object.h"

MODULE("TestPolicies");

#define FRAMES 16
#define PAGES  24 /* one and a half times as many */
#define PASSES 5

static struct cache_object *cache;
static struct memory_object *object;
static struct extension *policy;

static bool begin(struct check *c, const char *name) {
    static struct report why;
    struct pager *pager;
    module_add(THIS_MODULE);
    policy = NULL;
    int error = name ? loader_load(name, &policy, &why) : 0;
    if (!error)
        error = cache_object_create(THIS_MODULE, FRAMES, policy ? extension_module(policy) : NULL,
                                    &cache);
    if (!error)
        error = default_pager_create(THIS_MODULE, PAGES, &pager);
    if (!error)
        error = memory_object_create(THIS_MODULE, pager, PAGES, cache, &object);
    if (error)
        check_fail(c, "%s: %s: %s", name ? name : "none", error_sentence(error), why.text);
    return !error;
}

static void end(struct check *c) {
    memory_object_drop(object);
    cache_object_destroy(cache);
    CHECK_THAT(c, !this_module.account.used[RESOURCE_MEMORY]);
    CHECK_THAT(c, !policy || loader_unload(policy) == 0);
}

static void use(size_t page) {
    struct phys_addr *p;
    if (memory_object_page(object, page, false, &p) == 0)
        memory_object_release(object, page);
}

/* --- Models --- */

enum model { LRU, MRU, SECOND_CHANCE };

static struct {
    bool here[PAGES], used_since[PAGES];
    unsigned used[PAGES], order[FRAMES], count, now, faults; /* order: the oldest first */
} m;

static unsigned model_victim(enum model how) {
    unsigned victim = 0;
    if (how == SECOND_CHANCE) {
        while (m.used_since[m.order[0]]) {
            unsigned page = m.order[0];
            m.used_since[page] = false;
            memmove(m.order, m.order + 1, (FRAMES - 1) * sizeof *m.order);
            m.order[FRAMES - 1] = page;
        }
        return 0;
    }
    for (unsigned i = 1; i < FRAMES; i++)
        if ((m.used[m.order[i]] < m.used[m.order[victim]]) == (how == LRU))
            victim = i;
    return victim;
}

static void model_use(enum model how, unsigned page) {
    m.used[page] = ++m.now;
    m.used_since[page] = m.here[page];
    if (m.here[page])
        return;
    m.faults++;
    if (m.count == FRAMES) {
        unsigned victim = model_victim(how);
        m.here[m.order[victim]] = false;
        m.count--;
        memmove(m.order + victim, m.order + victim + 1, (m.count - victim) * sizeof *m.order);
    }
    m.order[m.count++] = page;
    m.here[page] = true;
}

static void compare(struct check *c, enum model how, unsigned (*next)(unsigned step)) {
    memset(&m, 0, sizeof m);
    for (unsigned step = 0; step < PASSES * PAGES; step++) {
        use(next(step));
        model_use(how, next(step));
    }
    if (cache->page_ins != m.faults || cache->misruled)
        check_fail(c, "%lu pages came, not %u; %lu answers were replaced", cache->page_ins,
                   m.faults, cache->misruled);
}

static unsigned in_turn(unsigned step) {
    return step % PAGES;
}

/* Some pages more often than others. */
static unsigned at_random(unsigned step) {
    uint64_t r = (step + 1) * 6364136223846793005u;
    return (r >> 40) % (r >> 63 ? PAGES : PAGES / 3);
}

static void check_policy(struct check *c, const char *name, enum model how) {
    static unsigned (*const orders[])(unsigned) = {in_turn, at_random};
    for (unsigned i = 0; i < 2 && !c->failed; i++) {
        if (!begin(c, name))
            return;
        compare(c, how, orders[i]);
        end(c);
    }
}

CHECK(cache_lru, "cache_policy/under_lru_as_many_pages_come_as_its_model_says") {
    check_policy(c, "lru", LRU);
    CHECK_THAT(c, m.faults < PASSES * PAGES);
    begin(c, "lru");
    compare(c, LRU, in_turn);
    end(c);
    CHECK_THAT(c, m.faults == PASSES * PAGES); /* a scan finds nothing */
}

CHECK(cache_mru, "cache_policy/under_mru_as_many_pages_come_as_its_model_says") {
    check_policy(c, "mru", MRU);
    begin(c, "mru");
    compare(c, MRU, in_turn);
    end(c);
    CHECK_THAT(c, m.faults < PASSES * PAGES / 2 + PAGES); /* a scan finds most of it */
}

CHECK(cache_default, "cache_policy/without_a_policy_the_first_page_goes_that_was_not_used_again") {
    check_policy(c, NULL, SECOND_CHANCE);
}

/* --- Bad answers --- */

/* Contents are right whatever a policy says, and each bad answer was replaced by the default's. */
static void misrules(struct check *c, const char *name, bool replaced) {
    struct phys_addr *held;
    if (!begin(c, name))
        return;
    CHECK_THAT(c, memory_object_page(object, 0, false, &held) == 0);
    for (unsigned i = 1; i < 3 * PAGES; i++)
        use(i % (PAGES - 1) + 1);
    bool is_there = cache->frame[cache_find(cache, object, 0)].page == held;
    uint64_t goes = cache->page_ins - FRAMES;
    CHECK_THAT(c, is_there && goes > PAGES);
    if (cache->misruled != (replaced ? goes : 0))
        check_fail(c, "%s: %lu of %lu answers were replaced", name, cache->misruled, goes);
    memory_object_release(object, 0);
    end(c);
}

CHECK(cache_absent, "cache_policy/a_frame_that_the_cache_has_not_is_no_answer") {
    misrules(c, "absent", true);
}

CHECK(cache_held, "cache_policy/a_page_that_is_held_is_no_answer") {
    misrules(c, "held", true);
}

CHECK(cache_endless, "cache_policy/a_policy_that_does_not_answer_is_cut_and_the_default_counts") {
    misrules(c, "endless", false);
}

CHECK(cache_slow, "cache_policy/a_policy_that_takes_too_long_is_refused") {
    static struct report why;
    struct extension *e;
    CHECK_THAT(c, loader_load("lingers", &e, &why) == -E_PERM);
}

CHECK(cache_others, "cache_policy/a_policy_decides_about_its_own_cache_alone") {
    static struct report why;
    struct extension *other;
    CHECK_THAT(c, loader_load("absent", &other, &why) == 0);
    check_policy(c, "mru", MRU);
    check_policy(c, NULL, SECOND_CHANCE);
    CHECK_THAT(c, loader_unload(other) == 0);
}

static unsigned anything(const struct cache_view *view) {
    (void)view;
    return 0;
}

CHECK(cache_native, "cache_policy/nobody_but_an_extension_has_a_policy") {
    const struct handler_request request = {.handler =
                                                EVENT_HANDLER(cache_choose_victim, anything)};
    struct change change;
    module_add(THIS_MODULE);
    change_open(&change, THIS_MODULE, NULL);
    change_install(&change, &event_cache_choose_victim, &request, NULL);
    CHECK_THAT(c, change_commit(&change) == -E_PERM);
}

CHECK(cache_unloaded, "cache_policy/a_cache_whose_policy_goes_has_the_default") {
    if (!begin(c, "mru"))
        return;
    CHECK_THAT(c, loader_unload(policy) == 0);
    policy = NULL;
    compare(c, SECOND_CHANCE, in_turn);
    end(c);
}
