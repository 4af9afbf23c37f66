/* SPDX-License-Identifier: MIT */
/* file_calls.c -- see file_calls.h. Handlers begin with interrupts off, and what is in memory is
 * read so; all else lets others have the processor. */
#include "spin/services/files/file_calls.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/file_abi.h"
#include "spin/services/calls/call_guard.h"
#include "spin/services/calls/user_copy.h"
#include "spin/services/files/file.h"
#include "spin/services/files/file_table.h"
#include "spin/services/handlers.h"

MODULE("FileCalls");

_Static_assert((int)FILE_HOW_WRITE == FILE_OPEN_WRITE && (int)FILE_HOW_CREATE == FILE_OPEN_CREATE &&
                   (int)FILE_HOW_NEW == FILE_OPEN_NEW && FILE_PLACE == FILE_AT,
               "processes say it as the kernel does");
_Static_assert(sizeof(struct file_status) == sizeof(struct file_facts), "they are the same");

/* What a process has of this module. */
struct process_files {
    struct external_table *open;
    bool filtered; /* its names are */
    char named[FILE_NAMED_BYTES];
};

/* --- A process's table --- */

static int files_of(struct process *p, struct process_files **files) {
    struct process_files *new = p->files ? p->files : heap_alloc(sizeof *new);
    if (new && !p->files && file_table_create(&new->open)) {
        heap_free(new, sizeof *new);
        new = NULL;
    }
    *files = p->files = new;
    return new ? 0 : -E_NO_MEMORY;
}

static void end_of_process(struct process *p) {
    struct process_files *files = p->files;
    if (!files)
        return;
    p->files = NULL;
    external_destroy(files->open);
    heap_free(files, sizeof *files);
}

int file_calls_inherit(struct process *child, const struct process *parent) {
    const struct process_files *had = parent->files;
    struct process_files *files = had ? heap_alloc(sizeof *files) : NULL;
    if (!had)
        return 0;
    if (files && external_copy(had->open, &files->open)) {
        heap_free(files, sizeof *files);
        files = NULL;
    }
    child->files = files;
    return files ? 0 : -E_NO_MEMORY;
}

void file_calls_keep(struct process *next, struct process *was) {
    next->files = was->files;
    was->files = NULL;
}

/* The open file of this integer, held. */
static int open_of(uint64_t integer, struct open_file **o) {
    struct process_files *files = process_current()->files;
    void *object = NULL;
    int error =
        files ? external_internalize(files->open, integer, &name_open_file, &object) : -E_NOT_FOUND;
    *o = object;
    return error ? error : object ? 0 : -E_NOT_FOUND;
}

/* --- Names --- */

EVENT(file_named, "File.Named", long,
      (unsigned long name0, unsigned long name1, unsigned long name2, unsigned long name3)) {
    const unsigned long name[] = {name0, name1, name2, name3};
    struct process_files *files = process_current()->files;
    _Static_assert(sizeof name == FILE_NAMED_BYTES, "it has a piece's bytes");
    memcpy(files->named, name, sizeof name);
    return 0;
}

static int filter(struct process_files *files, char path[FILE_PATH_MAX]) {
    const size_t n = strlen(path) + 1;
    for (size_t at = 0; at < n; at += FILE_NAMED_BYTES) {
        unsigned long word[FILE_NAMED_BYTES / sizeof(unsigned long)] = {0};
        memcpy(word, path + at, n - at < sizeof word ? n - at : sizeof word);
        raise_exception_take(NULL); /* what somebody has left behind is not this raise's */
        long error = file_named(word[0], word[1], word[2], word[3]);
        if (error || raise_exception_take(NULL))
            return error ? (int)error : -E_DEAD;
        memcpy(path + at, files->named, n - at < sizeof word ? n - at : sizeof word);
    }
    path[n - 1] = '\0';
    return 0;
}

static int take_path(char path[FILE_PATH_MAX], vaddr_t at) {
    struct process_files *files = process_current()->files;
    long n = copy_string_in(path, at, FILE_PATH_MAX);
    return n < 0 ? (int)n : files && files->filtered ? filter(files, path) : 0;
}

/* The guard that is imposed on whoever filters. */
static bool is_of_process(void *space, unsigned long name0, unsigned long name1,
                          unsigned long name2, unsigned long name3) {
    (void)name0, (void)name1, (void)name2, (void)name3;
    return space == address_space_current;
}

static bool allows(void *unused, struct change_request *request) {
    struct process_files *files;
    (void)unused;
    if (!request->handler)
        return request->binding;
    if (!request->credentials || request->credentials != address_space_current)
        return false;
    bool on = interrupts_off();
    int error = files_of(process_current(), &files);
    interrupts_restore(on);
    if (error)
        return false;
    files->filtered = true;
    request->imposed_guard =
        (struct procedure)EVENT_GUARD_WITH(file_named, is_of_process, (void *)request->credentials);
    return true;
}

/* --- Calls on open files --- */

/* What a call does with the open file in rdi. */
#define OPEN_HANDLER(name, result)                                                                 \
    CALL_HANDLER(name) {                                                                           \
        struct open_file *o;                                                                       \
        long error = open_of(f->rdi, &o);                                                          \
        if (!error) {                                                                              \
            error = (result);                                                                      \
            name_open_file.release(o);                                                             \
        }                                                                                          \
        f->rax = (uint64_t)error;                                                                  \
    }

/* Others may have the processor meanwhile. */
#define WAITING(call)                                                                              \
    ({                                                                                             \
        sti();                                                                                     \
        long waited_ = (call);                                                                     \
        cli();                                                                                     \
        waited_;                                                                                   \
    })

OPEN_HANDLER(read, file_read(o, (void *)f->rsi, f->rdx, f->r10, true))
OPEN_HANDLER(write, WAITING(file_write(o, (const void *)f->rsi, f->rdx, f->r10, true)))
OPEN_HANDLER(sync, WAITING(file_sync(o)))
OPEN_HANDLER(truncate, WAITING(file_truncate(o, f->rsi)))
OPEN_HANDLER(forget, WAITING(file_forget(o)))

static long list(struct open_file *o, vaddr_t at) {
    uint64_t cookie;
    int error = copy_in(&cookie, at, sizeof cookie);
    return error ? error : file_list_some(o, cookie, (struct file_list *)at, true);
}
OPEN_HANDLER(list, WAITING(list(o, f->rsi)))

static long set_cache(struct open_file *o, uint64_t pages, vaddr_t policy) {
    char name[PATH_NAME_MAX];
    long n = policy ? copy_string_in(name, policy, sizeof name) : 0;
    return n < 0               ? n
           : pages > INT32_MAX ? -E_INVALID
                               : file_set_cache(o, (unsigned)pages, policy ? name : NULL);
}
OPEN_HANDLER(cache, WAITING(set_cache(o, f->rsi, f->rdx)))

CALL_HANDLER(close) {
    struct process_files *files = process_current()->files;
    f->rax = (uint64_t)(files ? external_delete(files->open, f->rdi) : -E_NOT_FOUND);
}

/* --- Calls on paths --- */

static long open_path(vaddr_t at, uint64_t how, struct open_file **o) {
    char path[FILE_PATH_MAX];
    int error = take_path(path, at);
    return error ? error : how > 7 ? -E_INVALID : file_open(path, (unsigned)how, o);
}

/* Interrupts are off: the process may have several threads. */
static long integer_of(struct process_files *files, struct open_file *o) {
    uint64_t integer;
    const struct named named = {&name_open_file, o};
    int error = external_externalize(files->open, &named, EXTERNAL_ANY_SLOT, &integer);
    file_close(o); /* the table holds it */
    return error ? error : (long)integer;
}

static long stat(vaddr_t at, vaddr_t into) {
    char path[FILE_PATH_MAX];
    struct file_facts facts;
    int error = take_path(path, at);
    if (!error)
        error = file_stat(path, &facts);
    return error ? error : copy_out(into, &facts, sizeof facts);
}

static long change_mode(vaddr_t at, uint64_t mode) {
    char path[FILE_PATH_MAX];
    int error = take_path(path, at);
    return error ? error : file_change_mode(path, mode);
}

static long with_path(vaddr_t at, int (*do_it)(const char *path)) {
    char path[FILE_PATH_MAX];
    int error = take_path(path, at);
    return error ? error : do_it(path);
}

static long with_paths(vaddr_t a, vaddr_t b, int (*do_it)(const char *a, const char *b)) {
    char first[FILE_PATH_MAX], second[FILE_PATH_MAX];
    int error = take_path(first, a);
    if (!error)
        error = take_path(second, b);
    return error ? error : do_it(first, second);
}

static int unlink(const char *path) {
    return file_remove(path, false);
}

static int rmdir(const char *path) {
    return file_remove(path, true);
}

static long mount(vaddr_t at) {
    struct file_mount m;
    if (copy_in(&m, at, sizeof m))
        return -E_FAULT;
    m.system[sizeof m.system - 1] = m.disk[sizeof m.disk - 1] = m.path[sizeof m.path - 1] =
        m.policy[sizeof m.policy - 1] = '\0';
    int error = m.format ? volume_format_disk(m.system, m.disk, "volume") : 0;
    return error                 ? error
           : m.pages > INT32_MAX ? -E_INVALID
                                 : volume_mount_disk(m.system, m.disk, m.path,
                                                     m.pages ? (unsigned)m.pages : VOLUME_PAGES,
                                                     m.policy[0] ? m.policy : NULL);
}

static long counts(vaddr_t at, vaddr_t into) {
    char path[FILE_PATH_MAX];
    const char *rest;
    struct volume *v;
    int error = take_path(path, at);
    if (!error)
        error = volume_enter(path, &v, &rest);
    if (error)
        return error;
    const struct cache_counts cache = volume_cache_counts(v);
    const struct file_counts sum = {.requests = v->disk->requests,
                                    .sectors = v->disk->sectors,
                                    .flushes = v->disk->flushes,
                                    .hits = cache.hits,
                                    .misses = cache.misses,
                                    .misruled = cache.misruled};
    mutex_unlock(&v->mutex);
    return copy_out(into, &sum, sizeof sum);
}

#define PATH_HANDLER(name, result)                                                                 \
    CALL_HANDLER(name) {                                                                           \
        f->rax = (uint64_t)WAITING(result);                                                        \
    }

static long read_link(vaddr_t at, vaddr_t into) {
    char path[FILE_PATH_MAX], to[FILE_NAME_MAX + 1];
    int error = take_path(path, at);
    if (!error)
        error = file_read_link(path, to);
    return error ? error : copy_out(into, to, strlen(to) + 1);
}

/* Where a link leads is no path yet, and not filtered. */
static long make_link(vaddr_t leads, vaddr_t at) {
    char path[FILE_PATH_MAX], to[FILE_PATH_MAX];
    long n = copy_string_in(to, leads, sizeof to);
    int error = n < 0 ? (int)n : take_path(path, at);
    return error ? error : file_symlink(to, path);
}

CALL_HANDLER(open) {
    struct process_files *files;
    struct open_file *o;
    long result = files_of(process_current(), &files);
    if (!result)
        result = WAITING(open_path(f->rdi, f->rsi, &o));
    f->rax = (uint64_t)(result ? result : integer_of(files, o));
}

PATH_HANDLER(stat, stat(f->rdi, f->rsi))
PATH_HANDLER(mkdir, with_path(f->rdi, file_mkdir))
PATH_HANDLER(unlink, with_path(f->rdi, unlink))
PATH_HANDLER(rmdir, with_path(f->rdi, rmdir))
PATH_HANDLER(rename, with_paths(f->rdi, f->rsi, file_move))
PATH_HANDLER(link, with_paths(f->rdi, f->rsi, file_name_too))
PATH_HANDLER(symlink, make_link(f->rdi, f->rsi))
PATH_HANDLER(readlink, read_link(f->rdi, f->rsi))
PATH_HANDLER(mount, mount(f->rdi))
PATH_HANDLER(unmount, with_path(f->rdi, volume_unmount))
PATH_HANDLER(counts, counts(f->rdi, f->rsi))
PATH_HANDLER(chmod, change_mode(f->rdi, f->rsi))

/* --- The calls come --- */

#define SYSTEMS 2
#define CALLS   (FILE_CALL_LAST - FILE_CALL_FIRST - 1)

static const struct {
    unsigned long number;
    trap_syscall_fn *handler;
} calls[CALLS] = {
#define CALL(name) {FILE_CALL_##name, handle_##name},
    FILE_CALLS(CALL)
#undef CALL
};

static bool is_for_all(unsigned long number) {
    return !DEFENDED(FILE_MOUNTS) || (number != FILE_CALL_mount && number != FILE_CALL_unmount);
}

void file_calls_install(address_space_handler *system, bool own) {
    static struct call_handler installed[SYSTEMS][CALLS];
    static unsigned systems;
    struct change c;
    size_t n = 0;
    for (unsigned i = 0; i < systems; i++)
        if (installed[i][0].call.system == (uintptr_t)system)
            return;
    if (!disk_at(0) || systems == SYSTEMS)
        return;
    for (size_t i = 0; i < CALLS; i++)
        if (own || is_for_all(calls[i].number))
            installed[systems][n++] =
                (struct call_handler){{(uintptr_t)system, calls[i].number}, calls[i].handler};
    event_authorize(THIS_MODULE, allows);
    assert_that(HANDLE_ONCE(process_ends, end_of_process) == 0);
    for (size_t i = 0; i < n; i++) { /* one at a time: a change has few steps */
        change_open(&c, event_trap_syscall.module, NULL);
        calls_handle(&c, &installed[systems][i], 1);
        if (change_commit(&c))
            panic("file_calls_install: the calls cannot be installed");
    }
    systems++;
}
