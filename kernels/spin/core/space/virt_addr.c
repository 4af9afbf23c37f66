/* SPDX-License-Identifier: MIT */
/* virt_addr.c -- see virt_addr.h. */
#include "spin/core/space/virt_addr.h"

#include "lib/error.h"
#include "machine/memory/heap.h"
#include "machine/thread/preempt.h"

static int name(struct range_set *space, vaddr_t at, size_t pages, struct virt_addr **v) {
    vaddr_t from = at ? at : range_set_gap(space, VIRT_ADDR_LOWEST, pages);
    if (!from)
        return pages ? -E_FULL : -E_INVALID;
    struct virt_addr *new = heap_alloc(sizeof *new);
    if (!new)
        return -E_NO_MEMORY;
    new->range = (struct range){from, pages};
    new->space = space;
    int error = range_set_add(space, &new->range);
    if (error)
        heap_free(new, sizeof *new);
    else
        *v = new;
    return error;
}

int virt_addr_allocate(struct range_set *space, vaddr_t at, size_t pages, struct virt_addr **v) {
    preempt_disable();
    int error = name(space, at, pages, v);
    preempt_enable();
    return error;
}

int virt_addr_deallocate(struct virt_addr *v) {
    preempt_disable();
    bool mapped = v->mappings;
    if (!mapped) {
        range_set_remove(v->space, &v->range);
        heap_free(v, sizeof *v);
    }
    preempt_enable();
    return mapped ? -E_EXISTS : 0;
}

struct virt_addr *virt_addr_find(const struct range_set *space, vaddr_t at) {
    struct range *r = range_set_find(space, at);
    return r ? container_of(r, struct virt_addr, range) : NULL;
}
