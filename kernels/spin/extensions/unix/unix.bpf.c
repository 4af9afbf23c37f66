/* SPDX-License-Identifier: MIT */
/* unix.bpf.c -- the faults of processes of the Unix model: a page that is touched first is zeros,
 * and one that several images have is copied when one of them writes. */
#include "spin/core/space/memory_fault.h"
#include "spin/extend.h"
#include "spin/services/unix/pages.h"

NEEDS("/svc/domains/UnixPages");

HANDLER(translation_page_not_present)
void zero_fill(struct translation *t, struct memory_fault *f, _Bool *done) {
    if (!*done)
        *done = unix_page_add(t, f->at) == 0;
}

/* Whoever touched it and when, what the region allows counts. */
HANDLER(translation_protection_fault)
void copy_on_write(struct translation *t, struct memory_fault *f, _Bool *done) {
    long rights = unix_page_rights(t, f->at);
    if (*done || !f->write || rights < 0 || !(rights & UNIX_WRITE))
        return;
    *done = (unix_page_sharers(t, f->at) > 1 ? unix_page_copy(t, f->at)
                                             : unix_page_open(t, f->at)) == 0;
}
