/* SPDX-License-Identifier: MIT */
/* programs.c -- programs that lie on the disk: all processes of one have the same frames for what
 * of it nobody writes, which stay as long as one is there, and the file is as it was. */
#include "volume_cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/exos/files/mmap.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/image.h"
#include "exo/libos/stubs.h"
#include "exo/libos/volume/volume_own.h"
#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"

#define RW       (EXOS_READ | EXOS_WRITE)
#define BASE     0x400000ul /* where programs begin */
#define LOOKS_AT 256        /* pages */
#define PROGRAM  "/disk/a program of a name that is long"

/* What a process says of itself: the frames of its program that it cannot write, which XN has, and
 * how many of them are code. */
struct seen {
    uint64_t pages, code, forked;
    uint32_t frame[LOOKS_AT];
};

static bool is_block(uint64_t frame) {
    const volatile struct exo_frame *f = exposed_frame(frame);
    return f->acl.valid && !f->acl.rights;
}

/* --- The program itself --- */

static void look(struct seen *r) {
    memset(r, 0, sizeof *r);
    for (uint64_t i = 0; i < LOOKS_AT; i++) {
        const uint64_t entry = exposed_entry(BASE + i * PAGE);
        const uint64_t frame = (entry & EXO_FRAME_OF) / PAGE;
        if (entry & EXO_PRESENT && !(entry & (EXO_WRITE | EXOS_COPIED)) && is_block(frame)) {
            r->frame[r->pages++] = (uint32_t)frame;
            r->code += !(entry & EXO_NO_EXEC);
        }
    }
}

/* Reports to descriptor 1, then does what the bytes of descriptor 0 say; or says whether it has the
 * descriptor that its second argument names. */
uint64_t program_on_disk(const char *const *argv) {
    static struct seen r;
    char order;
    if (argv[1])
        return exos_flags(argv[1][0] - '0') < 0 ? __LINE__ : 0;
    look(&r);
    MUST(exos_write(1, &r, sizeof r) == sizeof r);
    exos_env_flags = EXO_FAULT_EXPECTED;
    while (exos_read(0, &order, 1) == 1 && order != 'x') {
        const long pid = exos_fork();
        if (!pid) {
            if (order == 'w') /* and is killed */
                *(volatile char *)BASE = 0;
            look(&r);
            r.forked = 1;
            exos_exit(exos_write(1, &r, sizeof r) == sizeof r ? 0 : __LINE__);
        }
        struct exos_end end;
        MUST(pid > 0 && exos_wait(&end) == pid);
        MUST(order == 'w' ? end.killed : !end.killed && !end.status);
    }
    return 0;
}

/* --- Who looks at it --- */

struct child {
    long pid;
    int to, from;
    uint64_t cost; /* frames */
    struct seen report;
};

static bool copy_program(void) {
    struct elf_source program;
    static char some[PAGE];
    uint64_t at = 0;
    const int out = (int)exos_open(PROGRAM, RW | EXOS_CREATE | EXOS_EXCLUSIVE);
    if (out < 0 || image_find("volume", &program))
        return false;
    for (uint64_t n; at < program.len; at += n) {
        n = program.len - at < PAGE ? program.len - at : PAGE;
        if (program.read(program.arg, at, some, n) || exos_write(out, some, n) != (long)n)
            return false;
    }
    return exos_close(out) == 0;
}

static bool tell(struct child *c, char order) {
    return exos_write(c->to, &order, 1) == 1;
}

static bool hear(struct child *c) {
    return exos_read(c->from, &c->report, sizeof c->report) == sizeof c->report;
}

/* A process of that program, which has reported. */
static bool start(struct child *c, const char *path) {
    static const char *const argv[] = {"program", NULL};
    int down[2], up[2];
    const uint64_t before = frames_free();
    if (exos_pipe_pair(down) || exos_pipe_pair(up))
        return false;
    c->pid = exos_fork();
    if (!c->pid) {
        (void)exos_dup2(down[0], 0);
        (void)exos_dup2(up[1], 1);
        exos_close(down[1]); /* so that it ends with this process */
        exos_exit((uint64_t)-exos_exec(path, argv, argv));
    }
    exos_close(down[0]);
    exos_close(up[1]);
    c->to = down[1];
    c->from = up[0];
    const bool said = hear(c);
    c->cost = before - frames_free();
    return said;
}

static bool stop(struct child *c) {
    struct exos_end end;
    const bool well = tell(c, 'x') && exos_wait(&end) == c->pid && !end.killed && !end.status;
    return !exos_close(c->to) && !exos_close(c->from) && well;
}

/* Nobody takes the frame: neither who wants the block out of core, nor who wants memory. */
static uint64_t stays(uint64_t frame) {
    const uint64_t entry = (uint64_t)exposed_frame(frame)->acl.name[0] |
                           (uint64_t)exposed_frame(frame)->acl.name[1] << 8;
    const volatile struct xn_entry *e = (const volatile struct xn_entry *)EXO_XN_ENTRY + entry;
    const struct exo_pages taken = {SCRATCH | EXO_FRESH,
                                    frame * PAGE | EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC, 1};
    MUST(e->frame == frame);
    MUST(exo_xn_block(EXO_XN_HOW(EXO_XN_EVICT, 0, 0), 0, e->block, 0, 0) == -E_BUSY);
    MUST(exo_page_update(0, 0, 0, &taken, 1, 0) < 0 && e->frame == frame);
    return 0;
}

/* What is done to the file of a program that runs comes to nothing; its name may change. */
static uint64_t file_stays(void) {
    struct exos_stat s, t;
    const int fd = (int)exos_open(PROGRAM, RW), other = (int)exos_open("/disk/f", RW | EXOS_CREATE);
    MUST(fd >= 0 && other >= 0 && exos_fstat(fd, &s) == 0);
    MUST(exos_write(fd, "#", 1) == -E_BUSY && exos_truncate(fd, 0) == -E_BUSY);
    MUST(exos_truncate(fd, s.size - 1) == -E_BUSY); /* in a page that nobody has */
    MUST(exos_truncate(fd, s.size + 1) == -E_BUSY);
    MUST(exos_seek(fd, 1 << 20, EXOS_FROM_END) > 0 && exos_write(fd, "#", 1) == -E_BUSY);
    MUST(exos_mmap(0, PAGE, RW, EXOS_MAP_SHARED, fd, 0) == -E_BUSY);
    MUST(exos_unlink(PROGRAM) == -E_BUSY && exos_rename("/disk/f", PROGRAM) == -E_BUSY);
    MUST(exos_open(PROGRAM, EXOS_WRITE | EXOS_TRUNCATE) == -E_BUSY);
    MUST(exos_close(fd) == 0 && exos_close(other) == 0 && volume_unmount("/disk") == -E_BUSY);
    MUST(exos_mkdir("/disk/in") == 0 && exos_rename(PROGRAM, "/disk/in/program") == 0);
    MUST(exos_unlink("/disk/in/program") == -E_BUSY);
    /* Also when others have come by so often that nobody remembers who had it open. */
    for (unsigned i = 0; i < 2 * VOLUME_NODES; i++) {
        char path[32];
        format_text(path, sizeof path, "/disk/in/%u", i);
        MUST(exos_close((int)exos_open(path, EXOS_WRITE | EXOS_CREATE)) == 0);
        MUST(exos_unlink(path) == 0);
    }
    const int again = (int)exos_open("/disk/in/program", RW);
    MUST(again >= 0 && exos_write(again, "#", 1) == -E_BUSY && exos_close(again) == 0);
    MUST(exos_rename("/disk/in/program", PROGRAM) == 0 && exos_stat(PROGRAM, &t) == 0);
    return t.size == s.size ? 0 : __LINE__;
}

/* A process that writes there is killed. */
static bool is_killed_by(uint64_t at) {
    struct exos_end end;
    exos_env_flags = EXO_FAULT_EXPECTED;
    const long pid = exos_fork();
    if (!pid) {
        *(volatile char *)at = 0;
        exos_exit(0);
    }
    return pid > 0 && exos_wait(&end) == pid && end.killed;
}

/* Whose file is in memory that somebody writes is copied; what he has not written yet he never
 * does. */
static uint64_t copied(void) {
    static struct child c;
    const int fd = (int)exos_open(PROGRAM, RW);
    long at = exos_mmap(0, 17 * PAGE, RW, EXOS_MAP_SHARED, fd, 0);
    MUST(at > 0);
    for (unsigned i = 0; i < 16; i++) {
        volatile char *byte = (char *)at + i * PAGE;
        *byte = *byte;
    }
    MUST(start(&c, PROGRAM));
    const uint64_t pages = c.report.pages;
    MUST(pages && is_killed_by((uint64_t)at + 16 * PAGE));
    MUST(stop(&c));
    MUST(exos_munmap((uint64_t)at, 17 * PAGE) == 0 && exos_close(fd) == 0);
    MUST(start(&c, PROGRAM) && c.report.pages > pages);
    MUST(stop(&c));
    return 0;
}

/* What a child says that borrows this environment, and becomes the program. */
static uint64_t borrower(const char *digit) {
    const char *const argv[] = {"program", digit, NULL};
    struct exos_end end;
    const long pid = exos_vfork();
    if (!pid) {
        exos_exec(PROGRAM, argv, argv);
        exos_exit(__LINE__);
    }
    MUST(pid > 0 && exos_wait(&end) == pid && !end.killed);
    return end.status;
}

/* It leaves nothing here of the program that it became: the next one has each descriptor. */
static uint64_t borrowed(void) {
    uint64_t line;
    int fd[2];
    for (unsigned i = 0; i < 2; i++) {
        fd[i] = (int)exos_open("/disk/b", RW | EXOS_CREATE);
        const char digit[] = {(char)('0' + fd[i]), '\0'};
        if ((line = borrower(digit)))
            return line;
    }
    return exos_close(fd[0]) || exos_close(fd[1]) || exos_unlink("/disk/b") ? __LINE__ : 0;
}

/* However many there were, the next one has the registry's frames. */
static uint64_t many(void) {
    static struct child c;
    uint64_t line = 0;
    for (unsigned i = 0; i < VOLUME_TEXTS && !line; i++)
        line = borrower("0");
    MUST(!line && start(&c, PROGRAM) && c.report.pages > 30);
    MUST(stop(&c));
    return 0;
}

uint64_t case_programs(void) {
    static struct child archived, first, second;
    uint64_t line;
    for (int fd = 0; fd < 2; fd++) /* those are the programs' own */
        MUST(exos_open("/dev/null", RW) == fd);
    MUST(copy_program() && volume_sync() == 0);
    MUST(start(&archived, "/boot/volume") && archived.report.pages == 0);
    MUST(stop(&archived));
    MUST(start(&first, PROGRAM) && start(&second, PROGRAM));
    const uint64_t pages = first.report.pages;
    MUST(pages > 30 && second.report.pages == pages);
    MUST(!memcmp(first.report.frame, second.report.frame, sizeof first.report.frame));
    MUST(second.cost + pages <= archived.cost + 2);
    for (uint64_t i = 0; i < pages; i++)
        if ((line = stays(first.report.frame[i])))
            return line;
    if ((line = file_stays()))
        return line;
    MUST(tell(&second, 'f') && hear(&second) && second.report.forked);
    MUST(second.report.pages == pages && second.report.code == first.report.code);
    MUST(!memcmp(first.report.frame, second.report.frame, sizeof first.report.frame));
    MUST(tell(&second, 'w') && stop(&second));
    MUST(tell(&first, 'f') && hear(&first) && first.report.pages == pages);
    MUST(stop(&first));
    if ((line = copied()) || (line = borrowed()) || (line = many()))
        return line;
    const int fd = (int)exos_open(PROGRAM, RW); /* it runs no more */
    MUST(exos_write(fd, "#", 1) == 1 && exos_close(fd) == 0 && exos_unlink(PROGRAM) == 0);
    return 0;
}
