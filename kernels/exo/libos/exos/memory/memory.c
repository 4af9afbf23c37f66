/* SPDX-License-Identifier: MIT */
/* memory.c -- memory that is there when it is touched: an entry that is not present says so. */
#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/memory/map.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/stubs.h"

long memory_map(struct exo_pages p) {
    for (uint64_t done = 0; done < p.count;) {
        long some = exo_page_update(0, 0, 0, &p, 1, done);
        if (some < 0)
            return some;
        done += (uint64_t)some;
    }
    return 0;
}

long memory_protect(struct exo_protect p) {
    for (uint64_t done = 0; done < p.count;) {
        long some = exo_page_protect(0, 0, 0, &p, 1, done);
        if (some < 0)
            return some;
        done += (uint64_t)some;
    }
    return 0;
}

long exos_map_zero(uint64_t at, uint64_t pages, uint64_t bits) {
    return memory_map(
        (struct exo_pages){at, (bits & (EXO_WRITE | EXO_NO_EXEC)) | EXOS_ZERO, pages});
}

long exos_unmap(uint64_t at, uint64_t pages) {
    long error = memory_map((struct exo_pages){at, 0, pages});
    exos_freed();
    return error;
}
