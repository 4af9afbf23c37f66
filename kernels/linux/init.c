/* SPDX-License-Identifier: MIT */
/* init.c -- process 1 of the Linux baseline: it brings up what benches need, reads what to run,
 * runs each row in a child of its own and reports over the first serial line as the other guests
 * do.
 *
 * Each row has a fresh child, so that it is the same whichever others were asked for, and so that
 * process 1, whose signals Linux treats specially, runs no bench itself (children.c). */
#include "linux/init.h"

#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>

static char plan[PLAN_BYTES + 1];
static struct params params;
static uint64_t samples[AGENT_SAMPLES_MAX];

static struct agent agent = {
    .begin = __start_bench_entries,
    .end = __stop_bench_entries,
    .params = &params,
    .samples = samples,
    .record = serial_record,
    .text = serial_text,
    .inject = child_inject,
    .panic = child_panic,
    .run_apart = child_run,
};

static void mount_all(void) {
    mount("proc", "/proc", "proc", 0, NULL);
    mount("sysfs", "/sys", "sysfs", 0, NULL);
    mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
    /* The kernel's own words share the line with ours: only those of a panic may come between. */
    klogctl(8, NULL, 1);
}

static void unknown_word(const char *word, size_t length) {
    static const char kallsyms[] = "kallsyms";
    if (length == sizeof kallsyms - 1 && !memcmp(word, kallsyms, length))
        symbols_send();
    else
        body_unknown_word(serial_record, word, length);
}

/* Says that words were not understood; params_parse has taken the others before. */
static void words_complain(const char *words) {
    struct params again = params;
    params_parse(&again, words, strlen(words), unknown_word);
}

/* One session, told WORDS. False where it ended without done. */
static bool session(const char *words) {
    struct sender *sender = serial_sender();
    struct build_id build = build_id();
    params_parse(&params, words, strlen(words), NULL);
    sender->inject = params.inject;
    sender_session(sender);
    agent_hello(&agent, &(struct agent_hello){.system = "linux",
                                              .build = build.bytes,
                                              .build_length = build.length,
                                              .tsc_hz = params.clock == CLOCK_TSC ? tsc_hz() : 0,
                                              .told = words});
    words_complain(words);
    agent_plan(&agent);
    if (!sender_plan_end(sender))
        return false;
    agent_run(&agent);
    if (!agent_may_finish(&agent))
        return false;
    sender_done(sender, 0);
    return true;
}

static void console_list(void) {
    agent_list(&agent);
}

static void console_session(const char *words, size_t length) {
    static char copy[CONSOLE_WORDS_MAX + 1];
    memcpy(copy, words, length);
    copy[length] = '\0';
    session(copy);
}

int main(void) {
    mount_all();
    serial_open();
    if (devices_start)
        devices_start();
    plan_read(plan);
    params_default(&params);
    params_parse(&params, plan, strlen(plan), NULL);
    if (params.run)
        guest_exit(session(plan) ? PROTOCOL_EXIT_DONE : PROTOCOL_EXIT_EARLY);
    if (peer_start)
        peer_start(plan);
    console_run(&(struct console){
        .read = serial_read, .text = serial_text, .list = console_list, .run = console_session});
    guest_exit(PROTOCOL_EXIT_DONE);
}
