/* SPDX-License-Identifier: MIT */
/* vmspace.c -- see vmspace.h. */
#include "spin/services/vmspace/vmspace.h"

#include "lib/error.h"
#include "machine/thread/preempt.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/services/vm/charge.h"
#include "spin/services/vm/memory_object.h"

int vmspace_create(struct vmspace **vm, struct module *pager, address_space_handler *calls) {
    struct virt_addr *v;
    struct vmspace *new = dispatcher_allocate(sizeof *new);
    if (!new)
        return -E_NO_MEMORY;
    new->pager = pager;
    struct translation *t = &new->process.space.translation;
    int error = address_space_create(&new->process.space, pager->name, calls);
    if (!error) {
        error = virt_addr_allocate(&t->names, PAGE_SIZE, USER_TOP / PAGE_SIZE - 1, &v);
        if (error)
            address_space_destroy(&new->process.space);
    }
    if (error) {
        dispatcher_release(new, sizeof *new);
        return error;
    }
    translation_give(t, pager);
    *vm = new;
    return 0;
}

static void remove_region(struct vmspace *vm, struct region *r) {
    preempt_disable();
    range_set_remove(&vm->regions, &r->range); /* no fault brings a page from here on */
    preempt_enable();
    vm->pages -= r->range.pages;
    amap_leave(r);
    dispatcher_release(r, sizeof *r);
}

void vmspace_destroy(struct vmspace *vm) {
    struct region *r;
    while ((r = region_next(&vm->regions, 0)))
        remove_region(vm, r);
    process_destroy(&vm->process);
    preempt_disable();
    range_set_release(&vm->regions);
    preempt_enable();
    dispatcher_release(vm, sizeof *vm);
}

/* --- Regions come and go, and change --- */

static bool is_kind(const struct region_kind *k) {
    return !(k->maximum & ~REGION_ALL) && !(k->protection & ~k->maximum) &&
           (k->protection & (REGION_WRITE | REGION_EXECUTE)) != (REGION_WRITE | REGION_EXECUTE) &&
           k->inheritance < REGION_INHERITANCES;
}

/* A part of this amap from this slot on. */
static int add_region(struct vmspace *vm, const struct range *range, const struct region_kind *kind,
                      struct amap *amap, size_t slot) {
    if (range->pages > VMSPACE_PAGES_MAX - vm->pages)
        return -E_FULL;
    struct region *r = dispatcher_allocate(sizeof *r);
    if (!r)
        return -E_NO_MEMORY;
    *r = (struct region){
        .range = *range, .kind = *kind, .in = &vm->process.space.translation, .slot = slot};
    page_make_tables(&r->in->pages, range->at); /* its first fault is shorter then */
    preempt_disable();
    int error = range_set_add(&vm->regions, &r->range);
    if (!error)
        amap_enter(amap, r);
    preempt_enable();
    if (error)
        dispatcher_release(r, sizeof *r);
    else
        vm->pages += range->pages;
    return error;
}

int vmspace_allocate(struct vmspace *vm, vaddr_t *at, size_t pages, const struct region_kind *kind,
                     const struct amap_object *object) {
    if (!pages || !is_kind(kind))
        return -E_INVALID;
    if (pages > VMSPACE_PAGES_MAX)
        return -E_FULL;
    struct range range = {*at, pages};
    if (!*at)
        range.at = range_set_gap(&vm->regions, VIRT_ADDR_LOWEST, pages);
    if (!range.at)
        return -E_EXISTS;
    struct amap *amap = amap_create(pages, object);
    int error = amap ? add_region(vm, &range, kind, amap, 0) : -E_NO_MEMORY;
    if (error && amap)
        amap_destroy(amap);
    *at = range.at;
    return error;
}

/* Regions lie in these pages, all of which have one, or beside them. */
static int cut(struct vmspace *vm, vaddr_t at, size_t pages) {
    int error = region_check(&vm->regions, at, pages, 0, 0);
    preempt_disable();
    if (!error)
        error = region_cut(&vm->regions, at, pages);
    preempt_enable();
    return error;
}

int vmspace_deallocate(struct vmspace *vm, vaddr_t at, size_t pages) {
    int error = cut(vm, at, pages);
    if (error)
        return error;
    struct region *r;
    while ((r = region_next(&vm->regions, at)) && r->range.at < at + pages * PAGE_SIZE)
        remove_region(vm, r);
    return 0;
}

static void set(struct region_kind *kind, enum region_property what, unsigned value) {
    if (what == REGION_INHERITANCE)
        kind->inheritance = value;
    else
        kind->protection = what == REGION_MAXIMUM ? kind->protection & value : value;
    if (what == REGION_MAXIMUM)
        kind->maximum = value;
}

int vmspace_change(struct vmspace *vm, vaddr_t at, size_t pages, enum region_property what,
                   unsigned value) {
    struct region_kind kind = {0, REGION_ALL, REGION_SHARED};
    set(&kind, what, value);
    int error = is_kind(&kind) ? 0 : -E_INVALID;
    if (!error && what != REGION_INHERITANCE)
        error = region_check(&vm->regions, at, pages, 0, value);
    if (!error)
        error = cut(vm, at, pages);
    for (size_t i = 0; !error && i < pages; i++) {
        preempt_disable();
        struct region *r = region_at(&vm->regions, at + i * PAGE_SIZE);
        set(&r->kind, what, value);
        (void)amap_show(r, at + i * PAGE_SIZE); /* without memory: when it is touched */
        preempt_enable();
    }
    preempt_disable();
    region_join(&vm->regions, at, pages);
    preempt_enable();
    return error;
}

/* --- Copies --- */

/* A page of its own, with what lies there in the other one. */
static int new_page(const struct vmspace *vm, const struct region *of, vaddr_t from,
                    struct phys_addr **page) {
    const struct amap_object o = amap_object_page(of, from);
    int error = charged_page(vm->pager, vm->pager, page);
    if (error)
        return error;
    preempt_disable();
    const struct phys_addr *p = amap_page(of, from);
    if (p)
        (void)phys_addr_copy(*page, p);
    preempt_enable();
    if (!p && o.object)
        error = memory_object_copy(o.object, o.first, *page);
    if (error)
        charged_page_free(vm->pager, *page);
    return error;
}

/* To or from an object, or both; or zeros to where an empty slot shows an object's page. */
static int copy_object_page(const struct vmspace *vm, const struct region *of, vaddr_t from,
                            struct region *r, vaddr_t at) {
    const struct amap_object o = amap_object_page(r, at);
    struct phys_addr *new, *page;
    int error = new_page(vm, of, from, &new);
    if (error)
        return error;
    if (!o.object || !o.shared) {
        preempt_disable();
        amap_set(r, at, new);
        preempt_enable();
        return 0;
    }
    error = memory_object_page(o.object, o.first, true, &page);
    if (!error) {
        (void)phys_addr_copy(page, new);
        memory_object_release(o.object, o.first);
    }
    charged_page_free(vm->pager, new);
    return error;
}

/* Both find the same page of an object there, and neither writes to it. */
static bool is_alike(const struct amap_object *o, const struct amap_object *other) {
    return o->object && o->object == other->object && o->first == other->first && !o->shared &&
           !other->shared;
}

static int copy_page(struct vmspace *of, vaddr_t from, struct vmspace *vm, vaddr_t at) {
    struct region *source = region_at(&of->regions, from), *r = region_at(&vm->regions, at);
    const struct amap_object o = amap_object_page(source, from), other = amap_object_page(r, at);
    if (is_alike(&o, &other))
        return 0;
    if (o.object || other.shared || (!amap_page(source, from) && amap_object_of(r).object))
        return copy_object_page(vm, source, from, r, at);
    preempt_disable();
    struct phys_addr *p = amap_page(source, from);
    if (p != amap_page(r, at))
        amap_set(r, at, p);
    (void)amap_show(r, at);
    preempt_enable();
    return 0;
}

/* From the end on which the copy does not lie. */
static int copy(struct vmspace *of, vaddr_t from, struct vmspace *vm, vaddr_t at, size_t pages) {
    int error = 0;
    for (size_t i = 0; !error && i < pages; i++) {
        size_t offset = (at > from ? pages - 1 - i : i) * PAGE_SIZE;
        error = copy_page(of, from + offset, vm, at + offset);
    }
    return error;
}

int vmspace_copy(struct vmspace *of, vaddr_t from, struct vmspace *vm, vaddr_t at, size_t pages) {
    int error = region_check(&of->regions, from, pages, REGION_READ, 0);
    if (!error)
        error = region_check(&vm->regions, at, pages, REGION_WRITE, 0);
    if (!error)
        error = copy(of, from, vm, at, pages);
    return error;
}

static int inherit_region(struct vmspace *vm, struct vmspace *of, const struct region *r) {
    vaddr_t at = r->range.at;
    if (r->kind.inheritance == REGION_ABSENT)
        return 0;
    if (r->kind.inheritance == REGION_SHARED)
        return region_has_room(r) ? add_region(vm, &r->range, &r->kind, r->amap, r->slot) : -E_FULL;
    struct amap_object object = amap_object_of(r);
    if (object.shared) /* what others write to it later is not copied */
        object = (struct amap_object){0};
    int error = vmspace_allocate(vm, &at, r->range.pages, &r->kind, &object);
    if (!error)
        error = copy(of, at, vm, at, r->range.pages);
    return error;
}

int vmspace_inherit(struct vmspace **vm, struct vmspace *of) {
    int error = vmspace_create(vm, of->pager, call_system_handler(&of->process.space.own));
    if (error)
        return error;
    for (const struct region *r = region_next(&of->regions, 0); !error && r;
         r = region_next(&of->regions, range_end(&r->range)))
        error = inherit_region(*vm, of, r);
    if (error)
        vmspace_destroy(*vm);
    return error;
}
