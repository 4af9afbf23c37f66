/* SPDX-License-Identifier: MIT */
/* acl.h -- who may map a frame: the access list in its struct exo_frame. Nearly always it is one
 * word, the capability of who claimed the frame. A longer list, or one with limits, lies in a frame
 * of the kernel's, which is on the account of who made it, and is shared by all frames that were
 * given it at once; the word then says which (CAP_LISTED), which no user's capability can. */
#ifndef EXO_KERNEL_ACL_H
#define EXO_KERNEL_ACL_H

#include "exo/kernel/memory/cap.h"
#include "machine/types.h"

struct acl {
    const struct cap *word;
    unsigned count;
};

static inline bool acl_is_long(struct cap word) {
    return word.length & CAP_LISTED;
}

/* The words of the list that this word, of a frame that is taken, is or names. It is read where it
 * lies. */
struct acl acl_of(const struct cap *word);

/* Whether the list permits all of `rights` to the holder. */
bool acl_opens(const struct cap *word, struct cap holder, unsigned rights);

/* The same where it is short: mostly the list is one word, the holder's own. A free frame's, and
 * one of the kernel's, is invalid. */
static inline bool acl_opens_at_once(const struct cap *word, struct cap holder, unsigned rights) {
    const struct cap asked = {.rights = rights, .valid = 1};
    uint64_t list, held, needed;
    __builtin_memcpy(&list, word, 8);
    __builtin_memcpy(&held, &holder, 8);
    __builtin_memcpy(&needed, &asked, 8);
    return (list == held && !(needed & ~held)) || acl_opens(word, holder, rights);
}

/* Makes a list on the account, for as many frames as acl_share is called for: *word is it. 0,
 * -E_QUOTA, -E_NO_MEMORY. One that is shared by none ends by acl_drop. */
int acl_make(struct exo_env *account, const struct cap *to, unsigned count, struct cap *word);
void acl_share(struct cap word);
void acl_drop(struct cap word);

#endif
