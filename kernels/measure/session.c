/* SPDX-License-Identifier: MIT */
/* session.c -- see session.h. */
#include "measure/session.h"

#include "lib/format.h"
#include "lib/string.h"
#include "measure/body.h"
#include "measure/console.h"

static const struct session *leading; /* the console's hooks have no argument for it */
static const char *boot_words;

static void log_unknown_word(const char *word, size_t length) {
    char line[160];
    format_text(line, sizeof line, "unknown boot word: %.*s", (int)length, word);
    body_log(leading->agent.record, line, strlen(line));
}

static bool user_does(enum session_phase phase, const struct agent *kernel, const char *words) {
    return !leading->user || leading->user(phase, agent_rows(kernel), words);
}

static unsigned session_run(const char *words) {
    const struct session *s = leading;
    struct params params;
    params_default(&params);
    params_parse(&params, words, strlen(words), NULL);
    struct agent agent = s->agent;
    agent.params = &params;
    struct agent_hello hello = s->hello;
    hello.told = words;

    s->framer->inject = params.inject;
    framer_session(s->framer);
    agent_hello(&agent, &hello);
    params_parse(&params, words, strlen(words), log_unknown_word); /* now records may be sent */

    agent_plan(&agent);
    bool alive = user_does(SESSION_PLAN, &agent, words);
    if (!framer_plan_end(s->framer))
        return PROTOCOL_EXIT_EARLY;

    agent_run(&agent);
    agent_inject(&agent); /* where the kernel has no row to do it in */
    alive = alive && user_does(SESSION_RUN, &agent, words);
    if (!alive || !agent_may_finish(&agent))
        return PROTOCOL_EXIT_EARLY;
    framer_done(s->framer);
    return PROTOCOL_EXIT_DONE;
}

static void console_list(void) {
    struct params none;
    params_default(&none);
    struct agent agent = leading->agent;
    agent.params = &none;
    agent_list(&agent);
    user_does(SESSION_LIST, &agent, "");
}

/* What a person types adds to what the machine was booted with. */
static void console_session(const char *words, size_t length) {
    char all[SESSION_WORDS_MAX];
    const char *between = *boot_words ? " " : "";
    format_text(all, sizeof all, "%s%s%.*s", boot_words, between, (int)length, words);
    session_run(all);
}

unsigned session_main(const struct session *s, const char *booted_with) {
    struct params params;
    leading = s;
    boot_words = booted_with;
    params_default(&params);
    params_parse(&params, booted_with, strlen(booted_with), NULL);
    if (params.run)
        return session_run(booted_with);
    console_run(&(struct console){
        .read = s->read, .text = s->agent.text, .list = console_list, .run = console_session});
    return PROTOCOL_EXIT_DONE;
}

void session_follow(const struct agent *a, enum session_phase phase, unsigned first_row,
                    const char *words) {
    struct params params;
    params_default(&params);
    params_parse(&params, words, strlen(words), NULL);
    struct agent agent = *a;
    agent.params = &params;
    agent.base = first_row;
    switch (phase) {
    case SESSION_PLAN:
        agent_plan(&agent);
        break;
    case SESSION_RUN:
        agent_run(&agent);
        break;
    case SESSION_LIST:
        agent_list(&agent);
        break;
    }
}
