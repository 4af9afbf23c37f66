/* SPDX-License-Identifier: MIT */
/* refuses.bpf.c -- what ends.bpf.c calls: it holds something, too, when it is ended. */
#include "services.h"

__attribute__((section("prog/inside"), used)) long refuse_inside(long number) {
    struct item *item = service_take(number);
    if (!item)
        return -1;
    number += service_refuse(number);
    service_drop(item);
    return number;
}
