/* SPDX-License-Identifier: MIT */
/* exo-user.c -- the same few operations with ever more environments on the machine. */
#include "../exo-client.h"
#include "../schedule/server.h"
#include "jobs.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/time/sleep.h"
#include "exo/libos/upcall/upcall_handle.h"

#define ENVS "envs:1,2,16,64,256,1024"
/* What the kernel may use for one in which nothing is mapped. */
#define FRAMES 16

static uint64_t others[EXO_ENVS];
static uint64_t count;

static void must(bool so) {
    if (!so)
        __builtin_trap();
}

/* From now on there are so many environments, this one among them. The others are ready, have
 * nothing mapped and own no position. False: the row is skipped. */
static bool begin(struct bench *b) {
    static const struct cap anybody = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'s'}};
    const uint64_t wanted = bench_arg(b, "envs") - 1;
    if (frames_free() < (wanted + 64) * FRAMES) {
        bench_skip(b, "the machine has no memory for so many environments");
        return false;
    }
    for (count = 0; count < wanted; count++) {
        long id = exo_env_create(0, anybody, "other", FRAMES, 0);
        must(id > 0 && !exo_env_start(0, (uint64_t)id));
        others[count] = (uint64_t)id;
    }
    return true;
}

static void end(void) {
    while (count)
        exo_env_destroy(0, others[--count]);
    while (frames_await())
        ;
}

/* A call that names another environment; of one alone, itself. */
BENCH(call, "scale/call/" ENVS) {
    uint64_t word;
    if (!begin(b))
        return;
    const uint64_t named = count ? others[count - 1] : (uint64_t)exo_env_self();
    bench_time(b, exo_env_read(0, named, 0, &word, sizeof word));
    end();
}

/* To another environment by a directed yield, and back by one. */
BENCH(switched, "scale/switch/" ENVS) {
    if (bench_arg(b, "envs") == 1) {
        bench_skip(b, "one environment has none to switch to");
        return;
    }
    if (!begin(b))
        return;
    exo_env_destroy(0, others[--count]);
    const long id =
        spawn(0, SERVER, (uint64_t)exo_env_self() << 32 | SERVER_YIELDS, SPAWN_NO_GRANT, 0);
    must(id > 0 && !exo_env_yield((uint64_t)id));
    bench_time(b, exo_env_yield((uint64_t)id));
    exo_env_destroy(0, (uint64_t)id);
    end();
}

/* A fault to the handler of the library and back, behind it. */
static void skip_store(struct upcall_state *s) {
    s->trap.rip += 3; /* mov %rax, (%rax) */
}
BENCH(fault, "scale/fault/" ENVS) {
    if (!begin(b))
        return;
    upcall_handle(skip_store);
    bench_time(b, __asm__ volatile("mov %%rax, (%%rax)"
                                   :
                                   : "a"(8ul)
                                   : "memory")); /* nobody's page */
    upcall_handle(0);
    end();
}

/* A sleep whose predicate holds at once. */
BENCH(predicate, "scale/predicate/" ENVS) {
    static const struct term terms[] = {{TERM_NE, 0, TERM_CONSTANT, 0}, {TERM_OR, 0, 0, 1}};
    static const struct exo_variable v = {EXO_INFO + offsetof(struct exo_info, frames_total), 0};
    uint8_t code[128];
    if (!begin(b))
        return;
    const long bytes = predicate_of_terms(terms, 2, 1, code, sizeof code);
    must(bytes > 0 && !exo_predicate_set(code, (size_t)bytes, &v, 1, 0, 0));
    bench_time(b, exo_env_sleep());
    exo_predicate_set(0, 0, 0, 0, 0, 0);
    end();
}

/* What the kernel has for each of them. */
BENCH(memory, "scale/memory/" ENVS) {
    if (!begin(b))
        return;
    uint64_t frames = 0;
    const uint64_t alone = exposed_env((uint64_t)exo_env_self())->kernel;
    for (uint64_t i = 0; i < count; i++)
        frames += exposed_env(others[i])->kernel;
    bench_size(b, (count ? frames / count : alone) * 4096);
    end();
}

/* What one of so many jobs takes that run at once. */
BENCH(throughput, "scale/throughput/jobs:1,2,4,8") {
    const uint64_t jobs = bench_arg(b, "jobs");
    const uint64_t server = exos_serve(JOBS_SERVER);
    bench_slow(b);
    while (bench_next(b)) {
        struct message m = {.word = {jobs}};
        must(!transfer_call(server, &m, EXO_TRANSFER_WAIT));
        b->begun = 0;
        bench_stop_at(b, m.word[0] / jobs);
    }
    exo_env_destroy(0, server);
}
