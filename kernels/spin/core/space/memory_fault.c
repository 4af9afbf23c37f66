/* SPDX-License-Identifier: MIT */
/* memory_fault.c -- see memory_fault.h. */
#include "spin/core/space/memory_fault.h"

#include "machine/cpu/x86.h"
#include "machine/user/user.h"
#include "spin/core/space/trap_fault.h"

MODULE("Translation");

/* Without a handler the fault is the program's end. */
#define NOBODY_S(id, name)                                                                         \
    EVENT(id, name, void, (struct translation * t, struct memory_fault * f, bool *done)) {         \
        (void)t, (void)f, (void)done;                                                              \
    }
NOBODY_S(translation_page_not_present, "Translation.PageNotPresent")
NOBODY_S(translation_bad_address, "Translation.BadAddress")
NOBODY_S(translation_protection_fault, "Translation.ProtectionFault")

/* A page that was chosen to go comes back by being touched. */
static bool is_rescued(const struct translation *t, vaddr_t at) {
    const struct mapping *m = translation_find(t, at);
    return m && m->page && m->page->state == PHYS_RECLAIMED &&
           phys_addr_change_state(m->page, PHYS_ACTIVE) == 0;
}

inline bool memory_fault_raise(struct memory_fault *f, bool present) {
    struct translation *t = translation_current;
    bool done = false;
    if (f->frame->rflags & RFLAGS_IF)
        sti();
    if (present)
        translation_protection_fault(t, f, &done);
    else if (!virt_addr_find(&t->names, f->at))
        translation_bad_address(t, f, &done);
    else if (is_rescued(t, f->at))
        done = true;
    else
        translation_page_not_present(t, f, &done);
    cli();
    return done;
}

static void memory_fault(struct trap_frame *frame) {
    struct memory_fault f = {.at = read_cr2(),
                             .write = frame->error & TRAP_PAGE_WRITE,
                             .execute = frame->error & TRAP_PAGE_FETCH,
                             .frame = frame};
    if (!memory_fault_raise(&f, frame->error & TRAP_PAGE_PRESENT))
        trap_fault(frame, f.at);
    user_frame_sanitise(frame); /* a handler may have changed it */
}

/* The guard that is imposed on whoever is not this module. */
static bool is_owners(void *by, struct translation *t, struct memory_fault *f, bool *done) {
    (void)f, (void)done;
    return t->owner == by;
}

static bool allows(void *unused, struct change_request *request) {
    (void)unused;
    return impose_guard(request, (struct procedure)EVENT_GUARD_WITH(
                                     translation_bad_address, is_owners, (void *)request->by));
}

void memory_fault_init(void) {
    event_authorize(THIS_MODULE, allows);
    trap_handle(TRAP_PAGE, memory_fault);
}
