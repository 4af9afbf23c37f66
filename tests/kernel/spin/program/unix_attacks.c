/* SPDX-License-Identifier: MIT */
/* unix_attacks.c -- see unix_attacks.h. */
#include "unix_attacks.h"

#include "../../hostile.h"
#include "../../random_calls.h"

#include "lib/error.h"
#include "lib/string.h"
#include "spin/mach_abi.h"
#include "spin/user/unix.h"

static volatile uint64_t word = 1;
static volatile unsigned char never_written[40 * 4096];

static _Noreturn void stay(void) {
    for (;;)
        __asm__ volatile("");
}

/* Its next child has ended so. */
static bool child_ended(uint64_t how) {
    uint64_t status;
    return unix_wait(&status) > 0 && status == how;
}

static bool child_exited(uint64_t status) {
    return child_ended(status * 256);
}

/* Each finds its parent's word, writes its own, and then the parent's is as it was. */
static uint64_t generations(unsigned more) {
    uint64_t before = word;
    long child = more ? unix_fork() : -1;
    if (child == 0) {
        if (word != before)
            spin_exit(0);
        word = before + more;
        spin_exit(generations(more - 1));
    }
    word += 100;
    bool right = child < 0 || child_exited(UNIX_RIGHT);
    return right && word == before + 100 ? UNIX_RIGHT : 0;
}

static uint64_t exec_badly(void) {
    return unix_exec("nobody", 0, "") == -E_NOT_FOUND &&
                   unix_exec("overlap-stack", 0, "") == -E_BAD_IMAGE &&
                   unix_exec((const char *)8, 0, "") == -E_FAULT &&
                   unix_exec("attacker", 0, (const char *)HOSTILE_KERNEL) == -E_FAULT && word == 1
               ? UNIX_RIGHT
               : 0;
}

static uint64_t zeros(void) {
    for (unsigned i = 0; i < sizeof never_written; i += 64)
        if (never_written[i])
            return 0;
    for (unsigned i = 0; i < sizeof never_written; i += 4096)
        never_written[i] = 1;
    return UNIX_RIGHT;
}

/* Empty names and words, in data and below the part of the stack that was used. */
static uint64_t arguments(void) {
    const char *data = (const char *)never_written;
    const uint64_t stack = (uint64_t)__builtin_frame_address(0) - 9 * 4096ul;
    return unix_exec(data, 0, "") == -E_NOT_FOUND &&
                   unix_exec("nobody", 0, data + 2 * 4096) == -E_NOT_FOUND &&
                   unix_exec((const char *)stack, 0, "") == -E_NOT_FOUND &&
                   unix_exec((const char *)HOSTILE_KERNEL, 0, "") == -E_FAULT
               ? UNIX_RIGHT
               : 0;
}

/* --- Files --- */

static const unsigned char *file(const char *name, uint64_t write, uint64_t *bytes) {
    long at = unix_map(name, write, bytes);
    return at > 0 ? (const unsigned char *)at : NULL;
}

/* Is what it does not write as the file has it? */
static bool is_of_file(const unsigned char *bytes) {
    struct {
        uint32_t type, flags;
        uint64_t data, at, unused, data_len, memory_len, align;
    } s;
    bool same = memcmp(bytes, "\177ELF", 4) == 0;
    for (unsigned i = 0; i < 2; i++) {
        memcpy(&s, bytes + 64 + i * sizeof s, sizeof s);
        same = same && s.type == 1 && memcmp(bytes + s.data, (const void *)s.at, s.data_len) == 0;
    }
    return same;
}

static uint64_t map(void) {
    uint64_t length;
    const unsigned char *bytes = file("attacker", 0, &length);
    bool right = bytes && length > 40000 && is_of_file(bytes);
    for (unsigned i = 0; i < 3; i++)
        if (!unix_fork())
            spin_exit(is_of_file(bytes) ? UNIX_RIGHT : 0);
    for (unsigned i = 0; i < 3; i++)
        right = child_exited(UNIX_RIGHT) && right;
    return right ? UNIX_RIGHT : 0;
}

static uint64_t map_and_write(void) {
    uint64_t length;
    const unsigned char *other = file("overlap-stack", 0, &length);
    volatile unsigned char *own =
        (volatile unsigned char *)(uint64_t)file("overlap-stack", 1, &length);
    const unsigned char *end = other + (length + 4095) / 4096 * 4096;
    if (!other || !own || own[1] != 'E')
        return 0;
    own[1] = 'e';
    own[length] = 1; /* behind the end, in its last page */
    if (!unix_fork()) {
        bool found = own[1] == 'e' && own[length] == 1;
        own[1] = 'f';
        spin_exit(found && own[1] == 'f' && other[1] == 'E' ? UNIX_RIGHT : 0);
    }
    bool right = child_exited(UNIX_RIGHT) && own[1] == 'e' && other[1] == 'E';
    for (const unsigned char *zero = other + length; zero < end; zero++)
        right = right && !*zero;
    return right ? UNIX_RIGHT : 0;
}

static uint64_t map_badly(void) {
    uint64_t length;
    bool right = unix_map("nobody", 0, &length) == -E_NOT_FOUND &&
                 unix_map((const char *)8, 0, &length) == -E_FAULT &&
                 unix_map("a name that is longer than any name", 0, &length) == -E_TOO_LONG;
    volatile unsigned char *bytes =
        (volatile unsigned char *)(uint64_t)file("overlap-stack", 0, &length);
    if (!unix_fork())
        bytes[0] = 1;
    right = child_ended(UNIX_ENDED_BY_FAULT) && right;
    if (!unix_fork())
        spin_exit(bytes[(length + 4095) / 4096 * 4096]);
    right = child_ended(UNIX_ENDED_BY_FAULT) && right;
    if (!unix_fork())
        ((void (*)(void))(uint64_t)bytes)();
    right = child_ended(UNIX_ENDED_BY_FAULT) && right;
    long last;
    for (unsigned i = 0; (last = unix_map("overlap-stack", 0, &length)) > 0; i++)
        right = right && i < 10000;
    return right && last == -E_FULL && bytes[1] == 'E' ? UNIX_RIGHT : 0;
}

/* Backwards the second time. */
static uint64_t map_long(void) {
    uint64_t length, sum = 0;
    const unsigned char *bytes = file("attacker", 0, &length);
    for (uint64_t i = 0; i < length; i += 64)
        sum += bytes[i];
    for (uint64_t i = (length - 1) / 64 * 64; i < length; i -= 64)
        sum -= bytes[i];
    return sum == 0 ? UNIX_RIGHT : 0;
}

static uint64_t kill_children(void) {
    long stays = unix_fork();
    if (!stays)
        stay();
    bool right = unix_kill(stays) == 0 && child_ended(UNIX_ENDED_BY_KILL);
    long waits = unix_fork();
    if (!waits) {
        uint64_t unused;
        if (!unix_fork())
            stay();
        unix_wait(&unused);
        spin_exit(0);
    }
    right = right && unix_kill(waits) == 0 && child_ended(UNIX_ENDED_BY_KILL);
    return right && unix_kill(waits) == -E_PERM ? UNIX_RIGHT : 0;
}

static void fork_for_ever(void) {
    uint64_t unused;
    for (;;) {
        if (!unix_fork())
            spin_exit(0);
        unix_wait(&unused);
    }
}

static void exec_for_ever(void) {
    (void)unix_exec("attacker", UNIX_EXEC_FOR_EVER, "");
}

static uint64_t kill_doing(void (*does)(void)) {
    for (unsigned i = 0; i < 20; i++) {
        long child = unix_fork();
        if (!child)
            does();
        for (volatile unsigned n = 0; n < 1000 + 100 * i; n++)
            ;
        if (unix_kill(child) || !child_ended(UNIX_ENDED_BY_KILL))
            return 0;
    }
    return UNIX_RIGHT;
}

static uint64_t kill_others(void) {
    long self = unix_getpid(), sibling = unix_fork();
    if (!sibling)
        stay();
    if (!unix_fork())
        spin_exit(unix_kill(self) == -E_PERM && unix_kill(sibling) == -E_PERM ? UNIX_RIGHT : 0);
    bool right = child_exited(UNIX_RIGHT);
    return unix_kill(sibling) == 0 && right ? UNIX_RIGHT : 0;
}

static uint64_t faults(void) {
    static const unsigned cases[] = {HOSTILE_null_write, HOSTILE_own_text_write,
                                     HOSTILE_own_data_jump, HOSTILE_invalid_instruction};
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (!unix_fork())
            hostile_cases[cases[i]].attempt(0);
        if (!child_ended(UNIX_ENDED_BY_FAULT))
            return 0;
    }
    return UNIX_RIGHT;
}

static uint64_t leave(void) {
    if (!unix_fork()) {
        (void)unix_fork();
        stay();
    }
    return UNIX_RIGHT;
}

static uint64_t bomb(void) {
    long child;
    while ((child = unix_fork()) > 0)
        ;
    if (!child)
        stay();
    return child == -E_FULL ? UNIX_RIGHT : 0;
}

/* --- Filters of names --- */

static void delay(void) {
    for (volatile unsigned n = 0; n < 300000; n++)
        ;
}

/* One that was forked since has none. The caller's bytes stay as they are. */
static uint64_t filter(void) {
    static char name[] = "ATTACKER.EXE", none[] = "NOBODY.EXE";
    bool right = unix_exec(name, 0, "") == -E_NOT_FOUND && spin_extend("dos_names") == 0;
    if (!unix_fork())
        spin_exit(unix_exec(name, UNIX_WORDS, "some words") == -E_NOT_FOUND ? UNIX_RIGHT : 0);
    right = right && child_exited(UNIX_RIGHT) && unix_exec(none, 0, "") == -E_NOT_FOUND;
    return right && strcmp(none, "NOBODY.EXE") == 0
               ? (uint64_t)unix_exec(name, UNIX_WORDS, "some words")
               : 0;
}

/* While another has a bad one, whose own names it alone breaks. */
static uint64_t filter_badly(void) {
    long bad = unix_fork();
    if (!bad) {
        bool right = spin_extend("bad_names") == 0 && unix_exec("1LONG", 0, "") == -E_TOO_LONG &&
                     unix_exec("2FAILS", 0, "") == -E_DEAD &&
                     unix_exec("OTHER", 0, "") == -E_NOT_FOUND;
        if (right)
            stay();
        spin_exit(0);
    }
    delay();
    bool right = spin_extend("dos_names") == 0 && unix_exec("1LONG", 0, "") == -E_NOT_FOUND &&
                 unix_exec("2FAILS", 0, "") == -E_NOT_FOUND;
    return unix_kill(bad) == 0 && child_ended(UNIX_ENDED_BY_KILL) && right ? UNIX_RIGHT : 0;
}

/* The fewest instructions of a call that is refused, and of one that is not. */
static uint64_t calls_take(void) {
    uint64_t least = -1ul;
    for (unsigned i = 0; i < 20; i++) {
        uint64_t began = __builtin_ia32_rdtsc();
        (void)unix_exec("nobody", 0, "");
        (void)unix_getpid();
        uint64_t took = __builtin_ia32_rdtsc() - began;
        least = took < least ? took : least;
    }
    return least;
}

static uint64_t filter_cost(void) {
    uint64_t before = calls_take();
    long other = unix_fork();
    if (!other) {
        (void)spin_extend("dos_names");
        stay();
    }
    delay();
    uint64_t after = calls_take();
    return unix_kill(other) == 0 && child_ended(UNIX_ENDED_BY_KILL) && after == before ? UNIX_RIGHT
                                                                                       : 0;
}

static uint64_t foreign(void) {
    for (uint64_t number = MACH_CALL_FIRST + 1; number < MACH_CALL_COUNT; number++)
        if (syscall4(number, 1, 0, 4096, 1) != -E_NO_CALL)
            return 0;
    return UNIX_RIGHT;
}

/* Not those that end it, or multiply it. */
static bool not_at_random(uint64_t number) {
    return number == SPIN_CALL_exit || number == UNIX_CALL_fork || number == UNIX_CALL_kill;
}

uint64_t unix_attack(uint64_t what, const char *words) {
    uint64_t unused;
    switch ((enum unix_attack)what) {
    case UNIX_EXIT:
        return UNIX_STATUS;
    case UNIX_FORK:
        return generations(3);
    case UNIX_EXEC:
        return word = 2, (uint64_t)unix_exec("attacker", UNIX_WORDS, "some words");
    case UNIX_WORDS:
        return word == 1 && strcmp(words, "some words") == 0 ? UNIX_RIGHT : 0;
    case UNIX_EXEC_BADLY:
        return exec_badly();
    case UNIX_FILTER:
        return filter();
    case UNIX_FILTER_BADLY:
        return filter_badly();
    case UNIX_FILTER_COST:
        return filter_cost();
    case UNIX_ZEROS:
        return zeros();
    case UNIX_ARGUMENTS:
        return arguments();
    case UNIX_MAP:
        return map();
    case UNIX_MAP_WRITE:
        return map_and_write();
    case UNIX_MAP_BADLY:
        return map_badly();
    case UNIX_MAP_LONG:
        return map_long();
    case UNIX_KILL:
        return kill_children();
    case UNIX_KILL_FORKING:
        return kill_doing(fork_for_ever);
    case UNIX_KILL_EXECUTING:
        return kill_doing(exec_for_ever);
    case UNIX_EXEC_FOR_EVER:
        exec_for_ever();
        break;
    case UNIX_KILL_OTHERS:
        return kill_others();
    case UNIX_FAULTS:
        return faults();
    case UNIX_WAIT_ALONE:
        return unix_wait(&unused) == -E_NOT_FOUND ? UNIX_RIGHT : 0;
    case UNIX_LEAVES:
        return leave();
    case UNIX_BOMB:
        return bomb();
    case UNIX_FOREIGN:
        return foreign();
    case UNIX_RANDOM:
        return random_calls(4711, UNIX_CALL_COUNT, not_at_random) == RANDOM_CALLS ? UNIX_RIGHT : 0;
    case UNIX_LAST:
        break;
    }
    return 0;
}
