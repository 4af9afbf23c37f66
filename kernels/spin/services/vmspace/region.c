/* SPDX-License-Identifier: MIT */
/* region.c -- see region.h. */
#include "spin/services/vmspace/region.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"

static struct region *region_of(struct range *r) {
    return container_of(r, struct region, range);
}

struct region *region_next(const struct range_set *map, vaddr_t at) {
    size_t i = range_set_from(map, at);
    return i < map->count ? region_of(map->range[i]) : NULL;
}

struct region *region_at(const struct range_set *map, vaddr_t at) {
    struct range *r = range_set_find(map, at);
    return r ? region_of(r) : NULL;
}

int region_check(const struct range_set *map, vaddr_t at, size_t pages, unsigned protection,
                 unsigned maximum) {
    const vaddr_t end = at + pages * PAGE_SIZE;
    int error = 0;
    while (at < end) {
        const struct region *r = region_at(map, at);
        if (!r)
            return -E_NOT_FOUND;
        if (protection & ~r->kind.protection || maximum & ~r->kind.maximum)
            error = -E_PERM;
        at = range_end(&r->range);
    }
    return error;
}

bool region_has_room(const struct region *r) {
    unsigned count = 0;
    list_each(node, &r->of_amap) count++; /* the others, and the amap */
    return count < REGION_PARTS_MAX;
}

/* A region on both sides of this address becomes two. */
static int cut(struct range_set *map, vaddr_t at) {
    struct region *r = region_at(map, at);
    if (!r || r->range.at == at)
        return 0;
    if (!region_has_room(r))
        return -E_FULL;
    struct region *rest = heap_alloc(sizeof *rest);
    if (!rest)
        return -E_NO_MEMORY;
    const size_t before = (at - r->range.at) / PAGE_SIZE, behind = r->range.pages - before;
    *rest = *r;
    rest->range = (struct range){at, behind};
    rest->slot += before;
    r->range.pages = before;
    int error = range_set_add(map, &rest->range);
    if (error) {
        r->range.pages += behind;
        heap_free(rest, sizeof *rest);
    } else
        list_insert_after(&r->of_amap, &rest->of_amap);
    return error;
}

int region_cut(struct range_set *map, vaddr_t at, size_t pages) {
    int error = cut(map, at);
    return error ? error : cut(map, at + pages * PAGE_SIZE);
}

static bool is_continued(const struct region *r, const struct region *by) {
    return range_end(&r->range) == by->range.at && r->amap == by->amap &&
           r->slot + r->range.pages == by->slot && memcmp(&r->kind, &by->kind, sizeof r->kind) == 0;
}

void region_join(struct range_set *map, vaddr_t at, size_t pages) {
    const vaddr_t end = at + pages * PAGE_SIZE;
    struct region *r = region_next(map, at - 1), *next;
    while (r && (next = region_next(map, range_end(&r->range))) && next->range.at <= end) {
        if (is_continued(r, next)) {
            range_set_remove(map, &next->range);
            list_remove(&next->of_amap);
            r->range.pages += next->range.pages;
            heap_free(next, sizeof *next);
        } else
            r = next;
    }
}
