/* SPDX-License-Identifier: MIT */
/* cap.c -- see cap.h. */
#include "exo/kernel/memory/cap.h"

bool cap_dominates(struct cap held, struct cap needed) {
    if (!held.valid || !needed.valid || needed.length > CAP_NAME_MAX || held.length > needed.length)
        return false;
    for (unsigned i = 0; i < held.length; i++)
        if (held.name[i] != needed.name[i])
            return false;
    return (needed.rights & ~held.rights) == 0;
}
