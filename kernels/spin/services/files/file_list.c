/* SPDX-License-Identifier: MIT */
/* file_list.c -- directories are listed: as many entries as a call of the file system tells. */
#include "lib/error.h"
#include "spin/services/files/file.h"

struct file_entry *file_entry_at(struct volume *v, uint64_t word) {
    return (struct file_entry *)&v->call.listed[word];
}

/* Do they lie within what there is, and have names? Each leads further than the one before, or a
 * listing would not come to an end. */
static bool are_entries(struct volume *v, uint64_t cookie) {
    const uint64_t words = v->call.count;
    uint64_t at = 0;
    if (!words || words > FILE_LIST_WORDS)
        return false;
    while (at < words) {
        struct file_entry *e = file_entry_at(v, at);
        if (words - at < FILE_ENTRY_WORDS(1) || !e->name_bytes || e->name_bytes > FILE_NAME_MAX ||
            words - at < FILE_ENTRY_WORDS(e->name_bytes) || e->cookie <= cookie)
            return false;
        e->name[e->name_bytes] = '\0';
        cookie = e->cookie;
        at += FILE_ENTRY_WORDS(e->name_bytes);
    }
    v->call.number = cookie;
    return true;
}

int file_list_entries(struct file *f, uint64_t cookie) {
    struct volume *v = f->volume;
    v->call.file = f->number;
    v->call.number = cookie;
    int error = volume_call(v, file_list);
    return error ? error : are_entries(v, cookie) ? 0 : -E_DAMAGED;
}

static int copy(const struct volume *v, struct file_list *to, bool user) {
    uint64_t head[] = {v->call.number, v->call.count};
    int error =
        file_copy(&to->word, (void *)v->call.listed, head[1] * sizeof to->word[0], user, false);
    return error ? error : file_copy(to, head, sizeof head, user, false);
}

int file_list_some(struct open_file *o, uint64_t cookie, struct file_list *to, bool user) {
    struct volume *v = o->file->volume;
    mutex_lock(&v->mutex);
    int error =
        o->file->facts.kind == FILE_DIRECTORY ? file_list_entries(o->file, cookie) : -E_INVALID;
    if (!error)
        error = copy(v, to, user);
    mutex_unlock(&v->mutex);
    return error;
}
