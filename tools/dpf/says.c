/* SPDX-License-Identifier: MIT */
/* says.c -- what is wrong with an atom. */
#include "expression.h"

const char *dpf_says(enum dpf_fault fault) {
    static const char *const text[] = {
        [DPF_FINE] = "nothing is wrong",
        [DPF_NO_OP] = "its operation or width is none",
        [DPF_FAR] = "it looks too far into the packet",
        [DPF_BEYOND_MASK] = "its value has bits outside its mask",
        [DPF_CONTRADICTION] = "it wants bits otherwise than one before it",
        [DPF_NOTHING] = "no atom tests anything: it would take every packet",
        [DPF_TOO_MANY] = "there are too many",
        [DPF_STATE_PLACE] =
            "state atoms stand together, at most four, and before shifts by a field",
    };
    return fault < sizeof text / sizeof *text ? text[fault] : "no fault has this number";
}
