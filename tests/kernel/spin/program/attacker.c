/* SPDX-License-Identifier: MIT */
/* attacker.c -- a user process that misbehaves as it is told (attacks.h). */
#include "attacks.h"
#include "connection_attacks.h"
#include "file_attacks.h"
#include "mach_attacks.h"
#include "regions.h"
#include "scheduled.h"
#include "unix_attacks.h"

#include "../../random_calls.h"

#include "lib/error.h"
#include "lib/string.h"
#include "user/program.h"
#include "machine/cpu/trap_frame.h"
#include "machine/types.h"
#include "spin/thread_abi.h"
#include "spin/user/cthreads.h"
#include "spin/user/stubs.h"

/* Ends by no test, which the compiler must not find out. */
static uint64_t recurse(volatile uint64_t *above) {
    volatile uint64_t here = *above + 1;
    return here ? recurse(&here) + here : 0;
}

static void exit_badly(void) {
    __asm__ volatile("mov %0, %%rsp\n\tsyscall"
                     :
                     : "r"(HOSTILE_TEXT), "a"(SPIN_CALL_exit), "D"(9)
                     : "rcx", "r11", "memory");
}

static uint64_t look_at_own(uint64_t word) {
    static volatile uint64_t own;
    own = word;
    for (unsigned i = 0; i < 100000; i++)
        if (own != word)
            return own;
    return word;
}

static _Noreturn void loop(void) {
    for (;;)
        __asm__ volatile("");
}

static enum serves serves;
static char served[32];

/* A service's entry, with all registers that it finds, and in `above` whether its stack is as it
 * was. */
__attribute__((used)) static void served_call(uint64_t a, uint64_t b, uint64_t c, uint64_t rest) {
    if (serves == SERVES_FAULT)
        hostile_cases[HOSTILE_null_write].attempt(0);
    if (serves == SERVES_NEVER)
        loop();
    if (serves == SERVES_SELF)
        spin_reply((uint64_t)spin_call(spin_connect(served), a, b, c));
    spin_reply(rest ? 0 : a + b + c);
}
__asm__(".pushsection .text\n"
        "served_entry: mov %rax, %r9\n"
        ".irp register, rbx, rcx, rbp, r8, r10, r11, r12, r13, r14, r15\n"
        "or %\\register, %r9\n"
        ".endr\n"
        "mov %r9, %rcx\n"
        "mov %rsp, %r8\n"
        "xchg %r8, served_stack(%rip)\n"
        "test %r8, %r8\n"
        "jz 1f\n"
        "xor %rsp, %r8\n"
        "or %r8, %rcx\n"
        "1: call served_call\n"
        "ud2\n"
        ".popsection\n"
        ".pushsection .bss\nserved_stack: .quad 0\n.popsection");
void served_entry(uint64_t a, uint64_t b, uint64_t c);

static void *serves_beside(void *arg) {
    while (spin_reply(7) < 0 && spin_serve("beside", served_entry) < 0)
        ;
    hostile_cases[HOSTILE_null_write].attempt(0);
    return arg;
}

static uint64_t serve(const char *name, uint64_t how) {
    serves = (enum serves)how;
    if (serves == SERVES_BESIDE &&
        (!cthreads_begin(&cthreads_integrated) || !cthread_fork(serves_beside, NULL)))
        return 0;
    memcpy(served, name, strlen(name) + 1);
    return (uint64_t)spin_serve(name, served_entry);
}

/* --- Threads --- */

static void *loops(void *unused) {
    (void)unused;
    loop();
}

static void *gives_way(void *arg) {
    return arg;
}

static struct cthread_semaphore never, ready;

static void *waits(void *arg) {
    cthread_v(&ready);
    cthread_p(&never);
    return arg;
}

static void *joins(void *other) {
    cthread_v(&ready);
    if (other)
        cthread_join(other);
    cthread_p(&never);
    return other;
}

static void *faults(void *arg) {
    hostile_cases[HOSTILE_null_write].attempt(0);
    return arg;
}

static void *extends(void *name) {
    return (void *)spin_extend(name);
}

/* What is made next is what the asking thread was, to the kernel; number 0 is not that. */
static uint64_t ask_by_another(void) {
    struct trap_frame f;
    struct cthread *t = NULL;
    if (cthreads_begin(&cthreads_integrated))
        t = cthread_fork(extends, "user-threads");
    if (!t || cthread_join(t) || syscall1(USER_THREAD_CALL, USER_THREAD_CREATE) <= 0)
        return 0;
    return syscall3(USER_THREAD_CALL, USER_THREAD_GET_STATE, 0, (uint64_t)&f) == -E_BUSY
               ? THREADS_STATUS
               : 0;
}

static uint64_t end_with_threads(enum threads_end how) {
    static void *(*const does[])(void *) = {loops,  waits, joins, loops, faults,
                                            faults, waits, loops, loops};
    struct cthread *t = NULL;
    if (how == THREADS_ASK)
        return ask_by_another();
    const struct cthread_package *package =
        how == THREADS_FAULT_LAYERED || how == THREADS_STUCK_LAYERED ? &cthreads_layered
                                                                     : &cthreads_integrated;
    if (!cthreads_begin(&cthreads_layered) || !cthreads_begin(package) ||
        !cthread_semaphore_init(&never, 0) || !cthread_semaphore_init(&ready, 0))
        return 0;
    for (unsigned i = 0; i < 5; i++)
        t = cthread_fork(does[how], t);
    for (unsigned i = 0; (does[how] == waits || does[how] == joins) && i < 5; i++)
        cthread_p(&ready);
    if (how >= THREADS_STUCK)
        cthread_p(&never);
    if (does[how] == faults)
        cthread_join(t);
    for (long i = 1; i <= 5 && how == THREADS_SUSPENDED; i++)
        syscall2(USER_THREAD_CALL, USER_THREAD_SUSPEND, (uint64_t)i);
    for (long i = 1; i <= 5 && how == THREADS_DESTROY; i++)
        syscall2(USER_THREAD_CALL, USER_THREAD_DESTROY, (uint64_t)i);
    if (how == THREADS_DESTROY) /* who was destroyed is unwound before */
        for (unsigned i = 0; i < 5; i++)
            cthread_join(cthread_fork(gives_way, NULL));
    return THREADS_STATUS;
}

/* Threads come and go, and are suspended and resumed, by arguments that are sometimes right; with
 * an odd seed all begin at the loop. What would make this one wait for ever is left out. */
static uint64_t random_threads(uint64_t seed) {
    static struct trap_frame state;
    static const uint64_t arguments[] = {
        1,           2,    3,        33, (uint64_t)&state, (uint64_t)loop, (uint64_t) "priority",
        KERNEL_BASE, -8ul, 1ul << 63};
    if (!cthreads_begin(&cthreads_layered) || !cthreads_begin(&cthreads_integrated))
        return 0;
    const bool tame = seed & 1;
    for (unsigned i = 0; i < 400; i++) {
        uint64_t argument[3];
        for (unsigned n = 0; n < 3; n++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            argument[n] = arguments[(seed >> 40) % (sizeof arguments / sizeof arguments[0])];
        }
        bool layered = seed >> 39 & 1;
        uint64_t operation = (seed >> 50) % (USER_THREAD_OPERATIONS + 1);
        state.rip = (uint64_t)loop;
        if (tame && layered && operation == USER_THREAD_RESUME)
            syscall3(USER_THREAD_CALL, USER_THREAD_SET_STATE, argument[0], (uint64_t)&state);
        if (tame && !layered && operation == CTHREAD_FORK)
            argument[0] = (uint64_t)loop;
        if (layered && operation == USER_THREAD_HINT)
            continue; /* or its own scheduler may never choose this one again */
        if (!layered &&
            (operation == CTHREAD_JOIN || operation == CTHREAD_P || operation == CTHREAD_EXIT))
            continue;
        syscall4(layered ? USER_THREAD_CALL : CTHREAD_CALL, operation, argument[0], argument[1],
                 argument[2]);
    }
    return THREADS_STATUS;
}

static bool not_at_random(uint64_t number) {
    return number == SPIN_CALL_exit;
}

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    if (a >= CONNECTION_ATTACK_FIRST)
        return connection_attack(a, b);
    if (a >= FILE_ATTACK_FIRST)
        return file_attack(a, b);
    if (a >= MACH_FIRST)
        return mach_attack(a);
    if (a >= UNIX_FIRST)
        return unix_attack(a, words);
    if (a < HOSTILE_COUNT)
        hostile_cases[a].attempt(0);
    else if (a == ATTACK_EXIT)
        return b;
    else if (a == ATTACK_CALL)
        return (uint64_t)syscall0(b);
    else if (a == ATTACK_STACK_OVERFLOW)
        return recurse(&b);
    else if (a == ATTACK_COUNT_WORDS)
        return strlen(words);
    else if (a == ATTACK_EXIT_BADLY)
        exit_badly();
    else if (a == ATTACK_RANDOM_CALLS)
        return random_calls(b, SPIN_CALL_COUNT, not_at_random);
    else if (a == ATTACK_READ)
        return *(volatile uint64_t *)b;
    else if (a == ATTACK_WRITE)
        return ++*(volatile uint64_t *)b;
    else if (a == ATTACK_LOOP)
        loop();
    else if (a == ATTACK_OWN_WORD)
        return look_at_own(b);
    else if (a == ATTACK_SERVE)
        return serve(words, b);
    else if (a == ATTACK_CROSS)
        return (uint64_t)spin_call(spin_connect(words), CROSS_ARGUMENTS);
    else if (a == ATTACK_CROSS_NUMBER)
        return (uint64_t)spin_call((long)b, CROSS_ARGUMENTS);
    else if (a == ATTACK_REPLY)
        return (uint64_t)spin_reply(1);
    else if (a == ATTACK_THREADS)
        return end_with_threads((enum threads_end)b);
    else if (a == ATTACK_RANDOM_THREADS)
        return random_threads(b);
    else if (a == ATTACK_REGIONS)
        return end_with_regions((enum regions)b);
    else if (a == ATTACK_SCHEDULED)
        return end_scheduled((enum scheduled)b, words);
    else if (a == ATTACK_EXTEND)
        return spin_extend(words), (uint64_t)syscall0(b);
    else if (a == ATTACK_EXTEND_ONLY)
        return (uint64_t)spin_extend(b ? (const char *)b : words);
    return 0;
}
