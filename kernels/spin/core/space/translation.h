/* SPDX-License-Identifier: MIT */
/* translation.h -- which physical memory stands behind which names (Translation of Bershad et al.,
 * SOSP '95, 4.1). There is no model of an address space here: what is shared or copied, and when,
 * says whoever handles the faults (memory_fault.h). */
#ifndef SPIN_CORE_TRANSLATION_H
#define SPIN_CORE_TRANSLATION_H

#include "spin/core/space/phys_addr.h"
#include "spin/core/space/virt_addr.h"

/* Read-only. */
struct translation {
    struct page_table pages;
    struct range_set names;    /* of struct virt_addr */
    struct range_set mappings; /* of struct mapping */
    const struct module *owner;
};

/* The one that is loaded; null while there is no user code to go back to. */
extern struct translation *translation_current;

/* Nothing has a name in it. The owner, whose handlers hear of its faults, may be null: nobody's do.
 * 0 or -E_NO_MEMORY. */
int translation_create(struct translation *t, const struct module *owner);
/* From now on this module's handlers, or nobody's (null), hear of its faults. */
void translation_give(struct translation *t, const struct module *owner);
/* Nothing has a name in it any more. */
void translation_clear(struct translation *t);
/* The same, and its tables are gone. It must not be loaded. */
void translation_destroy(struct translation *t);
/* Null: the kernel's own, in which nothing has a name. */
void translation_load(struct translation *t);

/* From page `offset` of the name on the page's memory is found, all of it. -E_INVALID: it does not
 * fit, the name is of another translation, or these are no rights that go together; -E_PERM: the
 * page may not be had with these rights; -E_EXISTS: something is mapped there; -E_DEAD: the page
 * is, or RECLAIMED; -E_FULL: there are RANGES_MAX mappings; -E_NO_MEMORY. */
int translation_add_mapping(struct translation *t, struct virt_addr *v, size_t offset,
                            struct phys_addr *p, unsigned rights);
/* The mapping that this address lies in, whole. -E_NOT_FOUND. */
int translation_remove_mapping(struct translation *t, vaddr_t at);
/* All of these pages get these rights, or none: -E_INVALID, -E_PERM as above; -E_NOT_FOUND: one is
 * not mapped, or was RECLAIMED. Where a mapping's pages have unlike rights, and it is RECLAIMED and
 * comes back, they have those that all had. */
int translation_change_mapping(struct translation *t, vaddr_t at, size_t pages, unsigned rights);
/* What the processor finds at this address of user space, and what it noted of it (accessed,
 * dirty). -E_NOT_FOUND: nothing. */
int translation_examine_mapping(const struct translation *t, vaddr_t at, struct page_mapping *m);
/* The mapping that this address lies in, or null; its page may be RECLAIMED, or dead (null). */
struct mapping *translation_find(const struct translation *t, vaddr_t at);

#endif
