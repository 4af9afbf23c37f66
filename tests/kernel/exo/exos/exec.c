/* SPDX-License-Identifier: MIT */
/* exec.c -- processes that become another program, `execed`. */
#include "cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/process/exec.h"
#include "exo/libos/exos/process/signal.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/image.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/trap_frame.h"

#define SEEN 33

static const char *const environment[] = {"A=b", "C=", 0};

/* What a child ends with that becomes `execed`, told so. */
static struct exos_end become(const char *what, const char *more, const char *most) {
    const char *const argv[] = {"execed", what, more, most, 0};
    struct exos_end end = {0};
    long pid = exos_fork();
    if (pid == 0)
        exos_exit(1000 + (uint64_t)-exos_exec("execed", argv, environment));
    if (pid < 0 || exos_wait(&end) != pid)
        end.status = ~0ul;
    return end;
}

static bool sees(const char *what, const char *more, const char *most) {
    struct exos_end end = become(what, more, most);
    return !end.killed && end.status == SEEN;
}

static uint64_t with_its_pid(void) {
    char digits[24] = {0};
    unsigned n = 0;
    uint64_t pid = exos_getpid(), base = 1;
    while (pid / base >= 10)
        base *= 10;
    for (; base; base /= 10)
        digits[n++] = (char)('0' + pid / base % 10);
    const char *const argv[] = {"execed", "pid", digits, 0};
    return (uint64_t)-exos_exec("execed", argv, 0);
}

static uint64_t with_signals(void) {
    const struct exos_action ignore = {.fn = EXOS_IGNORE};
    const char *const argv[] = {"execed", "keeps", 0};
    exos_sigmask(signal_bit(EXOS_SIGUSR1));
    exos_sigaction(EXOS_SIGUSR2, &ignore, 0);
    exos_signal((long)exos_getpid(), EXOS_SIGUSR1);
    return (uint64_t)-exos_exec("execed", argv, 0);
}

static const char *script;

static long open_script(const char *name, struct elf_source *program) {
    if (strcmp(name, "/bin/story") != 0)
        return image_find(name, program);
    *program = elf_in_memory(script, strlen(script));
    return 0;
}

/* A child that becomes this script, told x and y. */
static uint64_t tell(const char *text) {
    static const char *const argv[] = {"story", "x", "y", 0};
    struct exos_end end;
    script = text;
    exec_open = open_script;
    long pid = exos_fork();
    if (pid == 0)
        exos_exit((uint64_t)-exos_exec("/bin/story", argv, 0));
    exec_open = image_find;
    return pid > 0 && exos_wait(&end) == pid && !end.killed ? end.status : ~0ul;
}

/* What fails leaves the process as it was, and itself nothing. */
static uint64_t failures(void) {
    static char much[5 * 4096];
    const char *const unpublished[] = {"execed", "unpublished", 0};
    const char *const long_ones[] = {much, 0};
    volatile uint64_t mark = 4711;
    memset(much, 'x', sizeof much - 1);
    MUST(exos_exec("nowhere", 0, 0) == -E_NOT_FOUND);
    MUST(exos_exec("execed", unpublished, 0) == -E_BAD_IMAGE); /* its own pages are written now */
    uint64_t before = frames_free();
    MUST(exos_exec("execed", long_ones, 0) == -E_TOO_LONG);
    MUST(exos_exec("execed", unpublished, 0) == -E_BAD_IMAGE);
    MUST(frames_free() == before && mark == 4711);
    return SEEN;
}

/* A child that borrows the environment becomes a program, and the parent goes on. */
static uint64_t borrowed(void) {
    static const char *const argv[] = {"execed", "again", "", 0};
    struct exos_end end;
    for (volatile unsigned n = 0; n < 20; n++) {
        long pid = exos_vfork();
        if (pid == 0) {
            exos_exec("execed", argv, environment);
            exos_exit(1);
        }
        MUST(pid > 0 && exos_wait(&end) == pid && !end.killed && end.status == SEEN);
    }
    return SEEN;
}

uint64_t case_exec(void) {
    MUST(sees("strings", "two words", ""));
    MUST(in_child(with_its_pid) == SEEN);
    MUST(in_child(with_signals) == EXOS_SIGUSR1 + 1);
    MUST(sees("again", "0123456789", 0));
    MUST(exos_set_fs((uint64_t)&script) == 0 && sees("family", 0, 0) && exos_set_fs(0) == 0);
    MUST(sees("stranger", 0, 0));
    MUST(tell("#! execed script\nonce upon a time") == SEEN);
    MUST(tell("#!nowhere") == E_NOT_FOUND);
    MUST(tell("#!") == E_BAD_IMAGE);
    MUST(tell("once upon a time") == E_BAD_IMAGE);
    uint64_t line = in_child(failures);
    if (line != SEEN)
        return 1000 + line;
    MUST(in_child(borrowed) == SEEN);
    return 0;
}
