/* SPDX-License-Identifier: MIT */
/* measure.c -- see measure.h. */
#include "exo/libos/measure.h"

#include "exo/libos/terminal.h"
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"
#include "measure/agent.h"
#include "measure/body.h"

static uint64_t samples[AGENT_SAMPLES_MAX]; /* mapped from the start, as all of an environment */

/* A trap that nobody handles is this environment's to take; the rest only the kernel can do. */
static void inject(enum injection what) {
    if (what == INJECT_USER_FAULT)
        __builtin_trap();
    exo_machine_inject(CONSOLE_SLOT, what);
}

static _Noreturn void give_up(const char *why) {
    console_text(why, strlen(why));
    console_text("\n", 1);
    exo_env_exit(PROTOCOL_EXIT_PANIC);
}

/* A session that goes on without something it had to say would end well, and its result be wrong.
 */
static long must(long result, const char *what) {
    char why[80];
    if (result >= 0)
        return result;
    format_text(why, sizeof why, "%s: %s", what, error_sentence((int)result));
    give_up(why);
}

static void send(const char *body, size_t length) {
    must(exo_console_record(CONSOLE_SLOT, body, length), "the kernel refused a record");
}

static long session(unsigned step, const char *words, size_t length) {
    return must(exo_console_session(CONSOLE_SLOT, step, words, length),
                "the kernel refused a session");
}

static void log_unknown_word(const char *word, size_t length) {
    char line[160];
    format_text(line, sizeof line, "unknown boot word: %.*s", (int)length, word);
    body_log(send, line, strlen(line));
}

static struct agent agent_for(const struct params *params) {
    return (struct agent){.begin = __start_bench_entries,
                          .end = __stop_bench_entries,
                          .params = params,
                          .samples = samples,
                          .record = send,
                          .text = console_text,
                          .inject = inject,
                          .panic = give_up};
}

void measure_list(void) {
    struct params none;
    params_default(&none);
    struct agent agent = agent_for(&none);
    agent.base = (unsigned)session(EXO_SESSION_LIST, 0, 0);
    agent_list(&agent);
}

uint64_t measure_session(const char *words, size_t length) {
    struct params params;
    const char *boot = (const char *)env_info()->command_line;
    long kernel_rows = session(EXO_SESSION_BEGIN, words, length);
    params_default(&params);
    params_parse(&params, boot, strlen(boot), log_unknown_word);
    params_parse(&params, words, length, log_unknown_word);
    struct agent agent = agent_for(&params);
    agent.base = (unsigned)kernel_rows;
    agent_plan(&agent);
    long planned = exo_console_session(CONSOLE_SLOT, EXO_SESSION_PLANNED, 0, 0);
    if (planned == -E_NOT_FOUND) /* nothing is to run, as the kernel has said in a record */
        return PROTOCOL_EXIT_EARLY;
    must(planned, "the kernel refused a session");
    agent_run(&agent);
    if (!agent_may_finish(&agent))
        return PROTOCOL_EXIT_EARLY;
    session(EXO_SESSION_DONE, 0, 0);
    return PROTOCOL_EXIT_DONE;
}
