/* SPDX-License-Identifier: MIT */
/* session.c -- see session.h. */
#include "measure/session.h"

#include "lib/format.h"
#include "lib/string.h"
#include "measure/body.h"
#include "measure/console.h"

void session_words(char all[SESSION_WORDS_MAX], const char *booted_with, const char *more) {
    const char *between = *booted_with && *more ? " " : "";
    format_text(all, SESSION_WORDS_MAX, "%s%s%s", booted_with, between, more);
}

static void parse(struct params *params, const char *words,
                  void (*unknown)(const char *word, size_t length)) {
    params_default(params);
    params_parse(params, words, strlen(words), unknown);
}

static const struct agent *telling; /* log_unknown_word() has no argument for it */

static void log_unknown_word(const char *word, size_t length) {
    char line[160];
    format_text(line, sizeof line, "unknown boot word: %.*s", (int)length, word);
    body_log(telling->record, line, strlen(line));
}

static void plan(struct session_kernel *k, const char *words) {
    parse(&k->params, words, NULL);
    k->agent.params = &k->params;
    k->hello.told = words;
    k->sender->inject = k->params.inject;
    sender_session(k->sender);
    agent_hello(&k->agent, &k->hello);
    telling = &k->agent;
    parse(&k->params, words, log_unknown_word); /* now records may be sent */
    agent_plan(&k->agent);
}

static bool run(struct session_kernel *k) {
    if (!sender_plan_end(k->sender))
        return false;
    agent_run(&k->agent);
    agent_inject(&k->agent); /* where the kernel has no row to do it in */
    return true;
}

static bool end(struct session_kernel *k) {
    if (!agent_may_finish(&k->agent))
        return false;
    sender_done(k->sender, k->requests ? k->requests() : 0);
    return true;
}

int session_lead(struct session_kernel *k, enum session_phase phase, const char *words) {
    bool goes_on = true;
    switch (phase) {
    case SESSION_PLAN:
        plan(k, words);
        break;
    case SESSION_RUN:
        goes_on = run(k);
        break;
    case SESSION_END:
        goes_on = end(k);
        break;
    case SESSION_LIST:
        agent_list(&k->agent);
        break;
    }
    return goes_on ? (int)agent_rows(&k->agent) : -1;
}

void session_follow(const struct agent *a, enum session_phase phase, unsigned first_row,
                    const char *words) {
    struct params params;
    parse(&params, words, NULL);
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
    case SESSION_END:
        break;
    case SESSION_LIST:
        agent_list(&agent);
        break;
    }
}

static const struct session *leading; /* the console's hooks have no argument for it */
static const char *boot_words;

/* Both sides' part. False: the session is over, or the program is; its kernel goes on. */
static bool both(enum session_phase phase, const char *words, bool *program_lives) {
    int rows = leading->kernel(phase, words);
    if (rows >= 0 && leading->program && *program_lives)
        *program_lives = leading->program(phase, (unsigned)rows, words);
    return rows >= 0;
}

static unsigned session_run(const char *words) {
    bool alive = true;
    bool goes_on = both(SESSION_PLAN, words, &alive) && both(SESSION_RUN, words, &alive);
    return goes_on && alive && leading->kernel(SESSION_END, words) >= 0 ? PROTOCOL_EXIT_DONE
                                                                        : PROTOCOL_EXIT_EARLY;
}

static void console_list(void) {
    bool alive = true;
    both(SESSION_LIST, "", &alive);
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
    parse(&params, booted_with, NULL);
    if (params.run)
        return session_run(booted_with);
    console_run(&(struct console){.read = s->read,
                                  .text = s->text,
                                  .list = console_list,
                                  .run = console_session,
                                  .more = s->more});
    return PROTOCOL_EXIT_DONE;
}
