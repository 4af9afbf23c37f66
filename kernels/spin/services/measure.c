/* SPDX-License-Identifier: MIT */
/* measure.c -- see measure.h. */
#include "spin/services/measure.h"

#include "lib/format.h"
#include "lib/string.h"
#include "machine/boot.h"
#include "machine/exit.h"
#include "machine/panic.h"
#include "machine/timer.h"
#include "measure/agent.h"
#include "measure/body.h"
#include "measure/console.h"
#include "spin/abi.h"
#include "spin/core/process.h"
#include "spin/services/console.h"
#include "spin/services/user_calls.h"

static uint64_t samples[AGENT_SAMPLES_MAX];
static const char *booted_with;

static void send(const char *body, size_t length) {
    console_record(body, length);
}

static void text(const char *bytes, size_t length) {
    console_write(bytes, length);
}

/* A fault in user code is the user process's to take. */
static void inject(enum injection what) {
    if (what == INJECT_PANIC)
        panic("injected: the boot command line asked for a panic");
    if (what == INJECT_TRIPLE)
        machine_triple_fault();
    if (what == INJECT_RESET)
        machine_reset();
}

static _Noreturn void give_up(const char *why) {
    panic("%s", why);
}

static struct agent agent_for(const struct params *params) {
    return (struct agent){.begin = __start_bench_entries,
                          .end = __stop_bench_entries,
                          .params = params,
                          .samples = samples,
                          .record = send,
                          .text = text,
                          .inject = inject,
                          .panic = give_up};
}

static void log_unknown_word(const char *word, size_t length) {
    char line[160];
    format_text(line, sizeof line, "unknown boot word: %.*s", (int)length, word);
    body_log(send, line, strlen(line));
}

/* Lets the user process do its part of a session. False when it was killed. */
static bool user_agent(struct process *p, enum spin_phase phase, const struct agent *kernel,
                       const char *words) {
    return !process_run(p, phase, agent_rows(kernel), words).killed;
}

static void agent_program(struct process *p) {
    int error = process_create(p, "agent", user_calls_handler);
    if (error)
        panic("the user process cannot be created: error %d", error);
}

/* One whole session; the words outlive it. */
static unsigned session(const char *words) {
    struct framer *framer = console_framer();
    struct params params;
    params_default(&params);
    params_parse(&params, words, strlen(words), NULL);
    struct agent agent = agent_for(&params);
    struct process user;
    agent_program(&user);

    framer->inject = params.inject;
    framer_session(framer);
    struct agent_hello hello = {.system = "spin", .tsc_hz = timer_tsc_hz(), .told = booted_with};
    hello.build = boot_build_id(&hello.build_length);
    agent_hello(&agent, &hello);
    params_parse(&params, words, strlen(words),
                 log_unknown_word); /* now that records may be sent */

    agent_plan(&agent);
    bool alive = user_agent(&user, SPIN_PHASE_PLAN, &agent, words);
    framer_plan_end(framer);

    agent_run(&agent);
    agent_inject(&agent); /* where the kernel has no row to do it in */
    alive = alive && user_agent(&user, SPIN_PHASE_RUN, &agent, words);
    process_destroy(&user);

    if (!alive || !agent_may_finish(&agent))
        return PROTOCOL_EXIT_EARLY;
    framer_done(framer);
    return PROTOCOL_EXIT_DONE;
}

static void console_list(void) {
    struct params none;
    params_default(&none);
    struct agent agent = agent_for(&none);
    struct process user;
    agent_program(&user);
    agent_list(&agent);
    user_agent(&user, SPIN_PHASE_LIST, &agent, "");
    process_destroy(&user);
}

/* What a person types adds to what the machine was booted with. */
static void console_session(const char *words, size_t length) {
    char line[PROCESS_WORDS_MAX];
    format_text(line, sizeof line, "%s %.*s", booted_with, (int)length, words);
    session(line);
}

static int read_byte(void) {
    return console_read();
}

unsigned measure_main(const char *words) {
    struct params params;
    booted_with = words;
    params_default(&params);
    params_parse(&params, words, strlen(words), NULL);
    if (params.run)
        return session(words);
    console_run(&(struct console){
        .read = read_byte, .text = text, .list = console_list, .run = console_session});
    return PROTOCOL_EXIT_DONE;
}
