/* SPDX-License-Identifier: MIT */
/* file_paths.c -- what is done by names: each component is asked of the file system (file.h). */
#include "lib/error.h"
#include "lib/string.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/files/file.h"

volatile uint64_t file_changes;

int file_begin_change(struct volume *v) {
    file_changes = file_changes + 1;
    if (!v->writable || v->failed)
        return -E_READ_ONLY;
    return block_cache_is_pressed(v->cache) ? volume_write(v, UINT32_MAX, true) : 0;
}

/* --- What is done there --- */

static unsigned mode_of(unsigned kind) {
    return kind == FILE_DIRECTORY ? 0755 : kind == FILE_SYMLINK ? 0777 : 0644;
}

static int make(struct volume *v, uint64_t directory, const char *name, long n, unsigned kind,
                uint64_t *file) {
    int error = file_begin_change(v);
    if (error)
        return error;
    v->call.file = directory;
    v->call.facts = (struct file_facts){.kind = kind, .mode = mode_of(kind)};
    file_set_name(v->call.name, &v->call.name_bytes, name, n);
    error = volume_call(v, file_make);
    *file = v->call.other;
    if (!error)
        file_names_set(v->names, directory, name, n, *file);
    return error;
}

static int open_held(struct volume *v, struct file *f, unsigned how, struct open_file **o) {
    const bool writes = how & (FILE_OPEN_WRITE | FILE_OPEN_CREATE);
    int error = 0;
    if (!file_access(f->facts.mode, f->facts.owner, writes))
        error = -E_PERM;
    else if (writes && f->facts.kind != FILE_PLAIN)
        error = -E_INVALID;
    else if (writes && (!v->writable || v->failed))
        error = -E_READ_ONLY;
    else
        error = file_choose_cache(f);
    if (!error)
        error = file_open_as(f, writes, o);
    if (error)
        file_put(f);
    return error;
}

static int open_locked(struct volume *v, const char *rest, unsigned how, struct open_file **o) {
    uint64_t directory, file;
    struct file *f;
    const char *last;
    long n;
    if (!(how & FILE_OPEN_CREATE)) {
        int error = file_walk(v, rest, &f);
        return error ? error : open_held(v, f, how, o);
    }
    int error = file_walk_to_last(v, rest, &directory, &last, &n);
    if (error)
        return error;
    error = file_find_name(v, directory, last, n, &file);
    if (!error && how & FILE_OPEN_NEW)
        return -E_EXISTS;
    if (error == -E_NOT_FOUND)
        error = make(v, directory, last, n, FILE_PLAIN, &file);
    if (!error)
        error = file_get(v, file, &f);
    return error ? error : open_held(v, f, how, o);
}

int file_open(const char *path, unsigned how, struct open_file **o) {
    struct volume *v;
    int error = volume_enter(path, &v, &path);
    if (error)
        return error;
    error = open_locked(v, path, how, o);
    mutex_unlock(&v->mutex);
    return error;
}

int file_stat(const char *path, struct file_facts *facts) {
    struct volume *v;
    struct file *f;
    int error = volume_enter(path, &v, &path);
    if (error)
        return error;
    error = file_walk(v, path, &f);
    if (!error) {
        *facts = f->facts;
        file_put(f);
    }
    mutex_unlock(&v->mutex);
    return error;
}

/* What else can be changed stays as it is. */
static int change_mode(struct volume *v, const char *path, unsigned long mode) {
    struct file *f;
    int error = file_walk(v, path, &f);
    if (error)
        return error;
    error = file_begin_change(v);
    if (!error) {
        v->call.file = f->number;
        v->call.facts = f->facts;
        v->call.facts.mode = mode;
        error = volume_call(v, file_change);
        f->stale = true;
    }
    file_put(f);
    return error;
}

int file_change_mode(const char *path, unsigned long mode) {
    struct volume *v;
    int error = volume_enter(path, &v, &path);
    if (error)
        return error;
    error = mode > FILE_MODE_MAX ? -E_INVALID : change_mode(v, path, mode);
    mutex_unlock(&v->mutex);
    return error;
}

/* A file of this kind; a symbolic link leads to `to`. */
static int make_new(const char *path, unsigned kind, const char *to) {
    struct volume *v;
    uint64_t directory, file;
    const char *last;
    long n;
    int error = volume_enter(path, &v, &path);
    if (error)
        return error;
    error = file_walk_to_last(v, path, &directory, &last, &n);
    file_set_name(v->call.to, &v->call.to_bytes, to, (long)strlen(to));
    if (!error)
        error = make(v, directory, last, n, kind, &file);
    mutex_unlock(&v->mutex);
    return error;
}

int file_mkdir(const char *path) {
    return make_new(path, FILE_DIRECTORY, "");
}

int file_symlink(const char *to, const char *path) {
    return !*to                         ? -E_INVALID
           : strlen(to) > FILE_NAME_MAX ? -E_TOO_LONG
                                        : make_new(path, FILE_SYMLINK, to);
}

int file_read_link(const char *path, char to[FILE_NAME_MAX + 1]) {
    struct volume *v;
    uint64_t directory, number;
    struct file *f;
    const char *last;
    long n;
    int error = volume_enter(path, &v, &path);
    if (error)
        return error;
    error = file_walk_to_last(v, path, &directory, &last, &n);
    if (!error)
        error = file_find_name(v, directory, last, n, &number);
    if (!error)
        error = file_get(v, number, &f);
    if (!error) {
        error = f->facts.kind == FILE_SYMLINK ? file_target_of(f, to) : -E_INVALID;
        file_put(f);
    }
    mutex_unlock(&v->mutex);
    return error;
}

/* A file has lost a name, and has so many left. */
static void lost_name(struct volume *v, uint64_t number, unsigned long links) {
    struct file *f;
    if (!number || file_get(v, number, &f))
        return;
    f->stale = links != 0;
    f->unlinked = !links;
    file_put(f);
}

static int remove(struct volume *v, const char *path, bool directory) {
    struct file_call *c = &v->call;
    uint64_t in;
    const char *last;
    long n;
    int error = file_walk_to_last(v, path, &in, &last, &n);
    if (!error)
        error = file_begin_change(v);
    if (error)
        return error;
    file_names_set(v->names, in, last, n, 0);
    c->file = in;
    c->flags = directory ? FILE_DIRECTORY : 0;
    file_set_name(c->name, &c->name_bytes, last, n);
    error = volume_call(v, file_unlink);
    if (!error)
        lost_name(v, c->other, c->facts.links);
    return error;
}

int file_remove(const char *path, bool directory) {
    struct volume *v;
    int error = volume_enter(path, &v, &path);
    if (error)
        return error;
    error = remove(v, path, directory);
    mutex_unlock(&v->mutex);
    return error;
}

/* Is the directory `inside`, or the way up from it, this file? A way that comes back to where it
 * was after twice, four times, eight times so many steps (Brent, 1980) leads to no root:
 * -E_DAMAGED. */
static int is_inside(struct volume *v, uint64_t inside, uint64_t file) {
    uint64_t was = 0;
    for (uint64_t step = 1; inside != file && inside != v->root && DEFENDED(FILE_INSIDE); step++) {
        int error = file_find_name(v, inside, "..", 2, &inside);
        if (error || inside == was)
            return error ? error : -E_DAMAGED;
        was = step & (step - 1) ? was : inside;
    }
    return inside == file && DEFENDED(FILE_INSIDE) ? -E_INVALID : 0;
}

static int move(struct volume *v, const char *from, const char *to) {
    struct file_call *c = &v->call;
    uint64_t source, target, moved;
    const char *name, *as;
    long n, m;
    int error = file_walk_to_last(v, from, &source, &name, &n);
    if (!error)
        error = file_walk_to_last(v, to, &target, &as, &m);
    if (!error)
        error = file_find_name(v, source, name, n, &moved);
    if (!error && source != target)
        error = is_inside(v, target, moved);
    if (!error)
        error = file_begin_change(v);
    if (error)
        return error;
    file_names_set(v->names, source, name, n, 0);
    file_names_set(v->names, target, as, m, 0);
    file_names_set(v->names, moved, "..", 2, 0);
    c->file = source;
    c->other = target;
    file_set_name(c->name, &c->name_bytes, name, n);
    file_set_name(c->to, &c->to_bytes, as, m);
    error = volume_call(v, file_rename);
    if (error)
        return error;
    lost_name(v, c->block, c->facts.links);
    file_names_set(v->names, target, as, m, moved);
    return error;
}

static int name_too(struct volume *v, struct file *f, const char *to) {
    struct file_call *c = &v->call;
    uint64_t directory;
    const char *last;
    long n;
    int error = file_walk_to_last(v, to, &directory, &last, &n);
    if (!error)
        error = f->facts.kind == FILE_DIRECTORY ? -E_INVALID : file_begin_change(v);
    if (error)
        return error;
    c->file = directory;
    c->other = f->number;
    file_set_name(c->name, &c->name_bytes, last, n);
    f->stale = true;
    return volume_call(v, file_link);
}

static int link(struct volume *v, const char *path, const char *to) {
    struct file *f;
    int error = file_walk(v, path, &f);
    if (error)
        return error;
    error = name_too(v, f, to);
    file_put(f);
    return error;
}

/* Both names are in one volume. */
static int with_both(int (*do_it)(struct volume *v, const char *a, const char *b), const char *a,
                     const char *b) {
    struct volume *v, *other;
    int error = volume_enter(a, &v, &a);
    if (error)
        return error;
    error = volume_of(b, &other, &b);
    if (!error)
        error = v == other ? do_it(v, a, b) : -E_ELSEWHERE;
    mutex_unlock(&v->mutex);
    return error;
}

int file_move(const char *from, const char *to) {
    return with_both(move, from, to);
}

int file_name_too(const char *path, const char *to) {
    return with_both(link, path, to);
}
