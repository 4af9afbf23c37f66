/* SPDX-License-Identifier: MIT */
/* open_file.c -- see shared.h: who has which descriptor, and which open files that keeps. */
#include "exo/defence.h"
#include "exo/libos/exos/files/other_tree.h"
#include "exo/libos/exos/process/critical.h"
#include "exo/libos/exos/process/exec.h"
#include "exo/libos/exos/process/hooks.h"
#include "lib/error.h"

static struct row *row_of(uint64_t pid) {
    return &files->row[pid % PROCESSES];
}

struct row *row_own(void) {
    return row_of(exos_own()->pid);
}

static struct open_file *at_number(unsigned number) {
    bool is_one = number && number <= OPEN_FILES && files->file[number - 1].users;
    return is_one ? &files->file[number - 1] : NULL;
}

struct open_file *open_file_of(int fd) {
    return fd >= 0 && fd < (int)ROW_FDS ? at_number(row_own()->file[fd]) : NULL;
}

long descriptor_new(struct open_file *f, int least, int end, bool cloexec) {
    struct row *r = row_own();
    for (int fd = least; fd >= 0 && fd < end; fd++)
        if (!r->file[fd]) {
            f->users++;
            r->cloexec[fd] = cloexec;
            r->file[fd] = (uint16_t)(f - files->file + 1);
            return fd;
        }
    return -E_FULL;
}

/* Nobody has it any more. */
void open_file_drop(struct open_file *f) {
    f->users = 0;
    file_counts(f, -1);
    vnode_leave(f->at);
    ++*files_event(f->at);
}

/* This program does not know trees of that kind: another one closes it. */
static bool is_foreign(struct vnode at) {
    return (at.tree == TREE_OTHER && !other_tree) || (at.tree == TREE_NAMELESS && !nameless);
}

void descriptor_close(struct row *r, int fd) {
    struct open_file *f = at_number(r->file[fd]);
    if (f && is_foreign(f->at))
        return;
    r->file[fd] = 0;
    if (f && --f->users == 0)
        open_file_drop(f);
}

struct open_file *open_file_new(struct vnode at, unsigned flags) {
    for (unsigned i = 0; i < OPEN_FILES; i++) {
        struct open_file *f = &files->file[i];
        if (f->users)
            continue;
        *f = (struct open_file){.flags = flags, .at = at};
        vnode_use(at);
        file_counts(f, 1);
        return f;
    }
    return NULL;
}

static void close_row(struct row *r) {
    bool rest = is_foreign(r->directory);
    for (int fd = 0; fd < (int)ROW_FDS; fd++) {
        if (r->file[fd])
            descriptor_close(r, fd);
        rest = rest || r->file[fd];
    }
    if (rest)
        return;
    vnode_leave(r->directory);
    r->pid = 0;
}

bool open_files_sweep(void) {
    bool any = false;
    for (struct row *r = files->row; r < files->row + PROCESSES; r++)
        if (r->pid && !process_lives(r->pid) && DEFENDED(FILES_SWEEP)) {
            close_row(r);
            any = true;
        }
    return any;
}

/* --- What processes do --- */

static void forked(uint64_t child) {
    struct row *to = row_of(child), *from = row_own();
    critical_begin();
    if (to->pid) /* of one that ended */
        close_row(to);
    *to = *from;
    to->pid = child;
    vnode_use(to->directory);
    for (unsigned fd = 0; fd < ROW_FDS; fd++) {
        struct open_file *f = at_number(to->file[fd]);
        if (f)
            f->users++;
    }
    critical_end();
}

static void ended(uint64_t pid) {
    critical_begin();
    if (row_of(pid)->pid == pid)
        close_row(row_of(pid));
    critical_end();
}

static long executes(void) {
    return exec_keep(EXOS_FILES, sizeof(struct shared_files) / PAGE + files->pages);
}

void open_files_begin(void) {
    static struct process_hooks hooks = {.forked = forked, .ended = ended, .exec = executes};
    hooks_add(&hooks);
}

void open_files_go_on(void) {
    struct row *r = row_own();
    critical_begin();
    for (int fd = 0; fd < (int)ROW_FDS; fd++)
        if (r->file[fd] && (r->cloexec[fd] || fd >= EXOS_FDS))
            descriptor_close(r, fd);
    critical_end();
}
