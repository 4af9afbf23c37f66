/* SPDX-License-Identifier: MIT */
/* account.c -- see account.h. */
#include "exo/kernel/memory/account.h"

#include "exo/defence.h"
#include "lib/error.h"
#include "machine/memory/frame.h"
#include "machine/report/panic.h"

int account_charge(struct exo_env *account) {
    if (DEFENDED(QUOTA) && account->kernel >= account->kernel_most)
        return -E_QUOTA;
    account->kernel++;
    return 0;
}

int account_charge_all(struct exo_env *account, unsigned count) {
    int error = 0;
    for (unsigned i = 0; i < count && !error; i++)
        if ((error = account_charge(account)))
            account_release(account, i);
    return error;
}

void account_release(struct exo_env *account, unsigned count) {
    assert_that(account->kernel >= count);
    account->kernel -= count;
}

static struct exo_env *first_of(struct exo_env *account) {
    return account - account->id % EXO_ENVS;
}

void account_outlive(struct exo_env *account) {
    struct exo_env *first = first_of(account);
    if (account == first)
        return;
    first->kernel += account->kernel;
    first->kernel_most += account->kernel;
    account->kernel_most -= account->kernel;
    account->kernel = 0;
}

/* Of one that is alive or not yet freed at least the root of its tables is on its account. */
void account_release_of(struct exo_env *account, uint32_t id, unsigned count) {
    account_release(account->id == id && account->kernel ? account : first_of(account), count);
}

int account_frame(struct exo_env *account, paddr_t *frame) {
    int error = account_charge(account);
    if (error)
        return error;
    error = frame_alloc(frame);
    if (error)
        account_release(account, 1);
    return error;
}
