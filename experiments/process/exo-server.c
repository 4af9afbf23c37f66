/* SPDX-License-Identifier: MIT */
/* exo-server.c -- the process of ExOS that is measured: see ../exo-request.h. */
#include "../exo-request.h"
#include "exchange.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/ipc/transfer.h"
#include "measure/bench.h"
#include "user/program.h"

#define AREA   0x600000000000ul
#define SHARED 0x600040000000ul /* a second mapping of a page of AREA */
#define DATA   (EXO_WRITE | EXO_NO_EXEC)

static void must(bool so) {
    if (!so)
        __builtin_trap();
}

static void fork_exit_wait(void) {
    struct exos_end end;
    long pid = exos_fork();
    if (pid == 0)
        exos_exit(0);
    must(pid > 0 && exos_wait(&end) == pid && !end.killed);
}

static void vfork_exit_wait(void) {
    struct exos_end end;
    long pid = exos_vfork();
    if (pid == 0)
        exos_exit(0);
    must(pid > 0 && exos_wait(&end) == pid && !end.killed);
}

static void fork_exec_exit_wait(void) {
    static const char *const argv[] = {"exits", 0};
    struct exos_end end;
    long pid = exos_fork();
    if (pid == 0) {
        exos_exec("exits", argv, argv);
        exos_exit(1);
    }
    must(pid > 0 && exos_wait(&end) == pid && !end.killed && !end.status);
}

static void touch(uint64_t pages) {
    static uint64_t touched;
    must(!touched || !exos_unmap(AREA, touched));
    must(!pages || !exos_map_zero(AREA, pages, DATA));
    for (touched = 0; touched < pages; touched++)
        *(volatile uint64_t *)(AREA + touched * PAGE) = 1;
}

/* The first page of AREA has a frame that another mapping has, too, and is copied when it is
 * written, into a frame that this process had before. */
static void prepare_copy(void) {
    if (!exposed_entry(SHARED)) {
        touch(1);
        const struct exo_pages again = {SHARED, exposed_entry(AREA), 1};
        must(exo_page_update(0, 0, 0, &again, 1, 0) == 1);
    }
    must(!exos_unmap(AREA, 1));
    const struct exo_pages copied = {
        AREA, (exposed_entry(SHARED) & (EXO_FRAME_OF | EXO_NO_EXEC)) | EXO_PRESENT | EXOS_COPIED,
        1};
    must(exo_page_update(0, 0, 0, &copied, 1, 0) == 1);
}

static __attribute__((noinline)) void null_procedure(void) {
    __asm__ volatile("");
}

/* A free frame that this process never had: of the upper half, each once. */
static uint64_t strange_frame(void) {
    static uint64_t next;
    next = next ? next + 1 : env_info()->frame_count / 2;
    return frames_pick(next);
}

static void answer(struct message *m) {
    uint64_t sample = 0;
    struct bench b = {.batch = 1, .samples = &sample};
    switch (m->word[0]) {
    case EXOS_FORK_EXIT_WAIT:
        bench_start(&b);
        fork_exit_wait();
        bench_stop(&b);
        break;
    case EXOS_VFORK_EXIT_WAIT:
        bench_start(&b);
        vfork_exit_wait();
        bench_stop(&b);
        break;
    case EXOS_FORK_EXEC_EXIT_WAIT:
        bench_start(&b);
        fork_exec_exit_wait();
        bench_stop(&b);
        break;
    case EXOS_TOUCH:
        touch(m->word[1]);
        break;
    case EXOS_COW_FAULT:
        prepare_copy();
        if (m->word[1])
            exos_own()->next_frame = strange_frame();
        bench_start(&b);
        *(volatile uint64_t *)AREA = 2;
        bench_stop(&b);
        break;
    case EXOS_ANONYMOUS_FAULT:
        must(!exos_unmap(AREA, 1) && !exos_map_zero(AREA, 1, DATA));
        bench_start(&b);
        *(volatile uint64_t *)AREA = 2;
        bench_stop(&b);
        break;
    case EXOS_NULL_PROCEDURE:
        bench_start(&b);
        null_procedure();
        bench_stop(&b);
        break;
    case EXOS_GETPID:
        bench_start(&b);
        exos_getpid();
        bench_stop(&b);
        break;
    default:
        must(exchange(&b, m->word[0], m->word[1]));
    }
    m->word[0] = sample;
}

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    (void)a, (void)b, (void)words;
    must(!exos_begin());
    transfer_serve(answer);
    return 0;
}
