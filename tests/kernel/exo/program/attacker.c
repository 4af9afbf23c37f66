/* SPDX-License-Identifier: MIT */
/* attacker.c -- an environment that misbehaves as it is told (attacks.h): the lower half of its
 * argument says how, the upper half is its creator's id. */
#include "ash_attack.h"
#include "attacks.h"
#include "hold.h"
#include "net_attack.h"
#include "secret.h"
#include "take_all.h"
#include "time.h"
#include "vectors.h"

#include "../../random_calls.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/ipc/message_ring.h"
#include "exo/libos/revoke.h"
#include "exo/libos/method/method.h"
#include "exo/libos/time/sleep.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/ipc/transfer.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "user/program.h"

static char upcall_stack[1024] __attribute__((aligned(16)));

static _Noreturn void trap(void) {
    __builtin_trap();
}

/* In C a division by zero is no trap that the compiler owes anybody. */
static void divide(void) {
    __asm__ volatile("xor %%eax, %%eax\n\txor %%edx, %%edx\n\tdiv %%eax" : : : "rax", "rdx", "cc");
}

static uint64_t yield_thrice(uint64_t creator) {
    for (int i = 0; i < 3; i++)
        exo_env_yield(creator);
    return 3;
}

static uint64_t full_number, full_turns;

/* Its slices begin in it again. It has a selector loaded, too, each in its turn, and then none. */
static _Noreturn void yield_full(uint64_t creator) {
    full_number = creator << 32 | EXO_YIELD;
    __asm__ volatile("lea 1f(%%rip), %%rcx\n\tmov %%rcx, %[entry]\n\tmov %%rsp, %[stack]\n"
                     "1: mov %[turns], %%eax\n\txor %%edx, %%edx\n\tmov $5, %%ecx\n\tdiv %%ecx\n\t"
                     "incq %[turns]\n\tmov $0x1b, %%ecx\n\t"
                     ".set n, 0\n\t.irp s, ds, es, fs, gs\n\t"
                     "cmp $n, %%edx\n\tjne 2f\n\tmov %%ecx, %%\\s\n2:\n\t.set n, n + 1\n\t.endr\n\t"
                     "mov %[number], %%rax\n\t"
                     ".irp r, rbx, rbp, rdx, rsi, rdi, r8, r9, r10, r12, r13, r14, r15\n\t"
                     "mov $0x5ec1e7, %%\\r\n\t.endr\n\tsyscall\n\tud2"
                     : [entry] "=m"(uarea->prologue_entry), [stack] "=m"(uarea->prologue_stack),
                       [turns] "+m"(full_turns)
                     : [number] "m"(full_number)
                     : "memory");
    __builtin_unreachable();
}

/* Never returns by any test, which the compiler must not find out. */
static uint64_t recurse(volatile uint64_t *above) {
    volatile uint64_t here = *above + 1;
    return here ? recurse(&here) + here : 0;
}

/* Registers an upcall and traps: whatever comes then is what the registration was worth. */
static _Noreturn void trap_with_upcall(void (*entry)(void), void *stack) {
    uarea->trap_entry = (uint64_t)entry;
    uarea->trap_stack = (uint64_t)stack;
    trap();
}

static void single_step(void) {
    __asm__ volatile("pushfq\n\torl $0x100, (%%rsp)\n\tpopfq\n\tsyscall"
                     :
                     : "a"(EXO_CALL_null)
                     : "rdi", "rsi", "rdx", "rcx", "r8", "r9", "r10", "r11", "memory", "cc");
}

static void serve(struct message *m) {
    m->word[0] += m->word[1] + m->word[2] + m->word[3] + m->word[4] + m->word[5];
    m->word[1] = m->from;
    m->word[2] = 0;
    for (uint64_t i = 0; i < uarea->word_count; i++)
        m->word[2] += uarea->word[i]++;
}

/* How often it saw what is not a first state. */
static uint64_t look_and_fill(uint64_t creator) {
    uint64_t seen = 0;
    for (unsigned i = 0; i < 2; i++) {
        struct vectors_seen s = vectors_look(0);
        seen += s.words != 64 || s.x87 || s.control;
        vectors_fill(VECTORS_OF_ATTACKER);
        if (!i)
            exo_env_yield(creator);
    }
    return seen;
}

static void serve_fs(struct message *m) {
    __asm__ volatile("mov %%fs:0, %0" : "=r"(m->word[0]));
}

/* One `syscall`, which is reflected, and what it gave. */
__asm__(".text\nforeign:\n\tmov $39, %eax\n\tsyscall\nforeign_end:\n\tret\n"
        "answered:\n\tmov uarea(%rip), %rax\n\tmov 352 + 32(%rax), %rcx\n\t"
        "mov 352 + 48(%rax), %rsp\n\tmov $4712, %eax\n\tjmp *%rcx");
uint64_t foreign(void);
void foreign_end(void), answered(void);

static void reflect(void) {
    uarea->reflect_entry = (uint64_t)answered;
    uarea->native_first = (uint64_t)foreign_end + 1;
    uarea->native_bytes = -1ul;
    exo_reflect_set(true);
}

static void serve_reflect(struct message *m) {
    m->word[0] = foreign();
}

uint64_t sleep_by(uint64_t at) {
    static const struct term terms[] = {{TERM_NE, 0, TERM_CONSTANT, 0}, {TERM_OR, 0, 0, 77}};
    static uint8_t code[128];
    const struct exo_variable v = {at, 0};
    long bytes = predicate_of_terms(terms, 2, 1, code, sizeof code);
    uint64_t tag;
    long error = predicate_sleep(code, (size_t)bytes, &v, 1, &tag);
    return error ? (uint64_t)error : tag;
}

static uint64_t flood(uint64_t creator) {
    uint64_t words[EXO_RING_WORDS] = {0};
    for (unsigned i = 0; i < 1000; i++)
        words[0] += exo_ring_send(0, creator, words) == 0;
    return words[0];
}

#define RING ((struct exo_message *)0x500000000000ul)

static struct ring ring_make(void) {
    static const struct cap anybody = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'r'}};
    struct ring r = {0};
    frames_map(0, 0, 0, (uint64_t)RING, 1, EXO_WRITE | EXO_NO_EXEC);
    ring_begin(&r, 0, RING, 1, anybody);
    return r;
}

static uint64_t ring_sleep(void) {
    static const struct term terms[] = {{TERM_NE, 0, TERM_CONSTANT, 0}, {TERM_OR, 0, 0, 77}};
    static uint8_t code[128];
    const struct ring r = ring_make();
    const struct exo_variable v = {(uint64_t)&RING->from, 0};
    long bytes = predicate_of_terms(terms, 2, 1, code, sizeof code);
    uint64_t tag;
    long error = predicate_sleep(code, (size_t)bytes, &v, 1, &tag);
    return error ? (uint64_t)error : ring_look(&r) ? RING->word[0] : 0;
}

/* Replies at once, without a stack: rdi has a bit for each register that is not as expected, but
 * rdi itself and those that the instruction uses. */
void registers_expected(void);
__asm__(".pushsection .text\nregisters_expected:\n\t"
        "mov %rax, %rcx\n\tmov %rdi, %r11\n\txor %edi, %edi\n\t"
        ".set n, 0\n\t"
        ".irp r, rbx, rdx, rsi, r11, rbp, r8, r9, r10, r12, r13, r14, r15, rsp\n\t"
        "mov $0x1111111111111111, %rax\n\timul $(n + 1), %rax\n\t"
        "cmp %rax, %\\r\n\tje 1f\n\tbts $n, %rdi\n1:\n\t.set n, n + 1\n\t.endr\n\t"
        "mov %rcx, %rax\n\tshl $32, %rax\n\tor $0x103, %rax\n\tsyscall\n\tud2\n.popsection");
_Static_assert(EXO_REPLY == 0x103, "in the assembly above");

static _Noreturn void serve_registers(void) {
    uarea->transfer_entry = (uint64_t)registers_expected;
    uarea->transfer_stack = 0x1111111111111111ul * 13;
    uarea->transfer_takes = 1;
    for (;;)
        exo_env_yield(0);
}

static uint64_t call(uint64_t env) {
    struct message m = {.word = {1}};
    long error = transfer_call(env, &m, EXO_TRANSFER_WAIT);
    return error ? (uint64_t)error : m.word[0];
}

/* A slice of its own comes, and is not given to the server. */
static long loops(void) {
    for (;;)
        __asm__ volatile("pause");
    return 0;
}

static uint64_t call_once(uint64_t env) {
    struct message m = {.word = {1}};
    slice_handle();
    transfer_interrupted = loops;
    return (uint64_t)transfer_call(env, &m, EXO_TRANSFER);
}

static long signalled(void) {
    return uarea->own[0] ? -E_NOT_FOUND : 0;
}

/* Yields to its creator for ever; a reply to it goes on there. */
uint64_t asker_yields;
void asker(void);
__asm__(".pushsection .text\nasker: mov asker_yields, %rax\n\tsyscall\n\tud2\n.popsection");

static _Noreturn void ask(uint64_t creator) {
    asker_yields = creator << 32 | EXO_YIELD;
    uarea->reply_entry = uarea->prologue_entry = (uint64_t)asker;
    asker();
    __builtin_unreachable();
}

static void serve_spin(struct message *m) {
    (void)m;
    for (;;)
        __asm__ volatile("pause");
}

static uint64_t called_by; /* whoever it is yielded to */

static void serve_never(struct message *m) {
    (void)m;
    for (;;)
        exo_env_yield(called_by);
}

static void serve_late(struct message *m) {
    for (uint64_t n = m->word[0]; n; n--)
        exo_env_yield(called_by);
    m->word[0] += 100;
}

/* It has all, and keeps it. */
static _Noreturn void exhausted(long error, uint64_t creator) {
    uarea->own[0] = (uint64_t)error;
    for (;;)
        exo_env_yield(creator);
}

static const struct cap two[] = {{.rights = CAP_ALL, .valid = 1, .length = 1, .name = {1}},
                                 {.rights = CAP_READ, .valid = 1, .length = 1, .name = {2}}};

static uint64_t frame_of(const void *page) {
    return (exposed_entry((uint64_t)page) & EXO_FRAME_OF) >> 12;
}

static uint64_t exhaust_tables(void) {
    static const uint64_t code[2] = {0xb7, 0x95}; /* r0 = 0 */
    char *const first = (char *)ATTACK_PAGES, *at = first + 8192;
    if (frames_map(0, 0, 0, (uint64_t)first, 2, EXO_WRITE | EXO_NO_EXEC))
        return 0;
    while (!frames_map(0, 0, 0, (uint64_t)at, 1, EXO_WRITE | EXO_NO_EXEC))
        at += 0x8000000000;
    exo_acl_set(0, frame_of(first + 4096), 1, two, 2, 0); /* what a table's shadow lacked */
    return (exo_acl_set(0, frame_of(first), 1, two, 2, 0) == -E_QUOTA) |
           (exo_frame_pin(0, frame_of(first)) == -E_QUOTA) << 1 |
           (exo_predicate_set(code, sizeof code, NULL, 0, 0, NULL) == -E_QUOTA) << 2 |
           (exo_ring_set(0, (void *)first, 1, two[0]) == -E_QUOTA) << 3;
}

static uint64_t exhaust_lists(uint64_t frame) {
    uint64_t at = ATTACK_PAGES;
    long error = exo_acl_set(0, frame, 1, two, 2, 0);
    while (error == 1 && !(error = frames_map(0, 0, 0, at, 1, EXO_WRITE | EXO_NO_EXEC))) {
        error = exo_acl_set(0, frame_of((void *)at), 1, two, 2, 0);
        at += 4096;
    }
    return (uint64_t)error;
}

static void map_pages(unsigned count) {
    if (frames_map(0, 0, 0, ATTACK_PAGES, count, EXO_WRITE | EXO_NO_EXEC))
        exo_env_exit(0);
}

static _Noreturn void keep_pin(uint64_t creator) {
    map_pages(1);
    uint64_t frame = frame_of((void *)ATTACK_PAGES);
    const struct exo_pages none = {ATTACK_PAGES, 0, 1};
    exo_frame_pin(0, frame);
    exo_page_update(0, 0, 0, &none, 1, 0);
    uarea->own[0] = frame;
    for (;;)
        exo_env_yield(creator);
}

/* The last ones that it mapped. */
static uint64_t give_pages(uint64_t pages) {
    static uint64_t left = 40;
    const struct exo_pages none = {ATTACK_PAGES + (left - pages) * 4096, 0, pages};
    exo_page_update(0, 0, 0, &none, 1, 0);
    left -= pages;
    return pages;
}

static _Noreturn void give_back(void) {
    map_pages(40);
    slice_handle();
    revoke_handle(give_pages, NULL);
    uarea->own[0] = 1;
    for (;;)
        __asm__ volatile("pause");
}

static unsigned lost;

static void count_lost(unsigned kind, uint64_t name) {
    lost += kind == EXO_LOST_PAGE && exposed_entry(name * 4096) == EXO_LOST;
}

/* It says that it owes nothing. */
static uint64_t keep_pages(void) {
    map_pages(40);
    slice_handle();
    revoke_handle(NULL, count_lost);
    uarea->own[0] = 1;
    while (!*(volatile unsigned *)&lost)
        *(volatile uint64_t *)&uarea->revoke_pages = 0;
    return lost;
}

/* Its end, what begins it again, and what speaks for the machine. */
static bool not_at_random(uint64_t number) {
    return number == EXO_CALL_env_exit || number == EXO_CALL_env_destroy ||
           number == EXO_CALL_env_yield || number == EXO_CALL_env_sleep ||
           number == EXO_CALL_session;
}

static _Noreturn void disk(uint64_t creator) {
    frames_map(0, 0, 0, ATTACK_PAGES, 2, EXO_WRITE | EXO_NO_EXEC);
    for (unsigned i = 0; i < 2; i++) {
        uint64_t frame = (exposed_entry(ATTACK_PAGES + i * 4096) & EXO_FRAME_OF) >> 12;
        uarea->own[i] = frame;
        exo_disk_request(EXO_DISK_HOW(i ? EXO_DISK_WRITE : EXO_DISK_READ, 0, 0, 0),
                         ATTACK_DISK_BLOCK + i, 1, frame, 0);
    }
    const struct cap all = {.rights = CAP_ALL, .valid = 1};
    uarea->own[2] = (uint64_t)exo_pxn_make(0, 0, 0, &all, 1);
    exo_pxn_change(0, uarea->own[2], EXO_PXN_ADD, ATTACK_DISK_BLOCK, 2, 0);
    for (;;)
        exo_env_yield(creator);
}

/* Asks for a block, and says for which frame. */
static _Noreturn void read_block(uint64_t creator) {
    uint32_t frame = (uint32_t)frames_pick(env_info()->frame_count / 2);
    const struct exo_xn_block_frame b = {(uint32_t)uarea->own[1], frame};
    uarea->own[2] = exo_xn_transfer(EXO_XN_HOW(EXO_DISK_READ, 0, 0), &b, 1) == 1 ? frame : 0;
    for (;;)
        exo_env_yield(creator);
}

/* Imports a type, which is none. */
static _Noreturn void import(uint64_t creator) {
    uarea->own[2] =
        (uint64_t)exo_xn_volume(EXO_XN_HOW(EXO_XN_IMPORT, 0, 0), (uint64_t)uarea->own, 8, 0);
    for (;;)
        exo_env_yield(creator);
}

/* own[0] owns the block own[1] in its first partition; 0: nobody knows who. */
static _Noreturn void write_block(uint64_t creator) {
    if (!uarea->own[0])
        read_block(creator);
    if (uarea->own[0] == ATTACK_XN_IMPORT)
        import(creator);
    uint64_t at = EXO_XN_AT(uarea->own[0], 0);
    uint32_t block = (uint32_t)uarea->own[1];
    long error = exo_xn_block(EXO_XN_HOW(EXO_XN_MAP, 0, 0), at, block, ATTACK_PAGES,
                              EXO_WRITE | EXO_NO_EXEC);
    if (!error) {
        *(volatile uint64_t *)ATTACK_PAGES = VECTORS_OF_ATTACKER;
        error = exo_xn_block(EXO_XN_HOW(EXO_XN_LOCK, 0, 0), 0, (uint32_t)uarea->own[0], 0, 0);
    }
    uarea->own[2] = (uint64_t)error;
    for (;;)
        exo_env_yield(creator);
}

uint64_t program_main(uint64_t argument, uint64_t unused, const char *words) {
    (void)unused;
    (void)words;
    volatile uint64_t zero = 0;
    switch ((enum attack)(argument & 0xffffffff)) {
    case ATTACK_EXIT:
        return 7;
    case ATTACK_YIELD:
        return yield_thrice(argument >> 32);
    case ATTACK_YIELD_FULL:
        yield_full(argument >> 32);
    case ATTACK_CONSOLE:
        return (uint64_t)exo_console_write(0, "forged\n", 7);
    case ATTACK_CREATE:
        return (uint64_t)spawn(0, "attacker", ATTACK_EXIT, SPAWN_NO_GRANT, 0);
    case ATTACK_INVALID:
        trap();
    case ATTACK_DIVIDE:
        divide();
        break;
    case ATTACK_NULL_WRITE:
        __asm__ volatile("movb $1, (%0)" : : "r"(0ul) : "memory");
        break;
    case ATTACK_STACK_OVERFLOW:
        return recurse(&zero);
    case ATTACK_UPCALL_KERNEL:
        trap_with_upcall((void (*)(void))0xffffffff80200000, upcall_stack + sizeof upcall_stack);
    case ATTACK_UPCALL_ODD:
        trap_with_upcall((void (*)(void))0x8000000000000000, upcall_stack + sizeof upcall_stack);
    case ATTACK_UPCALL_UNMAPPED:
        trap_with_upcall((void (*)(void))0x10000000, upcall_stack + sizeof upcall_stack);
    case ATTACK_UPCALL_NO_STACK:
        trap_with_upcall(trap, (void *)0x10000000);
    case ATTACK_UPCALL_INFO_STACK:
        trap_with_upcall(trap, (void *)(EXO_INFO + 4096));
    case ATTACK_UPCALL_RECURSES:
        trap_with_upcall(trap, upcall_stack + sizeof upcall_stack);
    case ATTACK_SINGLE_STEP:
        single_step();
        break;
    case ATTACK_SERVE:
        transfer_serve(serve);
        return 0;
    case ATTACK_SPIN:
        slice_handle();
        for (;;)
            __asm__ volatile("nop"); /* not `pause`: QEMU leaves its loop for each */
    case ATTACK_KILL_MODE:
        return (uint64_t)syscall5(EXO_KILL | EXO_CALL_env_read, 0, 0, 0, 0x10000000, 8);
    case ATTACK_HOG:
    case ATTACK_BOUNCE:
    case ATTACK_BURST:
    case ATTACK_CRITICAL:
    case ATTACK_STORM:
    case ATTACK_TIMER:
        attack_time((enum attack)(argument & 0xffffffff), argument >> 32);
    case ATTACK_LOOP:
        for (;;)
            __asm__ volatile("pause");
    case ATTACK_VECTORS:
        return look_and_fill(argument >> 32);
    case ATTACK_SERVE_FS: {
        static const uint64_t word = FS_OF_ATTACKER;
        exo_fs_set((uint64_t)&word);
        transfer_serve(serve_fs);
        return 0;
    }
    case ATTACK_HOLD:
        return hold_everything(argument >> 32);
    case ATTACK_HOLD_ON:
        slice_handle();
        hold_everything(0);
        for (;;)
            __asm__ volatile("pause");
    case ATTACK_EXHAUST_FRAMES:
        exhausted(exhaust_frames(), argument >> 32);
    case ATTACK_EXHAUST_KERNEL:
        exhausted(exhaust_kernel(), argument >> 32);
    case ATTACK_EXHAUST_PINS:
        exhausted(exhaust_pins(), argument >> 32);
    case ATTACK_EXHAUST_MAPPINGS:
        exhausted(exhaust_mappings(), argument >> 32);
    case ATTACK_FS_EXIT:
        exo_fs_set(EXO_INFO);
        break;
    case ATTACK_REFLECT:
        reflect();
        for (;;)
            exo_env_yield(argument >> 32);
    case ATTACK_REFLECT_EXIT:
        reflect();
        break;
    case ATTACK_SERVE_REFLECT:
        reflect();
        transfer_serve(serve_reflect);
        return 0;
    case ATTACK_SLEEP:
        return sleep_by((uint64_t)uarea->own);
    case ATTACK_SLEEP_FRAME:
        return sleep_by((argument >> 32) * 4096 | EXO_PHYSICAL);
    case ATTACK_FLOOD:
        return flood(argument >> 32);
    case ATTACK_RING:
        ring_make();
        for (;;)
            exo_env_yield(argument >> 32);
    case ATTACK_RING_SLEEP:
        return ring_sleep();
    case ATTACK_CALLER_SIGNALLED:
        transfer_interrupted = signalled;
        return call(argument >> 32);
    case ATTACK_CALLER_ONCE:
        return call_once(argument >> 32);
    case ATTACK_SERVE_SPIN:
        slice_handle();
        transfer_serve(serve_spin);
        return 0;
    case ATTACK_CALLER:
        return call(argument >> 32);
    case ATTACK_ASKER:
        ask(argument >> 32);
    case ATTACK_METHOD:
        method_serve(secret_method);
    case ATTACK_METHOD_CLIENT:
        return secret_client(argument >> 32);
    case ATTACK_METHOD_LONG: {
        struct message m = {.word = {SECRET_LONG, SECRET_TURNS}};
        slice_handle();
        return (uint64_t)method_call(argument >> 32, &m);
    }
    case ATTACK_SERVE_NEVER:
        called_by = argument >> 32;
        transfer_serve(serve_never);
        return 0;
    case ATTACK_SERVE_LATE:
        called_by = argument >> 32;
        for (;;)
            transfer_serve(serve_late);
    case ATTACK_SERVE_REGISTERS:
        serve_registers();
    case ATTACK_EXHAUST_TABLES:
        return exhaust_tables();
    case ATTACK_EXHAUST_LISTS:
        return exhaust_lists(argument >> 32);
    case ATTACK_PIN:
        keep_pin(EXO_ENVS);
    case ATTACK_GIVE_BACK:
        give_back();
    case ATTACK_KEEP:
        return keep_pages();
    case ATTACK_DISK:
        disk(argument >> 32);
    case ATTACK_XN:
        write_block(argument >> 32);
    case ATTACK_NET:
        net_attack(argument >> 32);
    case ATTACK_ASH:
        ash_attack(argument >> 32);
    case ATTACK_RANDOM_CALLS:
        uarea->native_bytes = -1ul; /* one of them may be reflect_set */
        return random_calls(argument >> 32, EXO_CALL_COUNT, not_at_random);
    }
    return 0;
}
