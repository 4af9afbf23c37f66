/* SPDX-License-Identifier: MIT */
/* vmspace.h -- the memory of a process whose pages come when they are touched, and are copied when
 * they are written: what models of an address space that are built on PhysAddr, VirtAddr and
 * Translation have in common. A model says which regions there are and what is inherited; what a
 * fault calls for says its pager, verified code, by the operations of vmspace_pages.h. It has
 * all names; the map of its regions says which are in use. One at a time calls these for a vmspace;
 * faults of its process and of others that share its memory may come meanwhile. Pages that are
 * given are at least one, and of user space. */
#ifndef SPIN_SERVICES_VMSPACE_VMSPACE_H
#define SPIN_SERVICES_VMSPACE_VMSPACE_H

#include "spin/core/space/process.h"
#include "spin/services/vmspace/amap.h"

#define VMSPACE_WORDS_MAX 256        /* bytes that a program is told, the NUL included */
#define VMSPACE_PAGES_MAX RANGES_MAX /* of all of its regions: each may be mapped */

/* Read-only. */
struct vmspace {
    struct process process;
    struct range_set regions;
    size_t pages;
    struct module *pager;    /* owns the pages, pays for them, and hears of the faults */
    void *of;                /* whose memory it is, to the model */
    bool filtered;           /* the Unix model's (unix/execute.h) */
    struct trap_frame start; /* of its program */
};

/* An empty one, whose process has these calls. 0 or -E_NO_MEMORY. */
int vmspace_create(struct vmspace **vm, struct module *pager, address_space_handler *calls);
/* Nobody runs it. */
void vmspace_destroy(struct vmspace *vm);

/* A region of empty pages, or of an object's; at 0: where there is room. Gives where. -E_INVALID:
 * these are no pages of user space, or of a kind that there is not (writable excludes executable);
 * -E_EXISTS: there is one already, or no room; -E_FULL: there would be more than VMSPACE_PAGES_MAX;
 * -E_NO_MEMORY. */
int vmspace_allocate(struct vmspace *vm, vaddr_t *at, size_t pages, const struct region_kind *kind,
                     const struct amap_object *object);
/* No region has these pages any more. -E_NOT_FOUND: one of them had none; -E_FULL; -E_NO_MEMORY. */
int vmspace_deallocate(struct vmspace *vm, vaddr_t at, size_t pages);
/* The same for pages that stay, and have this property from here on. -E_INVALID: there is no such;
 * -E_PERM: a protection is more than the maximum, or a maximum more than it was. */
int vmspace_change(struct vmspace *vm, vaddr_t at, size_t pages, enum region_property what,
                   unsigned value);
/* As many pages become copies of those from `from` on, an object's or those of others who share it
 * included. Both may be in one vmspace, and overlap.
 * -E_NOT_FOUND; -E_PERM: they may not be read, or written. With an object among them: its pager's
 * errors, -E_QUOTA, -E_NO_MEMORY, and some are copied. */
int vmspace_copy(struct vmspace *of, vaddr_t from, struct vmspace *vm, vaddr_t at, size_t pages);
/* A child of this one, with what it inherits. -E_FULL; -E_NO_MEMORY. */
int vmspace_inherit(struct vmspace **vm, struct vmspace *of);

/* The program of this name, of the boot's archive, with a in rdi and the words' address in rdx, its
 * regions copied to children. 0; -E_BAD_IMAGE; vmspace_file()'s, vmspace_allocate()'s errors. */
int vmspace_load(struct vmspace **vm, struct module *pager, address_space_handler *calls,
                 const char *program, uint64_t a, const char *words);

/* The whole file, at *at from then on, with zeros behind its end. What is written to it, if it may
 * be, no other process sees. vmspace_file()'s and vmspace_allocate()'s errors. */
int vmspace_map(struct vmspace *vm, const char *file, bool write, vaddr_t *at, size_t *bytes);

#endif
