/* SPDX-License-Identifier: MIT */
/* exo-user.c -- the processor given to another environment: by a yield, and at a slice's end. */
#include "server.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "lib/string.h"
#include "measure/bench.h"

#define STRIDE_SLICES 600

static uint64_t serve(unsigned how) {
    long id = spawn(0, SERVER, (uint64_t)exo_env_self() << 32 | how, SPAWN_NO_GRANT, 0);
    if (id < 0 || exo_env_yield((uint64_t)id))
        __builtin_trap();
    return (uint64_t)id;
}

/* What the clock said when its last slice began. */
static uint64_t told(uint64_t server) {
    uint64_t at = 0;
    if (exo_env_read(0, server, offsetof(struct exo_uarea, own), &at, sizeof at))
        __builtin_trap();
    return at;
}

/* Where its next slice begins, in the function that yields: what is wanted back is in memory. */
uint64_t schedule_number, schedule_kept;
void schedule_back(void);

BENCH(directed_yield, "schedule/directed_yield") {
    uint64_t id = serve(SERVER_TELLS);
    schedule_number = id << 32 | EXO_YIELD;
    while (bench_next(b)) {
        uarea->prologue_entry = (uint64_t)schedule_back;
        __asm__ volatile("mov %%rbp, schedule_kept\n\tmov %%rsp, %0"
                         : "=m"(uarea->prologue_stack)
                         :
                         : "memory");
        bench_start(b);
        __asm__ volatile("mov schedule_number, %%rax\n\tsyscall\n\tud2\n"
                         "schedule_back: mov schedule_kept, %%rbp"
                         :
                         :
                         : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11",
                           "r12", "r13", "r14", "r15", "memory", "cc");
        bench_stop_at(b, told(id));
    }
    exo_env_destroy(0, id);
}

BENCH(directed_yield_round_trip, "schedule/directed_yield/round_trip") {
    uint64_t id = serve(SERVER_YIELDS);
    bench_time(b, exo_env_yield(id));
    exo_env_destroy(0, id);
}

/* --- A slice's end --- */

/* Gives every other position to the environment. */
static void divide(uint64_t env) {
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, i % 2 ? env : (uint64_t)exo_env_self(), 0);
}

/* An epilogue that keeps nothing but where it goes on. */
void schedule_forgets(void);
uint64_t schedule_yield_number = EXO_CALL_env_yield;
__asm__(".pushsection .text\n"
        "schedule_forgets: mov schedule_yield_number, %rax\n\txor %edi, %edi\n\tsyscall\n\tud2\n"
        ".popsection");

/* Reads the clock until a slice has ended meanwhile: what it said last, before that. It may be
 * later where the end came between the last two instructions of the loop. */
static inline __attribute__((always_inline)) uint64_t run(void) {
    const volatile struct exo_env *self = exposed_env((uint64_t)exo_env_self());
    uint64_t ticks = self->ticks;
    __asm__ volatile("push %%rbx\n\tpush %%rbp\n\tlea 2f(%%rip), %%rax\n\tmov %%rax, %[entry]\n\t"
                     "mov %%rsp, %[stack]\n"
                     "1: lfence\n\trdtsc\n\tshl $32, %%rdx\n\tor %%rdx, %%rax\n\t"
                     "mov %%rax, %[last]\n\tlfence\n\t" BENCH_MARK_BEGIN
                     "cmp %[ticks], %[now]\n\tje 1b\n"
                     "2: pop %%rbp\n\tpop %%rbx"
                     : [last] "=m"(uarea->own[0]), [entry] "=m"(uarea->prologue_entry),
                       [stack] "=m"(uarea->prologue_stack)
                     : [ticks] "r"(ticks), [now] "m"(self->ticks)
                     : "rax", "rcx", "rdx", "r12", "r13", "r14", "r15", "memory", "cc");
    return uarea->own[0];
}

BENCH(slice_switch, "schedule/slice_switch/saves:none,general,all") {
    char saves[8];
    if (!env_info()->tsc_hz) {
        bench_skip(b, "the machine has no clock of known rate");
        return;
    }
    bench_word(b, "saves", saves, sizeof saves);
    bool none = strcmp(saves, "none") == 0, all = strcmp(saves, "all") == 0;
    uint64_t id = serve(none ? SERVER_NONE : all ? SERVER_ALL : SERVER_GENERAL);
    slice_handle();
    if (all)
        slice_keep_vectors();
    divide(id);
    while (bench_next(b)) {
        uint64_t end;
        do {
            exo_env_yield(0);
            if (all)
                __asm__ volatile("movq %%rax, %%xmm1" : : : "memory");
            if (none)
                uarea->epilogue_entry = (uint64_t)schedule_forgets;
            b->begun = run();
            slice_handle();
            end = told(id);
        } while (end < b->begun);
        bench_stop_at(b, end);
    }
    divide((uint64_t)exo_env_self());
    uarea->epilogue_entry = 0;
    vectors_kept = false;
    exo_env_destroy(0, id);
}

/* --- A scheduler of a library's own --- */

BENCH(stride_error, "schedule/stride_error") {
    const struct cap programs = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'p'}};
    if (!env_info()->tsc_hz) {
        bench_skip(b, "the machine has no clock of known rate");
        return;
    }
    exo_cap_forge(0, 1, programs);
    long id = spawn(1, "stride", STRIDE_SLICES, 1, 0);
    const volatile struct exo_env *e = exposed_env((uint64_t)id);
    slice_handle();
    divide((uint64_t)id);
    while (e->state == EXO_ENV_READY)
        exo_env_yield(0);
    divide((uint64_t)exo_env_self());
    uarea->epilogue_entry = 0;
    if (e->state != EXO_ENV_EXITED || e->ended > 1000)
        __builtin_trap();
    bench_count(b, e->ended);
}

/* --- Sleepers --- */

BENCH(sleepers, "schedule/predicate/sleepers:1,10,100,1000") {
    static uint64_t id[1000];
    uint64_t count = bench_arg(b, "sleepers");
    for (uint64_t i = 0; i < count; i++)
        id[i] = serve(SERVER_SLEEPS);
    bench_time(b, exo_env_yield(0));
    for (uint64_t i = 0; i < count; i++)
        exo_env_destroy(0, id[i]);
    while (frames_await())
        ;
}
