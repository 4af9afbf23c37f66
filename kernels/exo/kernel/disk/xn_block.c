/* SPDX-License-Identifier: MIT */
/* xn_block.c -- the call on blocks in core: how their frames come to the registry, are mapped, and
 * leave it. */
#include "exo/kernel/disk/xn_calls.h"

#include "exo/defence.h"
#include "exo/kernel/memory/block_frame.h"
#include "exo/kernel/disk/xn_kernel.h"
#include "exo/kernel/memory/pages.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/page_entry.h"

/* Bits of a page's entry that are an environment's own, and that no address has. */
#define SOFTWARE_LOW ((uint64_t)(EXO_SOFTWARE & (PAGE_SIZE - 1)))

/* A call's arguments, and who makes it. */
struct asked {
    struct xn *x;
    struct xn_who who;
    struct xn_at at;
    uint32_t block;
    uint64_t slot, env; /* whose pages a mapping is about, and what opens it */
    uint64_t what, more;
};

/* Of a volume that is mounted or being mounted. */
static struct xn_entry *entry_of(const struct asked *a, uint32_t block) {
    uint32_t number = xn_lookup(a->x, a->at.volume, block);
    return number ? &a->x->entry[number] : NULL;
}

static bool is_data(const struct asked *a, const struct xn_entry *e) {
    const struct xn_types *types = a->x->volume[a->at.volume].types;
    return types && e->type < XN_TYPES_MAX && types->type[e->type] && types->type[e->type]->leaf;
}

/* The entry of a page that maps nothing. -E_INVALID: no page of an environment's; -E_EXISTS;
 * -E_QUOTA, -E_NO_MEMORY: for a table. */
static int prepare(struct space *s, vaddr_t at, struct entries *l) {
    if (at % PAGE_SIZE || at < PAGE_SIZE || at >= EXO_TOP)
        return -E_INVALID;
    *l = space_entries(s, at, at + PAGE_SIZE);
    int error = l->entry ? 0 : space_make_entries(s, at, at + PAGE_SIZE, l);
    return error ? error : *l->entry & ENTRY_PRESENT ? -E_EXISTS : 0;
}

static void map_block(struct space *s, const struct entries *l, struct exo_frame *f,
                      uint64_t bits) {
    uint64_t entry = pages_entry_of(bits) & ~(uint64_t)EXO_FRAME_OF;
    f->references++;
    if (!*l->entry)
        table_holds(l->id, 1);
    mapping_add(s, l, 0, f, entry | exo_frame_number(f) * PAGE_SIZE);
}

/* The frame holds the block from now on, or is given back. */
static int insert(const struct asked *a, struct exo_frame *f, uint32_t block) {
    int error = xn_insert(a->x, &a->who, a->at, block, (uint32_t)exo_frame_number(f));
    if (error) {
        block_frame_drop(f);
        return error;
    }
    uint32_t number = xn_lookup(a->x, a->at.volume, block);
    block_frame_enter(f, number);
    xn_count_maps(&a->x->entry[number]);
    return 0;
}

/* A new block in a free frame, with zeroes; or data in one that the caller has, with what that
 * holds. Data are mapped at once, if a page is named: who may insert them may write them. */
static int do_insert(const struct asked *a) {
    uint64_t number = (uint32_t)a->what, holder = a->what >> 32;
    struct exo_frame *f = exo_frame_at(number);
    const struct xn_entry *e = entry_of(a, a->block);
    const uint64_t page = a->more & ~SOFTWARE_LOW, bits = a->more & SOFTWARE_LOW;
    struct entries l;
    if (!e)
        return -E_NOT_FOUND;
    int error = page ? prepare(env_space(env_current), page, &l) : 0;
    if (error || !f || holder >= EXO_CAPS)
        return error ?: -E_PERM;
    bool is_own = f->references && !block_frame_is(f);
    if ((page || is_own) && !is_data(a, e))
        return -E_INVALID; /* who still maps it would see metadata unasked */
    error = is_own ? block_frame_take(number, env_current->cap[holder], &f)
                   : block_frame_claim(number, &f);
    if (error)
        return error;
    if (!is_own)
        exo_frame_fill(f, NULL);
    error = insert(a, f, a->block);
    if (error || !page)
        return error;
    map_block(env_space(env_current), &l, f, EXO_WRITE | EXO_NO_EXEC | bits);
    xn_count_maps(entry_of(a, a->block));
    return 0;
}

/* Frames of blocks side by side become those of others, untouched, who may read these. */
static long do_rebind(const struct asked *a) {
    const uint32_t from = (uint32_t)a->what, count = (uint32_t)(a->what >> 32);
    const struct xn_at from_at = xn_at_of(a->at.volume, a->more, NULL);
    long done = xn_rebind(a->x, &a->who, from_at, from, a->at, a->block, count);
    for (long i = 0; i < done; i++) {
        uint32_t number = xn_lookup(a->x, a->at.volume, a->block + (uint32_t)i);
        block_frame_enter(&exo_frames[a->x->entry[number].frame], number);
        xn_count_maps(&a->x->entry[number]);
    }
    return done;
}

static int do_map(const struct asked *a) {
    const uint64_t bits = a->more | EXO_PRESENT;
    struct env *e;
    struct entries l;
    if ((bits & ~(PAGES_CHANGEABLE | EXO_PRESENT)) || !pages_entry_allowed(bits))
        return -E_INVALID;
    int error = env_named(a->slot, a->env, CAP_WRITE, &e)
                    ?: prepare(env_space(e), a->what, &l)
                    ?: xn_map(a->x, &a->who, a->at, a->block, bits & EXO_WRITE);
    if (!error)
        map_block(env_space(e), &l, &exo_frames[entry_of(a, a->block)->frame], bits);
    return error;
}

static long act(const struct asked *a, uint64_t operation) {
    uint32_t words[2];
    memcpy(words, &a->what, sizeof words);
    switch (operation) {
    case EXO_XN_VOUCH:
        return xn_vouch(a->x, &a->who, a->at, xn_extent_of(a->what));
    case EXO_XN_INSERT:
        return do_insert(a);
    case EXO_XN_REBIND:
        return do_rebind(a);
    case EXO_XN_MAP:
        return do_map(a);
    case EXO_XN_EVICT:
        return xn_evict(a->x, &a->who, a->at.volume, a->block);
    case EXO_XN_LOCK:
        return xn_lock(a->x, &a->who, a->at, a->block);
    case EXO_XN_UNLOCK:
        return xn_unlock(a->x, &a->who, a->at.volume, a->block);
    case EXO_XN_USER:
        return xn_set_user(a->x, &a->who, a->at, a->block, words);
    case EXO_XN_DEPEND:
        return xn_depend(a->x, &a->who, a->at.volume, a->block, words[0]);
    default:
        return -E_NO_CALL;
    }
}

/* Does to a block what `how` says (enum exo_xn_block), in whose partition `at` (EXO_XN_AT) it lies:
 *
 *     VOUCH   what: the word of an extent that the partition owns: gets entries
 *     INSERT  what: a frame, and << 32 the slot that opens it if it is not free; more: a page that
 *             shows it from now on, to be written, and of its entry bits 9 to 11; or 0
 *     REBIND  what: another block, and << 32 how many from there on; more: where they lie: their
 *             frames become this block's and the next ones'. How many did
 *     MAP     what: a page's address, more: bits of its entry; block >> 32: in which environment
 *             (0: one's own), by the capability in the slot
 *     EVICT, LOCK, UNLOCK
 *     USER    what: two words of 4 bytes
 *     DEPEND  what: a block that is to be on the disk first
 *
 * 0, or as the function of that name in xn/xn.h; of frames and pages as block_frame.h; -E_NO_CALL:
 * there is no disk, or no such operation. */
long sys_xn_block(uint64_t how_word, uint64_t at, uint64_t block, uint64_t what, uint64_t more) {
    struct xn_how how = xn_how_of(how_word);
    struct asked a = {.at = xn_at_of(how.volume, at, NULL),
                      .block = (uint32_t)block,
                      .slot = how.slot,
                      .env = block >> 32,
                      .what = what,
                      .more = more};
    int error = xn_who_asks(how.slot, &a.who);
    if (error)
        return error;
    a.x = &xn_kernel->xn;
    return xn_result(act(&a, how.operation));
}
