/* SPDX-License-Identifier: MIT */
/* execed.c -- the program `execed`, which processes of the program `exos` become. argv[1] says what
 * it does; its exit status says what it saw. */
#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exos/process/signal.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/string.h"
#include "user/program.h"

#define SEEN 33

/* A number of few digits. */
static uint64_t number(const char *digits) {
    uint64_t n = 0;
    while (*digits)
        n = n * 10 + (uint64_t)(*digits++ - '0');
    return n;
}

static bool same(const char *a, const char *b) {
    return a && strcmp(a, b) == 0;
}

/* argv: execed strings "two words" ""; envp: A=b C= */
static uint64_t strings(uint64_t argc, const char *const *argv) {
    const char *const *envp = argv + argc + 1;
    return argc == 4 && same(argv[2], "two words") && same(argv[3], "") && !argv[4] &&
                   same(envp[0], "A=b") && same(envp[1], "C=") && !envp[2]
               ? SEEN
               : 1;
}

static void handler(unsigned signal, struct slice_registers *at) {
    (void)at;
    exos_exit(signal + 1);
}

/* SIGUSR1 was pending and masked, SIGUSR2 ignored. */
static uint64_t keeps(void) {
    struct exos_action before;
    const struct exos_action action = {.fn = handler};
    if (exos_sigpending() != signal_bit(EXOS_SIGUSR1) ||
        exos_sigmask(signal_bit(EXOS_SIGUSR1)) != signal_bit(EXOS_SIGUSR1))
        return 2;
    if (exos_sigaction(EXOS_SIGUSR2, 0, &before) || before.fn != EXOS_IGNORE)
        return 3;
    if (exos_sigaction(EXOS_SIGUSR1, &action, &before) || before.fn != EXOS_DEFAULT)
        return 4;
    exos_sigmask(0);
    return 5; /* never reached: the handler ends it */
}

/* Again, so many times as argv[2] has characters. */
static uint64_t again(const char *const *argv) {
    static char zeroes[3 * PAGE];
    for (unsigned i = 0; i < sizeof zeroes; i++)
        if (zeroes[i])
            return 6;
    memset(zeroes, 1, sizeof zeroes);
    if (!argv[2][0])
        return SEEN;
    const char *const next[] = {argv[0], argv[1], argv[2] + 1, 0};
    return (uint64_t)-exos_exec("execed", next, 0);
}

/* A child of its own, whose signal it hears of. */
static uint64_t family(void) {
    struct exos_end end;
    if (exos_own()->fs)
        return 8; /* the base of the program before */
    long pid = exos_fork();
    if (pid == 0)
        exos_exit(9);
    return pid > 0 && exos_wait(&end) == pid && end.status == 9 && exos_getppid() ? SEEN : 7;
}

uint64_t program_main(uint64_t argc, uint64_t at, const char *words) {
    const char *const *argv = (const char *const *)at;
    const char *what = argc > 1 ? argv[1] : "";
    (void)words;
    if (same(what, "unpublished"))
        exo_env_destroy(0, (uint64_t)exo_env_self());
    if (same(what, "stranger")) /* no process */
        exo_env_exit(SEEN);
    if (exos_begin())
        return __LINE__;
    while (same(what, "stay"))
        exo_env_yield(0);
    if (same(what, "strings"))
        exos_exit(strings(argc, argv));
    if (same(what, "pid"))
        exos_exit(argc == 3 && number(argv[2]) == exos_getpid() ? SEEN : 8);
    if (same(what, "keeps"))
        exos_exit(keeps());
    if (same(what, "again"))
        exos_exit(again(argv));
    if (same(what, "family"))
        exos_exit(family());
    if (same(what, "script"))
        exos_exit(argc == 5 && same(argv[2], "/bin/story") && same(argv[3], "x") &&
                          same(argv[4], "y")
                      ? SEEN
                      : 9);
    exos_exit(99);
}
