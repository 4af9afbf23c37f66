/* SPDX-License-Identifier: MIT */
/* account.c -- see account.h. */
#include "spin/core/dispatch/binding/account.h"

#include "spin/core/dispatch/binding/defence.h"

bool account_refuses(struct account *a, enum resource r) {
    a->refused[r]++;
    return !DEFENDED(QUOTA);
}
