/* SPDX-License-Identifier: MIT */
/* write_out.c -- see write_out.h. */
#include "exo/libos/parts/write_out.h"

#include "exo/defence.h"

long write_out_end(struct write_out *w) {
    long left = 0;
    if (w->count > 0)
        left = w->store->ops->writeback(w->store, w->block, w->count, w->single);
    if (left > 0) /* a volume says first that it is not clean any more */
        left = store_sync(w->store, w->single);
    w->count = 0;
    return left;
}

long write_out_add(struct write_out *w, uint32_t block) {
    w->block[w->count++] = block;
    return w->count == sizeof w->block / sizeof w->block[0] ? write_out_end(w) : 0;
}

long write_out_path(struct store *s, uint32_t block, bool single) {
    enum { DEPTH = 4096 };
    for (uint32_t depth = 0; block != 0 && depth < DEPTH; depth++) {
        uint32_t one = block;
        if (depth == 0 ? !DEFENDED(CFFS_FSYNC_NAME) : !DEFENDED(CFFS_FSYNC_ABOVE))
            break;
        if (s->ops->is_dirty(s, block)) {
            long left = s->ops->writeback(s, &one, 1, true);
            if (left > 0)
                return store_sync(s, single);
            long error = left < 0 ? left : s->ops->flush(s);
            if (error < 0)
                return error;
        }
        block = s->ops->parent(s, block);
    }
    return 0;
}
