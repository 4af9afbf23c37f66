/* SPDX-License-Identifier: MIT */
/* file.c -- what is known of files, and who has them open (file.h). */
#include "spin/services/files/file.h"

#include "lib/error.h"
#include "spin/services/vm/charge.h"

static struct module *payer(const struct volume *v) {
    return extension_module(v->system);
}

static struct file *file_in(struct list *link) {
    return container_of(link, struct file, link);
}

static struct list *bucket_of(struct volume *v, uint64_t number) {
    return &v->files[number % FILE_BUCKETS];
}

void file_drop_pages(struct file *f, uint64_t from) {
    const uint64_t pages = (f->facts.bytes + PAGE_SIZE - 1) / PAGE_SIZE;
    if (!f->cache)
        return;
    if (pages > f->cache->groups * CACHE_FRAMES_MAX)
        block_cache_drop_all(f->cache, f, from);
    for (uint64_t i = from; i < pages && pages <= f->cache->groups * CACHE_FRAMES_MAX; i++) {
        struct cached_page *p = block_cache_find(f->cache, f, i);
        if (p)
            block_cache_drop(f->cache, p);
    }
}

/* Nobody has it, nothing of it is dirty, or all of it is without meaning. */
static void forget(struct file *f) {
    struct volume *v = f->volume;
    file_drop_pages(f, 0);
    if (f->own)
        block_cache_destroy(f->own);
    list_remove(&f->link);
    list_remove(&f->idle);
    v->known--;
    charged_free(payer(v), f, sizeof *f);
}

void files_let_go(struct volume *v, unsigned kept) {
    if (v->known <= kept || volume_write(v, UINT32_MAX, true))
        return;
    while (v->known > kept && !list_empty(&v->idle))
        forget(container_of(v->idle.next, struct file, idle));
}

/* What it says of itself is read again, if that may have changed. */
static int file_facts_now(struct file *f) {
    if (!f->stale)
        return 0;
    f->volume->call.file = f->number;
    int error = volume_call(f->volume, file_facts);
    if (!error)
        f->facts = f->volume->call.facts;
    f->stale = error != 0;
    return error;
}

static int file_new(struct volume *v, uint64_t number, struct file **file) {
    struct file *f;
    if (v->known >= FILES_KEPT)
        files_let_go(v, FILES_KEPT / 2);
    int error = charged_alloc(payer(v), sizeof *f, (void **)&f);
    if (error)
        return error;
    *f = (struct file){.volume = v,
                       .directory = {&file_directory_operations, 0},
                       .number = number,
                       .cache = v->uncached ? NULL : v->cache,
                       .stale = true};
    list_init(&f->idle);
    list_push_front(bucket_of(v, number), &f->link);
    v->known++;
    *file = f;
    return 0;
}

void file_hold(struct file *f) {
    __atomic_fetch_add(&f->holders, 1, __ATOMIC_RELAXED);
}

int file_get(struct volume *v, uint64_t number, struct file **file) {
    struct file *f = NULL;
    int error = 0;
    list_each(link, bucket_of(v, number)) if (file_in(link)->number == number) f = file_in(link);
    if (!f)
        error = file_new(v, number, &f);
    if (error)
        return error;
    error = file_facts_now(f);
    if (error && !f->holders) {
        forget(f);
        return error;
    }
    file_hold(f);
    list_remove(&f->idle);
    *file = f;
    return error;
}

void file_put(struct file *f) {
    struct volume *v = f->volume;
    if (__atomic_sub_fetch(&f->holders, 1, __ATOMIC_RELAXED))
        return;
    if (!f->unlinked) {
        list_push_back(&v->idle, &f->idle);
        return;
    }
    v->call.file = f->number;
    forget(f);
    volume_call(v, file_free); /* what fails here is mended by a check of the disk */
}

/* --- Who has it open --- */

static void open_hold(void *open) {
    __atomic_fetch_add(&((struct open_file *)open)->holders, 1, __ATOMIC_RELAXED);
}

static void open_release(void *open) {
    struct open_file *o = open;
    struct volume *v = o->file->volume;
    if (__atomic_sub_fetch(&o->holders, 1, __ATOMIC_RELAXED))
        return;
    mutex_lock(&v->mutex);
    file_put(o->file);
    charged_free(payer(v), o, sizeof *o);
    mutex_unlock(&v->mutex);
}

const struct name_type name_open_file = {"open file", open_hold, open_release};

void file_close(struct open_file *o) {
    open_release(o);
}

int file_open_as(struct file *f, bool writes, struct open_file **o) {
    struct volume *v = f->volume;
    int error = charged_alloc(payer(v), sizeof **o, (void **)o);
    if (error)
        return error;
    **o = (struct open_file){.file = f, .holders = 1, .writes = writes};
    return 0;
}

int file_sync(struct open_file *o) {
    struct volume *v = o->file->volume;
    mutex_lock(&v->mutex);
    v->call.flags = FILE_WRITE;
    int error = v->writable ? volume_call(v, volume_sync) : 0;
    if (!error)
        error = volume_write(v, UINT32_MAX, true);
    if (!error && v->uncached)
        error = disk_object_flush(v->disk);
    mutex_unlock(&v->mutex);
    return error;
}

int file_forget(struct open_file *o) {
    struct volume *v = o->file->volume;
    mutex_lock(&v->mutex);
    int error = volume_write(v, UINT32_MAX, true);
    if (!error)
        file_drop_pages(o->file, 0);
    mutex_unlock(&v->mutex);
    return error;
}

/* --- Where its pages are --- */

static bool is_kept(const struct file *f, const struct block_cache *c) {
    const uint64_t policy = c->group[0]->policy;
    return !policy || file_kept(policy, f->facts.bytes, c->groups * CACHE_FRAMES_MAX * PAGE_SIZE);
}

int file_choose_cache(struct file *f) {
    struct volume *v = f->volume;
    struct block_cache *cache = f->own ? f->own : f->uncached || v->uncached ? NULL : v->cache;
    if (cache && !is_kept(f, cache))
        cache = NULL;
    if (cache == f->cache)
        return 0;
    int error = volume_write(v, UINT32_MAX, true);
    if (!error) {
        file_drop_pages(f, 0);
        f->cache = cache;
    }
    return error;
}

struct cache_counts volume_cache_counts(const struct volume *v) {
    struct cache_counts sum = block_cache_counts(v->cache);
    for (unsigned i = 0; i < FILE_BUCKETS; i++)
        list_each(link, &v->files[i]) {
            const struct file *f = container_of(link, struct file, link);
            const struct cache_counts own =
                f->own ? block_cache_counts(f->own) : (struct cache_counts){0};
            sum.hits += own.hits;
            sum.misses += own.misses;
            sum.misruled += own.misruled;
        }
    return sum;
}

static int set_cache(struct file *f, struct block_cache *own) {
    struct block_cache *was = f->own;
    const bool uncached = f->uncached;
    f->own = own;
    f->uncached = !own;
    int error = file_choose_cache(f);
    if (error) {
        f->own = was;
        f->uncached = uncached;
    }
    was = error ? own : was;
    if (was)
        block_cache_destroy(was);
    return error;
}

int file_set_cache(struct open_file *o, unsigned pages, const char *policy) {
    struct volume *v = o->file->volume;
    struct block_cache *own = NULL;
    int error = pages ? volume_create_cache(payer(v), pages, policy, &own) : 0;
    if (error)
        return error;
    mutex_lock(&v->mutex);
    error = set_cache(o->file, own);
    mutex_unlock(&v->mutex);
    return error;
}
