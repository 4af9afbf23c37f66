/* SPDX-License-Identifier: MIT */
/* shared.c -- files among processes. */
#include "files_cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/mmap.h"
#include "exo/libos/exos/files/shared.h"
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "lib/string.h"

#define RW (EXOS_READ | EXOS_WRITE)

static char bytes[20000];

static bool ended_well(long pid) {
    struct exos_end end;
    return pid > 0 && exos_wait(&end) == pid && !end.killed && !end.status;
}

static bool killed(long pid) {
    struct exos_end end;
    return !exos_kill((uint64_t)pid) && exos_wait(&end) == pid && end.killed;
}

static void run_child(long pid) {
    exo_env_yield(exos_env((uint64_t)pid));
}

static void die(struct upcall_state *s) {
    (void)s;
    exo_env_exit(7); /* without a word to the library */
}

static unsigned open_files(void) {
    unsigned n = 0;
    for (unsigned i = 0; i < OPEN_FILES; i++)
        n += files->file[i].users != 0;
    return n;
}

uint64_t case_shared(void) {
    struct exos_stat s;
    int fd = (int)exos_open("/f", RW | EXOS_CREATE);
    exos_mkdir("/d");
    MUST(exos_chdir("/d") == 0);
    long pid = exos_fork();
    if (pid == 0) { /* the offset is one, and the directory was copied */
        exos_write(fd, "child", 5);
        exos_mkdir("of-child");
        exos_chdir("/");
        exos_exit(exos_close(fd) ? 1 : 0);
    }
    MUST(ended_well(pid) && exos_write(fd, "+parent", 7) == 7 && exos_stat("of-child", &s) == 0);
    MUST(exos_seek(fd, 0, EXOS_FROM_START) == 0 && exos_read(fd, bytes, 100) == 12);
    MUST(!memcmp(bytes, "child+parent", 12));
    /* What the child opens is its own; a child that borrows the environment has its own row. */
    if ((pid = exos_fork()) == 0)
        exos_exit((uint64_t)exos_open("/f", EXOS_READ) - 1);
    MUST(ended_well(pid) && exos_flags(1) == -E_NOT_FOUND && open_files() == 1);
    pid = exos_vfork();
    if (pid == 0)
        exos_exit((uint64_t)(exos_open("/f", EXOS_READ) - 1 + exos_close(fd)));
    MUST(ended_well(pid) && exos_flags(fd) == RW && exos_flags(1) == -E_NOT_FOUND);
    /* A lock belongs to the open file: a copy has it, another waits. The lock of a process that was
     * killed is taken over. */
    int other = (int)exos_open("/f", RW);
    MUST(exos_flock(fd, EXOS_LOCK, 0) == 0 && exos_flock(fd, EXOS_LOCK, 0) == 0);
    MUST(exos_flock(other, EXOS_LOCK_SHARED, EXOS_NONBLOCK) == -E_BUSY);
    MUST(exos_flock(fd, EXOS_LOCK_SHARED, 0) == 0);
    MUST(exos_flock(other, EXOS_LOCK_SHARED, EXOS_NONBLOCK) == 0);
    MUST(exos_flock(other, EXOS_LOCK, EXOS_NONBLOCK) == -E_BUSY);
    MUST(exos_close(other) == 0 && exos_flock(fd, EXOS_UNLOCK, 0) == 0);
    uint64_t self = (uint64_t)exo_env_self();
    if ((pid = exos_fork()) == 0) {
        other = (int)exos_open("/f", RW);
        exos_flock(other, EXOS_LOCK, 0);
        for (;;)
            exo_env_yield(self);
    }
    run_child(pid);
    MUST(exos_flock(fd, EXOS_LOCK, EXOS_NONBLOCK) == -E_BUSY);
    uint64_t env = exos_env((uint64_t)pid);
    MUST(exo_env_destroy(0, env) == 0); /* by somebody who knows nothing of files */
    MUST(exos_flock(fd, EXOS_LOCK, 0) == 0 && open_files() == 1);
    struct exos_end end;
    MUST(exos_wait(&end) == pid && end.killed);
    /* A process that traps in the middle of its work leaves nothing open. */
    if ((pid = exos_fork()) == 0) {
        exos_on_trap(die);
        exos_open("/f", EXOS_READ);
        exos_read(fd, (void *)0x1000, 1);
        exos_exit(0);
    }
    MUST(exos_wait(&end) == pid && end.killed && open_files() == 1);
    /* A descriptor that becomes another lets go of the file that it was of. */
    int over = (int)exos_open("/over", RW | EXOS_CREATE);
    MUST(over >= 0 && open_files() == 2 && exos_dup2(fd, over) == over && open_files() == 1);
    MUST(exos_close(over) == 0);
    MUST(exos_seek(fd, 0, EXOS_FROM_START) == 0 && exos_read(fd, bytes, 100) == 12);
    return 0;
}

/* The program that a child became: its descriptors and its directory are what they were, but for
 * what exec closes. */
uint64_t case_executed(void) {
    struct exos_stat s;
    char text[4];
    MUST(exos_flags(0) == RW && exos_flags(1) == -E_NOT_FOUND && exos_stat("here", &s) == 0);
    MUST(exos_read(0, text, 3) == 3 && !memcmp(text, "def", 3)); /* the offset is */
    for (int fd = EXOS_FDS; fd < (int)ROW_FDS; fd++) /* those of memory that is no more */
        MUST(!row_own()->file[fd]);
    return exos_write(0, "g", 1) == 1 ? 33 : __LINE__;
}

uint64_t case_exec(void) {
    const char *argv[FILES_CASES + 1] = {0};
    struct exos_end end;
    for (unsigned i = 0; i < FILES_CASES; i++)
        argv[i] = "files";
    int fd = (int)exos_open("/f", RW | EXOS_CREATE);
    MUST(exos_open("/f", RW | EXOS_CLOEXEC) == 1 && exos_write(fd, "abcdef", 6) == 6);
    MUST(exos_seek(fd, 3, EXOS_FROM_START) == 3 && exos_mkdir("/d") == 0 && exos_chdir("/d") == 0);
    MUST(exos_close(exos_open("here", EXOS_WRITE | EXOS_CREATE)) == 0);
    MUST(exos_mmap(0, PAGE, EXOS_READ, EXOS_MAP_SHARED, fd, 0) > 0);
    long pid = exos_fork();
    if (pid == 0)
        exos_exit((uint64_t)-exos_exec("/boot/files", argv, 0));
    MUST(pid > 0 && exos_wait(&end) == pid && !end.killed);
    if (end.status != 33)
        return 1000 + end.status;
    MUST(exos_seek(fd, 0, EXOS_FROM_HERE) == 7 && exos_flags(1) == (RW | EXOS_CLOEXEC));
    MUST(exos_exec("/f", argv, 0) == -E_BAD_IMAGE && exos_exec("/no", argv, 0) == -E_NOT_FOUND);
    MUST(exos_flags(1) == (RW | EXOS_CLOEXEC)); /* what fails closes nothing */
    return 0;
}

static char byte_of(uint64_t n) {
    return (char)(n * 7 + n / 251);
}

/* Writes so many bytes that tell their order. */
static _Noreturn void send(int fd, uint64_t total) {
    for (uint64_t sent = 0, n; sent < total; sent += n) {
        n = 1 + sent % 9973;
        n = n < total - sent ? n : total - sent;
        for (uint64_t i = 0; i < n; i++)
            bytes[i] = byte_of(sent + i);
        if (exos_write(fd, bytes, n) != (long)n)
            exos_exit(3);
    }
    exos_exit(0);
}

uint64_t case_file_pipe(void) {
    int p[2];
    uint64_t got = 0;
    MUST(exos_pipe_pair(p) == 0 && exos_read(p[1], bytes, 1) == -E_PERM);
    MUST(exos_write(p[0], bytes, 1) == -E_PERM && exos_seek(p[0], 0, 0) == -E_INVALID);
    long pid = exos_fork();
    if (pid == 0)
        send(p[1], 100000);
    MUST(pid > 0 && exos_close(p[1]) == 0);
    for (long n; (n = exos_read(p[0], bytes, 1 + got % sizeof bytes)) > 0;)
        for (long i = 0; i < n; i++, got++)
            MUST(bytes[i] == byte_of(got));
    MUST(got == 100000 && ended_well(pid) && exos_read(p[0], bytes, 1) == 0);
    MUST(exos_close(p[0]) == 0);
    /* The only writer is killed: the end. The only reader is: nobody takes it. */
    uint64_t self = (uint64_t)exo_env_self();
    MUST(exos_pipe_pair(p) == 0);
    if ((pid = exos_fork()) == 0) {
        exos_write(p[1], "abc", 3);
        for (;;)
            exo_env_yield(self);
    }
    run_child(pid);
    MUST(exos_close(p[1]) == 0 && exos_read(p[0], bytes, 9) == 3);
    MUST(exo_env_destroy(0, exos_env((uint64_t)pid)) == 0 && exos_read(p[0], bytes, 9) == 0);
    MUST(killed(pid) || exos_wait(&(struct exos_end){0}) == pid);
    MUST(exos_close(p[0]) == 0 && exos_pipe_pair(p) == 0);
    MUST(exos_close(p[0]) == 0 && exos_write(p[1], "x", 1) == -E_DEAD && exos_close(p[1]) == 0);
    /* Who is not to wait is told; up to a page comes whole or not at all. */
    MUST(exos_pipe_pair(p) == 0 && exos_set_flags(p[0], EXOS_NONBLOCK) == 0);
    MUST(exos_set_flags(p[1], EXOS_NONBLOCK) == 0 && exos_read(p[0], bytes, 1) == -E_AGAIN);
    MUST(exos_write(p[1], bytes, 4096) == 4096 && exos_write(p[1], bytes, 4000) == 4000);
    MUST(exos_write(p[1], bytes, 97) == -E_AGAIN && exos_write(p[1], bytes, 96) == 96);
    MUST(exos_read(p[0], bytes, 9000) == 8192);
    MUST(exos_close(p[0]) == 0 && exos_close(p[1]) == 0 && open_files() == 0);
    /* A pipe with a name. */
    MUST(exos_mknod("/p", RAMFS_PIPE) == 0);
    p[0] = (int)exos_open("/p", EXOS_READ);
    p[1] = (int)exos_open("/p", EXOS_WRITE);
    MUST(exos_write(p[1], "named", 5) == 5 && exos_read(p[0], bytes, 9) == 5 && bytes[4] == 'd');
    return 0;
}

/* What is written over all that is shared, but for where this process's row is. */
uint64_t case_spoil(void) {
    int fd = (int)exos_open("/f", RW | EXOS_CREATE);
    exos_write(fd, "abc", 3);
    uint64_t random = 12345;
    for (unsigned round = 0; round < 40; round++) {
        long pid = exos_fork();
        if (pid == 0) {
            uint64_t *word = (uint64_t *)EXOS_FILES;
            for (unsigned n = 0; n < 300; n++) {
                random = random * 6364136223846793005ul + 1442695040888963407ul;
                uint64_t words = (sizeof(struct shared_files) + sizeof(struct ramfs)) / 8;
                uint64_t at = (random >> 20) % words;
                if (n % 2) /* a node that is used, most likely */
                    at = (uint64_t)((uint64_t *)files_tree->node - word) + at % 128;
                if (&word[at] != (uint64_t *)files_tree) /* how large it is */
                    word[at] = n % 3 ? random : random >> 60;
            }
            exo_env_exit(0);
        }
        random += round * 977;
        if (pid > 0)
            exos_wait(&(struct exos_end){0});
        /* Anything may come of these but a fault. */
        struct exos_stat s;
        struct exos_poll poll = {fd, EXOS_POLL_READ, 0};
        exos_set_flags(fd, EXOS_NONBLOCK);
        exos_write(fd, bytes, 5000);
        exos_read(fd, bytes, 5000);
        exos_seek(fd, -1, EXOS_FROM_END);
        exos_stat("/dev/../f", &s);
        exos_rename("/f", "/dev/f");
        exos_mkdir("/x");
        exos_poll(&poll, 1, 0);
        exos_close(exos_open("/dev/zero", RW | EXOS_NONBLOCK));
    }
    return 0;
}
