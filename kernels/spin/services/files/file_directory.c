/* SPDX-License-Identifier: MIT */
/* file_directory.c -- volumes, directories and files in the name server: typed objects, each looked
 * up by whom the security manager allows to read the volume's path. Names that no name there may
 * have are left out. */
#include "lib/error.h"
#include "lib/string.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/files/file.h"
#include "spin/services/security/security.h"

MODULE("VolumeNames");

static struct file *file_of(struct directory *d) {
    return container_of(d, struct file, directory);
}

static void hold(void *file) {
    file_hold(file);
}

static void put(struct file *f) {
    struct volume *v = f->volume;
    mutex_lock(&v->mutex);
    file_put(f);
    mutex_unlock(&v->mutex);
}

static void release(void *file) {
    put(file);
}

const struct name_type name_file = {"file", hold, release};

static bool may_see(void *volume, const struct name_request *request) {
    return !DEFENDED(FILE_SEEN) ||
           security_allows(request->by, ((struct volume *)volume)->path, ACCESS_READ, "look up");
}

/* A file that was got is held by the name server from here on: all that hold the directory there
 * are one holder of the file. */
static struct named as_directory(struct file *f) {
    if (__atomic_fetch_add(&f->directory.holders, 1, __ATOMIC_RELAXED))
        file_put(f);
    return (struct named){&name_directory, &f->directory};
}

static int find(struct directory *d, const struct module *by, const char *name,
                struct found *found) {
    struct file *in = file_of(d), *f;
    uint64_t number;
    if (!security_allows(by, in->volume->path, ACCESS_READ, "look up"))
        return -E_PERM;
    mutex_lock(&in->volume->mutex);
    int error = in->volume->mounted ? 0 : -E_NOT_FOUND;
    if (!error)
        error = file_find_name(in->volume, in->number, name, (long)strlen(name), &number);
    if (!error)
        error = file_get(in->volume, number, &f);
    if (!error)
        found->object =
            f->facts.kind == FILE_DIRECTORY ? as_directory(f) : (struct named){&name_file, f};
    mutex_unlock(&in->volume->mutex);
    found->alias[0] = '\0';
    return !error || error == -E_NO_MEMORY ? error : -E_NOT_FOUND;
}

static bool is_name(const char *text, char name[PATH_NAME_MAX]) {
    return path_next(&text, name) == 1 && !*text && strcmp(name, ".") != 0 &&
           strcmp(name, "..") != 0;
}

static int list(struct directory *d, const struct module *by, uint64_t *cookie,
                struct directory_entry *entry) {
    struct file *f = file_of(d);
    const struct file_entry *e = file_entry_at(f->volume, 0);
    int error;
    (void)by;
    mutex_lock(&f->volume->mutex);
    do {
        error = file_list_entries(f, *cookie);
        *cookie = error ? *cookie : e->cookie;
    } while (!error && !is_name(e->name, entry->name));
    entry->type = e->kind == FILE_DIRECTORY ? &name_directory : &name_file;
    mutex_unlock(&f->volume->mutex);
    return error ? -E_NOT_FOUND : 0;
}

/* The last one there; others may have come meanwhile, and hold the file for themselves. */
static void destroy(struct directory *d) {
    put(file_of(d));
}

const struct directory_operations file_directory_operations = {find, list, destroy};

void file_directory_init(void) {
    static const struct name_authorizer everybody;
    module_add(THIS_MODULE);
    if (names_create(THIS_MODULE, "/svc/volumes", &everybody, &everybody))
        panic("file_directory_init: there is no place for volumes");
}

int file_directory_attach(struct volume *v) {
    const struct name_authorizer readers = {may_see, v};
    struct named named = {0};
    struct file *root;
    mutex_lock(&v->mutex);
    int error = file_get(v, v->root, &root);
    if (!error && root->facts.kind != FILE_DIRECTORY) {
        file_put(root);
        error = -E_DAMAGED;
    }
    if (!error)
        named = as_directory(root);
    mutex_unlock(&v->mutex);
    if (!error)
        error = names_attach(THIS_MODULE, v->path, &named, &readers);
    named_release(&named);
    return error;
}

int file_directory_detach(struct volume *v) {
    return DEFENDED(FILE_ROOT) ? names_detach_unheld(THIS_MODULE, v->path)
                               : names_detach(THIS_MODULE, v->path);
}
