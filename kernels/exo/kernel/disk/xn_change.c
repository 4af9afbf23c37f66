/* SPDX-License-Identifier: MIT */
/* xn_change.c -- the call that changes metadata. What changes is copied first, all of it; XN then
 * decides by the copy. */
#include "exo/kernel/disk/xn_calls.h"

#include "exo/kernel/disk/xn_kernel.h"
#include "lib/error.h"
#include "machine/user/user.h"

/* What is copied at first: most often it is all. */
#define BYTES_AT __builtin_offsetof(struct xn_changes, bytes)
#define FIRST    12
_Static_assert((BYTES_AT + FIRST) % 8 == 0, "copied by words");

/* The part that counts. Whether it is sound is asked of the copy. */
static int copy_changes(struct xn_changes *to, vaddr_t from) {
    if (copy_from_user(to, from, BYTES_AT + FIRST))
        return -E_FAULT;
    uint32_t bytes = xn_changes_bytes(to);
    if (bytes > XN_CHANGED_MAX)
        return -E_INVALID;
    return bytes <= FIRST
               ? 0
               : copy_from_user(to->bytes + FIRST, from + BYTES_AT + FIRST, bytes - FIRST);
}

static struct xn_changes changed, other_changed;

/* Those with two sides. */
static int change_both(struct xn *x, const struct xn_who *who, struct xn_how how, struct xn_at at,
                       uint64_t child, uint64_t other_at, vaddr_t other_changes) {
    struct xn_at other = xn_at_of(how.volume, other_at, &other_changed);
    uint64_t both[2];
    int error = copy_changes(&other_changed, other_changes);
    if (error)
        return error;
    if (how.operation == XN_MOVE_OUT)
        return xn_move(x, who, at, other, xn_extent_of(child));
    if (copy_from_user(both, child, sizeof both))
        return -E_FAULT;
    return xn_swap(x, who, at, other, xn_extent_of(both[0]), xn_extent_of(both[1]));
}

/* Changes what a partition of a block of metadata owns, or other bytes of the block: `how` is
 * EXO_XN_HOW with XN_ALLOC, XN_FREE, XN_WRITE, XN_MOVE_OUT or XN_SWAP of xn/type/udf.h; `at` is
 * EXO_XN_AT, `child` the word of a struct xn_extent, `changes` the address of a struct xn_changes.
 * A move's other side is `other_at`, with changes of its own; so is a swap's, whose `child` is the
 * address of two extents: of `at`, and of the other. 0, or as the function of that name in
 * xn/xn.h; -E_NO_CALL: there is no disk, or no such operation; -E_PERM: the slot; -E_FAULT. */
long sys_xn_change(uint64_t how_word, uint64_t at_word, uint64_t child, uint64_t changes,
                   uint64_t other_at, uint64_t other_changes) {
    struct xn_how how = xn_how_of(how_word);
    struct xn_who who;
    int error = xn_who_asks(how.slot, &who) ?: copy_changes(&changed, changes);
    if (error)
        return error;
    struct xn *x = &xn_kernel->xn;
    struct xn_at at = xn_at_of(how.volume, at_word, &changed);
    switch (how.operation) {
    case XN_ALLOC:
        return xn_result(xn_alloc(x, &who, at, xn_extent_of(child)));
    case XN_FREE:
        return xn_result(xn_free(x, &who, at, xn_extent_of(child)));
    case XN_WRITE:
        return xn_result(xn_write(x, &who, at));
    case XN_MOVE_OUT:
    case XN_SWAP:
        return xn_result(change_both(x, &who, how, at, child, other_at, other_changes));
    default:
        return -E_NO_CALL;
    }
}
