/* SPDX-License-Identifier: MIT */
/* acl.c -- see acl.h. */
#include "exo/kernel/memory/acl.h"

#include "exo/defence.h"
#include "exo/kernel/memory/account.h"
#include "lib/string.h"
#include "machine/memory/frame.h"

/* A longer list: a frame of its own. */
struct list {
    uint64_t frames; /* that have it, and one for who makes it */
    struct exo_env *account;
    uint32_t account_id;
    uint32_t count;
    struct cap word[EXO_ACL_MOST];
};

/* What stands for it. The version makes each word a new one, so that whoever compares words sees
 * every change, also where a list gets a frame that another had. */
struct name {
    uint64_t mark : 8; /* of a struct cap: CAP_LISTED, valid */
    uint64_t frame : 24;
    uint64_t version : 32;
};
_Static_assert(sizeof(struct name) == sizeof(struct cap), "one is the other");

static uint32_t version;

static struct list *list_of(struct cap word) {
    struct name n;
    memcpy(&n, &word, sizeof n);
    return direct(PADDR((uint64_t)n.frame * PAGE_SIZE));
}

struct acl acl_of(const struct cap *word) {
    if (!acl_is_long(*word))
        return (struct acl){word, 1};
    const struct list *l = list_of(*word);
    return (struct acl){l->word, l->count};
}

bool acl_opens(const struct cap *word, struct cap holder, unsigned rights) {
    struct acl acl = acl_of(word);
    return acl_permits(acl.word, acl.count, holder, rights);
}

int acl_make(struct exo_env *account, const struct cap *to, unsigned count, struct cap *word) {
    paddr_t frame;
    int error = DEFENDED(ACL_QUOTA) ? account_frame(account, &frame) : frame_alloc(&frame);
    if (error)
        return error;
    struct list *l = direct(frame);
    *l = (struct list){.frames = 1, .account = account, .account_id = account->id, .count = count};
    memcpy(l->word, to, count * sizeof *to);
    const struct cap mark = {.valid = 1, .length = CAP_LISTED};
    struct name n = {.frame = frame.at / PAGE_SIZE & 0xffffff, .version = ++version};
    memcpy(word, &mark, 1);
    n.mark = *(const uint8_t *)word;
    memcpy(word, &n, sizeof n);
    return 0;
}

void acl_share(struct cap word) {
    list_of(word)->frames++;
}

void acl_drop(struct cap word) {
    struct list *l = list_of(word);
    if (--l->frames)
        return;
    account_release_of(l->account, l->account_id, 1);
    frame_free(physical(l));
}
