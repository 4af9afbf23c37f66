/* SPDX-License-Identifier: MIT */
/* page_one.c -- the calls on page tables, the short way: one page or two of one's own, each an
 * element of the vector, as a handler of faults changes them. The same rules and the same books as
 * in memory/pages.c. What this does not do goes to the complete path (page_calls.c), which nothing
 * was changed for yet: another's tables, runs of pages, tables that are missing, a frame whose
 * access list is not the very capability, everything that is refused. */
#include "exo/kernel/env/page_calls.h"

#include "exo/kernel/env/env.h"
#include "exo/kernel/memory/cap.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/memory/pages.h"
#include "machine/cpu/x86.h"
#include "machine/memory/page_entry.h"
#include "machine/user/user_words.h"

#define ONE static inline __attribute__((always_inline))

/* An entry and its mapping. */
struct place {
    uint64_t *entry;
    struct mapping *mapping;
    uint32_t id;
};

/* Those of the page at `at`, below EXO_TOP; false: there is no table. */
ONE bool find(const struct space *s, vaddr_t at, struct place *p) {
    unsigned i = at / PAGE_SIZE % 512;
    if (at / TABLE_SPAN == s->near) {
        *p = (struct place){s->entry + i, s->mapping + i, s->id + i};
        return true;
    }
    uint64_t e = s->table.root.at;
    for (unsigned level = ROOT_LEVEL; level > 0; level--) {
        e = entry_table(e)[entry_index(at, level)];
        if (!(e & ENTRY_PRESENT))
            return false;
    }
    const struct exo_frame *table = exo_frame_mapped(e);
    *p = (struct place){entry_table(e) + i, shadow_of(table) + i,
                        (uint32_t)(exo_frame_number(table) * 512 + i)};
    return true;
}

/* The holder may map the frame, for all that its capability says. */
ONE bool opens(struct cap holder, const struct exo_frame *f) {
    return cap_same(holder, f->acl) && !f->limits;
}

ONE bool has_rights(struct cap holder, uint64_t entry) {
    return holder.valid && (holder.rights & CAP_READ) &&
           (!(entry & EXO_WRITE) || (holder.rights & CAP_WRITE));
}

/* A reference to the frame for one more mapping. */
ONE bool take(struct exo_frame *f, struct cap holder, uint64_t flags) {
    bool cleared;
    if (!f->references)
        return !exo_frame_claim(f, holder, flags & EXO_ZEROED, &cleared);
    if ((flags & EXO_FRESH) || !opens(holder, f) || f->references == UINT32_MAX)
        return false;
    f->references++;
    return true;
}

ONE void unlink(struct exo_frame *f, const struct mapping *m, uint64_t entry) {
    if (m->next)
        mapping_of(m->next)->previous = m->previous;
    if (m->previous)
        mapping_of(m->previous)->next = m->next;
    else
        f->mapping = m->next;
    --*(entry & EXO_WRITE ? &f->writers : &f->readers);
}

ONE void link(struct exo_frame *f, const struct place *p, uint64_t entry) {
    if (f->mapping)
        mapping_of(f->mapping)->previous = p->id;
    p->mapping->both = f->mapping;
    f->mapping = p->id;
    ++*(entry & EXO_WRITE ? &f->writers : &f->readers);
}

/* The page at `at` gets this entry. False: nothing was done. */
ONE bool update(struct space *s, struct cap holder, vaddr_t at, uint64_t flags, uint64_t entry) {
    struct exo_frame *f = NULL;
    struct place p;
    if (at - PAGE_SIZE >= EXO_TOP - PAGE_SIZE || (flags & ~(uint64_t)EXO_PAGES_FLAGS) ||
        !find(s, at, &p))
        return false;
    uint64_t old = *p.entry;
    if ((old & ENTRY_PRESENT) && (flags & EXO_ABSENT))
        return false;
    if (entry & EXO_PRESENT) {
        uint64_t number = (entry & EXO_FRAME_OF) / PAGE_SIZE;
        if (!pages_entry_allowed(entry) || !has_rights(holder, entry) ||
            number >= info.frame_count || !take(&exo_frames[number], holder, flags))
            return false;
        f = &exo_frames[number];
        entry = pages_entry_sanitised(entry);
        s->account->pages++;
    }
    if (old & ENTRY_PRESENT) {
        unlink(exo_frame_mapped(old), p.mapping, old);
        s->account->pages--;
    }
    if (f)
        link(f, &p, entry);
    *p.entry = entry;
    if (old & ENTRY_PRESENT) {
        invlpg(at);
        exo_frame_release(exo_frame_mapped(old));
    }
    return true;
}

/* What the complete path says of elements from `done` on. */
ONE long rest(long done, long more) {
    return more >= 0 ? done + more : done ? done : more;
}

#define ONE_MOST 2

long sys_page_update(uint64_t slot, uint64_t env, uint64_t holder, uint64_t vector, uint64_t count,
                     uint64_t skip) {
    if (env || skip || count - 1 >= ONE_MOST || holder >= EXO_CAPS)
        return page_update_complete(slot, env, holder, vector, count, skip);
    struct env *e = env_current;
    for (uint64_t done = 0;;) {
        uint64_t word[4];
        if (!user_words(vector + done * sizeof(struct exo_pages), false, word) || word[2] != 1 ||
            !update(&e->space, e->cap[holder], word[0] & -PAGE_SIZE, word[0] % PAGE_SIZE, word[1]))
            return rest((long)done, page_update_complete(0, 0, holder, vector, count, done));
        if (++done == count)
            return (long)done;
    }
}

/* The present entry of the page at `at` has these bits cleared, then those set. */
ONE bool protect(struct space *s, struct cap holder, vaddr_t at, uint64_t clear, uint64_t set) {
    struct place p;
    if (at % PAGE_SIZE || at >= EXO_TOP || ((clear | set) & ~(uint64_t)PAGES_CHANGEABLE) ||
        !find(s, at, &p))
        return false;
    uint64_t from = *p.entry, to = (from & ~clear) | set;
    if (!(from & ENTRY_PRESENT) || !pages_entry_allowed(to))
        return false;
    if ((from ^ to) & EXO_WRITE) {
        struct exo_frame *f = exo_frame_mapped(from);
        bool opening = to & EXO_WRITE;
        if (opening && !(opens(holder, f) && has_rights(holder, to)))
            return false;
        f->writers += opening ? 1 : -1u;
        f->readers -= opening ? 1 : -1u;
    }
    *p.entry = to;
    invlpg(at);
    return true;
}

long sys_page_protect(uint64_t slot, uint64_t env, uint64_t holder, uint64_t vector, uint64_t count,
                      uint64_t skip) {
    if (env || skip || count - 1 >= ONE_MOST || holder >= EXO_CAPS)
        return page_protect_complete(slot, env, holder, vector, count, skip);
    struct env *e = env_current;
    for (uint64_t done = 0;;) {
        uint64_t word[4];
        if (!user_words(vector + done * sizeof(struct exo_protect), true, word) || word[1] != 1 ||
            !protect(&e->space, e->cap[holder], word[0], word[2], word[3]))
            return rest((long)done, page_protect_complete(0, 0, holder, vector, count, done));
        if (++done == count)
            return (long)done;
    }
}
