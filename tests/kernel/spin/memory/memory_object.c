/* SPDX-License-Identifier: MIT */
/* memory_object.c -- pages of memory objects: what is in them stays the same wherever they are,
 * and no cache has more of them than it may. */
#include "../../frames.h"

#include "common/archive.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "machine/cpu/x86.h"
#include "machine/memory/heap.h"
#include "machine/user/user.h"
#include "measure/bench.h"
#include "spin/core/space/reclaim.h"
#include "spin/services/loader/loader.h"
#include "spin/services/thread/kthread.h"
#include "spin/services/vm/memory_object.h"

MODULE("TestObjects");

static struct memory_object *object_of_zeros(size_t pages, struct cache_object *cache) {
    struct pager *pager;
    struct memory_object *o = NULL;
    if (default_pager_create(THIS_MODULE, pages, &pager) ||
        memory_object_create(THIS_MODULE, pager, pages, cache, &o))
        return NULL;
    return o;
}

static uint64_t used(void) {
    return this_module.account.used[RESOURCE_MEMORY];
}

static uint64_t word_of(struct memory_object *o, size_t index) {
    struct phys_addr *p;
    uint64_t word;
    if (memory_object_page(o, index, false, &p))
        return -1ul;
    (void)phys_addr_read(p, 8, &word, sizeof word);
    memory_object_release(o, index);
    return word;
}

static bool set_word(struct memory_object *o, size_t index, uint64_t word) {
    struct phys_addr *p;
    if (memory_object_page(o, index, true, &p))
        return false;
    (void)phys_addr_write(p, 8, &word, sizeof word);
    memory_object_release(o, index);
    return true;
}

/* --- Contents --- */

#define WALK_OBJECTS 3
#define WALK_PAGES   20

static void walk(struct check *c, unsigned frames) {
    static uint64_t model[WALK_OBJECTS][WALK_PAGES];
    struct cache_object *cache;
    struct memory_object *o[WALK_OBJECTS];
    uint64_t state = 4711 + frames;
    memset(model, 0, sizeof model);
    CHECK_THAT(c, cache_object_create(THIS_MODULE, frames, NULL, &cache) == 0);
    for (unsigned i = 0; i < WALK_OBJECTS; i++)
        o[i] = object_of_zeros(WALK_PAGES, cache);
    for (unsigned step = 0; step < 5000; step++) {
        state = state * 6364136223846793005 + 1442695040888963407;
        unsigned i = (state >> 33) % WALK_OBJECTS, page = (state >> 40) % WALK_PAGES;
        if (state >> 63) {
            CHECK_THAT(c, set_word(o[i], page, step));
            model[i][page] = step;
        }
        CHECK_THAT(c, word_of(o[i], page) == model[i][page]);
    }
    CHECK_THAT(c, cache->page_ins > 60 && cache->page_outs > 60);
    for (unsigned i = 0; i < WALK_OBJECTS; i++)
        memory_object_drop(o[i]);
    cache_object_destroy(cache);
}

CHECK(memory_object_walk, "vm/what_was_written_to_a_page_is_in_it_however_often_it_went") {
    module_add(THIS_MODULE);
    walk(c, 29); /* the heap has what it needs from here on */
    size_t before = frame_unused(), heap = heap_used();
    for (unsigned frames = 1; frames < 30; frames += 7)
        walk(c, frames);
    CHECK_THAT(c, used() == 0 && frame_unused() == before && heap_used() == heap);
}

CHECK(memory_object_archive, "vm/pages_of_a_file_are_its_bytes_and_zeros_behind_them") {
    struct cache_object *cache;
    struct memory_object *o;
    struct pager *pager;
    struct elf_source file;
    struct phys_addr *p;
    size_t bytes;
    module_add(THIS_MODULE);
    CHECK_THAT(c, archive_find("attacker", &file));
    CHECK_THAT(c, cache_object_create(THIS_MODULE, 3, NULL, &cache) == 0);
    CHECK_THAT(c, archive_pager_create(THIS_MODULE, "attacker", &pager, &bytes) == 0);
    size_t pages = (bytes + PAGE_SIZE - 1) / PAGE_SIZE;
    CHECK_THAT(c, memory_object_create(THIS_MODULE, pager, pages, cache, &o) == 0);
    for (size_t i = 0; i < pages; i++) {
        char is[PAGE_SIZE], wanted[PAGE_SIZE] = {0};
        size_t rest = bytes - i * PAGE_SIZE;
        (void)file.read(file.arg, i * PAGE_SIZE, wanted, rest < PAGE_SIZE ? rest : PAGE_SIZE);
        CHECK_THAT(c, memory_object_page(o, i, false, &p) == 0);
        (void)phys_addr_read(p, 0, is, sizeof is);
        memory_object_release(o, i);
        CHECK_THAT(c, memcmp(is, wanted, sizeof is) == 0);
    }
    CHECK_THAT(c, memory_object_page(o, 0, true, &p) == -E_PERM);
    CHECK_THAT(c, memory_object_page(o, pages, false, &p) == -E_NOT_FOUND);
    memory_object_drop(o);
    cache_object_destroy(cache);
    CHECK_THAT(c, used() == 0);
}

CHECK(memory_object_held, "vm/a_page_that_is_held_does_not_go") {
    struct cache_object *cache;
    struct phys_addr *held[2], *p;
    module_add(THIS_MODULE);
    CHECK_THAT(c, cache_object_create(THIS_MODULE, 2, NULL, &cache) == 0);
    struct memory_object *o = object_of_zeros(4, cache);
    CHECK_THAT(c, memory_object_page(o, 0, true, &held[0]) == 0);
    for (uint64_t i = 1; i < 4; i++)
        CHECK_THAT(c, set_word(o, i, i));
    CHECK_THAT(c, cache->frame[0].page == held[0]);
    CHECK_THAT(c, memory_object_page(o, 1, false, &held[1]) == 0);
    CHECK_THAT(c, memory_object_page(o, 2, false, &p) == -E_BUSY);
    memory_object_release(o, 0);
    CHECK_THAT(c, word_of(o, 2) == 2);
    memory_object_release(o, 1);
    memory_object_drop(o);
    cache_object_destroy(cache);
    CHECK_THAT(c, used() == 0);
}

/* --- Pagers --- */

static struct extension *load(struct check *c, const char *name) {
    static struct report why;
    struct extension *e = NULL;
    if (loader_load(name, &e, &why))
        check_fail(c, "%s: %s", name, why.text);
    return e;
}

static struct memory_object *object_of(const struct extension *e, size_t pages,
                                       struct cache_object *cache) {
    struct pager *pager;
    struct memory_object *o = NULL;
    if (extension_pager_create(THIS_MODULE, extension_module((struct extension *)e), &pager) ||
        memory_object_create(THIS_MODULE, pager, pages, cache, &o))
        return NULL;
    return o;
}

CHECK(memory_object_numbers, "vm/an_extension_makes_the_pages_of_its_objects_alone") {
    struct cache_object *cache;
    struct pager *pager;
    module_add(THIS_MODULE);
    struct extension *e = load(c, "numbers"), *other = load(c, "keeps");
    CHECK_THAT(c, e && other && cache_object_create(THIS_MODULE, 3, NULL, &cache) == 0);
    struct memory_object *o = object_of(e, 100, cache), *kept = object_of(other, 8, cache);
    for (size_t i = 0; i < 100; i++)
        CHECK_THAT(c, word_of(o, i) == i * 512 + 1 && word_of(kept, i % 8) == 0);
    CHECK_THAT(c, extension_pager_create(THIS_MODULE, THIS_MODULE, &pager) == -E_INVALID);
    CHECK_THAT(c, loader_unload(e) == 0);
    CHECK_THAT(c, word_of(o, 1) == -1ul); /* it has no pager any more */
    CHECK_THAT(c, word_of(kept, 7) == 0);
    memory_object_drop(o);
    memory_object_drop(kept);
    cache_object_destroy(cache);
    CHECK_THAT(c, loader_unload(other) == 0 && used() == 0);
}

static int makes_nothing(unsigned long pager, unsigned long index, struct pager_page *page) {
    (void)pager, (void)index, (void)page;
    return 0;
}

CHECK(memory_object_native, "vm/nobody_but_an_extension_hears_of_the_pages_of_pagers") {
    const struct handler_request request = {.handler = EVENT_HANDLER(pager_page_in, makes_nothing)};
    struct change change;
    module_add(THIS_MODULE);
    change_open(&change, THIS_MODULE, NULL);
    change_install(&change, &event_pager_page_in, &request, NULL);
    CHECK_THAT(c, change_commit(&change) == -E_PERM);
}

/* Pages that cannot be saved stay, and others of the cache come and go as before. */
CHECK(memory_object_unsaved, "vm/a_page_that_its_pager_does_not_take_stays_and_is_in_nobodys_way") {
    struct cache_object *cache;
    struct phys_addr *p;
    module_add(THIS_MODULE);
    struct extension *e = load(c, "keeps");
    CHECK_THAT(c, e && cache_object_create(THIS_MODULE, 4, NULL, &cache) == 0);
    struct memory_object *o = object_of(e, 16, cache), *other = object_of_zeros(16, cache);
    for (uint64_t i = 0; i < 8; i++)
        CHECK_THAT(c, set_word(o, i, i + 1));
    for (uint64_t i = 0; i < 8; i++)
        CHECK_THAT(c, word_of(o, i) == i + 1); /* it has come back from there */
    for (uint64_t i = 8; i < 11; i++)
        CHECK_THAT(c, set_word(o, i, i + 1)); /* for which the pager has no room */
    for (unsigned i = 0; i < 100; i++)
        CHECK_THAT(c, set_word(other, i % 16, i) && word_of(other, (i + 1) % 16) <= i);
    for (uint64_t i = 8; i < 11; i++)
        CHECK_THAT(c, word_of(o, i) == i + 1);
    CHECK_THAT(c, set_word(o, 11, 12) && memory_object_page(other, 0, false, &p) == -E_DEAD);
    CHECK_THAT(c, word_of(o, 8) == 9 && word_of(o, 11) == 12);
    memory_object_drop(o);
    CHECK_THAT(c, word_of(other, 3) == 99);
    memory_object_drop(other);
    cache_object_destroy(cache);
    CHECK_THAT(c, loader_unload(e) == 0 && used() == 0);
}

/* --- Memory is short --- */

static const struct phys_request one_page = {.pages = 1};

/* How many more pages can be had, of so many, while no frame is free. */
static unsigned take_pages(struct phys_addr **taken, unsigned wanted) {
    unsigned n = 0;
    frame_withhold(0);
    while (n < wanted && phys_addr_allocate(THIS_MODULE, &one_page, &taken[n]) == 0)
        n++;
    frame_withhold_end();
    return n;
}

static void give_back(struct phys_addr **taken, unsigned n) {
    while (n)
        phys_addr_deallocate(taken[--n]);
}

CHECK(memory_object_reclaim, "vm/when_memory_is_short_cold_pages_go_that_need_not_be_saved") {
    enum { DIRTY = 10, HOT = 10, COLD = 20 };
    struct phys_addr *taken[COLD + HOT + 1];
    struct cache_object *cache;
    module_add(THIS_MODULE);
    struct extension *e = load(c, "numbers");
    CHECK_THAT(c, e && cache_object_create(THIS_MODULE, DIRTY + HOT + COLD, NULL, &cache) == 0);
    struct memory_object *o = object_of(e, HOT + COLD, cache),
                         *other = object_of_zeros(DIRTY, cache);
    for (uint64_t i = 0; i < DIRTY; i++)
        CHECK_THAT(c, set_word(other, i, i + 1));
    for (size_t i = 0; i < HOT + COLD + HOT; i++)
        CHECK_THAT(c, word_of(o, i % (HOT + COLD)) != -1ul);
    CHECK_THAT(c, cache_pages(cache) == DIRTY + HOT + COLD);
    CHECK_THAT(c, take_pages(taken, COLD) == COLD && cache_pages(cache) == DIRTY + HOT);
    for (size_t i = 0; i < HOT + COLD; i++)
        CHECK_THAT(c, (cache_find(cache, o, i) >= 0) == (i < HOT));
    CHECK_THAT(c, take_pages(taken + COLD, HOT + 1) == HOT && cache_pages(cache) == DIRTY);
    give_back(taken, COLD + HOT);
    for (size_t i = 0; i < HOT + COLD; i++)
        CHECK_THAT(c, word_of(o, i) == i * 512 + 1);
    for (uint64_t i = 0; i < DIRTY; i++)
        CHECK_THAT(c, word_of(other, i) == i + 1);
    memory_object_drop(other);
    memory_object_drop(o);
    cache_object_destroy(cache);
    CHECK_THAT(c, loader_unload(e) == 0 && used() == 0);
}

/* Those that are touched through a mapping, as the processor notes it. */
static void touch(struct translation *t, const struct virt_addr *v, size_t pages) {
    char byte;
    translation_load(t);
    for (size_t i = 0; i < pages; i++)
        (void)copy_from_user(&byte, v->range.at + i * PAGE_SIZE, 1);
    translation_load(NULL);
}

/* A page of the object is found at the same page of the name. */
static bool show(struct memory_object *o, size_t i, struct translation *t, struct virt_addr *v) {
    struct phys_addr *page;
    if (memory_object_page(o, i, false, &page))
        return false;
    int error = translation_add_mapping(t, v, i, page, PAGE_READ);
    memory_object_release(o, i);
    return !error;
}

CHECK(memory_object_touched, "vm/pages_that_are_touched_where_they_are_mapped_stay_before_others") {
    enum { HOT = 10, COLD = 10 };
    struct phys_addr *taken[HOT + COLD];
    struct translation t;
    struct virt_addr *v;
    struct cache_object *cache;
    module_add(THIS_MODULE);
    struct extension *e = load(c, "numbers");
    CHECK_THAT(c, e && cache_object_create(THIS_MODULE, HOT + COLD, NULL, &cache) == 0);
    struct memory_object *o = object_of(e, HOT + COLD + 1, cache);
    CHECK_THAT(c, translation_create(&t, THIS_MODULE) == 0);
    CHECK_THAT(c, virt_addr_allocate(&t.names, 0, HOT + COLD, &v) == 0);
    for (size_t i = 0; i < HOT + COLD; i++)
        CHECK_THAT(c, show(o, i, &t, v));
    touch(&t, v, HOT);
    CHECK_THAT(c, word_of(o, HOT + COLD) != -1ul); /* for a page of its own cache */
    CHECK_THAT(c, cache_find(cache, o, HOT) < 0 && cache_find(cache, o, HOT + 1) >= 0);
    touch(&t, v, HOT);
    CHECK_THAT(c, take_pages(taken, COLD) == COLD); /* for others */
    for (size_t i = 0; i < HOT + COLD; i++)
        CHECK_THAT(c, (cache_find(cache, o, i) >= 0) == (i < HOT));
    give_back(taken, COLD);
    translation_destroy(&t);
    memory_object_drop(o);
    cache_object_destroy(cache);
    CHECK_THAT(c, loader_unload(e) == 0 && used() == 0);
}

CHECK(memory_object_kept, "vm/when_memory_is_short_a_cache_keeps_its_last_pages") {
    enum { PAGES = 12, KEPT = 8 };
    struct phys_addr *taken[PAGES], *held;
    struct cache_object *cache;
    module_add(THIS_MODULE);
    struct extension *e = load(c, "numbers");
    CHECK_THAT(c, e && cache_object_create(THIS_MODULE, PAGES, NULL, &cache) == 0);
    struct memory_object *o = object_of(e, PAGES, cache);
    for (size_t i = 0; i < PAGES; i++)
        CHECK_THAT(c, word_of(o, i) == i * 512 + 1);
    CHECK_THAT(c, memory_object_page(o, 0, false, &held) == 0);
    unsigned n = take_pages(taken, PAGES);
    CHECK_THAT(c, n == PAGES - KEPT && cache_pages(cache) == KEPT);
    CHECK_THAT(c, cache->frame[cache_find(cache, o, 0)].page == held);
    give_back(taken, n);
    memory_object_release(o, 0);
    memory_object_drop(o);
    cache_object_destroy(cache);
    CHECK_THAT(c, loader_unload(e) == 0 && used() == 0);
}

/* Somebody has taken it since the scan found it. */
CHECK(memory_object_late,
      "vm/a_page_that_is_no_candidate_any_more_is_neither_taken_nor_another_for_it") {
    struct cache_object *cache;
    struct phys_addr *p;
    module_add(THIS_MODULE);
    struct extension *e = load(c, "numbers");
    CHECK_THAT(c, e && cache_object_create(THIS_MODULE, 20, NULL, &cache) == 0);
    struct memory_object *o = object_of(e, 20, cache);
    for (size_t i = 0; i < 20; i++)
        CHECK_THAT(c, word_of(o, i) == i * 512 + 1);
    CHECK_THAT(c, memory_object_page(o, 19, false, &p) == 0 && phys_addr_reclaim(p) == p);
    phys_addr_repossess(p);
    int frame = cache_find(cache, o, 19);
    CHECK_THAT(c, frame >= 0 && cache->frame[frame].page == p && cache_pages(cache) == 20);
    memory_object_release(o, 19);
    memory_object_drop(o);
    cache_object_destroy(cache);
    CHECK_THAT(c, loader_unload(e) == 0 && used() == 0);
}

/* --- Who pays --- */

static struct module payer = {.name = "TestPayer"};

CHECK(memory_object_quota,
      "vm/who_has_used_up_his_quota_has_fewer_pages_in_memory_and_nobody_elses") {
    enum { PAGES = 20 };
    struct cache_object *cache;
    struct pager *pager;
    struct memory_object *o;
    struct phys_addr *p;
    const struct account *a = &payer.account;
    module_add(&payer);
    module_add(THIS_MODULE);
    CHECK_THAT(c, cache_object_create(&payer, PAGES, NULL, &cache) == 0);
    CHECK_THAT(c, default_pager_create(THIS_MODULE, PAGES, &pager) == 0);
    CHECK_THAT(c, memory_object_create(&payer, pager, PAGES, cache, &o) == 0);
    payer.account.quota[RESOURCE_MEMORY] = a->used[RESOURCE_MEMORY] + 10 * PAGE_SIZE + 100;
    for (uint64_t i = 0; i < PAGES; i++)
        CHECK_THAT(c,
                   set_word(o, i, i + 1) && a->used[RESOURCE_MEMORY] < a->quota[RESOURCE_MEMORY]);
    for (uint64_t i = 0; i < PAGES; i++)
        CHECK_THAT(c, word_of(o, i) == i + 1);
    CHECK_THAT(c, cache_pages(cache) == 10 && a->refused[RESOURCE_MEMORY] >= PAGES - 10);
    CHECK_THAT(c, used() >= 10 * PAGE_SIZE); /* what the pager keeps */
    memory_object_drop(o);
    CHECK_THAT(c, used() == 0);
    payer.account.quota[RESOURCE_MEMORY] = a->used[RESOURCE_MEMORY] + sizeof *o + 100;
    CHECK_THAT(c, default_pager_create(THIS_MODULE, PAGES, &pager) == 0);
    CHECK_THAT(c, memory_object_create(&payer, pager, PAGES, cache, &o) == 0);
    CHECK_THAT(c, memory_object_page(o, 0, false, &p) == -E_QUOTA && !cache_pages(cache));
    memory_object_drop(o);
    payer.account.quota[RESOURCE_MEMORY] = a->used[RESOURCE_MEMORY] + 10;
    CHECK_THAT(c, default_pager_create(THIS_MODULE, PAGES, &pager) == 0);
    CHECK_THAT(c, memory_object_create(&payer, pager, PAGES, cache, &o) == -E_QUOTA);
    CHECK_THAT(c, default_pager_create(&payer, PAGES, &pager) == -E_QUOTA && used() == 0);
    cache_object_destroy(cache);
    CHECK_THAT(c, cache_object_create(&payer, PAGES, NULL, &cache) == 0);
    payer.account.quota[RESOURCE_MEMORY] = a->used[RESOURCE_MEMORY];
    struct cache_object *second;
    CHECK_THAT(c, cache_object_create(&payer, PAGES, NULL, &second) == -E_QUOTA);
    cache_object_destroy(cache);
    CHECK_THAT(c, !a->used[RESOURCE_MEMORY]);
    module_remove(&payer);
}

/* --- Several strands, and a pager that waits --- */

#define STRANDS 4
#define SHARED  12

static struct {
    struct pager pager;
    bool under_way[SHARED];
    uint64_t kept[SHARED];
    unsigned twice, notified;
} slow;

/* Others have the processor meanwhile; who asks for the page meanwhile finds it in none. */
static void take_time(size_t index) {
    slow.twice += slow.under_way[index];
    slow.under_way[index] = true;
    for (unsigned i = 0; i < 3; i++)
        strand_yield();
    slow.under_way[index] = false;
}

static int slow_in(struct pager *p, size_t index, struct phys_addr *into) {
    (void)p;
    take_time(index);
    return phys_addr_write(into, 8, &slow.kept[index], sizeof slow.kept[index]);
}

static int slow_out(struct pager *p, size_t index, const struct phys_addr *from) {
    (void)p;
    int error = phys_addr_read(from, 8, &slow.kept[index], sizeof slow.kept[index]);
    take_time(index);
    return error;
}

static void slow_notify(struct pager *p) {
    (void)p;
    slow.notified++;
}

/* Each strand counts in pages of its own, and reads those of others, which only grow. */
static void *counts(void *of) {
    struct memory_object *o = of;
    static unsigned strands;
    unsigned self = strands++ % STRANDS;
    uint64_t last[SHARED] = {0}, state = self + 1;
    bool right = true;
    for (unsigned step = 0; step < 200; step++) {
        state = state * 6364136223846793005 + 1442695040888963407;
        size_t page = (state >> 40) % SHARED;
        uint64_t word = word_of(o, page);
        right = right && (page % STRANDS == self ? word == last[page] : word >= last[page]);
        if (page % STRANDS == self)
            right = set_word(o, page, ++word) && right;
        last[page] = word;
    }
    return (void *)right;
}

CHECK(memory_object_strands,
      "vm/strands_that_want_the_same_pages_of_a_pager_that_waits_find_them_once") {
    struct cache_object *cache;
    struct memory_object *o;
    struct kthread *thread[STRANDS];
    bool right = true;
    void *result;
    module_add(THIS_MODULE);
    memset(&slow, 0, sizeof slow);
    slow.pager = (struct pager){slow_in, slow_out, slow_notify};
    CHECK_THAT(c, cache_object_create(THIS_MODULE, 5, NULL, &cache) == 0);
    CHECK_THAT(c, memory_object_create(THIS_MODULE, &slow.pager, SHARED, cache, &o) == 0);
    scheduler_quantum_ns = 5000;
    sti();
    for (unsigned i = 0; i < STRANDS; i++)
        thread[i] = kthread_fork(counts, o);
    for (unsigned i = 0; i < STRANDS; i++)
        right = thread[i] && kthread_join(thread[i], &result) && result && right;
    cli();
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    memory_object_drop(o);
    cache_object_destroy(cache);
    CHECK_THAT(c, right && !slow.twice && slow.notified == 1 && used() == 0);
}
