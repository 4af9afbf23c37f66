/* SPDX-License-Identifier: MIT */
/* pages.h -- changes of page tables, as environments ask for them, as far as there is time. */
#ifndef EXO_KERNEL_PAGES_H
#define EXO_KERNEL_PAGES_H

#include "exo/kernel/memory/space.h"
#include "machine/memory/page_entry.h"

/* Of the bits of an entry those that an environment may change. */
#define PAGES_CHANGEABLE (EXO_WRITE | EXO_ACCESSED | EXO_DIRTY | EXO_NO_EXEC | EXO_SOFTWARE)

/* What `at` may say, and with which the frame must be free. */
#define PAGES_FLAGS (EXO_FRESH | EXO_ABSENT | EXO_ZEROED | EXO_COPIED)
#define PAGES_FREE  (EXO_FRESH | EXO_ZEROED | EXO_COPIED)

/* None is writable and executable. */
static inline bool pages_entry_allowed(uint64_t entry) {
    return !(entry & EXO_PRESENT) || !(entry & EXO_WRITE) || (entry & EXO_NO_EXEC);
}

/* What the processor gets of an entry that an environment asks for; of a present one. */
static inline uint64_t pages_entry_of(uint64_t entry) {
    return (entry & (PAGES_CHANGEABLE | EXO_FRAME_OF)) | ENTRY_PRESENT | ENTRY_USER;
}
static inline uint64_t pages_entry_sanitised(uint64_t entry) {
    return entry & EXO_PRESENT ? pages_entry_of(entry) : entry;
}

/* Gives the pages from p->at on entries like p->entry, `skip` of the p->count left out, with this
 * capability as the right to the frames. *work, about the instructions that may be spent, becomes
 * what is left of it, and nothing is begun without some. How many pages were changed; an error
 * only where none was: -E_INVALID: not aligned, out of [PAGE_SIZE, EXO_TOP), or writable and
 * executable; -E_PERM: the capability does not open the frame for this, or it is none that an
 * environment may have; -E_EXISTS: it is taken, and was to be fresh; -E_FULL, -E_NO_MEMORY,
 * -E_QUOTA. */
long pages_update(struct space *s, struct cap holder, const struct exo_pages *p, uint64_t skip,
                  long *work);

/* Clears and sets bits of entries that are present; otherwise as pages_update(). -E_NOT_FOUND:
 * nothing is mapped there; -E_INVALID: pages as above, a bit that is not an environment's, writable
 * and executable; -E_PERM: the frame is not to be written by the holder. */
long pages_protect(struct space *s, struct cap holder, const struct exo_protect *p, uint64_t skip,
                   long *work);

#endif
