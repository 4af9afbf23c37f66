/* SPDX-License-Identifier: MIT */
/* vmspace_pages.c -- see vmspace_pages.h. The build takes from it the types of what the handlers
 * are linked to. */
#include "spin/services/vmspace/vmspace_pages.h"

#include "common/engine.h"
#include "engine/export.h"
#include "lib/error.h"
#include "machine/thread/preempt.h"
#include "spin/services/vm/charge.h"
#include "spin/services/vm/memory_object.h"
#include "spin/services/vmspace/vmspace.h"
#include "spin/services/vmspace/vmspace_model.h"
#include "spin/services/loader/loader.h"
#include "spin/services/name_space.h"

/* Instructions, at most: a search of the regions; besides, a page frame, its contents, tables, and
 * those of all who share it. */
#define SEARCH_COST 500
#define PAGE_COST   18000

static const struct signature search_signature = {.cost = SEARCH_COST},
                              page_signature = {.cost = PAGE_COST};

EXPORT(vmspace_pages, vmspace_page_protection, EXPORT_FUNCTION, .signature = &search_signature);
EXPORT(vmspace_pages, vmspace_page_holders, EXPORT_FUNCTION, .signature = &search_signature);
EXPORT(vmspace_pages, vmspace_page_show, EXPORT_FUNCTION, .signature = &page_signature);
EXPORT(vmspace_pages, vmspace_page_own, EXPORT_FUNCTION, .signature = &page_signature);
EXPORTS_DECLARE(vmspace_pages);

#ifndef EXPORTS_TYPES_ONLY
EXPORTS_EMBED(vmspace_pages, "kernels/spin/services/vmspace/vmspace_pages");

MODULE("VmspacePages");

static struct vmspace *vmspace_of(struct translation *t) {
    return container_of(t, struct vmspace, process.space.translation);
}

/* The region that has the address, now, and 0; or why not. Of a process that is terminated the
 * translation is nobody's. */
static int find(struct translation *t, vaddr_t at, struct region **r) {
    if (!vmspace_model_has(t->owner))
        return -E_PERM;
    *r = region_at(&vmspace_of(t)->regions, at);
    return *r ? 0 : -E_NOT_FOUND;
}

long vmspace_page_protection(struct translation *t, unsigned long at) {
    struct region *r;
    preempt_disable();
    long result = find(t, at, &r);
    if (!result)
        result = r->kind.protection;
    preempt_enable();
    return result;
}

long vmspace_page_holders(struct translation *t, unsigned long at) {
    struct region *r;
    preempt_disable();
    long result = find(t, at, &r);
    if (!result) {
        const struct phys_addr *p = amap_page(r, at);
        const struct amap_object o = amap_object_page(r, at);
        result = p ? (long)amap_holders(p) : !o.object ? 0 : o.shared ? 1 : 2;
    }
    preempt_enable();
    return result;
}

/* What lies there, of an object a page, which is held, or none; or why it is not known. */
static int find_object(struct translation *t, vaddr_t at, struct amap_object *o) {
    struct region *r;
    preempt_disable();
    int error = find(t, at, &r);
    *o = error ? (struct amap_object){0} : amap_object_page(r, at);
    if (o->object)
        memory_object_share(o->object);
    preempt_enable();
    return error;
}

/* Whether that lies there still. */
static bool is_same(const struct region *r, vaddr_t at, const struct amap_object *o) {
    const struct amap_object now = amap_object_page(r, at);
    return now.object == o->object && (!o->object || now.first == o->first);
}

/* The object may take its time; so the region is looked at when the page is there, and stays. */
static int show_object(struct translation *t, vaddr_t at, const struct amap_object *o, bool write) {
    struct phys_addr *page;
    struct region *r;
    write = write && o->shared;
    int error = memory_object_page(o->object, o->first, write, &page);
    if (error)
        return error;
    preempt_disable();
    if (find(t, at, &r) == 0 && is_same(r, at, o))
        error = amap_map(r, at, page, write ? REGION_ALL : ~REGION_WRITE);
    preempt_enable();
    memory_object_release(o->object, o->first);
    return error;
}

/* A new page, of zeros or with what the object has, comes to lie there, unless the region has come
 * by one of its own meanwhile. True: it is in use. */
static bool own(struct region *r, vaddr_t at, struct phys_addr *new, const struct amap_object *o) {
    const struct phys_addr *old = amap_page(r, at);
    if ((old && amap_holders(old) == 1) || (!old && !is_same(r, at, o)))
        return false;
    if (old)
        (void)phys_addr_copy(new, old);
    amap_set(r, at, new);
    return true;
}

/* What lies there is found there, once the new page, or none (null), has come. */
static int show(struct translation *t, vaddr_t at, struct phys_addr *new,
                const struct amap_object *o) {
    struct region *r;
    preempt_disable();
    int error = find(t, at, &r);
    if (new && (error || !own(r, at, new, o)))
        charged_page_free((struct module *)new->owner, new);
    if (!error)
        error = amap_show(r, at);
    preempt_enable();
    return error;
}

int vmspace_page_show(struct translation *t, unsigned long at, _Bool write) {
    struct amap_object o;
    int error = find_object(t, at, &o);
    if (!o.object)
        return error ? error : show(t, at, NULL, NULL);
    error = show_object(t, at, &o, write);
    memory_object_drop(o.object);
    return error;
}

int vmspace_page_own(struct translation *t, unsigned long at) {
    struct phys_addr *new;
    struct amap_object o;
    int error = find_object(t, at, &o);
    if (!error)
        error = charged_page(vmspace_of(t)->pager, vmspace_of(t)->pager, &new);
    if (!error && o.object) {
        error = memory_object_copy(o.object, o.first, new);
        if (error)
            charged_page_free((struct module *)new->owner, new);
    }
    if (!error)
        error = show(t, at, new, &o);
    if (o.object)
        memory_object_drop(o.object);
    return error;
}

void vmspace_pages_init(void) {
    module_add(THIS_MODULE);
    name_space_attach_domain(NAMED_DOMAINS "VmspacePages",
                             engine_domain("VmspacePages", EXPORTS_TYPES(vmspace_pages),
                                           EXPORTS(vmspace_pages), EXPORTS_COUNT(vmspace_pages)),
                             THIS_MODULE);
}
#endif
