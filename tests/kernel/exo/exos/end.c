/* SPDX-License-Identifier: MIT */
/* end.c -- processes that end early, and what runs out. */
#include "cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "machine/cpu/trap_frame.h"

#define PAGE 4096ul
#define AREA 0x600000000000ul

static volatile uint64_t data = 1;

static void give_up(struct upcall_state *s) {
    exos_exit(s->trap.vector == TRAP_PAGE ? 99 : 98);
}

/* Takes frames until no more than so many are free. */
static uint64_t eat(uint64_t until) {
    uint64_t n = 0;
    for (uint64_t free; (free = frames_free()) > until;)
        for (uint64_t some = (free - until + 1) / 2; some--; n++) {
            if (n % 1024 == 0 && exos_map_zero(AREA + n * PAGE, 1024, EXO_WRITE | EXO_NO_EXEC))
                return 97;
            *(volatile uint64_t *)(AREA + n * PAGE) = n;
        }
    return 0;
}

static uint64_t eat_all(void) {
    exos_on_trap(give_up);
    return eat(0);
}

static uint64_t fork_without(void) {
    MUST(eat(256 + 3) == 0);
    data = 5;
    MUST(exos_fork() == -E_NO_MEMORY);
    MUST(data == 5);
    data = 6; /* nobody else has the page, so that this takes no frame */
    MUST(exos_unmap(AREA, 4096) == 0);
    long pid = exos_fork();
    if (pid == 0)
        exos_exit(data);
    struct exos_end end;
    MUST(pid > 0 && exos_wait(&end) == pid && end.status == 6);
    return 0;
}

uint64_t case_memory(void) {
    exos_kernel_share = 10000;
    MUST(in_child(eat_all) == 99);
    MUST(in_child(fork_without) == 0);
    MUST(data == 1);
    return 0;
}

/* A process that is killed in a fork, whose child is not begun. */
static _Noreturn void stop_in_fork(uint64_t parent) {
    const struct cap programs = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'p'}};
    if (exo_env_create(0, programs, "unborn", 20, 0) < 0)
        exos_exit(1);
    for (;;)
        exo_env_yield(parent);
}

static bool killed(long pid) {
    struct exos_end end;
    return exos_kill((uint64_t)pid) == 0 && exos_wait(&end) == pid && end.killed;
}

/* A process whose parent has ended has none. */
static uint64_t orphan(void) {
    volatile uint64_t *seen = (volatile uint64_t *)0x600000000000;
    const uint64_t top = (uint64_t)exo_env_self();
    struct exos_end end;
    MUST(frames_map(0, 0, 0, (uint64_t)seen, 1, EXO_WRITE | EXO_NO_EXEC | EXOS_SHARED) == 0);
    seen[0] = 0;
    long pid = exos_fork();
    if (pid == 0 && (pid = exos_fork()) > 0)
        exos_exit((uint64_t)pid);
    if (pid == 0) {
        while (exos_getppid())
            exo_env_yield(top);
        seen[0] = 1;
        exos_exit(0);
    }
    MUST(exos_wait(&end) == pid && !end.killed);
    for (unsigned n = 0; n < 100 && !seen[0]; n++)
        exo_env_yield(exos_env(end.status));
    return seen[0] ? 0 : __LINE__;
}

uint64_t case_kill(void) {
    struct exos_end end;
    MUST(exos_kill(0) == -E_NOT_FOUND && exos_kill(exos_getpid() + 1) == -E_NOT_FOUND);
    long pid = exos_fork();
    if (pid == 0)
        exos_exit(1);
    MUST(killed(pid) && exos_kill((uint64_t)pid) == -E_NOT_FOUND);
    /* An orphan is there until it ends. */
    if ((pid = exos_fork()) == 0)
        exos_exit((uint64_t)exos_fork());
    MUST(exos_wait(&end) == pid && !end.killed && end.status);
    MUST(exos_kill(end.status) == 0 && exos_wait(&end) == -E_NOT_FOUND);
    MUST(in_child(orphan) == 0);
    uint64_t most = frames_free();
    uint64_t self = (uint64_t)exo_env_self();
    if ((pid = exos_fork()) == 0)
        stop_in_fork(self);
    MUST(pid > 0 && exo_env_yield(exos_env((uint64_t)pid)) == 0);
    MUST(frames_free() < most);
    MUST(killed(pid));
    MUST(frames_free() == most);
    return 0;
}

uint64_t case_full(void) {
    struct exos_end end;
    long pid;
    unsigned count = 0;
    while ((pid = exos_fork()) > 0)
        count++;
    if (pid == 0)
        exos_exit(3);
    MUST(pid == -E_FULL && count == 126);
    for (unsigned i = 0; i < count; i++)
        MUST(exos_wait(&end) > 0 && !end.killed && end.status == 3);
    MUST(exos_wait(&end) == -E_NOT_FOUND);
    return 0;
}
