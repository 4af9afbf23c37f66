/* SPDX-License-Identifier: MIT */
/* xn_kernel.h -- XN in this kernel: its tables, for the machine's disks together; who asks. A
 * volume has its disk's number. Without a disk there is no XN. */
#ifndef EXO_KERNEL_XN_KERNEL_H
#define EXO_KERNEL_XN_KERNEL_H

#include "exo/abi.h"
#include "exo/kernel/disk/disk_io.h"
#include "exo/xn/xn.h"
#include "lib/error.h"

struct xn_kernel {
    struct xn xn;
    struct exo_xn *seen;
    struct xn_types types[DISKS_MAX]; /* of each volume... */
    bool types_open[DISKS_MAX];       /* ...from when it is mounted on */
    uint64_t *held[DISKS_MAX];
    /* Environments have accounts from when they first ask, by their slot. */
    struct {
        uint32_t id;
        uint16_t account;
    } account[EXO_ENVS];
    /* The one type that is being imported, by whom into which volume; 0: none is. */
    struct xn_importing importing;
    uint32_t importer, import_volume;
    bool importing_of_mount;
    struct report why;
    unsigned char body[XN_BODY_BYTES_MAX];
};
extern struct xn_kernel *xn_kernel;

/* Tables for the disks that there are. */
void xn_kernel_init(void);

/* The environment in slot `i` has an account from now on. -E_FULL. */
int xn_account_of(unsigned i, uint32_t id);

/* The current environment, with the capability in this slot. -E_NO_CALL: there is no disk;
 * -E_PERM: no such slot; -E_FULL: XN_ACCOUNTS environments that have accounts are alive. */
static inline int xn_who_asks(uint64_t slot, struct xn_who *who) {
    const struct env *e = env_current;
    unsigned i = (unsigned)(e - envs);
    if (!xn_kernel)
        return -E_NO_CALL;
    if (slot >= EXO_CAPS)
        return -E_PERM;
    int error = xn_kernel->account[i].id == e->seen->id ? 0 : xn_account_of(i, e->seen->id);
    __builtin_memcpy(&who->credential, &e->cap[slot], sizeof who->credential);
    who->environment = e->seen->id;
    who->account = xn_kernel->account[i].account;
    return error;
}

/* How often and how the block is mapped is noted in its entry. */
void xn_count_maps(struct xn_entry *e);

/* What a call is about: EXO_XN_HOW. */
struct xn_how {
    uint64_t slot, volume, operation;
};
static inline struct xn_how xn_how_of(uint64_t how) {
    return (struct xn_how){how & 0xff, how >> 8 & 0xff, how >> 16 & 0xff};
}

/* EXO_XN_AT, and the word of an extent. */
static inline struct xn_at xn_at_of(uint64_t volume, uint64_t at,
                                    const struct xn_changes *changes) {
    return (struct xn_at){(uint32_t)volume, (uint32_t)at, (uint32_t)(at >> 32), changes};
}
static inline struct xn_extent xn_extent_of(uint64_t word) {
    struct xn_extent e;
    __builtin_memcpy(&e, &word, sizeof e);
    return e;
}

/* What a call ended with; of -E_NOT_IN_CORE its caller is told the block. */
long xn_result(long result);

#endif
