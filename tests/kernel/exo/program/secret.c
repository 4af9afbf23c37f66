/* SPDX-License-Identifier: MIT */
/* secret.c -- see secret.h. */
#include "secret.h"

#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "exo/libos/upcall/upcall_handle.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

#define SECRET 0x5ec1e75ec1e75ec1ul
#define AT     0x500000000000ul

static uint64_t page[512] __attribute__((aligned(4096))) = {SECRET};

/* --- The abstraction --- */

/* Every register but rsp has the secret for so many turns, and then, for none, a trap. */
void secret_work(uint64_t turns);
uint64_t secret_turns;
__asm__(".pushsection .text\nsecret_work:\n\t"
        ".irp r, rbx, rbp, r12, r13, r14, r15\n\tpush %\\r\n\t.endr\n\t"
        "mov %rdi, secret_turns\n\t"
        "mov page, %rax\n\t"
        ".irp r, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15\n\t"
        "mov %rax, %\\r\n\t.endr\n\t"
        "cmpq $0, secret_turns\n\tjne 1f\n\tud2\n"
        "1: decq secret_turns\n\tjnz 1b\n\t"
        ".irp r, r15, r14, r13, r12, rbp, rbx\n\tpop %\\r\n\t.endr\n\tret\n.popsection");

void secret_method(struct message *m) {
    switch (m->word[0]) {
    case SECRET_FRAME:
        m->word[0] = (exposed_entry((uint64_t)page) & EXO_FRAME_OF) / 4096;
        return;
    case SECRET_LONG:
        secret_work(m->word[1]);
        m->word[0] = SECRET_DONE;
        return;
    case SECRET_TRAP:
        secret_work(0);
        return;
    }
}

/* --- The client --- */

/* What its own entries saw: how often they were reached, and how often with the secret. */
uint64_t secret_ends, secret_seen, secret_looked_for = SECRET;
static uint64_t traps;
void secret_epilogue(void);
__asm__(".pushsection .text\nsecret_epilogue: incq secret_ends\n\t"
        ".irp r, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15\n\t"
        "cmp secret_looked_for, %\\r\n\tjne 1f\n\tincq secret_seen\n1:\n\t.endr\n\t"
        "jmp slice_ends\n.popsection");

static void trapped(struct upcall_state *s) {
    traps++;
    s->trap.rip += 2; /* a ud2 */
}

/* Asks with every register its own; how many have the secret when the reply is there. */
uint64_t secret_ask(uint64_t rax, uint64_t method, uint64_t turns);
__asm__(".pushsection .text\nsecret_ask:\n\t"
        ".irp r, rbx, rbp, r12, r13, r14, r15\n\tpush %\\r\n\t.endr\n\t"
        "mov uarea, %rcx\n\tmovq $1f, 184(%rcx)\n\tmov %rsp, 192(%rcx)\n\t"
        "mov %rdi, %rax\n\tshr $32, %rax\n\tmov %rax, 200(%rcx)\n\t"
        "movq $4f, 64(%rcx)\n\tmov %rsp, 72(%rcx)\n\t"
        "mov %rdi, %rax\n\tmov %rsi, %rdi\n\tmov %rdx, %rsi\n\tsyscall\n"
        "4: movl $0, %edi\n\tmov $-1, %rax\n\tjmp 3f\n" /* refused, or a slice of its own */
        "1: xor %eax, %eax\n\t"
        ".irp r, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15\n\t"
        "cmp secret_looked_for, %\\r\n\tjne 2f\n\tinc %eax\n2:\n\t.endr\n"
        "3:\n\t.irp r, r15, r14, r13, r12, rbp, rbx\n\tpop %\\r\n\t.endr\n\tret\n.popsection");
_Static_assert(UAREA_REPLY == 184 && UAREA_PROLOGUE_ENTRY == 64, "in the assembly above");

/* By its own capability, whatever that allows. */
static uint64_t attack(uint64_t env, uint64_t frame) {
    const struct exo_pages read = {AT, frame * 4096 | EXO_PRESENT | EXO_NO_EXEC, 1};
    const struct exo_pages away = {(uint64_t)page, 0, 1};
    uint64_t words[4] = {0};
    if (exo_page_update(0, 0, 0, &read, 1, 0) != -E_PERM)
        return __LINE__;
    if (exo_page_update(0, env, 0, &away, 1, 0) != -E_PERM)
        return __LINE__;
    if (exo_env_read(0, env, 0, words, 32) != -E_PERM ||
        exo_env_write(0, env, 0, words, 32) != -E_PERM || exo_cap_give(0, env, 0, 0) != -E_PERM ||
        exo_env_destroy(0, env) != -E_PERM)
        return __LINE__;
    return 0;
}

uint64_t secret_client(uint64_t env) {
    const uint64_t call = env << 32 | EXO_TRANSFER_WAIT;
    struct message m = {.word = {SECRET_FRAME}};
    slice_handle();
    uarea->epilogue_entry = (uint64_t)secret_epilogue;
    upcall_handle(trapped);
    if (transfer_call(env, &m, EXO_TRANSFER_WAIT))
        return __LINE__;
    uint64_t line = attack(env, m.word[0]);
    if (line)
        return line;
    for (unsigned i = 0; i < 20; i++) {
        m = (struct message){.word = {i % 4 ? SECRET_LONG : SECRET_TRAP, SECRET_TURNS / 2}};
        if (transfer_call(env, &m, EXO_TRANSFER_WAIT) ||
            (long)m.word[0] != (i % 4 ? SECRET_DONE : -E_FAULT))
            return __LINE__;
        exo_env_yield(0); /* a whole slice is ahead: it is not over before the transfer */
        if (secret_ask(call, i % 2 ? SECRET_LONG : SECRET_TRAP, 10) != 0)
            return __LINE__;
    }
    for (unsigned i = 0; i < 1000000 && !secret_ends; i++)
        __asm__ volatile("pause");
    if (secret_seen || traps || !secret_ends)
        return __LINE__;
    return 0;
}
