/* SPDX-License-Identifier: MIT */
/* file_data.c -- what files contain, page by page: read from memory without any lock, or brought
 * under the volume's mutex (file.h). */
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/calls/user_copy.h"
#include "spin/services/files/file.h"

#define AHEAD_MAX 16 /* pages of a request */

/* Where the first of these blocks had best be, if a policy says so. */
static uint64_t place_for(const struct file *f, uint64_t number) {
    uint64_t block = file_place(f->number, number, f->volume->blocks);
    return block < f->volume->blocks ? block : 0;
}

int file_copy(void *memory, void *bytes, size_t n, bool user, bool write) {
    if (user)
        return write ? copy_in(bytes, (vaddr_t)memory, n) : copy_out((vaddr_t)memory, bytes, n);
    if (write)
        memcpy(bytes, memory, n);
    else
        memcpy(memory, bytes, n);
    return 0;
}

int file_map_blocks(struct file *f, uint64_t first, unsigned count, bool write, uint32_t *block) {
    struct volume *v = f->volume;
    struct file_call *c = &v->call;
    for (unsigned done = 0; done < count;) {
        c->file = f->number;
        c->number = first + done;
        c->count = count - done;
        c->flags = write ? FILE_WRITE : 0;
        c->block = write ? place_for(f, c->number) : 0;
        int error = volume_call(v, file_map);
        if (error)
            return error;
        if (!c->count || c->count > count - done ||
            (DEFENDED(FILE_BOUNDS) && c->block &&
             (c->block >= v->blocks || c->count > v->blocks - c->block)))
            return -E_DAMAGED;
        for (unsigned i = 0; i < c->count; i++)
            block[done++] = c->block ? (uint32_t)(c->block + i) : 0;
    }
    return 0;
}

/* --- Pages come --- */

static int take(struct file *f, uint64_t index, struct cached_page **p) {
    int error = block_cache_take(f->cache, f, index, p);
    if (error == -E_FULL && !volume_write(f->volume, UINT32_MAX, true))
        error = block_cache_take(f->cache, f, index, p);
    return error;
}

static uint64_t pages_of(const struct file *f) {
    return (f->facts.bytes + PAGE_SIZE - 1) / PAGE_SIZE;
}

static unsigned ahead(struct file *f, uint64_t index) {
    const uint64_t left = pages_of(f) - index;
    unsigned pages = file_read_ahead(index, f->next, left);
    pages = pages > AHEAD_MAX && DEFENDED(FILE_AHEAD) ? AHEAD_MAX : pages ? pages : 1;
    return pages < left ? pages : left ? (unsigned)left : 1;
}

/* Reads what these pages have on the disk. */
static int read_pages(struct file *f, uint64_t index, struct cached_page *const *page, unsigned n) {
    const unsigned per = f->volume->page_blocks;
    uint32_t block[AHEAD_MAX * PAGE_BLOCKS_MAX];
    paddr_t at[AHEAD_MAX * PAGE_BLOCKS_MAX];
    int error = file_map_blocks(f, index * per, n * per, false, block);
    if (error)
        return error;
    for (unsigned i = 0; i < n * per; i++) {
        page[i / per]->block[i % per] = block[i];
        at[i] = paddr_add(page[i / per]->page->first, i % per * f->volume->block_bytes);
    }
    return volume_move(f->volume, false, block, at, n * per);
}

/* The page, held, with some that follow. */
static int bring(struct file *f, uint64_t index, struct cached_page **first) {
    struct cached_page *page[AHEAD_MAX];
    unsigned n = 0;
    *first = block_cache_find(f->cache, f, index);
    if (*first) {
        block_cache_hold(*first);
        return 0;
    }
    const unsigned wanted = ahead(f, index);
    int error = take(f, index, &page[n++]);
    if (error)
        return error;
    while (n < wanted && !block_cache_find(f->cache, f, index + n) &&
           !block_cache_take(f->cache, f, index + n, &page[n]))
        n++;
    error = read_pages(f, index, page, n);
    f->next = index + n;
    for (unsigned i = 0; i < n; i++)
        if (error)
            block_cache_drop(f->cache, page[i]);
        else {
            block_cache_filled(page[i]);
            if (i)
                block_cache_release(page[i]);
        }
    *first = page[0];
    return error;
}

/* --- Reading --- */

/* The bytes that there are from here on, of n. */
static size_t within(const struct file *f, size_t n, uint64_t at) {
    const uint64_t bytes = f->facts.bytes;
    return at >= bytes ? 0 : n < bytes - at ? n : (size_t)(bytes - at);
}

/* Of the page that they begin in. */
static long read_page(struct file *f, void *to, size_t n, uint64_t at, bool user) {
    const unsigned from = at % PAGE_SIZE;
    const size_t now = n < PAGE_SIZE - from ? n : PAGE_SIZE - from;
    struct cached_page *p;
    int error = bring(f, at / PAGE_SIZE, &p);
    if (error)
        return error;
    /* It stays meanwhile: what drops pages has the mutex. */
    error = file_copy(to, (char *)block_cache_bytes(p) + from, now, user, false);
    block_cache_release(p);
    return error ? error : (long)now;
}

/* Called with interrupts off: others may have the processor meanwhile, and the file be shorter
 * then, or its pages elsewhere. How many bytes, or an error. */
static long read_slowly(struct file *f, void *to, size_t n, uint64_t at, bool user) {
    long got = 0;
    sti();
    mutex_lock(&f->volume->mutex);
    if (DEFENDED(FILE_SHRUNK))
        n = within(f, n, at);
    if (n)
        got =
            f->cache ? read_page(f, to, n, at, user) : file_move_direct(f, to, n, at, user, false);
    mutex_unlock(&f->volume->mutex);
    cli();
    return got;
}

/* Of a page that is in memory, interrupts off, so that it stays. */
static bool read_at_once(struct file *f, uint64_t index, unsigned from, void *to, unsigned n,
                         bool user) {
    struct cached_page *p = f->cache ? block_cache_find(f->cache, f, index) : NULL;
    if (!p)
        return false;
    const char *bytes = (const char *)block_cache_bytes(p) + from;
    if (user)
        return copy_to_user((vaddr_t)to, bytes, n) == 0;
    memcpy(to, bytes, n);
    return true;
}

static long read_cached(struct file *f, char *to, size_t n, uint64_t at, bool user) {
    size_t done = 0;
    long got = 1;
    while (done < n && got > 0) {
        const unsigned from = (unsigned)((at + done) % PAGE_SIZE);
        const unsigned now =
            n - done < PAGE_SIZE - from ? (unsigned)(n - done) : (unsigned)PAGE_SIZE - from;
        bool on = interrupts_off();
        got = now;
        if (!read_at_once(f, (at + done) / PAGE_SIZE, from, to + done, now, user))
            got = read_slowly(f, to + done, now, at + done, user);
        interrupts_restore(on);
        done += got > 0 ? (size_t)got : 0;
    }
    return done ? (long)done : got;
}

static long read_uncached(struct file *f, char *to, size_t n, uint64_t at, bool user) {
    bool on = interrupts_off();
    long got = n ? read_slowly(f, to, n, at, user) : 0;
    interrupts_restore(on);
    return got;
}

static long read_from(struct file *f, void *to, size_t n, uint64_t at, bool user) {
    return f->cache ? read_cached(f, to, n, at, user) : read_uncached(f, to, n, at, user);
}

/* The bytes behind what the last reader got are this one's before it waits for them: another one
 * goes on behind. Those that it does not get are given back, if nobody has. */
static long read_next(struct open_file *o, void *to, size_t n, bool user) {
    bool on = interrupts_off();
    const uint64_t at = o->at;
    n = within(o->file, n, at);
    o->at = at + (DEFENDED(FILE_ONCE) ? n : 0);
    interrupts_restore(on);
    long got = n ? read_from(o->file, to, n, at, user) : 0;
    if (o->at == at + n)
        o->at = at + (got > 0 ? (uint64_t)got : 0);
    return got;
}

long file_read(struct open_file *o, void *to, size_t n, uint64_t at, bool user) {
    struct file *f = o->file;
    if (f->facts.kind != FILE_PLAIN)
        return -E_INVALID;
    if (at == FILE_AT)
        return read_next(o, to, n, user);
    n = within(f, n, at);
    return n ? read_from(f, to, n, at, user) : 0;
}

/* --- Writing --- */

/* A page that is not in memory, with what it has where not all of it is written. */
static int page_for(struct file *f, uint64_t index, struct cached_page **p) {
    *p = block_cache_find(f->cache, f, index);
    if (*p) {
        block_cache_hold(*p);
        return 0;
    }
    int error = take(f, index, p);
    if (error)
        return error;
    if (index < pages_of(f))
        error = read_pages(f, index, p, 1);
    else
        memset(block_cache_bytes(*p), 0, PAGE_SIZE);
    if (error)
        block_cache_drop(f->cache, *p);
    else
        block_cache_filled(*p);
    return error;
}

/* The blocks from `from` to `to` have a place. */
static int place(struct file *f, uint64_t index, struct cached_page *p, unsigned from,
                 unsigned to) {
    const unsigned bytes = f->volume->block_bytes, first = from / bytes,
                   count = (to - 1) / bytes - first + 1;
    bool all = true;
    for (unsigned i = first; i < first + count; i++)
        all = all && p->block[i];
    return all ? 0
               : file_map_blocks(f, index * f->volume->page_blocks + first, count, true,
                                 &p->block[first]);
}

/* All of a page that is not in memory. Its frame has another's bytes until the last one is there:
 * before, nobody finds it, and it has no place on the disk. */
static int write_whole(struct file *f, uint64_t index, void *memory, bool user) {
    struct cached_page *p;
    int error = take(f, index, &p);
    if (error)
        return error;
    error = file_copy(memory, block_cache_bytes(p), PAGE_SIZE, user, true);
    if (!error)
        error = place(f, index, p, 0, PAGE_SIZE);
    if (error) {
        block_cache_drop(f->cache, p);
        return error;
    }
    block_cache_filled(p);
    block_cache_set_dirty(p, &f->volume->dirty);
    block_cache_release(p);
    return 0;
}

static int write_page(struct file *f, uint64_t index, unsigned from, void *memory, unsigned n,
                      bool user) {
    struct cached_page *p;
    if (n == PAGE_SIZE && !block_cache_find(f->cache, f, index))
        return write_whole(f, index, memory, user);
    int error = page_for(f, index, &p);
    if (error)
        return error;
    error = place(f, index, p, from, from + n);
    if (!error)
        error = file_copy(memory, (char *)block_cache_bytes(p) + from, n, user, true);
    if (!error || p->block[from / f->volume->block_bytes])
        block_cache_set_dirty(p, &f->volume->dirty);
    block_cache_release(p);
    return error;
}

static long write_cached(struct file *f, char *memory, size_t n, uint64_t at, bool user) {
    size_t done = 0;
    int error = 0;
    while (done < n && !error) {
        const unsigned from = (unsigned)((at + done) % PAGE_SIZE);
        const unsigned now =
            n - done < PAGE_SIZE - from ? (unsigned)(n - done) : (unsigned)PAGE_SIZE - from;
        error = write_page(f, (at + done) / PAGE_SIZE, from, memory + done, now, user);
        done += error ? 0 : now;
    }
    return done ? (long)done : error;
}

int file_set_bytes(struct file *f, uint64_t bytes) {
    f->volume->call.file = f->number;
    f->volume->call.number = bytes;
    int error = volume_call(f->volume, file_resize);
    if (!error)
        f->facts.bytes = bytes;
    return error;
}

static long write_locked(struct file *f, void *from, size_t n, uint64_t at, bool user) {
    long error = file_begin_change(f->volume);
    if (error || !n)
        return error;
    f->changes++;
    long done = f->cache ? write_cached(f, from, n, at, user)
                         : file_move_direct(f, from, n, at, user, true);
    if (done > 0 && at + (uint64_t)done > f->facts.bytes)
        error = file_set_bytes(f, at + (uint64_t)done);
    return error ? error : done;
}

long file_write(struct open_file *o, const void *from, size_t n, uint64_t at, bool user) {
    struct file *f = o->file;
    if (!o->writes && DEFENDED(FILE_WRITES))
        return -E_PERM;
    mutex_lock(&f->volume->mutex);
    const uint64_t place = at == FILE_AT ? o->at : at;
    long done = place > INT64_MAX || n > INT64_MAX - place
                    ? -E_INVALID
                    : write_locked(f, (void *)(uintptr_t)from, n, place, user);
    if (at == FILE_AT && done > 0)
        o->at += (uint64_t)done;
    mutex_unlock(&f->volume->mutex);
    return done;
}

/* Zeros behind the new end, in its page, or its block. */
static int clear_end(struct file *f, uint64_t bytes) {
    struct cached_page *p;
    const unsigned from = bytes % PAGE_SIZE;
    if (!from || bytes >= f->facts.bytes)
        return 0;
    if (!f->cache && !DEFENDED(FILE_END))
        return 0;
    if (!f->cache)
        return file_clear_direct(f, bytes);
    int error = page_for(f, bytes / PAGE_SIZE, &p);
    if (error)
        return error;
    memset((char *)block_cache_bytes(p) + from, 0, PAGE_SIZE - from);
    for (unsigned i = (from - 1) / f->volume->block_bytes + 1; i < f->volume->page_blocks; i++)
        p->block[i] = 0;
    if (p->block[(from - 1) / f->volume->block_bytes])
        block_cache_set_dirty(p, &f->volume->dirty);
    block_cache_release(p);
    return 0;
}

int file_truncate(struct open_file *o, uint64_t bytes) {
    struct file *f = o->file;
    if (!o->writes)
        return -E_PERM;
    mutex_lock(&f->volume->mutex);
    const bool grows = bytes > f->facts.bytes; /* without a cache there are no holes */
    int error = bytes > INT64_MAX || (grows && f->volume->uncached && DEFENDED(FILE_HOLE))
                    ? -E_INVALID
                    : file_begin_change(f->volume);
    f->changes++;
    if (!error)
        error = clear_end(f, bytes);
    if (!error)
        file_drop_pages(f, (bytes + PAGE_SIZE - 1) / PAGE_SIZE);
    if (!error)
        error = file_set_bytes(f, bytes);
    mutex_unlock(&f->volume->mutex);
    return error;
}
