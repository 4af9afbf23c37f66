/* SPDX-License-Identifier: MIT */
/* map.c -- memory by the page, and what children have of it. */
#include "files_cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/mmap.h"
#include "exo/libos/exos/files/shared.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "lib/string.h"

#define RW (EXOS_READ | EXOS_WRITE)

static volatile uint64_t fault_at, faults;

/* A store that may not be: the page is opened. */
static void open_it(struct upcall_state *s) {
    fault_at = s->trap.address;
    if (faults++ > 8 || exos_mprotect(s->trap.address & -PAGE, PAGE, RW))
        exo_env_exit(77);
}

static bool ended_with(long pid, uint64_t status) {
    struct exos_end end;
    return pid > 0 && exos_wait(&end) == pid && !end.killed && end.status == status;
}

static uint64_t files_of_maps(void) {
    int p[2];
    char bytes[8];
    int fd = (int)exos_open("/m", RW | EXOS_CREATE);
    MUST(exos_write(fd, "abcdef", 6) == 6 && exos_truncate(fd, 3 * PAGE) == 0);
    char *shared = (char *)exos_mmap(0, 3 * PAGE, RW, EXOS_MAP_SHARED, fd, 0);
    char *own = (char *)exos_mmap(0, 3 * PAGE, RW, 0, fd, 0);
    char *behind = (char *)exos_mmap(0, PAGE, EXOS_READ, 0, fd, 3 * PAGE);
    MUST((long)shared > 0 && (long)own > 0 && (long)behind > 0 && shared != own);
    MUST(!exposed_entry((uint64_t)behind)); /* behind the end nothing is */
    /* What is written here is in the file, and back; the private one keeps its own. */
    MUST(!memcmp(shared, "abcdef", 6) && !memcmp(own, "abcdef", 6));
    shared[1] = 'X';
    MUST(exos_seek(fd, 0, EXOS_FROM_START) == 0 && exos_read(fd, bytes, 3) == 3 && bytes[1] == 'X');
    MUST(own[1] == 'X');
    own[2] = 'Y';
    MUST(shared[2] == 'c' && own[2] == 'Y');
    MUST(exos_write(fd, "Z", 1) == 1 && shared[3] == 'Z' && own[3] == 'd');
    shared[2 * PAGE] = '!';
    MUST(exos_close(fd) == 0 && exos_unlink("/m") == 0); /* the memory keeps the file */
    fd = (int)exos_open("/fill", EXOS_WRITE | EXOS_CREATE);
    while (exos_write(fd, own, PAGE) > 0) /* takes each page that is free */
        ;
    MUST(exos_close(fd) == 0 && exos_unlink("/fill") == 0);
    MUST(shared[2 * PAGE] == '!' && shared[0] == 'a' && exos_pipe_pair(p) == 0);
    long pid = exos_fork();
    if (pid == 0) {
        shared[0] = 'C';
        own[0] = 'C';
        exos_exit((uint64_t)own[2]);
    }
    MUST(ended_with(pid, 'Y') && shared[0] == 'C' && own[0] == 'a');
    MUST(exos_munmap((uint64_t)shared, 3 * PAGE) == 0 && exos_munmap((uint64_t)own, 3 * PAGE) == 0);
    MUST(exos_munmap((uint64_t)behind, PAGE) == 0 && !exposed_entry((uint64_t)shared));
    /* Only what was opened to be written is written. */
    MUST(exos_close(exos_open("/r", EXOS_WRITE | EXOS_CREATE)) == 0);
    fd = (int)exos_open("/r", EXOS_READ);
    MUST(exos_mmap(0, PAGE, RW, EXOS_MAP_SHARED, fd, 0) == -E_PERM);
    long at = exos_mmap(0, PAGE, EXOS_READ, EXOS_MAP_SHARED, fd, 0);
    MUST(at > 0 && exos_mprotect((uint64_t)at, PAGE, RW) == -E_PERM);
    MUST(exos_mmap(0, PAGE, EXOS_READ, 0, p[0], 0) == -E_INVALID);
    MUST(exos_mmap(0, PAGE, EXOS_READ, 0, 99, 0) == -E_NOT_FOUND);
    return 0;
}

/* Where no area is left what is there stays; and memory that is gone keeps no descriptor. */
static uint64_t many_areas(void) {
    uint64_t at = 0x200000000000, n = 0;
    int fd = (int)exos_open("/many", RW | EXOS_CREATE);
    long got = 0;
    MUST(exos_write(fd, "many", 4) == 4);
    for (unsigned i = 0; i < 2 * MAPPED_FDS; i++) {
        got = exos_mmap(0, PAGE, EXOS_READ, 0, fd, 0);
        MUST(got > 0 && !memcmp((const void *)got, "many", 4));
        MUST(exos_munmap((uint64_t)got, PAGE) == 0);
    }
    while ((got = exos_mmap(at + 2 * n * PAGE, PAGE, RW, EXOS_MAP_FIXED, -1, 0)) > 0)
        *(char *)(at + 2 * n++ * PAGE) = 'm';
    MUST(got == -E_FULL && n > 10);
    MUST(exos_mmap(at, PAGE, RW, EXOS_MAP_FIXED, -1, 0) == -E_FULL && *(char *)at == 'm');
    MUST(exos_mmap(0, PAGE, EXOS_READ, 0, fd, 0) == -E_FULL);
    while (n--)
        MUST(exos_munmap(at + 2 * n * PAGE, PAGE) == 0);
    MUST(exos_mmap(0, PAGE, EXOS_READ, 0, fd, 0) > 0);
    return 0;
}

uint64_t case_map(void) {
    uint64_t line = files_of_maps();
    if (!line)
        line = many_areas();
    if (line)
        return line;
    long at = exos_mmap(0, 8 * PAGE, RW, 0, -1, 0);
    volatile char *m = (volatile char *)at;
    MUST(at > 0 && !(exposed_entry((uint64_t)at) & EXO_PRESENT) && m[0] == 0);
    MUST(exos_mmap(0, 100, RW, 0, -1, 0) == -E_INVALID && exos_mmap(0, 0, RW, 0, -1, 0) < 0);
    MUST(exos_mmap(0, PAGE, EXOS_WRITE, 0, -1, 0) == -E_INVALID);
    MUST(exos_mmap(0, PAGE, RW | EXOS_EXECUTE, 0, -1, 0) == -E_INVALID);
    MUST(exos_mmap(EXO_UAREAS, PAGE, RW, EXOS_MAP_FIXED, -1, 0) == -E_INVALID);
    /* Rights: of a page that is there, and of one that is not yet. */
    exos_on_trap(open_it);
    for (unsigned i = 0; i < 4; i++)
        m[i * PAGE] = 'a';
    MUST(exos_mprotect((uint64_t)at, 8 * PAGE, EXOS_READ) == 0 && m[0] == 'a' && !faults);
    m[PAGE] = 'b';
    MUST(faults == 1 && fault_at == (uint64_t)at + PAGE && m[PAGE] == 'b');
    MUST(m[5 * PAGE] == 0 && faults == 1); /* touched, and one of zeroes */
    m[6 * PAGE] = 'c';
    MUST(faults == 2 && m[6 * PAGE] == 'c' && m[2 * PAGE] == 'a');
    /* A page that a child has, too, is copied when it is opened and written. */
    long pid = exos_fork();
    if (pid == 0)
        exos_exit(exos_mprotect((uint64_t)at, 8 * PAGE, RW) ? 1 : (m[0] = 'z'));
    MUST(ended_with(pid, 'z') && m[0] == 'a');
    MUST(exos_mprotect((uint64_t)at, 8 * PAGE, RW) == 0 && (m[0] = 'y') == 'y' && faults == 2);
    MUST(exos_mprotect((uint64_t)at + 8 * PAGE, PAGE, RW) == -E_NOT_FOUND);
    /* A hole, which the next one fills. */
    MUST(exos_munmap((uint64_t)at + 2 * PAGE, 2 * PAGE) == 0);
    MUST(exos_mprotect((uint64_t)at, 8 * PAGE, RW) == -E_NOT_FOUND);
    MUST(exos_mmap(0, 2 * PAGE, RW, 0, -1, 0) == at + 2 * (long)PAGE && !m[2 * PAGE]);
    MUST(exos_mmap((uint64_t)at, PAGE, RW, EXOS_MAP_FIXED, -1, 0) == at && !m[0]);
    /* Shared with a child. */
    volatile char *s = (volatile char *)exos_mmap(0, 2 * PAGE, RW, EXOS_MAP_SHARED, -1, 0);
    MUST((long)s > 0 && !s[0] && !s[2 * PAGE - 1]);
    if ((pid = exos_fork()) == 0)
        exos_exit((uint64_t)(s[PAGE] = 's'));
    MUST(ended_with(pid, 's') && s[PAGE] == 's');
    /* The break. */
    long end = exos_brk(0);
    MUST(end > 0 && exos_brk((uint64_t)end + 5000) == end + 5000 && !*(char *)(end + 4999));
    *(char *)(end + 4999) = 1;
    MUST(exos_brk((uint64_t)end) == end && !exposed_entry((uint64_t)end + PAGE));
    MUST(exos_brk((uint64_t)end + 5000) == end + 5000 && !*(char *)(end + 4999));
    return exos_brk(1) == -E_INVALID ? 0 : __LINE__;
}
