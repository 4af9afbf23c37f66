/* SPDX-License-Identifier: MIT */
/* mount.c -- volumes come and go (volume.h). */
#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/services/console.h"
#include "spin/services/files/file.h"
#include "spin/services/files/file_reads.h"
#include "spin/services/vm/charge.h"

MODULE("Mount");

/* Volumes come and go one at a time: who waits here has no volume's mutex. */
static struct mutex mounting = {.queue = LIST_INIT(mounting.queue)};

static void begin(void) {
    if (DEFENDED(FILE_ALONE))
        mutex_lock(&mounting);
}

static int end(int error) {
    if (DEFENDED(FILE_ALONE))
        mutex_unlock(&mounting);
    return error;
}

static int find_system(const char *name, struct extension **system) {
    static struct report why;
    *system = loader_find(name);
    int error = *system ? 0 : loader_load(name, system, &why);
    if (error)
        console_write(why.text, strlen(why.text));
    return error;
}

/* The extension of this name, held; null for null. */
static int hold_system(const char *name, struct extension **system) {
    *system = NULL;
    dispatcher->lock();
    int error = name ? find_system(name, system) : 0;
    if (*system)
        extension_hold(*system, true);
    dispatcher->unlock();
    return error;
}

static void let_go(struct extension *system) {
    dispatcher->lock();
    if (system)
        extension_hold(system, false);
    dispatcher->unlock();
}

int volume_create_cache(struct module *by, unsigned pages, const char *policy,
                        struct block_cache **cache) {
    struct extension *chooses;
    int error = hold_system(policy, &chooses);
    if (!error)
        error = block_cache_create(by, pages, chooses ? extension_module(chooses) : NULL, cache);
    let_go(chooses);
    return error;
}

/* What is called for it before it is known: small blocks, as many as the disk has. */
static int prepare(struct volume *v, const char *system, const char *disk, unsigned pages,
                   const char *policy) {
    module_add(THIS_MODULE);
    memset(v->path, 0, sizeof *v - offsetof(struct volume, path));
    list_init(&v->dirty);
    list_init(&v->idle);
    for (unsigned i = 0; i < FILE_BUCKETS; i++)
        list_init(&v->files[i]);
    v->disk = disk_object_find(disk);
    if (!v->disk)
        return -E_NOT_FOUND;
    if (v->disk->claimed && DEFENDED(FILE_CLAIMED))
        return -E_BUSY;
    int error = hold_system(system, &v->system);
    if (error)
        return error;
    struct module *by = extension_module(v->system);
    v->serial = extension_serial(by);
    v->block_bytes = FILE_BOOT_BYTES;
    v->page_blocks = 1;
    v->writable = !v->disk->facts->read_only;
    v->blocks = v->disk->facts->sectors / (FILE_BOOT_BYTES / DISK_SECTOR);
    error = volume_create_cache(by, pages, policy, &v->cache);
    if (!error)
        error = charged_alloc(by, sizeof *v->memory, (void **)&v->memory);
    if (!error)
        error = charged_alloc(by, sizeof *v->names, (void **)&v->names);
    if (!error)
        error = charged_page(by, THIS_MODULE, &v->bounce);
    if (!error)
        v->disk->claimed = true;
    return error;
}

static void release_all(struct volume *v) {
    struct module *by = v->system ? extension_module(v->system) : NULL;
    list_each(node, &v->dirty)
        block_cache_set_dirty(container_of(node, struct cached_page, dirty), NULL);
    v->failed = false; /* nothing is left to be written */
    files_let_go(v, 0);
    if (v->cache)
        block_cache_destroy(v->cache);
    if (v->names)
        charged_free(by, v->names, sizeof *v->names);
    if (v->memory)
        charged_free(by, v->memory, sizeof *v->memory);
    if (v->bounce) {
        charged_page_free(by, v->bounce);
        v->disk->claimed = false;
    }
    let_go(v->system);
    v->path[0] = '\0';
}

/* What the extension says of it must fit the disk. */
static int take_facts(struct volume *v) {
    const struct file_call *c = &v->call;
    const uint64_t bytes = c->count;
    if ((bytes != 1024 && bytes != 2048 && bytes != 4096) ||
        c->number > v->disk->facts->sectors / (bytes / DISK_SECTOR) || c->number > DISK_BLOCK_MAX)
        return -E_DAMAGED;
    block_cache_drop_all(v->cache, v, 0); /* they were of another size */
    v->block_bytes = (uint32_t)bytes;
    v->page_blocks = (uint32_t)(PAGE_SIZE / bytes);
    v->blocks = c->number;
    v->root = c->file;
    v->writable = v->writable && c->flags & FILE_WRITE;
    v->uncached = c->flags & FILE_UNCACHED;
    return 0;
}

/* Why the extension mounts nothing, where it has told. */
static void say_why(struct file_call *c, int error) {
    char line[FILE_NAME_MAX + 80];
    size_t length = 0;
    c->name[FILE_NAME_MAX] = '\0';
    if (error == -E_NO_CALL && c->name[0])
        length = format_text(line, sizeof line, "unknown feature: %s\n", c->name);
    else if (error == -E_DAMAGED && c->name[0])
        length = format_text(line, sizeof line, "block %lu, %s:\n", c->block, c->name);
    if (length)
        console_write(line, length);
}

static int mount(struct volume *v) {
    v->call = (struct file_call){.flags = v->writable ? FILE_WRITE : 0};
    int error = volume_call(v, volume_mount);
    say_why(&v->call, error);
    if (!error)
        error = volume_write(v, UINT32_MAX, true); /* in blocks of that size */
    return error ? error : take_facts(v);
}

static struct volume *free_volume(void) {
    for (unsigned i = 0; i < VOLUMES_MAX; i++)
        if (!volumes[i].path[0])
            return &volumes[i];
    return NULL;
}

/* Under its name from here on. */
static int enter_path(struct volume *v, const char *path) {
    static uint64_t last;
    memcpy(v->path, path, strlen(path) + 1);
    int error = file_directory_attach(v);
    mutex_lock(&v->mutex);
    v->mounted = error ? 0 : ++last;
    file_changes = file_changes + 1;
    mutex_unlock(&v->mutex);
    return error;
}

static int mount_disk(const char *system, const char *disk, const char *path, unsigned pages,
                      const char *policy) {
    struct volume *v = free_volume();
    if (!v)
        return -E_FULL;
    if (strlen(path) >= sizeof v->path)
        return -E_TOO_LONG;
    int error = prepare(v, system, disk, pages, policy);
    if (!error) {
        mutex_lock(&v->mutex);
        error = mount(v);
        mutex_unlock(&v->mutex);
    }
    if (!error)
        error = enter_path(v, path);
    if (error)
        release_all(v);
    return error;
}

int volume_mount_disk(const char *system, const char *disk, const char *path, unsigned pages,
                      const char *policy) {
    begin();
    return end(mount_disk(system, disk, path, pages, policy));
}

static int format(struct volume *v, const char *name) {
    v->call = (struct file_call){.number = v->blocks, .name_bytes = strnlen(name, FILE_NAME_MAX)};
    memcpy(v->call.name, name, v->call.name_bytes);
    int error = volume_call(v, volume_format);
    return error ? error : volume_write(v, UINT32_MAX, true);
}

static int format_disk(const char *system, const char *disk, const char *name) {
    struct volume *v = free_volume();
    if (!v)
        return -E_FULL;
    int error = prepare(v, system, disk, CACHE_FRAMES_MAX, NULL);
    if (!error) {
        mutex_lock(&v->mutex);
        error = format(v, name);
        mutex_unlock(&v->mutex);
    }
    release_all(v);
    return error;
}

int volume_format_disk(const char *system, const char *disk, const char *name) {
    begin();
    return end(format_disk(system, disk, name));
}

/* But for the name of its root. */
static bool is_used(const struct volume *v) {
    for (unsigned i = 0; i < FILE_BUCKETS; i++)
        list_each(link, &v->files[i]) {
            const struct file *f = container_of(link, struct file, link);
            if (f->holders > (f->number == v->root))
                return true;
        }
    return false;
}

/* Nobody enters it from here on, unless it is used. */
static int leave(struct volume *v) {
    mutex_lock(&v->mutex);
    const uint64_t mounted = v->mounted;
    int error = is_used(v) && DEFENDED(FILE_USED) ? -E_BUSY : 0;
    if (!error)
        v->mounted = 0;
    mutex_unlock(&v->mutex);
    if (!error && (error = file_directory_detach(v))) {
        mutex_lock(&v->mutex);
        v->mounted = mounted;
        mutex_unlock(&v->mutex);
    }
    return error;
}

static int unmount(const char *path) {
    struct volume *v;
    const char *rest;
    int error = volume_of(path, &v, &rest);
    if (error || *rest)
        return error ? error : -E_INVALID;
    file_reads_sweep();
    error = leave(v);
    if (error)
        return error;
    mutex_lock(&v->mutex);
    v->call.flags = 0;
    error = v->writable ? volume_call(v, volume_sync) : 0;
    if (!error)
        error = volume_write(v, UINT32_MAX, true);
    mutex_unlock(&v->mutex);
    release_all(v);
    return error;
}

int volume_unmount(const char *path) {
    begin();
    return end(unmount(path));
}
