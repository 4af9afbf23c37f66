/* SPDX-License-Identifier: MIT */
/* A cache object against a model, an array of what each frame has, under policies that answer
 * anything. */
#include "spin/services/vm/cache_object.h"

#include "lib/error.h"
#include "machine/report/panic.h"
#include "spin/core/event.h"
#include "spin/core/space/reclaim.h"
#include "spin/services/loader/loader.h"
#include "spin/services/vm/charge.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

/* --- Its surroundings --- */

static unsigned caches;

int charged_alloc(struct module *by, size_t bytes, void **memory) {
    if (by == NULL)
        return -E_QUOTA;
    *memory = calloc(1, bytes);
    caches++;
    return 0;
}

void charged_free(struct module *by, void *memory, size_t bytes) {
    (void)by, (void)bytes;
    free(memory);
    caches--;
}

uint64_t extension_serial(const struct module *module) {
    return module ? 7 : 0;
}

void own_events_open(struct module *by, struct procedure guard, uint64_t bound) {
    (void)by, (void)guard, (void)bound;
}

void panic(const char *format, ...) {
    (void)format;
    mock_assert(0, "panic", __FILE__, __LINE__);
    abort();
}

/* Where a page is mapped it was touched. */
static bool touched[CACHE_FRAMES_MAX];
static struct phys_addr pages[CACHE_FRAMES_MAX]; /* the n-th is in the n-th frame */

bool phys_addr_take_use(struct phys_addr *p, enum phys_asker asker) {
    assert_int_equal(asker, PHYS_OWNER);
    bool was = touched[p - pages];
    touched[p - pages] = false;
    return was;
}

/* --- Random numbers, and answers --- */

static uint64_t state;

static unsigned random_below(unsigned n) {
    state = state * 6364136223846793005 + 1442695040888963407;
    return (unsigned)((state >> 33) % n);
}

static unsigned (*answer)(const struct cache_view *view);
static unsigned asked;

static unsigned policy(const struct cache_view *view) {
    asked++;
    return answer(view);
}

static unsigned anything(const struct cache_view *view) {
    (void)view;
    return random_below(4) ? random_below(CACHE_FRAMES_MAX) : random_below(-1u);
}

/* One that may go. */
static unsigned right(const struct cache_view *view) {
    unsigned frame;
    do
        frame = random_below(CACHE_FRAMES_MAX);
    while (!(view->evictable >> frame & 1));
    return frame;
}

/* --- The model --- */

#define OBJECTS 3
#define INDICES 30

static struct cache_object *cache;
static struct module payer;
static struct {
    const struct memory_object *object; /* null: free */
    size_t index;
    unsigned holds;
    bool busy, dirty, used;
    uint64_t times[2]; /* when it came, and was used, in the order of the walk */
} model[CACHE_FRAMES_MAX];
static uint64_t now;

static const struct memory_object *object(unsigned n) {
    static char objects[OBJECTS];
    return (const struct memory_object *)(const void *)&objects[n];
}

static bool may_go(unsigned frame) {
    return model[frame].object && !model[frame].busy && !model[frame].holds;
}

static int model_find(const struct memory_object *of, size_t index) {
    for (unsigned i = 0; i < cache->frames; i++)
        if (model[i].object == of && (!of || model[i].index == index))
            return (int)i;
    return -1;
}

static void check_view(void) {
    uint64_t evictable = 0, dirty = 0;
    unsigned with_page = 0;
    bool busy = false;
    for (unsigned i = 0; i < cache->frames; i++) {
        evictable |= (uint64_t)may_go(i) << i;
        dirty |= (uint64_t)model[i].dirty << i;
        with_page += model[i].object && cache->frame[i].page;
        busy = busy || model[i].busy;
        for (unsigned n = 0; n < cache->frames; n++)
            if (model[i].object && model[n].object) {
                assert_int_equal(cache->view.loaded[i] < cache->view.loaded[n],
                                 model[i].times[0] < model[n].times[0]);
                assert_int_equal(cache->view.used[i] < cache->view.used[n],
                                 model[i].times[1] < model[n].times[1]);
            }
    }
    assert_int_equal(cache->view.evictable, evictable);
    assert_int_equal(cache->view.dirty, dirty);
    assert_int_equal(cache_pages(cache), with_page);
    assert_int_equal(cache_is_busy(cache), busy);
}

static void use(const struct memory_object *of, size_t index) {
    int frame = cache_lookup(cache, of, index);
    assert_int_equal(frame, model_find(of, index));
    if (frame >= 0) {
        model[frame].times[1] = ++now;
        model[frame].used = true;
        return;
    }
    frame = cache_update(cache, of, index);
    assert_int_equal(frame < 0, model_find(NULL, 0) < 0);
    if (frame < 0)
        return;
    assert_null(model[frame].object);
    memset(&model[frame], 0, sizeof model[frame]);
    model[frame].object = of;
    model[frame].index = index;
    model[frame].busy = true;
    model[frame].times[0] = model[frame].times[1] = ++now;
}

/* The page of a frame comes, is held, released, written, or touched where it is mapped. */
static void change(unsigned frame) {
    struct cache_frame *f = &cache->frame[frame];
    if (!model[frame].object)
        return;
    if (model[frame].busy) {
        f->page = &pages[frame];
        f->busy = model[frame].busy = false;
    } else if (random_below(2) && f->holds)
        model[frame].holds = --f->holds;
    else if (random_below(3) == 0)
        model[frame].holds = ++f->holds;
    else if (random_below(2)) {
        cache->view.dirty |= 1ul << frame;
        model[frame].dirty = true;
    } else
        touched[frame] = true;
    cache_note(cache, frame);
}

static void note_uses(void) {
    for (unsigned i = 0; i < cache->frames; i++) {
        bool used = touched[i] && may_go(i);
        if (used) {
            model[i].used = true;
            model[i].times[1] = ++now;
        }
        assert_int_equal(cache_note_use(cache, i), used);
    }
}

static void take_victim(void) {
    note_uses();
    uint64_t among = random_below(2) ? -1ul : state, evictable = cache->view.evictable & among;
    uint64_t misruled = cache->misruled;
    bool unused = false;
    for (unsigned i = 0; i < cache->frames; i++)
        unused = unused || ((evictable >> i & 1) && !model[i].used);
    asked = 0;
    int frame = cache_victim(cache, among);
    assert_int_equal(frame < 0, !evictable);
    assert_int_equal(asked, evictable && cache->policy);
    if (frame < 0)
        return;
    assert_true(evictable >> frame & 1);
    if (answer == right)
        assert_int_equal(cache->misruled, misruled);
    if (!cache->policy && unused)
        assert_false(model[frame].used); /* a second chance for those that were */
    for (unsigned i = 0; i < cache->frames; i++)
        model[i].used = cache->used >> i & 1;
    cache_invalidate(cache, (unsigned)frame);
    memset(&model[frame], 0, sizeof model[frame]);
    touched[frame] = false;
}

static void walk(unsigned frames, bool with_policy, uint64_t seed) {
    static const struct module extension;
    state = seed;
    memset(model, 0, sizeof model);
    memset(touched, 0, sizeof touched);
    assert_int_equal(cache_object_create(&payer, frames, with_policy ? &extension : NULL, &cache),
                     0);
    cache_choose_victim_fn *intrinsic = cache_choose_victim;
    if (with_policy)
        cache_choose_victim = policy;
    for (unsigned step = 0; step < 4000; step++) {
        unsigned what = random_below(8);
        if (what < 4)
            use(object(random_below(OBJECTS)), random_below(INDICES));
        else if (what < 7)
            change(random_below(frames));
        else
            take_victim();
        if (step % 16 == 0)
            check_view();
    }
    cache_choose_victim = intrinsic;
    for (unsigned i = 0; i < frames; i++)
        cache_invalidate(cache, i);
    cache_object_destroy(cache);
    assert_int_equal(caches, 0);
}

static void a_cache_is_what_its_model_says_whatever_a_policy_answers(void **unused) {
    (void)unused;
    static unsigned (*const answers[])(const struct cache_view *) = {NULL, anything, right};
    static const unsigned frames[] = {1, 2, 7, 63, CACHE_FRAMES_MAX};
    for (unsigned i = 0; i < 3; i++) {
        answer = answers[i];
        for (unsigned n = 0; n < 5; n++)
            walk(frames[n], answer, i * 100 + n + 1);
    }
}

static void a_cache_of_no_frames_or_too_many_is_refused(void **unused) {
    (void)unused;
    assert_int_equal(cache_object_create(&payer, 0, NULL, &cache), -E_INVALID);
    assert_int_equal(cache_object_create(&payer, CACHE_FRAMES_MAX + 1, NULL, &cache), -E_INVALID);
    assert_int_equal(cache_object_create(NULL, 1, NULL, &cache), -E_QUOTA);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cache_is_what_its_model_says_whatever_a_policy_answers),
        cmocka_unit_test(a_cache_of_no_frames_or_too_many_is_refused),
    };
    return cmocka_run_group_tests_name("spin_cache_object", tests, NULL, NULL);
}
