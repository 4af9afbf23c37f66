/* SPDX-License-Identifier: MIT */
/* page_one.c -- the calls on page tables, the short way: one page of one's own, or two that are
 * protected, as a handler of faults changes them. The same rules and the same books as
 * in memory/pages.c. What this does not do goes to the complete path (page_calls.c), which nothing
 * was changed for yet: another's tables, runs of pages, tables that are missing, a frame whose
 * access list is not the very capability, everything that is refused. */
#include "exo/kernel/page_calls.h"

#include "exo/defence.h"
#include "exo/kernel/env/env.h"
#include "exo/kernel/memory/cap.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/memory/pages.h"
#include "machine/cpu/x86.h"
#include "machine/memory/page_entry.h"
#include "machine/user/user_words.h"

#define ONE static inline __attribute__((always_inline))

/* The holder may map the frame, for all that its capability says. One with limits has a longer
 * list, whose word is nobody's capability. */
ONE bool opens(struct cap holder, const struct exo_frame *f) {
    return cap_same(holder, f->acl) || !DEFENDED(ONE_OPENS);
}

/* It has the rights that this present entry takes. An empty slot has none. */
ONE bool has_rights(struct cap holder, uint64_t entry) {
    const uint8_t needed = CAP_READ | (entry & EXO_WRITE);
    uint8_t first;
    __builtin_memcpy(&first, &holder, 1);
    return (first & needed) == needed || !DEFENDED(ONE_RIGHTS);
}
_Static_assert(EXO_WRITE == CAP_WRITE, "one stands for the other in has_rights()");

static __attribute__((noinline)) bool claim(struct exo_frame *f, struct cap holder, uint64_t flags,
                                            uint64_t old) {
    const void *from = flags & EXO_COPIED ? entry_table(old) : NULL;
    if (from && (!(old & ENTRY_PRESENT) || !opens(holder, exo_frame_mapped(old))))
        return false;
    int foreign = exo_frame_claim(f, holder);
    if (foreign < 0)
        return false;
    if (foreign || (flags & (EXO_ZEROED | EXO_COPIED)))
        exo_frame_fill(f, from);
    return true;
}

/* A reference to the frame for one more mapping, in place of the entry `old`. */
ONE bool take(struct exo_frame *f, struct cap holder, uint64_t flags, uint64_t old) {
    if (!f->references)
        return claim(f, holder, flags, old);
    if ((flags & PAGES_FREE) || !opens(holder, f) || f->references == UINT32_MAX)
        return false;
    f->references++;
    return true;
}

/* The mapping of the page at `at` goes, whose entry is another already. */
static void leave(struct exo_frame *f, const struct mapping *m, uint64_t entry, vaddr_t at) {
    mapping_unlink(f, m, entry);
    invlpg(at);
    if (f->references > 1)
        f->references--;
    else
        exo_frame_release(f);
}

/* The free frame that a present entry names takes the place of what was at `at`, and holds zeroes,
 * or what that page did, `from`. False: it is not to be had. */
ONE bool place(struct space *s, const struct cap *holder, vaddr_t at, uint64_t entry,
               const void *from) {
    struct exo_frame *f = exo_frame_mapped(entry);
    unsigned i = at / PAGE_SIZE % 512;
    uint64_t *e = s->entry + i, old = *e;
    if (!exo_frame_claim_filled(f, (entry & EXO_FRAME_OF) / PAGE_SIZE, holder, from))
        return false;
    *e = pages_entry_of(entry);
    if (from)
        leave(exo_frame_mapped(old), s->mapping + i, old, at);
    else
        s->account->pages++;
    s->mapping[i].both = 0;
    f->mapping = s->id + i;
    (&f->readers)[(entry & EXO_WRITE) / EXO_WRITE] = 1;
    return true;
}

/* A page of data gets a free frame that holds zeroes, or a copy of the page that was there: in the
 * table that was used last, and where the entry was not 0. False: nothing was done. */
ONE bool fill(struct space *s, const struct cap *holder, vaddr_t at, uint64_t flags,
              uint64_t entry) {
    if (at / TABLE_SPAN != s->near || at - PAGE_SIZE >= EXO_TOP - PAGE_SIZE ||
        !(entry & EXO_PRESENT) || !(entry & EXO_NO_EXEC) || !has_rights(*holder, entry) ||
        (entry & EXO_FRAME_OF) / PAGE_SIZE >= info.frame_count)
        return false;
    uint64_t old = s->entry[at / PAGE_SIZE % 512];
    if (flags == (EXO_FRESH | EXO_ABSENT | EXO_ZEROED))
        return old && !(old & ENTRY_PRESENT) && place(s, holder, at, entry, NULL);
    return flags == (EXO_FRESH | EXO_COPIED) && (old & ENTRY_PRESENT) &&
           opens(*holder, exo_frame_mapped(old)) && place(s, holder, at, entry, entry_table(old));
}

/* The page at `at` gets this entry. False: nothing was done. */
ONE bool update(struct space *s, struct cap holder, vaddr_t at, uint64_t flags, uint64_t entry) {
    const vaddr_t top = DEFENDED(ONE_TOP) ? EXO_TOP : USER_TOP;
    if (at - PAGE_SIZE >= top - PAGE_SIZE || (flags & ~(uint64_t)PAGES_FLAGS))
        return false;
    struct entries l = space_entries(s, at, at + PAGE_SIZE);
    if (!l.entry || ((*l.entry & ENTRY_PRESENT) && (flags & EXO_ABSENT)))
        return false;
    uint64_t old = *l.entry, number = (entry & EXO_FRAME_OF) / PAGE_SIZE;
    if ((entry & EXO_PRESENT) &&
        ((DEFENDED(ONE_EXECUTE) && !pages_entry_allowed(entry)) || !has_rights(holder, entry) ||
         number >= info.frame_count || !take(&exo_frames[number], holder, flags, old)))
        return false;
    if (old & ENTRY_PRESENT) {
        *l.entry = 0;
        s->account->pages--;
        leave(exo_frame_mapped(old), l.mapping, old, at);
    }
    if (!old && entry)
        table_holds(l.id, 1);
    entry = pages_entry_sanitised(entry);
    if (entry & EXO_PRESENT)
        mapping_add(s, &l, 0, &exo_frames[number], entry);
    else
        *l.entry = entry;
    return true;
}

static __attribute__((noinline)) long update_own(uint64_t holder, vaddr_t vector) {
    struct env *e = env_current;
    uint64_t word[4];
    if (!user_words(vector, false, word) || word[2] != 1 ||
        !update(env_space(e), e->cap[holder], word[0] & -PAGE_SIZE, word[0] % PAGE_SIZE, word[1]))
        return page_update_complete(0, 0, holder, vector, 1, 0);
    return 1;
}

static __attribute__((noinline)) long fill_own(uint64_t holder, vaddr_t vector) {
    struct env *e = env_current;
    uint64_t word[4];
    if (!user_words(vector, false, word) || word[2] != 1 ||
        !fill(env_space(e), &e->cap[holder], word[0] & -PAGE_SIZE, word[0] % PAGE_SIZE, word[1]))
        return update_own(holder, vector);
    return 1;
}

long sys_page_update(uint64_t slot, uint64_t env, uint64_t holder, uint64_t vector, uint64_t count,
                     uint64_t skip) {
    if (env || skip || count != 1 || holder >= EXO_CAPS)
        return page_update_complete(slot, env, holder, vector, count, skip);
    return fill_own(holder, vector);
}

/* The present entry of the page at `at` has these bits cleared, then those set. */
ONE bool protect(struct space *s, const struct cap *holder, vaddr_t at, uint64_t clear,
                 uint64_t set) {
    if (at % PAGE_SIZE || at >= EXO_TOP ||
        (DEFENDED(ONE_BITS) && ((clear | set) & ~(uint64_t)PAGES_CHANGEABLE)))
        return false;
    if (at / TABLE_SPAN != s->near && space_approach(s, at))
        return false;
    uint64_t *e = s->entry + at / PAGE_SIZE % 512, from = *e, to = (from & ~clear) | set;
    if (!(from & ENTRY_PRESENT) || !pages_entry_allowed(to))
        return false;
    if ((from ^ to) & EXO_WRITE) {
        struct exo_frame *f = exo_frame_mapped(from);
        bool opening = to & EXO_WRITE;
        if (opening && !(opens(*holder, f) && has_rights(*holder, to)))
            return false;
        f->writers += opening ? 1 : -1u;
        f->readers -= opening ? 1 : -1u;
    }
    *e = to;
    if (DEFENDED(ONE_FLUSH))
        invlpg(at);
    return true;
}

#define PROTECT_MOST 2

long sys_page_protect(uint64_t slot, uint64_t env, uint64_t holder, uint64_t vector, uint64_t count,
                      uint64_t skip) {
    if ((env | skip) || count - 1 >= PROTECT_MOST || holder >= EXO_CAPS)
        return page_protect_complete(slot, env, holder, vector, count, skip);
    struct env *e = env_current;
    struct space *s = env_space(e);
    for (uint64_t done = 0; done < count; done++) {
        uint64_t word[4];
        if (!user_words(vector + done * sizeof(struct exo_protect), true, word) || word[1] != 1 ||
            !protect(s, &e->cap[holder], word[0], word[2], word[3])) {
            long more = page_protect_complete(0, 0, holder, vector, count, done);
            return more >= 0 ? (long)done + more : done ? (long)done : more;
        }
    }
    return (long)count;
}
