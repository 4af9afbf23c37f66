/* SPDX-License-Identifier: MIT */
/* reflect.c -- calls that come back: with every register, at the place that the environment said
 * and nowhere in the kernel, and to no other environment. */
#include "program/attacks.h"
#include "../registers.h"

#include "exo/libos/exposed.h"
#include "exo/libos/linux/linux.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/ipc/transfer.h"
#include "exo/libos/uarea.h"
#include "exo/libos/upcall/upcall_handle.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "machine/cpu/trap_frame.h"
#include "machine/cpu/x86_bits.h"
#include "machine/types.h"
#include "measure/bench.h"

/* Where reflected calls come to: all registers are stored, in the order of registers.h. */
__asm__(".text\n"
        "take_all:\n\t"
        "mov %rax, taken(%rip)\n\t"
        "lea taken(%rip), %rax\n\t"
        ".set n, 0\n\t"
        ".irp r, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15, rsp\n\t"
        ".set n, n + 8\n\tmov %\\r, n(%rax)\n\t.endr\n\t"
        "mov uarea(%rip), %rax\n\t"
        "mov 352 + 48(%rax), %rsp\n\t"
        "mov 352 + 32(%rax), %rcx\n\t"
        "mov $4711, %eax\n\t"
        "jmp *%rcx");
void take_all(void);
static uint64_t taken[REGISTERS] __asm__("taken") __attribute__((used));

static char stack[256] __attribute__((aligned(16)));

/* Of all `syscall`s the one of registers_around_syscall is not ours. */
static void reflect_one(uint64_t entry, uint64_t at) {
    uarea->reflect_entry = entry;
    uarea->reflect_stack = at;
    uarea->native_first = (uint64_t)registers_syscall_return + 1;
    uarea->native_bytes = -1ul;
    exo_reflect_set(true);
}

CHECK(reflect_registers, "reflect/a_call_comes_back_with_every_register") {
    uint64_t in[REGISTERS], out[REGISTERS];
    for (unsigned i = 0; i < REGISTERS; i++)
        in[i] = 0x1111111111111111ul * i;
    reflect_one((uint64_t)take_all, (uint64_t)(stack + sizeof stack));
    registers_around_syscall(in, out, 0);
    CHECK_THAT(c, exo_null() == 0); /* our own are calls */
    exo_reflect_set(false);
    for (unsigned i = 0; i < REGISTER_rsp_moved; i++)
        if (i != REGISTER_rcx && i != REGISTER_r11 && taken[i] != in[i])
            check_fail(c, "register %u came as %#lx", i, taken[i]);
    CHECK_THAT(c, out[REGISTER_rax] == 4711);
    CHECK_THAT(c, taken[REGISTER_rsp_moved] == (uint64_t)(stack + sizeof stack));
    CHECK_THAT(c, uarea->reflected.rip == (uint64_t)registers_syscall_return);
    /* From there the processor has its flags: none of the program's, and it can be interrupted. */
    CHECK_THAT(c, taken[REGISTER_r11] == (RFLAGS_FIXED | RFLAGS_IF));
    CHECK_THAT(c, uarea->reflected.rflags & RFLAGS_IF);
    registers_around_syscall((uint64_t[REGISTERS]){EXO_CALL_env_self}, out, 0);
    CHECK_THAT(c, out[REGISTER_rax] == (uint64_t)exo_env_self()); /* now it is a call, too */
    CHECK_THAT(c, exo_reflect_set(false) == 0 && syscall1(EXO_CALL_reflect_set, 2) == -E_INVALID &&
                      syscall1(EXO_CALL_reflect_set, -1ul) == -E_INVALID);
}

static void call_once(void *unused) {
    uint64_t in[REGISTERS] = {0}, out[REGISTERS];
    (void)unused;
    registers_around_syscall(in, out, 0);
}

CHECK(reflect_entry, "reflect/an_entry_that_is_no_address_of_ours_is_a_fault_of_ours") {
    static const uint64_t entries[] = {
        0, USER_TOP, 0x0000800000000000, 0xffff800000000000, 0xffffffff80200000, -1ul};
    struct upcall_state s;
    for (unsigned i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        reflect_one(entries[i], entries[i]);
        bool trapped = upcall_catch(&s, call_once, 0);
        exo_reflect_set(false);
        uint64_t at = entries[i] < USER_TOP ? entries[i] : USER_TOP;
        if (!trapped || s.trap.vector != TRAP_PAGE || s.trap.address != at || s.trap.rip != at)
            check_fail(c, "entry %#lx: vector %lu at %#lx", entries[i], s.trap.vector,
                       s.trap.address);
    }
    CHECK_THAT(c, exo_null() == 0);
}

static long attacker(enum attack attack) {
    long id = spawn(0, "attacker", (uint64_t)exo_env_self() << 32 | attack, SPAWN_NO_GRANT, 0);
    exo_env_yield((uint64_t)id); /* it gets ready, and comes back or ends */
    return id;
}

CHECK(reflect_other, "reflect/calls_of_one_are_not_reflected_to_another") {
    long id = attacker(ATTACK_REFLECT);
    CHECK_THAT(c, exo_null() == 0 && exo_env_self() > 0);
    exo_env_yield((uint64_t)id);
    CHECK_THAT(c, exo_null() == 0 && exo_env_self() > 0);
    exo_env_destroy(0, (uint64_t)id);
    CHECK_THAT(c, exo_null() == 0);
    id = attacker(ATTACK_REFLECT_EXIT);
    CHECK_THAT(c, exposed_env((uint64_t)id)->state == EXO_ENV_EXITED && exo_null() == 0);
}

CHECK(reflect_transfer, "reflect/a_transfer_brings_each_environment_its_own_way_in") {
    uarea->native_bytes = 0; /* were one of ours reflected, it would be seen */
    long id = attacker(ATTACK_SERVE_REFLECT);
    struct message m = {.word = {1}};
    for (unsigned i = 0; i < 3; i++) {
        CHECK_THAT(c, transfer_call((uint64_t)id, &m, EXO_TRANSFER) == 0);
        CHECK_THAT(c, m.word[0] == REFLECTED_BY_ATTACKER); /* its own were reflected */
        CHECK_THAT(c, exo_null() == 0);                    /* ours are not */
    }
    CHECK_THAT(c, transfer_call((uint64_t)id + EXO_ENVS, &m, EXO_TRANSFER) == -E_DEAD);
    /* Nor are they when it refuses. */
    const uint64_t takes = 0;
    uarea->word_count = EXO_WORDS + 1;
    CHECK_THAT(c, transfer_call((uint64_t)id, &m, EXO_TRANSFER) == -E_TOO_LONG && !exo_null());
    uarea->word_count = 0;
    exo_env_write(0, (uint64_t)id, UAREA_TRANSFER + 16, &takes, 8);
    CHECK_THAT(c, transfer_call((uint64_t)id, &m, EXO_TRANSFER) == -E_BUSY && !exo_null());
    uarea->transfer_takes = 0; /* a reply of another check's may have set it */
    CHECK_THAT(c, transfer_call((uint64_t)exo_env_self(), &m, EXO_TRANSFER) == -E_PERM);
    CHECK_THAT(c, syscall0((uint64_t)id << 32 | (EXO_REPLY + 1)) == -E_NO_CALL);
    CHECK_THAT(c, exo_null() == 0);
    exo_env_destroy(0, (uint64_t)id);
    CHECK_THAT(c, exo_null() == 0);
}

static void read_fs(void *unused) {
    (void)unused;
    __asm__ volatile("mov %%fs:0, %%rax" : : : "rax");
}

CHECK(fs_end, "vectors/the_base_of_fs_of_one_that_ended_stays_in_no_other") {
    struct upcall_state s;
    attacker(ATTACK_FS_EXIT);
    CHECK_THAT(c, upcall_catch(&s, read_fs, 0) && s.trap.address == 0);
}

CHECK(foreign, "reflect/a_foreign_program_runs_where_a_library_answers") {
    long id = spawn(0, "linux", 0, 0, 0);
    CHECK_THAT(c, id > 0);
    exo_env_yield((uint64_t)id);
    const volatile struct exo_env *e = exposed_env((uint64_t)id);
    if (e->state != EXO_ENV_EXITED || e->ended != 42)
        check_fail(c, "state %u, %lu", e->state, e->ended);
    CHECK_THAT(c, exo_null() == 0);
}
