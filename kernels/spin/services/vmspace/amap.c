/* SPDX-License-Identifier: MIT */
/* amap.c -- see amap.h. A page's tag counts its holders. */
#include "spin/services/vmspace/amap.h"

#include "machine/thread/preempt.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/services/vm/charge.h"
#include "spin/services/vm/memory_object.h"

struct amap {
    struct list regions;
    struct amap_object object;
    size_t slots;
    struct phys_addr *page[];
};

static size_t bytes_of(size_t slots) {
    return sizeof(struct amap) + slots * sizeof(struct phys_addr *);
}

struct amap *amap_create(size_t slots, const struct amap_object *object) {
    struct amap *a = dispatcher_allocate(bytes_of(slots));
    if (!a)
        return NULL;
    list_init(&a->regions);
    a->slots = slots;
    a->object = *object;
    if (object->object)
        memory_object_share(object->object);
    return a;
}

void amap_destroy(struct amap *a) {
    if (a->object.object)
        memory_object_drop(a->object.object);
    dispatcher_release(a, bytes_of(a->slots));
}

void amap_enter(struct amap *a, struct region *r) {
    r->amap = a;
    list_push_back(&a->regions, &r->of_amap);
}

static size_t slot_of(const struct region *r, vaddr_t at) {
    return r->slot + (at - r->range.at) / PAGE_SIZE;
}

struct phys_addr *amap_page(const struct region *r, vaddr_t at) {
    return r->amap->page[slot_of(r, at)];
}

struct amap_object amap_object_of(const struct region *r) {
    struct amap_object o = r->amap->object;
    o.first += r->slot;
    return o;
}

struct amap_object amap_object_page(const struct region *r, vaddr_t at) {
    struct amap_object o = amap_object_of(r);
    o.first += (at - r->range.at) / PAGE_SIZE;
    return amap_page(r, at) ? (struct amap_object){0} : o;
}

unsigned amap_holders(const struct phys_addr *p) {
    return (unsigned)p->tag.offset;
}

static void hold(struct phys_addr *p, int more) {
    unsigned holders = amap_holders(p) + (unsigned)more;
    phys_addr_change_tag(p, (struct phys_tag){.offset = holders});
    if (holders)
        (void)phys_addr_change_rights(p, holders == 1 ? PHYS_RIGHTS : PAGE_EXECUTE);
    else
        charged_page_free((struct module *)p->owner, p);
}

/* The slot is not found in any region any more; how many have it. */
static unsigned hide(const struct amap *a, size_t slot) {
    unsigned count = 0;
    list_each(node, &a->regions) {
        const struct region *r = container_of(node, struct region, of_amap);
        if (slot < r->slot || slot - r->slot >= r->range.pages)
            continue;
        (void)translation_remove_mapping(r->in, r->range.at + (slot - r->slot) * PAGE_SIZE);
        count++;
    }
    return count;
}

void amap_set(struct region *r, vaddr_t at, struct phys_addr *p) {
    struct phys_addr **slot = &r->amap->page[slot_of(r, at)], *old = *slot;
    (void)hide(r->amap, slot_of(r, at));
    if (p)
        hold(p, 1);
    *slot = p;
    if (old)
        hold(old, -1);
}

void amap_leave(struct region *r) {
    struct amap *a = r->amap;
    for (vaddr_t at = r->range.at; at < range_end(&r->range); at += PAGE_SIZE) {
        preempt_disable();
        if (hide(a, slot_of(r, at)) == 1)
            amap_set(r, at, NULL);
        preempt_enable();
    }
    preempt_disable();
    list_remove(&r->of_amap);
    bool last = list_empty(&a->regions);
    preempt_enable();
    if (last)
        amap_destroy(a);
}

int amap_map(const struct region *r, vaddr_t at, struct phys_addr *p, unsigned protection) {
    struct virt_addr *v = virt_addr_find(&r->in->names, at);
    _Static_assert(REGION_WRITE >> 1 == PAGE_WRITE && REGION_EXECUTE >> 1 == PAGE_EXECUTE, "");
    (void)translation_remove_mapping(r->in, at);
    if (!p || !(r->kind.protection & REGION_READ))
        return 0;
    return translation_add_mapping(r->in, v, (page_round_down(at) - v->range.at) / PAGE_SIZE, p,
                                   (r->kind.protection & protection) >> 1 &
                                       (p->rights | ~PHYS_RIGHTS));
}

int amap_show(const struct region *r, vaddr_t at) {
    return amap_map(r, at, amap_page(r, at), REGION_ALL);
}
