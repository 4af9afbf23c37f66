/* SPDX-License-Identifier: MIT */
/* memory.c -- names, pages and translations, as a pager of its own uses them: what it is told of
 * faults, and what nobody gets by them. */
#include "../program/attacks.h"
#include "../replace.h"

#include "../../frames.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "measure/bench.h"
#include "spin/core/space/memory_fault.h"
#include "spin/core/space/process.h"
#include "spin/core/space/reclaim.h"
#include "spin/services/calls/user_calls.h"

MODULE("TestPager");

static const struct phys_request one_page = {.pages = 1};

/* A process whose faults are this module's, and three pages of it that have a name. */
struct client {
    struct process p;
    struct virt_addr *v;
};

static bool client_create(struct client *k) {
    module_add(THIS_MODULE);
    if (process_create(&k->p, "attacker", user_calls_handler))
        return false;
    translation_give(&k->p.space.translation, THIS_MODULE);
    k->p.fault_expected = true;
    return virt_addr_allocate(&k->p.space.translation.names, 0, 3, &k->v) == 0;
}

static void client_destroy(struct client *k) {
    process_destroy(&k->p);
}

static struct process_end client_run(struct client *k, enum attack what, vaddr_t at) {
    return process_run(&k->p, what, at, "");
}

static bool dies_at(struct client *k, enum attack what, vaddr_t at) {
    struct process_end end = client_run(k, what, at);
    return end.killed && end.frame.vector == TRAP_PAGE && end.address == at;
}

static bool gives(struct client *k, enum attack what, vaddr_t at, uint64_t value) {
    struct process_end end = client_run(k, what, at);
    return !end.killed && end.status == value;
}

/* --- A pager --- */

static struct {
    struct client *of;
    unsigned not_present, bad, protection; /* so often it was told */
    bool asleep;                           /* it is told, and does nothing */
    bool found_done;                       /* somebody had done it before */
    struct phys_addr *page;                /* that it maps */
} pager;

static void page_in(struct translation *t, struct memory_fault *f, bool *done) {
    pager.not_present++;
    if (pager.asleep)
        return;
    if (*done || translation_find(t, f->at)) {
        pager.found_done = true;
        return;
    }
    size_t offset = (f->at - pager.of->v->range.at) / PAGE_SIZE;
    *done = translation_add_mapping(t, pager.of->v, offset, pager.page,
                                    pager.page->rights & PAGE_WRITE) == 0;
}

static void bad_address(struct translation *t, struct memory_fault *f, bool *done) {
    (void)t, (void)f, (void)done;
    pager.bad++;
}

/* A writer gets a copy of its own. */
static void copy_on_write(struct translation *t, struct memory_fault *f, bool *done) {
    struct mapping *m = translation_find(t, f->at);
    struct phys_addr *copy;
    pager.protection++;
    if (pager.asleep || *done || !f->write || !m ||
        phys_addr_try_allocate(THIS_MODULE, &one_page, &copy))
        return;
    size_t offset = (m->range.at - pager.of->v->range.at) / PAGE_SIZE;
    (void)phys_addr_copy(copy, m->page);
    (void)translation_remove_mapping(t, f->at);
    *done = translation_add_mapping(t, pager.of->v, offset, copy, PAGE_WRITE) == 0;
    pager.page = copy;
}

static int install(struct module *by, const struct event *event, struct procedure handler) {
    const struct handler_request request = {.handler = handler};
    struct change c;
    change_open(&c, by, NULL);
    change_install(&c, event, &request, NULL);
    return change_commit(&c);
}

static int pager_install(struct client *of, struct phys_addr *page) {
    memset(&pager, 0, sizeof pager);
    pager.of = of;
    pager.page = page;
    int error = install(THIS_MODULE, &event_translation_page_not_present,
                        (struct procedure)EVENT_HANDLER(translation_page_not_present, page_in));
    if (!error)
        error = install(THIS_MODULE, &event_translation_bad_address,
                        (struct procedure)EVENT_HANDLER(translation_bad_address, bad_address));
    if (!error)
        error =
            install(THIS_MODULE, &event_translation_protection_fault,
                    (struct procedure)EVENT_HANDLER(translation_protection_fault, copy_on_write));
    return error;
}

static void pager_withdraw(void) {
    restore_event(&event_translation_page_not_present);
    restore_event(&event_translation_bad_address);
    restore_event(&event_translation_protection_fault);
}

static struct phys_addr *page_with(uint64_t word) {
    struct phys_addr *p = NULL;
    if (phys_addr_try_allocate(THIS_MODULE, &one_page, &p) == 0)
        (void)phys_addr_write(p, 0, &word, sizeof word);
    return p;
}

/* --- Faults --- */

static void page_comes(struct check *c) {
    struct client k;
    CHECK_THAT(c, client_create(&k));
    struct phys_addr *p = page_with(77);
    CHECK_THAT(c, p && pager_install(&k, p) == 0);
    CHECK_THAT(c, gives(&k, ATTACK_READ, k.v->range.at + PAGE_SIZE, 77));
    CHECK_THAT(c, gives(&k, ATTACK_WRITE, k.v->range.at + PAGE_SIZE, 78));
    CHECK_THAT(c, pager.not_present == 1 && !pager.protection && !pager.bad);
    client_destroy(&k);
    phys_addr_deallocate(p);
    pager_withdraw();
}

CHECK(memory_not_present, "memory/a_page_comes_when_it_is_touched_and_the_access_goes_on") {
    page_comes(c); /* the first time heap and code take pages for good */
    size_t frames = frame_unused(), heap = heap_used();
    page_comes(c);
    CHECK_THAT(c, frame_unused() == frames && heap_used() == heap);
}

CHECK(memory_which, "memory/an_address_without_a_name_is_bad_and_one_with_a_name_not_present") {
    struct client k;
    CHECK_THAT(c, client_create(&k));
    CHECK_THAT(c, pager_install(&k, NULL) == 0);
    pager.asleep = true;
    CHECK_THAT(c, dies_at(&k, ATTACK_READ, range_end(&k.v->range)));
    CHECK_THAT(c, pager.bad == 1 && pager.not_present == 0);
    CHECK_THAT(c, dies_at(&k, ATTACK_READ, range_end(&k.v->range) - 8));
    CHECK_THAT(c, pager.bad == 1 && pager.not_present == 1 && pager.protection == 0);
    client_destroy(&k);
    pager_withdraw();
}

CHECK(memory_foreign, "memory/a_pager_hears_of_no_faults_of_others") {
    struct client k, other;
    CHECK_THAT(c, client_create(&k));
    struct phys_addr *p = page_with(5);
    CHECK_THAT(c, p && pager_install(&k, p) == 0);
    CHECK_THAT(c, client_create(&other));
    translation_give(&other.p.space.translation, NULL);
    CHECK_THAT(c, dies_at(&other, ATTACK_READ, other.v->range.at));
    CHECK_THAT(c, dies_at(&other, ATTACK_READ, range_end(&other.v->range)));
    CHECK_THAT(c, !pager.not_present && !pager.bad && !pager.protection);
    client_destroy(&other);
    client_destroy(&k);
    phys_addr_deallocate(p);
    pager_withdraw();
}

CHECK(memory_filter, "memory/a_pager_cannot_put_another_translation_in_the_place_of_its_own") {
    module_add(THIS_MODULE);
    const struct handler_request request = {
        .handler = EVENT_FILTER(translation_bad_address, (translation_bad_address_filter_fn *)0),
        .flags = BINDING_FILTER};
    struct change change;
    change_open(&change, THIS_MODULE, NULL);
    change_install(&change, &event_translation_bad_address, &request, NULL);
    CHECK_THAT(c, change_commit(&change) == -E_PERM);
}

CHECK(memory_recheck, "memory/a_handler_finds_what_an_earlier_one_has_done") {
    struct client k;
    CHECK_THAT(c, client_create(&k));
    struct phys_addr *p = page_with(9);
    CHECK_THAT(c, p && pager_install(&k, p) == 0);
    CHECK_THAT(c, install(THIS_MODULE, &event_translation_page_not_present,
                          (struct procedure)EVENT_HANDLER(translation_page_not_present, page_in)) ==
                      0);
    CHECK_THAT(c, gives(&k, ATTACK_READ, k.v->range.at, 9));
    CHECK_THAT(c, pager.not_present == 2 && pager.found_done);
    client_destroy(&k);
    phys_addr_deallocate(p);
    pager_withdraw();
}

CHECK(memory_cow, "memory/two_processes_share_a_page_until_one_writes") {
    struct client k, other;
    CHECK_THAT(c, client_create(&k) && client_create(&other));
    struct phys_addr *p = page_with(100);
    CHECK_THAT(c, p && phys_addr_change_rights(p, 0) == 0 && pager_install(&k, p) == 0);
    CHECK_THAT(c, translation_add_mapping(&other.p.space.translation, other.v, 0, p, 0) == 0);
    CHECK_THAT(c, gives(&k, ATTACK_READ, k.v->range.at, 100));
    CHECK_THAT(c, gives(&k, ATTACK_WRITE, k.v->range.at, 101) && pager.protection == 1);
    pager.asleep = true;
    CHECK_THAT(c, gives(&other, ATTACK_READ, other.v->range.at, 100));
    CHECK_THAT(c, dies_at(&other, ATTACK_WRITE, other.v->range.at));
    client_destroy(&k);
    client_destroy(&other);
    phys_addr_deallocate(pager.page);
    phys_addr_deallocate(p);
    pager_withdraw();
}

/* --- Names and rights --- */

CHECK(memory_names, "memory/no_two_names_overlap_and_none_goes_while_it_is_mapped") {
    struct client k, other;
    struct virt_addr *v;
    CHECK_THAT(c, client_create(&k) && client_create(&other));
    struct translation *t = &k.p.space.translation;
    vaddr_t at = k.v->range.at;
    CHECK_THAT(c, virt_addr_allocate(&t->names, at + 2 * PAGE_SIZE, 2, &v) == -E_EXISTS);
    CHECK_THAT(c, virt_addr_allocate(&t->names, at, 0, &v) == -E_INVALID);
    CHECK_THAT(c, virt_addr_allocate(&t->names, 0, 0, &v) == -E_INVALID);
    CHECK_THAT(c, virt_addr_allocate(&t->names, DIRECT_BASE, 1, &v) == -E_INVALID);
    CHECK_THAT(c, virt_addr_allocate(&t->names, 0, USER_TOP / PAGE_SIZE, &v) == -E_FULL);
    struct phys_addr *p = page_with(1);
    CHECK_THAT(c, p && translation_add_mapping(t, k.v, 3, p, 0) == -E_INVALID);
    CHECK_THAT(c, translation_add_mapping(t, k.v, SIZE_MAX, p, 0) == -E_INVALID);
    CHECK_THAT(c, translation_add_mapping(t, other.v, 2, p, 0) == -E_INVALID);
    client_destroy(&other);
    CHECK_THAT(c, translation_add_mapping(t, k.v, 2, p, 0) == 0);
    CHECK_THAT(c, translation_add_mapping(t, k.v, 2, p, 0) == -E_EXISTS);
    CHECK_THAT(c, virt_addr_deallocate(k.v) == -E_EXISTS);
    CHECK_THAT(c, translation_remove_mapping(t, at) == -E_NOT_FOUND);
    CHECK_THAT(c, translation_remove_mapping(t, at + 2 * PAGE_SIZE) == 0);
    CHECK_THAT(c, virt_addr_deallocate(k.v) == 0 && !virt_addr_find(&t->names, at));
    phys_addr_deallocate(p);
    client_destroy(&k);
}

CHECK(memory_rights, "memory/nobody_maps_a_page_with_more_rights_than_it_has") {
    struct client k;
    CHECK_THAT(c, client_create(&k));
    struct translation *t = &k.p.space.translation;
    vaddr_t at = k.v->range.at;
    struct phys_addr *p = page_with(1);
    CHECK_THAT(c, p && translation_add_mapping(t, k.v, 0, p, PAGE_WRITE) == 0);
    CHECK_THAT(c, gives(&k, ATTACK_WRITE, at, 2));
    CHECK_THAT(c, phys_addr_change_rights(p, 0) == 0);
    CHECK_THAT(c, dies_at(&k, ATTACK_WRITE, at) && gives(&k, ATTACK_READ, at, 2));
    CHECK_THAT(c, translation_change_mapping(t, at, 1, PAGE_WRITE) == -E_PERM);
    CHECK_THAT(c, translation_add_mapping(t, k.v, 1, p, PAGE_WRITE) == -E_PERM);
    CHECK_THAT(c, translation_change_mapping(t, at, 1, PAGE_EXECUTE) == -E_PERM);
    CHECK_THAT(c, phys_addr_change_rights(p, PAGE_WRITE | PAGE_USER) == -E_INVALID);
    CHECK_THAT(c, phys_addr_change_rights(p, PAGE_WRITE) == 0);
    CHECK_THAT(c, dies_at(&k, ATTACK_WRITE, at)); /* rights that come back are asked for */
    CHECK_THAT(c, translation_change_mapping(t, at, 2, PAGE_WRITE) == -E_NOT_FOUND);
    CHECK_THAT(c, translation_change_mapping(t, at, SIZE_MAX, PAGE_WRITE) == -E_NOT_FOUND);
    CHECK_THAT(c, translation_change_mapping(t, at + 8, 1, PAGE_WRITE) == -E_INVALID);
    CHECK_THAT(c, dies_at(&k, ATTACK_WRITE, at));
    CHECK_THAT(c, translation_change_mapping(t, at, 1, PAGE_WRITE) == 0);
    CHECK_THAT(c, gives(&k, ATTACK_WRITE, at, 3));
    phys_addr_deallocate(p);
    CHECK_THAT(c, dies_at(&k, ATTACK_READ, at));
    client_destroy(&k);
}

CHECK(memory_examine, "memory/what_the_processor_noted_of_a_page_can_be_asked") {
    struct client k;
    struct page_mapping m;
    CHECK_THAT(c, client_create(&k));
    struct translation *t = &k.p.space.translation;
    vaddr_t at = k.v->range.at;
    struct phys_addr *p = page_with(1);
    CHECK_THAT(c, translation_examine_mapping(t, at, &m) == -E_NOT_FOUND);
    CHECK_THAT(c, translation_examine_mapping(t, KERNEL_BASE, &m) == -E_NOT_FOUND);
    CHECK_THAT(c, p && translation_add_mapping(t, k.v, 0, p, PAGE_WRITE) == 0);
    CHECK_THAT(c, translation_examine_mapping(t, at, &m) == 0 && !m.accessed && !m.dirty);
    CHECK_THAT(c, gives(&k, ATTACK_READ, at, 1));
    CHECK_THAT(c, translation_examine_mapping(t, at, &m) == 0 && m.accessed && !m.dirty);
    CHECK_THAT(c, gives(&k, ATTACK_WRITE, at, 2));
    CHECK_THAT(c, translation_examine_mapping(t, at, &m) == 0 && m.accessed && m.dirty);
    client_destroy(&k);
    phys_addr_deallocate(p);
}

/* Four mappings as far from each other as that each needs tables of its own. */
static int map_far(void) {
    struct translation t;
    struct virt_addr *v;
    struct phys_addr *p = NULL;
    int error = translation_create(&t, THIS_MODULE);
    if (error)
        return error;
    error = phys_addr_try_allocate(THIS_MODULE, &one_page, &p);
    for (vaddr_t i = 0; i < 4 && !error; i++) {
        error = virt_addr_allocate(&t.names, (i + 1) << 39, 1, &v);
        if (!error)
            error = translation_add_mapping(&t, v, 0, p, 0);
    }
    translation_destroy(&t);
    if (p)
        phys_addr_deallocate(p);
    return error;
}

CHECK(memory_frames, "memory/where_memory_ends_a_mapping_is_made_as_a_whole_or_not_at_all") {
    module_add(THIS_MODULE);
    CHECK_THAT(c, map_far() == 0); /* the heap has its pages */
    frames_fail_each(c, map_far);
}

/* --- States, and which holder gives up memory --- */

CHECK(memory_states, "memory/a_page_goes_through_its_states_by_the_arrows_alone") {
    static const char *const arrows[PHYS_STATES] = {"A", "TP", "A", "A", ""};
    struct phys_addr *p;
    module_add(THIS_MODULE);
    for (unsigned from = 0; from < PHYS_STATES; from++) {
        for (unsigned to = 0; to <= PHYS_STATES; to++) {
            CHECK_THAT(c, phys_addr_try_allocate(THIS_MODULE, &one_page, &p) == 0);
            size_t there = phys_addr_count((enum phys_state)from);
            if (from != PHYS_TRANSIENT)
                CHECK_THAT(c, phys_addr_change_state(p, PHYS_ACTIVE) == 0);
            if (from == PHYS_PINNED)
                CHECK_THAT(c, phys_addr_change_state(p, PHYS_PINNED) == 0);
            if (from >= PHYS_RECLAIMED)
                phys_addr_reclaimed(p);
            if (from == PHYS_DEAD)
                phys_addr_die(p);
            CHECK_THAT(c, phys_addr_count((enum phys_state)from) == there + (from != 0));
            bool may = to < PHYS_STATES && strchr(arrows[from], "TAPRD"[to]);
            int wanted = from == PHYS_DEAD ? -E_DEAD : may ? 0 : -E_INVALID;
            if (phys_addr_change_state(p, (enum phys_state)to) != wanted)
                check_fail(c, "from %u to %u: not %d", from, to, wanted);
            CHECK_THAT(c, p->state == (may ? to : from));
            phys_addr_deallocate(p);
        }
    }
}

CHECK(memory_requests, "memory/a_request_is_given_what_it_asks_for_or_refused") {
    struct module copy = this_module;
    struct phys_addr *p;
    char byte = 1;
    module_add(THIS_MODULE);
    CHECK_THAT(c, phys_addr_try_allocate(&copy, &one_page, &p) == -E_INVALID);
    struct phys_request r = {.pages = 0};
    CHECK_THAT(c, phys_addr_try_allocate(THIS_MODULE, &r, &p) == -E_INVALID);
    r = (struct phys_request){.pages = SIZE_MAX};
    CHECK_THAT(c, phys_addr_try_allocate(THIS_MODULE, &r, &p) == -E_INVALID);
    r = (struct phys_request){.pages = 1, .colour = 8, .colours = 8};
    CHECK_THAT(c, phys_addr_try_allocate(THIS_MODULE, &r, &p) == -E_INVALID);
    for (r.colour = 0; r.colour < 8; r.colour++) {
        CHECK_THAT(c, phys_addr_try_allocate(THIS_MODULE, &r, &p) == 0);
        CHECK_THAT(c, p->first.at / PAGE_SIZE % 8 == r.colour);
        phys_addr_deallocate(p);
        CHECK_THAT(c, !phys_addr_exists(p));
    }
    r = (struct phys_request){.pages = 5};
    CHECK_THAT(c, phys_addr_try_allocate(THIS_MODULE, &r, &p) == 0 && phys_addr_exists(p));
    phys_addr_change_tag(p, (struct phys_tag){&byte, 3});
    CHECK_THAT(c, p->tag.object == &byte && p->tag.offset == 3);
    CHECK_THAT(c, phys_addr_write(p, 5 * PAGE_SIZE - 1, &byte, 1) == 0);
    CHECK_THAT(c, phys_addr_write(p, 5 * PAGE_SIZE, &byte, 1) == -E_FAULT);
    CHECK_THAT(c, phys_addr_read(p, 5 * PAGE_SIZE - 1, &byte, 2) == -E_FAULT);
    CHECK_THAT(c, phys_addr_read(p, SIZE_MAX, &byte, 2) == -E_FAULT);
    phys_addr_deallocate(p);
}

static struct {
    struct phys_addr *hot, *offers; /* asked for the one it gives the other */
    struct phys_addr *gone, *next;  /* it gives up the first, and has the second for it */
    unsigned asked, saved;
    bool pins;     /* it takes each candidate away */
    bool gives_up; /* the candidate */
} owner;

static struct phys_addr *offer(struct phys_addr *candidate) {
    owner.asked++;
    if (owner.pins)
        (void)phys_addr_change_state(candidate, PHYS_PINNED);
    if (owner.gives_up)
        phys_addr_deallocate(candidate);
    return candidate == owner.hot ? owner.offers : candidate;
}

static void save(struct phys_addr *p) {
    uint64_t word = 0;
    if (p == owner.gone) {
        phys_addr_deallocate(p);
        owner.next = page_with(2);
        return;
    }
    if (phys_addr_read(p, 0, &word, sizeof word) == 0 && word == 1)
        owner.saved++;
    (void)phys_addr_change_state(p, PHYS_ACTIVE); /* too late */
}

static int owner_install(void) {
    memset(&owner, 0, sizeof owner);
    int error = install(THIS_MODULE, &event_phys_addr_reclaim,
                        (struct procedure)EVENT_HANDLER(phys_addr_reclaim, offer));
    return error ? error
                 : install(THIS_MODULE, &event_phys_addr_repossess,
                           (struct procedure)EVENT_HANDLER(phys_addr_repossess, save));
}

static void owner_withdraw(void) {
    (void)change_withdraw_all(THIS_MODULE); /* and nobody else's handlers */
}

/* Allocates one page where no frame is free. */
static int allocate_short(struct module *by, struct phys_addr **p) {
    frame_withhold(0);
    int error = phys_addr_allocate(by, &one_page, p);
    frame_withhold_end();
    return error;
}

CHECK(memory_reclaim, "memory/who_is_asked_for_a_hot_page_saves_it_by_a_cold_one") {
    struct phys_addr *hot, *cold, *got;
    module_add(THIS_MODULE);
    CHECK_THAT(c, (hot = page_with(1)) && (cold = page_with(1)) && owner_install() == 0);
    CHECK_THAT(c, allocate_short(THIS_MODULE, &got) == -E_NO_MEMORY); /* none is ACTIVE */
    CHECK_THAT(c, phys_addr_change_state(hot, PHYS_ACTIVE) == 0);
    CHECK_THAT(c, phys_addr_change_state(cold, PHYS_ACTIVE) == 0);
    owner.hot = hot;
    owner.offers = cold;
    CHECK_THAT(c, allocate_short(THIS_MODULE, &got) == 0);
    CHECK_THAT(c, owner.asked == 1 && owner.saved == 1);
    CHECK_THAT(c, cold->state == PHYS_DEAD && hot->state == PHYS_ACTIVE);
    CHECK_THAT(c, phys_addr_read(cold, 0, &owner.asked, 1) == -E_DEAD);
    phys_addr_deallocate(got);
    phys_addr_deallocate(cold);
    phys_addr_deallocate(hot);
    owner_withdraw();
}

CHECK(memory_given_up,
      "memory/a_page_that_its_owner_gives_up_when_it_is_asked_is_had_by_who_needs_one") {
    struct phys_addr *got;
    module_add(THIS_MODULE);
    CHECK_THAT(c, owner_install() == 0 && (got = page_with(1)));
    CHECK_THAT(c, phys_addr_change_state(got, PHYS_ACTIVE) == 0);
    owner.gives_up = true;
    CHECK_THAT(c, allocate_short(THIS_MODULE, &got) == 0 && owner.asked == 1 && !owner.saved);
    phys_addr_deallocate(got);
    owner_withdraw();
}

CHECK(memory_next, "memory/a_page_that_comes_in_the_place_of_one_that_its_owner_gives_up_stays") {
    struct phys_addr *got;
    uint64_t word = 0;
    module_add(THIS_MODULE);
    CHECK_THAT(c, owner_install() == 0 && (owner.gone = page_with(1)));
    CHECK_THAT(c, phys_addr_change_state(owner.gone, PHYS_ACTIVE) == 0);
    CHECK_THAT(c, allocate_short(THIS_MODULE, &got) == -E_NO_MEMORY);
    CHECK_THAT(c, owner.next == owner.gone && owner.next->state == PHYS_TRANSIENT);
    CHECK_THAT(c, phys_addr_read(owner.next, 0, &word, sizeof word) == 0 && word == 2);
    phys_addr_deallocate(owner.next);
    owner_withdraw();
}

static struct module other_module = {.name = "TestOther"};

CHECK(memory_offer, "memory/nobody_saves_a_page_by_one_of_another_owner") {
    struct phys_addr *hot, *foreign, *got;
    module_add(THIS_MODULE);
    module_add(&other_module);
    CHECK_THAT(c, (hot = page_with(1)) && owner_install() == 0);
    CHECK_THAT(c, phys_addr_try_allocate(&other_module, &one_page, &foreign) == 0);
    CHECK_THAT(c, phys_addr_change_state(hot, PHYS_ACTIVE) == 0);
    CHECK_THAT(c, phys_addr_change_state(foreign, PHYS_ACTIVE) == 0);
    owner.hot = hot;
    owner.offers = foreign;
    CHECK_THAT(c, allocate_short(THIS_MODULE, &got) == 0);
    CHECK_THAT(c, hot->state == PHYS_DEAD && foreign->state == PHYS_ACTIVE && owner.asked == 1);
    /* Of the foreign one this module hears nothing. */
    phys_addr_deallocate(got);
    phys_addr_deallocate(hot);
    CHECK_THAT(c, allocate_short(THIS_MODULE, &got) == 0);
    CHECK_THAT(c, foreign->state == PHYS_DEAD && owner.asked == 1 && owner.saved == 1);
    phys_addr_deallocate(got);
    phys_addr_deallocate(foreign);
    owner_withdraw();
    module_remove(&other_module);
}

CHECK(memory_hoard, "memory/an_owner_that_takes_each_candidate_away_is_not_asked_for_ever") {
    struct phys_addr *page[8], *got;
    module_add(THIS_MODULE);
    CHECK_THAT(c, owner_install() == 0);
    for (unsigned i = 0; i < 8; i++)
        CHECK_THAT(c,
                   (page[i] = page_with(1)) && phys_addr_change_state(page[i], PHYS_ACTIVE) == 0);
    owner.pins = true;
    CHECK_THAT(c, allocate_short(THIS_MODULE, &got) == 0);
    CHECK_THAT(c, owner.asked == 4 && phys_addr_count(PHYS_PINNED) == 4);
    phys_addr_deallocate(got);
    for (unsigned i = 0; i < 8; i++)
        phys_addr_deallocate(page[i]);
    owner_withdraw();
}

CHECK(memory_rescue, "memory/a_reclaimed_page_that_is_touched_comes_back_with_its_mappings") {
    struct client k;
    CHECK_THAT(c, client_create(&k));
    struct translation *t = &k.p.space.translation;
    vaddr_t at = k.v->range.at;
    struct phys_addr *p = page_with(50);
    CHECK_THAT(c, p && pager_install(&k, p) == 0);
    CHECK_THAT(c, translation_add_mapping(t, k.v, 0, p, PAGE_WRITE) == 0);
    CHECK_THAT(c, translation_add_mapping(t, k.v, 2, p, 0) == 0);
    CHECK_THAT(c, phys_addr_change_state(p, PHYS_ACTIVE) == 0);
    phys_addr_reclaimed(p);
    CHECK_THAT(c, translation_change_mapping(t, at, 1, 0) == -E_NOT_FOUND);
    CHECK_THAT(c, gives(&k, ATTACK_WRITE, at, 51) && p->state == PHYS_ACTIVE);
    CHECK_THAT(c, gives(&k, ATTACK_READ, at + 2 * PAGE_SIZE, 51) && !pager.not_present);
    CHECK_THAT(c, dies_at(&k, ATTACK_WRITE, at + 2 * PAGE_SIZE) == false); /* copied on write */
    phys_addr_reclaimed(p);
    phys_addr_die(p);
    CHECK_THAT(c, translation_find(t, at) && !translation_find(t, at)->page);
    struct phys_addr *copy = pager.page;
    pager.page = NULL;
    pager.asleep = true;
    CHECK_THAT(c, dies_at(&k, ATTACK_READ, at) && pager.not_present == 1);
    client_destroy(&k);
    phys_addr_deallocate(p);
    phys_addr_deallocate(copy);
    pager_withdraw();
}

CHECK(memory_chance, "memory/what_was_used_since_has_a_second_chance") {
    struct client k;
    struct phys_addr *used, *unused, *got;
    CHECK_THAT(c, client_create(&k));
    struct translation *t = &k.p.space.translation;
    CHECK_THAT(c, (used = page_with(1)) && (unused = page_with(2)));
    CHECK_THAT(c, phys_addr_change_state(used, PHYS_ACTIVE) == 0);
    CHECK_THAT(c, phys_addr_change_state(unused, PHYS_ACTIVE) == 0);
    CHECK_THAT(c, translation_add_mapping(t, k.v, 0, used, 0) == 0);
    CHECK_THAT(c, translation_add_mapping(t, k.v, 1, unused, 0) == 0);
    CHECK_THAT(c, gives(&k, ATTACK_READ, k.v->range.at, 1));
    CHECK_THAT(c, allocate_short(THIS_MODULE, &got) == 0);
    CHECK_THAT(c, used->state == PHYS_ACTIVE && unused->state == PHYS_DEAD);
    client_destroy(&k);
    phys_addr_deallocate(got);
    phys_addr_deallocate(used);
    phys_addr_deallocate(unused);
}

CHECK(memory_thresholds, "memory/below_the_threshold_pages_are_chosen_before_they_are_needed") {
    struct phys_addr *page[4], *got;
    module_add(THIS_MODULE);
    for (unsigned i = 0; i < 4; i++)
        CHECK_THAT(c,
                   (page[i] = page_with(i)) && phys_addr_change_state(page[i], PHYS_ACTIVE) == 0);
    CHECK_THAT(c, reclaim_thresholds(2, 1) == -E_INVALID);
    CHECK_THAT(c, reclaim_thresholds(10, 12) == 0);
    frame_withhold(9);
    int error = phys_addr_allocate(THIS_MODULE, &one_page, &got);
    frame_withhold_end();
    CHECK_THAT(c, reclaim_thresholds(0, 0) == 0);
    CHECK_THAT(c, !error && phys_addr_count(PHYS_RECLAIMED) == 3);
    CHECK_THAT(c, page[0]->state == PHYS_RECLAIMED && page[3]->state == PHYS_ACTIVE);
    phys_addr_deallocate(got);
    for (unsigned i = 0; i < 4; i++)
        phys_addr_deallocate(page[i]);
}
