/* SPDX-License-Identifier: MIT */
/* vmspace.c -- the operations that pagers choose from, while the map changes under them: a memory
 * object's pager waits, and its region goes meanwhile. */
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "measure/bench.h"
#include "spin/services/mach/tasks.h"
#include "spin/services/thread/kthread_sync.h"
#include "spin/services/vm/memory_object.h"
#include "spin/services/vmspace/vmspace_pages.h"

static struct semaphore asked, answers; /* of page_in, which waits for the test */

static int page_in(struct pager *p, size_t index, struct phys_addr *into) {
    const uint64_t word = 4711 + index;
    (void)p;
    semaphore_v(&asked);
    (void)!semaphore_p(&answers);
    return phys_addr_write(into, 0, &word, sizeof word);
}

static int page_out(struct pager *p, size_t index, const struct phys_addr *from) {
    (void)p, (void)index, (void)from;
    return 0;
}

static void notify(struct pager *p) {
    (void)p;
}

static struct pager pager = {page_in, page_out, notify};

/* A region of a page of an object, in a vmspace that nobody runs. */
static struct {
    struct vmspace *vm;
    struct cache_object *cache;
    struct memory_object *object;
    vaddr_t at;
    int (*does)(struct translation *t, unsigned long at);
    int result;
} k;

static const struct region_kind kind = {REGION_READ | REGION_WRITE, REGION_ALL, REGION_COPIED};

static void no_calls(struct trap_frame *f) {
    (void)f;
}

static bool begin(bool shared) {
    memset(&k, 0, sizeof k);
    semaphore_init(&asked, 0);
    semaphore_init(&answers, 0);
    if (vmspace_model_start(&mach_model) || vmspace_create(&k.vm, mach_model.pager, no_calls) ||
        cache_object_create(mach_model.pager, 2, NULL, &k.cache) ||
        memory_object_create(mach_model.pager, &pager, 1, k.cache, &k.object))
        return false;
    return vmspace_allocate(k.vm, &k.at, 1, &kind, &(struct amap_object){k.object, 0, shared}) == 0;
}

static bool end(void) {
    vmspace_destroy(k.vm);
    memory_object_drop(k.object);
    cache_object_destroy(k.cache);
    return vmspace_model_stop(&mach_model) == 0;
}

static struct translation *translation(void) {
    return &k.vm->process.space.translation;
}

static int show(struct translation *t, unsigned long at) {
    return vmspace_page_show(t, at, true);
}

static void *does(void *unused) {
    k.result = k.does(translation(), k.at);
    return unused;
}

/* The operation is under way, and waits for the page; then this happens, and it ends. */
static bool meanwhile(int (*operation)(struct translation *t, unsigned long at),
                      bool (*happens)(void)) {
    void *unused;
    k.does = operation;
    struct kthread *t = kthread_fork(does, NULL);
    bool right = t && semaphore_p(&asked) && happens();
    semaphore_v(&answers);
    return t && kthread_join(t, &unused) && right;
}

static bool nothing(void) {
    return true;
}

static bool region_goes(void) {
    return vmspace_deallocate(k.vm, k.at, 1) == 0;
}

static bool region_is_another(void) {
    return region_goes() && vmspace_allocate(k.vm, &k.at, 1, &kind, &(struct amap_object){0}) == 0;
}

static bool is_terminated(void) {
    process_terminate(&k.vm->process);
    translation_give(translation(), NULL);
    return true;
}

static bool finds(uint64_t word) {
    const struct mapping *m = translation_find(translation(), k.at);
    uint64_t found = 0;
    return m && m->page && phys_addr_read(m->page, 0, &found, sizeof found) == 0 && found == word;
}

CHECK(vmspace_shown, "vmspace/a_page_that_its_pager_brings_is_found") {
    CHECK_THAT(c, begin(true) && meanwhile(show, nothing) && !k.result && finds(4711) && end());
    CHECK_THAT(c, begin(false) && meanwhile(vmspace_page_own, nothing) && !k.result);
    CHECK_THAT(c, finds(4711) && end());
}

/* Whoever asks for it: the pager says so for copies. */
CHECK(vmspace_private,
      "vmspace/a_page_of_an_object_that_is_not_shared_is_not_found_to_be_written") {
    CHECK_THAT(c, begin(false) && meanwhile(show, nothing) && !k.result && finds(4711));
    CHECK_THAT(c, !(translation_find(translation(), k.at)->rights & PAGE_WRITE));
    CHECK_THAT(c, !k.cache->view.dirty && end());
}

CHECK(vmspace_gone, "vmspace/a_page_that_comes_when_its_region_has_gone_is_found_nowhere") {
    CHECK_THAT(c, begin(true) && meanwhile(show, region_goes));
    CHECK_THAT(c, !translation_find(translation(), k.at) && end());
    CHECK_THAT(c, begin(false) && meanwhile(vmspace_page_own, region_goes));
    CHECK_THAT(c, k.result == -E_NOT_FOUND && !translation_find(translation(), k.at) && end());
}

CHECK(vmspace_other, "vmspace/what_was_allocated_meanwhile_does_not_get_the_contents_of_another") {
    CHECK_THAT(c, begin(true) && meanwhile(show, region_is_another));
    CHECK_THAT(c, !translation_find(translation(), k.at) && end());
    CHECK_THAT(c, begin(false) && meanwhile(vmspace_page_own, region_is_another) && !k.result);
    CHECK_THAT(c, !translation_find(translation(), k.at) && end());
}

CHECK(vmspace_terminated,
      "vmspace/a_fault_of_a_process_that_is_terminated_meanwhile_leaves_nothing") {
    CHECK_THAT(c, begin(false) && meanwhile(vmspace_page_own, nothing) && end()); /* heap's pages */
    size_t heap = heap_used();
    CHECK_THAT(c, begin(false) && meanwhile(vmspace_page_own, is_terminated));
    CHECK_THAT(c, k.result == -E_PERM && end() && heap_used() == heap);
}
