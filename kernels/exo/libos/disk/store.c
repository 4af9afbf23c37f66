/* SPDX-License-Identifier: MIT */
/* store.c -- what all stores do alike. */
#include "exo/libos/disk/store.h"
#include "lib/error.h"
#include "lib/string.h"

/* The first run in [from, end), or 0. Words that are full are passed over at once. */
static uint32_t find_between(const struct store *s, uint32_t from, uint32_t end, uint32_t count) {
    uint32_t run = 0;
    for (uint32_t b = from; b < end; b++) {
        if (b % 64 == 0 && s->map[b / 64] == ~0ul) {
            run = 0;
            b += 63;
            continue;
        }
        run = store_is_free(s, b) ? run + 1 : 0;
        if (run == count)
            return b - count + 1;
    }
    return 0;
}

uint32_t store_find_free(const struct store *s, uint32_t from, uint32_t count) {
    if (count == 0 || count > s->blocks)
        return 0;
    if (from < s->first || from >= s->blocks)
        from = s->first;
    uint32_t found = find_between(s, from, s->blocks, count);
    return found ? found : find_between(s, s->first, s->blocks, count);
}

long store_declare(struct store *s, const struct xn_body *body, const struct store_function *f,
                   void *memory) {
    struct xn_body *whole = memory;
    if (f->bytes > XN_BODY_BYTES_MAX - sizeof *whole)
        return -E_TOO_LONG;
    *whole = *body;
    whole->members = 0;
    whole->object = (uint32_t)f->bytes;
    whole->bytes = (uint32_t)(sizeof *whole + f->bytes);
    if (f->bytes)
        memcpy(whole + 1, f->at, f->bytes);
    return s->ops->type(s, whole, whole->bytes);
}

long store_root(struct store *s, const char name[16], uint8_t type, bool temporary) {
    const struct store_child child = {.at = {store_find_free(s, s->first, 1), 1, type, 0}};
    unsigned char *bytes;
    long error = child.at.block ? s->ops->root_new(s, name, child.at, temporary) : -E_FULL;
    if (error == 0)
        error = store_get(s, &child, 0, STORE_READ, &bytes);
    return error < 0 ? error : (long)child.at.block;
}

/* --- Changes --- */

bool store_again(struct store *s, long error, bool single) {
    return (error == -E_ORDER || error == -E_TAINTED || error == -E_FULL || error == -E_QUOTA) &&
           store_sync(s, single) == 0;
}

static long change_once(struct store *s, enum store_change change, struct store_at at,
                        struct xn_extent child) {
    return change == STORE_BYTES   ? s->ops->write(s, at)
           : change == STORE_ALLOC ? s->ops->alloc(s, at, child)
                                   : s->ops->free(s, at, child);
}

long store_change(struct store *s, enum store_change change, struct store_at at,
                  struct xn_extent child, bool single) {
    long error = change_once(s, change, at, child);
    return error < 0 && store_again(s, error, single) ? change_once(s, change, at, child) : error;
}

long store_move(struct store *s, struct store_at from, struct store_at to, struct xn_extent child,
                bool single) {
    long error = s->ops->move(s, from, to, child);
    return error < 0 && store_again(s, error, single) ? s->ops->move(s, from, to, child) : error;
}

/* --- To the disk --- */

enum { PASS = 64 };

/* One pass over all that is dirty. How many blocks had to be left out. */
static long pass(struct store *s, bool single, bool *wrote) {
    long left = 0;
    uint32_t blocks[PASS], from = 0, count = PASS;
    while (count == PASS) {
        count = s->ops->dirty(s, from, blocks, PASS);
        if (count == 0)
            break;
        from = blocks[count - 1] + 1;
        long out = s->ops->writeback(s, blocks, count, single);
        if (out < 0)
            return out;
        left += out;
        *wrote |= out < (long)count;
    }
    return left;
}

long store_sync(struct store *s, bool single) {
    for (unsigned idle = 0;;) {
        bool wrote = false;
        long left = pass(s, single, &wrote);
        if (left < 0)
            return left;
        long error = s->ops->flush(s);
        if (error < 0 || left == 0)
            return error;
        /* What was written before this may have waited for the flush alone; but once. Else the
         * rules leave nothing that may be written: a circle. */
        idle = wrote ? 0 : idle + 1;
        if (idle == 2)
            return -E_ORDER;
    }
}
