/* SPDX-License-Identifier: MIT */
/* exo-user.c -- protected control transfer: to the first instruction of another environment, there
 * and back, and as a procedure call of the library. */
#include "../exo-client.h"
#include "server.h"

#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/ipc/transfer.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "measure/bench.h"

static uint64_t serve(unsigned how) {
    long id = spawn(0, SERVER, (uint64_t)exo_env_self() << 32 | how, SPAWN_NO_GRANT, 0);
    if (id < 0 || exo_env_yield((uint64_t)id))
        __builtin_trap();
    return (uint64_t)id;
}

/* Sends every register as it is, and goes on with what the other replies: rdi. Nothing is changed
 * that the server leaves alone. */
static inline __attribute__((always_inline)) uint64_t transfer(uint64_t target, uint64_t env) {
    uint64_t word = 0, rax = target;
    __asm__ volatile("lea 1f(%%rip), %%rcx\n\tmov %%rcx, %[entry]\n\tmov %%rsp, %[stack]\n\t"
                     "mov %[env], %[from]\n\tsyscall\n1:"
                     : "+a"(rax), "+D"(word), [entry] "=m"(uarea->reply_entry),
                       [stack] "=m"(uarea->reply_stack), [from] "=m"(uarea->reply_from)
                     : [env] "r"(env)
                     : "rcx", "rdx", "r11", "memory", "cc");
    return word;
}

BENCH(pct, "ipc/pct") {
    uint64_t id = serve(SERVER_TELLS), target = id << 32 | EXO_TRANSFER;
    while (bench_next(b)) {
        bench_start(b);
        uint64_t end = transfer(target, id);
        bench_stop_at(b, end);
    }
    exo_env_destroy(0, id);
}

BENCH(pct_round_trip, "ipc/pct_round_trip") {
    uint64_t id = serve(SERVER_REPLIES), target = id << 32 | EXO_TRANSFER;
    bench_time(b, transfer(target, id));
    exo_env_destroy(0, id);
}

/* As exo_server_tells, in this program: where a clone of this environment is reached. */
uint64_t same_space_reply;
void same_space_tells(void);
__asm__(".pushsection .text\nsame_space_tells: " BENCH_MARK_END
        "lfence\n\trdtsc\n\tshl $32, %rdx\n\tor %rdx, %rax\n\tmov %rax, %rdi\n\t"
        "mov same_space_reply, %rax\n\tsyscall\n\tud2\n.popsection");

/* To another environment in the same address space. */
BENCH(same_space, "ipc/pct/same_space") {
    static const struct cap all = {.rights = CAP_ALL, .valid = 1};
    const uint64_t takes[3] = {(uint64_t)same_space_tells, 0, 1};
    uint64_t id = (uint64_t)exo_env_clone(0, 0, all, "clone", 4, 0);
    uint64_t target = id << 32 | EXO_TRANSFER;
    same_space_reply = (uint64_t)exo_env_self() << 32 | EXO_REPLY;
    if (exo_env_write(0, id, UAREA_TRANSFER, takes, sizeof takes) || exo_env_start(0, id))
        __builtin_trap();
    while (bench_next(b)) {
        bench_start(b);
        uint64_t end = transfer(target, id);
        bench_stop_at(b, end);
    }
    exo_env_destroy(0, id);
}

BENCH(lrpc, "ipc/lrpc") {
    uint64_t id = serve(SERVER_REPLIES);
    struct message m = {.word = {1}};
    bench_time(b, transfer_call(id, &m, EXO_TRANSFER_WAIT));
    exo_env_destroy(0, id);
}

BENCH(lrpc_trusting, "ipc/lrpc/trusting") {
    uint64_t id = serve(SERVER_REPLIES);
    struct message m = {.word = {1}};
    bench_time(b, transfer_call_trusting(id, &m, EXO_TRANSFER_WAIT));
    exo_env_destroy(0, id);
}

BENCH(pipe_1B, "ipc/pipe_1B") {
    exos_time(b, EXOS_PIPE, 1, 0);
}

BENCH(pipe_8KB, "ipc/pipe_8KB") {
    exos_time(b, EXOS_PIPE, 8192, 0);
}

BENCH(pipe_1B_protected, "ipc/pipe_1B/protected") {
    exos_time_protected(b, 1);
}

BENCH(pipe_8KB_protected, "ipc/pipe_8KB/protected") {
    exos_time_protected(b, 8192);
}

/* A word of memory that only calls reach: another's u-area, by capability. */
BENCH(region_word, "ipc/region_word") {
    uint64_t id = serve(SERVER_REPLIES), word;
    bench_time(b, exo_env_read(0, id, UAREA_TRANSFER, &word, sizeof word));
    exo_env_destroy(0, id);
}

BENCH(shared_memory, "ipc/shared_memory") {
    exos_time(b, EXOS_SHARED_MEMORY, 0, 0);
}

BENCH(message_ring, "ipc/message_ring") {
    exos_time(b, EXOS_MESSAGE_RING, 0, 0);
}
