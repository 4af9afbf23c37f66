/* SPDX-License-Identifier: MIT */
/* The map of a process's regions against a model: what each page has, in an array. */
#include "spin/services/vmspace/region.h"

#include "lib/error.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

static size_t used;
static unsigned left = -1u; /* so many allocations succeed */

void *heap_alloc(size_t bytes) {
    void *memory = left ? calloc(1, bytes) : NULL;
    left -= left && left != -1u;
    used += memory ? bytes : 0;
    return memory;
}

void heap_free(void *memory, size_t bytes) {
    used -= memory ? bytes : 0;
    free(memory);
}

void panic(const char *format, ...) {
    (void)format;
    mock_assert(0, "panic", __FILE__, __LINE__);
    abort();
}

#define PAGES 48 /* that the model knows */
#define AMAPS 4

struct amap {
    struct list regions;
};

static struct amap amaps[AMAPS];
static struct range_set map;
static struct {
    struct amap *amap; /* null: no region */
    size_t slot;
    struct region_kind kind;
} model[PAGES];

static vaddr_t page(size_t n) {
    return (n + 3) * PAGE_SIZE;
}

static void begin(void) {
    memset(model, 0, sizeof model);
    for (unsigned i = 0; i < AMAPS; i++)
        list_init(&amaps[i].regions);
}

static void add(size_t at, size_t pages, const struct region_kind *kind, struct amap *amap,
                size_t slot) {
    struct region *r = heap_alloc(sizeof *r);
    assert_non_null(r);
    *r = (struct region){.range = {page(at), pages}, .kind = *kind, .amap = amap, .slot = slot};
    assert_int_equal(range_set_add(&map, &r->range), 0);
    list_push_back(&amap->regions, &r->of_amap);
    for (size_t i = 0; i < pages; i++) {
        model[at + i].amap = amap;
        model[at + i].slot = slot + i;
        model[at + i].kind = *kind;
    }
}

static void remove_region(struct region *r) {
    range_set_remove(&map, &r->range);
    list_remove(&r->of_amap);
    heap_free(r, sizeof *r);
}

static void end(void) {
    struct region *r;
    while ((r = region_next(&map, 0)))
        remove_region(r);
    range_set_release(&map);
    assert_int_equal(used, 0);
}

/* Each page has what the model says; no region lies where it has none, and each is in the list of
 * its amap. Gives how many there are. */
static size_t compare(void) {
    size_t pages = 0, count = 0, listed = 0;
    for (size_t i = 0; i < PAGES; i++) {
        const struct region *r = region_at(&map, page(i) + PAGE_SIZE - 1);
        if (!model[i].amap) {
            assert_null(r);
            continue;
        }
        pages++;
        assert_non_null(r);
        assert_ptr_equal(r->amap, model[i].amap);
        assert_int_equal(r->slot + (page(i) - r->range.at) / PAGE_SIZE, model[i].slot);
        assert_memory_equal(&r->kind, &model[i].kind, sizeof r->kind);
    }
    for (const struct region *r = region_next(&map, 0); r;
         r = region_next(&map, range_end(&r->range)), count++)
        pages -= r->range.pages;
    assert_int_equal(pages, 0);
    for (unsigned i = 0; i < AMAPS; i++)
        list_each(node, &amaps[i].regions) listed++;
    assert_int_equal(listed, count);
    return count;
}

/* As few regions as there can be: the pages that differ from the one before. */
static size_t model_regions(void) {
    size_t count = 0;
    for (size_t i = 0; i < PAGES; i++)
        count += model[i].amap &&
                 (i == 0 || model[i - 1].amap != model[i].amap ||
                  model[i - 1].slot + 1 != model[i].slot ||
                  memcmp(&model[i - 1].kind, &model[i].kind, sizeof model[i].kind) != 0);
    return count;
}

static int model_check(size_t at, size_t pages, unsigned protection, unsigned maximum) {
    int error = 0;
    for (size_t i = at; i < at + pages; i++) {
        if (!model[i].amap)
            return -E_NOT_FOUND;
        if (protection & ~model[i].kind.protection || maximum & ~model[i].kind.maximum)
            error = -E_PERM;
    }
    return error;
}

static bool is_free(size_t at, size_t pages) {
    for (size_t i = at; i < at + pages; i++)
        if (model[i].amap)
            return false;
    return true;
}

static void step(size_t at, size_t pages) {
    const struct region_kind kind = {(unsigned)random() % 4, 7, (unsigned)random() % 2};
    const unsigned protection = (unsigned)random() % 8, maximum = (unsigned)random() % 8;
    assert_int_equal(region_check(&map, page(at), pages, protection, maximum),
                     model_check(at, pages, protection, maximum));
    if (is_free(at, pages)) {
        struct amap *amap = &amaps[random() % AMAPS];
        add(at, pages, &kind, amap, random() % 2 ? at : (size_t)random() % 100);
        return;
    }
    left = random() % 4 ? -1u : (unsigned)random() % 2;
    int error = region_cut(&map, page(at), pages);
    left = -1u;
    compare(); /* nobody sees the cut */
    if (error) {
        assert_int_equal(error, -E_NO_MEMORY);
        return;
    }
    bool removes = random() % 3 == 0;
    struct region *r;
    for (vaddr_t from = page(at);
         (r = region_next(&map, from)) && r->range.at < page(at + pages);) {
        from = range_end(&r->range);
        assert_true(r->range.at >= page(at) && from <= page(at + pages));
        if (removes)
            remove_region(r);
        else
            r->kind = kind;
    }
    for (size_t i = at; i < at + pages; i++) {
        if (removes)
            model[i].amap = NULL;
        model[i].kind = kind;
    }
}

static void random_changes_are_what_the_model_says(void **state) {
    (void)state;
    begin();
    srandom(1);
    for (unsigned i = 0; i < 30000; i++) {
        size_t at = (size_t)random() % PAGES, pages = 1 + (size_t)random() % (PAGES - at);
        step(at, pages);
        compare();
        region_join(&map, page(0), PAGES);
        assert_int_equal(compare(), model_regions());
    }
    end();
}

/* What lies beyond the pages is not joined, but for a neighbour. */
static void neighbours_of_one_kind_are_one_region_again(void **state) {
    (void)state;
    const struct region_kind kind = {3, 7, 1};
    begin();
    add(10, 5, &kind, &amaps[0], 0);
    for (size_t i = 11; i < 15; i++)
        assert_int_equal(region_cut(&map, page(i), 1), 0);
    assert_int_equal(compare(), 5);
    region_join(&map, page(13), 1);
    assert_int_equal(compare(), 3); /* 12 to 14 */
    region_join(&map, page(10), 5);
    assert_int_equal(compare(), 1);
    end();
}

static void a_region_of_another_amap_or_slot_stays_apart(void **state) {
    (void)state;
    const struct region_kind kind = {3, 7, 1};
    begin();
    add(1, 2, &kind, &amaps[0], 0);
    add(3, 2, &kind, &amaps[1], 2);
    add(5, 2, &kind, &amaps[1], 5);
    region_join(&map, page(1), 6);
    assert_int_equal(compare(), 3);
    end();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_changes_are_what_the_model_says),
        cmocka_unit_test(neighbours_of_one_kind_are_one_region_again),
        cmocka_unit_test(a_region_of_another_amap_or_slot_stays_apart),
    };
    return cmocka_run_group_tests_name("spin_region", tests, NULL, NULL);
}
