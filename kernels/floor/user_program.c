/* SPDX-License-Identifier: MIT */
/* user_program.c -- see user_program.h. The address space is made anew for each phase: the program
 * starts from its image, whatever was done to it before. */
#include "floor/user_program.h"

#include "common/archive.h"
#include "common/fault.h"
#include "common/kernel_session.h"
#include "common/line.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/report/panic.h"
#include "machine/user/program.h"
#include "machine/trap/syscall.h"
#include "machine/user/user.h"
#include "machine/cpu/x86.h"
#include "measure/body.h"
#include "measure/bracket.h"

#define STACK_TOP   0x7fff00000000ul
#define STACK_PAGES 16
#define WORDS_MAX   2000 /* a multiple of 16, as is the stack's top: the stack begins below them */

_Static_assert(E_NO_CALL == CALL_UNKNOWN, "abi.h has the number for assembly");

void fault_bare(void);
extern uint64_t cross_rip, cross_rsp, cross_space, cross_differ; /* syscall_entry.S */

typedef int control_fn(uint64_t a, uint64_t b);

/* Takes a copy of the program's bytes. 0, -E_TOO_LONG or -E_FAULT. */
static int take_bytes(char bytes[BODY_MAX], vaddr_t at, uint64_t length) {
    return length > BODY_MAX ? -E_TOO_LONG : copy_from_user(bytes, at, length);
}

/* 0, take_bytes()'s errors, or -E_INVALID: it is no well-formed record, or one that only the kernel
 * sends. */
static int control_record(uint64_t at, uint64_t length) {
    char bytes[BODY_MAX];
    int error = take_bytes(bytes, at, length);
    if (error)
        return error;
    return sender_user_record(&serial_line, bytes, length) ? 0 : -E_INVALID;
}

static int control_text(uint64_t at, uint64_t length) {
    char bytes[BODY_MAX];
    int error = take_bytes(bytes, at, length);
    if (!error)
        line_text(bytes, length);
    return error;
}

static struct page_table own, other; /* the program's; and, for SYSCALL_CROSS, one more of its */

static vaddr_t load(struct page_table *t);

static void unload(struct page_table *t) {
    program_unload(t);
    page_table_destroy(t);
}

/* The other address space comes with its first use and goes with the next choice. */
static void other_space(bool wanted, vaddr_t entry) {
    if (other.loads)
        unload(&other);
    other = (struct page_table){0};
    if (!wanted)
        return;
    load(&other);
    cross_rip = entry;
    cross_rsp = STACK_TOP;
    cross_space = own.loads;
    cross_differ = own.loads ^ other.loads;
}

static int control_syscall(uint64_t which, uint64_t entry) {
    static void (*const entries[])(void) = {[SYSCALL_BARE] = syscall_bare,
                                            [SYSCALL_NULL] = syscall_null,
                                            [SYSCALL_CROSS] = syscall_cross};
    if (which >= sizeof entries / sizeof entries[0] || entry >= USER_TOP)
        return -E_INVALID;
    other_space(which == SYSCALL_CROSS, entry);
    syscall_init(entries[which]);
    return 0;
}

/* The least that a handler of page faults can do: it notes the time, in rax, and steps over the
 * access, whose instruction has three bytes. */
__asm__(".pushsection .text\n\t.balign 16\n\tfault_bare:\n\t" BENCH_MARK_END
        "lfence\n\trdtsc\n\tshl $32, %rdx\n\tor %rdx, %rax\n\t"
        "add $8, %rsp\n\taddq $3, (%rsp)\n\tiretq\n\t.popsection");

static int control_faults(uint64_t bare, uint64_t unused) {
    (void)unused;
    trap_gate(TRAP_PAGE, bare ? fault_bare : NULL);
    return 0;
}

static int control_return(uint64_t unused_a, uint64_t unused_b) {
    (void)unused_a;
    (void)unused_b;
    user_return(USER_PROGRAM_DONE);
}

static void control(struct trap_frame *f) {
    static control_fn *const calls[] = {
        [CONTROL_RECORD] = control_record,   [CONTROL_TEXT] = control_text,
        [CONTROL_SYSCALL] = control_syscall, [CONTROL_FAULTS] = control_faults,
        [CONTROL_RETURN] = control_return,
    };
    bool known = f->rax < sizeof calls / sizeof calls[0];
    f->rax = (uint64_t)(known ? calls[f->rax](f->rdi, f->rsi) : -E_NO_CALL);
}

static void end_program(struct trap_frame *f) {
    if (!fault_is_of_program(f))
        panic_trap(f);
    fault_report(f, f->vector == TRAP_PAGE ? read_cr2() : 0, "floor", false);
    user_return(USER_PROGRAM_KILLED);
}

void user_program_init(void) {
    trap_handle_rest(end_program);
}

static void connect(void) {
    trap_handle(CONTROL_VECTOR, control);
    trap_allow_user(CONTROL_VECTOR);
    trap_gate(TRAP_PAGE, NULL);
    trap_gate(BARE_VECTOR, trap_bare);
    trap_allow_user(BARE_VECTOR);
    syscall_init(syscall_null);
}

static vaddr_t load(struct page_table *t) {
    vaddr_t entry;
    const char *why = "", *name = kernel_session_component->name;
    struct elf_source program;
    int error = archive_find(name, &program) ? page_table_create(t, 0) : -E_NOT_FOUND;
    if (!error)
        error = program_load(t, &program, &entry, &why);
    if (!error)
        error = program_map(t, STACK_TOP - STACK_PAGES * PAGE_SIZE, STACK_PAGES, PAGE_WRITE);
    if (error)
        panic("floor's program '%s' cannot be loaded: %s%s%s", name, error_sentence(error),
              *why ? ": " : "", why);
    return entry;
}

bool user_program_run(enum session_phase phase, unsigned first_row, const char *words) {
    struct trap_frame f;
    vaddr_t entry = load(&own), words_at = STACK_TOP - WORDS_MAX;
    size_t length = strnlen(words, WORDS_MAX - 1);

    connect();
    page_table_load(&own);
    if (copy_to_user(words_at, words, length)) /* the page is zeroed: the NUL is there */
        panic("the floor's user program has no stack");
    user_frame_init(&f, entry, words_at, false);
    f.rdi = phase;
    f.rsi = first_row;
    f.rdx = words_at;
    uint64_t end = user_run(&f);

    page_table_load(&page_table_kernel);
    other_space(false, 0);
    unload(&own);
    return end == USER_PROGRAM_DONE;
}
