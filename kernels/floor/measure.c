/* SPDX-License-Identifier: MIT */
/* measure.c -- see measure.h. */
#include "floor/measure.h"

#include "floor/console.h"
#include "floor/user_program.h"
#include "lib/format.h"
#include "lib/string.h"
#include "machine/boot.h"
#include "machine/exit.h"
#include "machine/panic.h"
#include "machine/timer.h"
#include "measure/agent.h"
#include "measure/body.h"
#include "measure/console.h"

static uint64_t samples[AGENT_SAMPLES_MAX];
static const char *booted_with;

/* A fault in user code is the user program's to take. */
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
    return (struct agent){
        .begin = __start_bench_entries,
        .end = __stop_bench_entries,
        .params = params,
        .samples = samples,
        .record = console_record,
        .text = console_text,
        .inject = inject,
        .panic = give_up,
    };
}

static void log_unknown_word(const char *word, size_t length) {
    char line[160];
    int n = format_text(line, sizeof line, "unknown boot word: %.*s", (int)length, word);
    body_log(console_record, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}

static void say_hello(const struct agent *a) {
    struct agent_hello hello = {.system = "floor", .tsc_hz = timer_tsc_hz(), .told = booted_with};
    hello.build = boot_build_id(&hello.build_length);
    agent_hello(a, &hello);
}

/* One whole session by these words. */
static unsigned session(const char *words) {
    struct framer *framer = console_framer();
    struct params params;
    params_default(&params);
    params_parse(&params, words, strlen(words), NULL);
    struct agent agent = agent_for(&params);

    framer->inject = params.inject;
    framer_session(framer);
    say_hello(&agent);
    params_parse(&params, words, strlen(words),
                 log_unknown_word); /* now that records may be sent */
    agent_plan(&agent);
    bool alive = user_program_run(PHASE_PLAN, agent_rows(&agent), words);
    framer_plan_end(framer);

    agent_run(&agent);
    agent_inject(&agent); /* where kernel mode has no row to do it in */
    alive = alive && user_program_run(PHASE_RUN, agent_rows(&agent), words);
    if (!alive || !agent_may_finish(&agent))
        return PROTOCOL_EXIT_EARLY;
    framer_done(framer);
    return PROTOCOL_EXIT_DONE;
}

static void console_list(void) {
    struct params none;
    params_default(&none);
    struct agent agent = agent_for(&none);
    agent_list(&agent);
    user_program_run(PHASE_LIST, agent_rows(&agent), "");
}

/* The words of the boot hold on, the clock's above all; what is typed comes last and counts. */
static void console_session(const char *words, size_t length) {
    char line[2 * CONSOLE_WORDS_MAX];
    format_text(line, sizeof line, "%s %.*s", booted_with, (int)length, words);
    session(line);
}

unsigned measure_main(const char *words) {
    struct params params;
    booted_with = words;
    params_default(&params);
    params_parse(&params, words, strlen(words), NULL);
    if (params.run)
        return session(words);
    console_run(&(struct console){
        .read = console_read, .text = console_text, .list = console_list, .run = console_session});
    return PROTOCOL_EXIT_DONE;
}
