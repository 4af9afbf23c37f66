/* SPDX-License-Identifier: MIT */
/* vmspace.bpf.c -- the pager of a model of an address space, which has an instance of its own: a
 * page that is touched first is zeros, or its memory object's, and one that several vmspaces have
 * is copied when one of them writes (vmspace_resolve). */
#include "spin/extend.h"
#include "spin/services/vmspace/vmspace_pages.h"

NEEDS("/svc/domains/VmspacePages");

HANDLER(translation_page_not_present)
void page_in(struct translation *t, struct memory_fault *f, _Bool *done) {
    if (!*done)
        *done = vmspace_resolve(t, f);
}

HANDLER(translation_protection_fault)
void copy_on_write(struct translation *t, struct memory_fault *f, _Bool *done) {
    if (!*done)
        *done = vmspace_resolve(t, f);
}
