/* SPDX-License-Identifier: MIT */
/* kernel_session.c -- see kernel_session.h. */
#include "common/kernel_session.h"

#include "common/archive.h"
#include "common/inject.h"
#include "common/line.h"
#include "common/told.h"
#include "machine/report/panic.h"

static uint64_t samples[AGENT_SAMPLES_MAX];

static _Noreturn void give_up(const char *why) {
    panic("%s", why);
}

struct session_kernel kernel_session;

void kernel_session_init(const char *system) {
    kernel_session = (struct session_kernel){
        .sender = &serial_line,
        .agent = {.begin = __start_bench_entries,
                  .end = __stop_bench_entries,
                  .params = &kernel_session.params,
                  .samples = samples,
                  .record = line_record,
                  .text = line_text,
                  .inject = inject,
                  .panic = give_up},
        .hello = told_hello(system),
    };
    params_default(&kernel_session.params);
}

int kernel_session_lead(enum session_phase phase, const char *words) {
    return session_lead(&kernel_session, phase, words);
}

const struct component *kernel_session_component;

static struct {
    const struct session *session;
    const char *booted_with;
    unsigned ended;
} each;

static void run_component(const struct component *component) {
    char words[SESSION_WORDS_MAX];
    struct elf_source program;
    if (!archive_find(component->name, &program))
        return;
    kernel_session_component = component;
    session_words(words, each.booted_with, component->arguments);
    unsigned ended = session_main(each.session, words);
    if (each.ended == PROTOCOL_EXIT_DONE)
        each.ended = ended;
}

unsigned kernel_session_each(const struct session *s, const char *booted_with) {
    each.session = s;
    each.booted_with = booted_with;
    each.ended = PROTOCOL_EXIT_DONE;
    archive_start(run_component);
    return each.ended;
}
