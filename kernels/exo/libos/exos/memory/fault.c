/* SPDX-License-Identifier: MIT */
/* fault.c -- page faults: a page that is copied when it is written, a page of zeroes when it is
 * touched. One call puts a frame in place that holds what it should, so nobody sees it half filled:
 * not a handler of a trap within this one, either, nor a thread beside it. Where the call finds
 * that somebody was faster the access is simply tried again. */
#include "exo/libos/exos/memory/fault.h"

#include <stddef.h>

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/memory/fault_offsets.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "machine/cpu/trap_frame.h"

#define OWN(field) (offsetof(struct exo_uarea, own) + offsetof(struct exos_own, field))
_Static_assert(OWN(next_frame) == OWN_NEXT_FRAME && OWN(frames) == OWN_FRAMES, "for fault_entry.S");
_Static_assert(sizeof(struct exo_frame) == 4096 >> FRAME_SHIFT &&
                   offsetof(struct exo_frame, references) == FRAME_REFERENCES,
               "for fault_entry.S");

static upcall_fn *other_traps;
static fault_page_fn *pager;
bool (*fault_of_file)(uint64_t at, uint64_t error);

/* Gets a free frame for the page at `at`. Whether the access can be tried again: frames were taken
 * meanwhile, or are on their way. */
static bool fill(uint64_t at, uint64_t how, uint64_t bits) {
    struct exos_own *own = exos_own();
    uint64_t frame = frames_pick(own->next_frame);
    const struct exo_pages one = {at | how, frame << 12 | bits | EXO_PRESENT, 1};
    if (!own->first_frame) {
        own->first_frame = frame;
        own->frames = env_info()->frame_count;
    }
    own->next_frame = frame + 1;
    long done = frame ? exo_page_update(0, 0, 0, &one, 1, 0) : -E_NO_MEMORY;
    if (done == -E_NO_MEMORY && frames_await())
        return true;
    if (done == -E_NO_MEMORY)
        done = frames_map_spare(0, 0, 0, (struct exo_pages){at | how, bits | EXO_PRESENT, 1});
    return done == 1 || done == -E_EXISTS || done == -E_NOT_FOUND;
}

/* The page is ours where nobody else has its frame; else we get a copy. */
static bool copy_page(uint64_t at, uint64_t entry) {
    if (exposed_frame((entry & EXO_FRAME_OF) >> 12)->references == 1) {
        const struct exo_protect own = {at, 1, EXOS_COPIED, EXO_WRITE};
        if (exo_page_protect(0, 0, 0, &own, 1, 0) == 1)
            return true;
    }
    uint64_t bits = entry & (EXO_SOFTWARE | EXO_NO_EXEC) & ~EXOS_COPIED;
    return fill(at, EXO_FRESH | EXO_COPIED, bits | EXO_WRITE);
}

/* Whether the access can be tried again. */
static bool resolve(uint64_t at, uint64_t error) {
    if (at >= EXO_TOP)
        return false;
    uint64_t entry =
        error & TRAP_PAGE_PRESENT ? *(const volatile uint64_t *)entry_at(at) : exposed_entry(at);
    if (!(entry & EXO_PRESENT) && (entry & EXOS_PAGED))
        return pager(at, entry);
    if (!(entry & EXO_PRESENT))
        return (entry & EXOS_ZERO) &&
               fill(at, EXO_FRESH | EXO_ABSENT | EXO_ZEROED, entry & (EXO_WRITE | EXO_NO_EXEC));
    if (!(error & TRAP_PAGE_WRITE))
        return !(error & TRAP_PAGE_PRESENT); /* it was filled meanwhile */
    return (entry & EXO_WRITE) || ((entry & EXOS_COPIED) && copy_page(at, entry));
}

extern const char fault_entry[], fault_probe[], fault_probed[]; /* fault_entry.S */

static void handle(struct upcall_state *s) {
    if (s->trap.rip == (uint64_t)fault_probe) { /* there is no table */
        s->trap.rip = (uint64_t)fault_probed;
        s->rax = 0;
        return;
    }
    const uint64_t at = s->trap.address & -PAGE;
    if (s->trap.vector == TRAP_PAGE &&
        (resolve(at, s->trap.error) || (fault_of_file && fault_of_file(at, s->trap.error))))
        return;
    if (other_traps)
        other_traps(s);
    else
        uarea->trap_entry = 0; /* the same trap again is the kernel's, who ends the process */
}

/* What the handler itself writes is never copied on write. */
static void keep(uint64_t at, uint64_t pages) {
    const struct exo_protect own = {at, pages, 0, EXOS_OWN};
    exo_page_protect(0, 0, 0, &own, 1, 0);
}

void fault_begin(void) {
    keep((uint64_t)upcall_top - UPCALL_STACK, UPCALL_STACK / PAGE);
    keep((uint64_t)&uarea & -PAGE, 1);
    upcall_handle(handle);
    uarea->trap_entry = (uint64_t)fault_entry;
}

void fault_page_by(fault_page_fn *fn) {
    pager = fn;
}

void exos_on_trap(upcall_fn *fn) {
    other_traps = fn;
}
