/* SPDX-License-Identifier: MIT */
/* memory_going.c -- pages of memory objects while they go: who wants one waits, and who drops it;
 * nobody writes to it, and it stays until whoever takes it is done. */
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "machine/user/user.h"
#include "measure/bench.h"
#include "spin/core/space/reclaim.h"
#include "spin/core/space/translation.h"
#include "spin/services/thread/kthread.h"
#include "spin/services/vm/memory_object.h"

MODULE("TestGoing");

#define FRAMES 10 /* more than a cache keeps when memory is short */

static struct cache_object *cache;
static struct memory_object *object;

/* --- A pager that takes its time --- */

static struct {
    struct pager pager;
    bool under_way, interrupted; /* the object was dropped meanwhile */
    const void *writes_to;       /* meanwhile; null: nowhere */
    bool written;
} slow;

static void take_time(void) {
    slow.under_way = true;
    for (unsigned i = 0; i < 5; i++)
        strand_yield();
    slow.under_way = false;
}

static int page_in(struct pager *p, size_t index, struct phys_addr *into) {
    const uint64_t word = index + 1;
    (void)p;
    take_time();
    return phys_addr_write(into, 0, &word, sizeof word);
}

static int page_out(struct pager *p, size_t index, const struct phys_addr *from) {
    (void)p, (void)index, (void)from;
    if (slow.writes_to)
        slow.written = copy_to_user((vaddr_t)slow.writes_to, "x", 1) == 0;
    take_time();
    return 0;
}

static void notify(struct pager *p) {
    (void)p;
    slow.interrupted = slow.under_way;
}

static bool begin(unsigned frames) {
    module_add(THIS_MODULE);
    memset(&slow, 0, sizeof slow);
    slow.pager = (struct pager){page_in, page_out, notify};
    return cache_object_create(THIS_MODULE, frames, NULL, &cache) == 0 &&
           memory_object_create(THIS_MODULE, &slow.pager, 2 * FRAMES, cache, &object) == 0;
}

static bool end(void) {
    cache_object_destroy(cache);
    return !this_module.account.used[RESOURCE_MEMORY];
}

static bool is_right(size_t index) {
    struct phys_addr *p;
    uint64_t word = 0;
    if (memory_object_page(object, index, false, &p))
        return false;
    (void)phys_addr_read(p, 0, &word, sizeof word);
    bool stays = !p->dying;
    memory_object_release(object, index);
    return stays && word == index + 1;
}

static bool write_to(size_t index) {
    struct phys_addr *p;
    if (memory_object_page(object, index, true, &p))
        return false;
    memory_object_release(object, index);
    return true;
}

static void *asks(void *index) {
    return (void *)is_right((size_t)index);
}

/* Another strand asks for the page, and its pager, or that of a page that goes for it, is at it. */
static struct kthread *ask(size_t index) {
    struct kthread *t = kthread_fork(asks, (void *)index);
    for (unsigned i = 0; t && i < 100 && !slow.under_way; i++)
        strand_yield();
    return t;
}

static bool was_right(struct kthread *t) {
    void *right = NULL;
    return t && kthread_join(t, &right) && right;
}

CHECK(going_wait, "vm/who_finds_all_frames_with_the_pager_waits_for_one") {
    CHECK_THAT(c, begin(1));
    struct kthread *t = ask(0);
    CHECK_THAT(c, slow.under_way && is_right(1) && was_right(t) && is_right(0));
    memory_object_drop(object);
    CHECK_THAT(c, end());
}

CHECK(going_drop, "vm/an_object_that_is_dropped_while_a_page_of_it_is_saved_goes_when_it_is") {
    static struct pager *pager;
    CHECK_THAT(c, begin(1) && write_to(0));
    struct memory_object *dropped = object;
    CHECK_THAT(c, default_pager_create(THIS_MODULE, 1, &pager) == 0);
    CHECK_THAT(c, memory_object_create(THIS_MODULE, pager, 1, cache, &object) == 0);
    struct kthread *t = ask(0); /* of the other one, whose pages are zeros */
    bool under_way = slow.under_way;
    memory_object_drop(dropped);
    CHECK_THAT(c, under_way && !slow.interrupted && !was_right(t));
    memory_object_drop(object);
    CHECK_THAT(c, end());
}

CHECK(going_write, "vm/nobody_writes_to_a_page_where_it_is_mapped_while_it_is_saved") {
    struct translation t;
    struct virt_addr *v;
    struct phys_addr *p;
    CHECK_THAT(c, begin(1) && translation_create(&t, THIS_MODULE) == 0);
    CHECK_THAT(c, virt_addr_allocate(&t.names, 0, 1, &v) == 0);
    CHECK_THAT(c, memory_object_page(object, 0, true, &p) == 0);
    CHECK_THAT(c, translation_add_mapping(&t, v, 0, p, PAGE_WRITE) == 0);
    memory_object_release(object, 0);
    translation_load(&t);
    bool before = copy_to_user(v->range.at, "x", 1) == 0;
    slow.writes_to = (const void *)v->range.at;
    bool right = is_right(1);
    translation_load(NULL);
    translation_destroy(&t);
    memory_object_drop(object);
    CHECK_THAT(c, end() && before && right && !slow.written);
}

/* --- A page that is being taken, as memory is short --- */

static struct phys_addr *going;
static bool stayed;

static void lingers(struct phys_addr *p) {
    going = p;
    frame_withhold_end();
    for (unsigned i = 0; i < 5; i++)
        strand_yield();
    stayed = phys_addr_exists(p) && p->dying;
}

static void *takes(void *unused) {
    static const struct phys_request one = {.pages = 1};
    struct phys_addr *p;
    (void)unused;
    frame_withhold(0);
    if (phys_addr_allocate(THIS_MODULE, &one, &p) == 0)
        phys_addr_deallocate(p);
    return NULL;
}

/* It is taken from a cache, of which so many pages are held; and this is so meanwhile. */
static bool meanwhile(size_t held, bool (*happens)(void)) {
    const struct handler_request request = {.handler = EVENT_HANDLER(phys_addr_repossess, lingers),
                                            .order = {.place = ORDER_FIRST}};
    struct event_binding *binding;
    struct phys_addr *p;
    struct change c;
    void *unused;
    bool right = begin(FRAMES);
    for (size_t i = 0; i < FRAMES; i++)
        right =
            right && is_right(i) && (i >= held || memory_object_page(object, i, false, &p) == 0);
    change_open(&c, event_phys_addr_repossess.module, NULL);
    change_install(&c, &event_phys_addr_repossess, &request, &binding);
    going = NULL;
    right = right && change_commit(&c) == 0;
    struct kthread *t = kthread_fork(takes, NULL);
    for (unsigned i = 0; t && i < 100 && !going; i++)
        strand_yield();
    right = right && going && happens();
    right = t && kthread_join(t, &unused) && right && stayed;
    change_open(&c, event_phys_addr_repossess.module, NULL);
    change_uninstall(&c, binding);
    for (size_t i = 0; i < held; i++)
        memory_object_release(object, i);
    return change_commit(&c) == 0 && right;
}

static bool is_asked_for(void) {
    return is_right(cache->frame[going->tag.offset].index);
}

static bool another_is_asked_for(void) {
    return is_right(FRAMES); /* there is no other frame for it */
}

static bool is_dropped(void) {
    memory_object_drop(object);
    return true;
}

CHECK(going_asked, "vm/a_page_that_is_being_taken_comes_anew_for_who_asks_for_it") {
    CHECK_THAT(c, meanwhile(0, is_asked_for));
    memory_object_drop(object);
    CHECK_THAT(c, end());
}

CHECK(going_victim, "vm/a_page_that_is_being_taken_gives_its_frame_to_another_when_it_is_gone") {
    CHECK_THAT(c, meanwhile(FRAMES - 1, another_is_asked_for));
    memory_object_drop(object);
    CHECK_THAT(c, end());
}

CHECK(going_dropped, "vm/an_object_that_is_dropped_while_a_page_of_it_is_taken_goes_when_it_is") {
    CHECK_THAT(c, meanwhile(0, is_dropped) && end());
}
