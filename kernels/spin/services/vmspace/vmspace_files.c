/* SPDX-License-Identifier: MIT */
/* vmspace_files.c -- see vmspace_files.h. */
#include "spin/services/vmspace/vmspace_files.h"

#include "lib/cpio.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"

struct file {
    struct module *pager; /* null: a place for another one */
    char name[CPIO_NAME_MAX];
    struct memory_object *object;
    size_t bytes;
};

static struct file files[VMSPACE_FILES_MAX];
unsigned vmspace_file_frames = CACHE_FRAMES_MAX;

/* Null: there is none. */
static struct file *find(const struct module *pager, const char *name) {
    for (struct file *f = files; f < files + VMSPACE_FILES_MAX; f++)
        if (f->pager == pager && (!name || strcmp(f->name, name) == 0))
            return f;
    return NULL;
}

/* The pager is the object's own from then on. */
static int open_object(struct file *f, struct module *by, struct pager *pager) {
    struct cache_object *cache;
    int error = cache_object_create(by, vmspace_file_frames, NULL, &cache);
    if (error) {
        pager->notify(pager);
        return error;
    }
    error =
        memory_object_create(by, pager, (f->bytes + PAGE_SIZE - 1) / PAGE_SIZE, cache, &f->object);
    if (error)
        cache_object_destroy(cache);
    return error;
}

static int open_file(struct file *f, struct module *by, const char *name) {
    struct pager *pager;
    int error = f ? archive_pager_create(by, name, &pager, &f->bytes) : -E_FULL;
    if (!error)
        error = open_object(f, by, pager);
    if (error)
        return error;
    f->pager = by;
    memcpy(f->name, name, strlen(name) + 1); /* as long as one of the archive's */
    return 0;
}

static void close_file(struct file *f) {
    struct memory_object *object = f->object;
    struct cache_object *cache = object->cache;
    f->pager = NULL; /* others may run from here on */
    memory_object_drop(object);
    cache_object_destroy(cache);
}

/* One that nobody maps; false: there is none. */
static bool close_any(void) {
    for (struct file *f = files; f < files + VMSPACE_FILES_MAX; f++)
        if (f->object->users == 1) {
            close_file(f);
            return true;
        }
    return false;
}

int vmspace_file(struct module *pager, const char *name, struct memory_object **object,
                 size_t *bytes) {
    bool on = interrupts_off();
    struct file *f;
    int error = 0;
    while (!(f = find(pager, name)) && !find(NULL, NULL) && close_any())
        ;
    if (!f) {
        f = find(NULL, NULL);
        error = open_file(f, pager, name);
    }
    if (!error) {
        memory_object_share(f->object);
        *object = f->object;
        *bytes = f->bytes;
    }
    interrupts_restore(on);
    return error;
}

void vmspace_files_end(const struct module *pager) {
    struct file *f;
    while (pager && (f = find(pager, NULL)))
        close_file(f);
}
