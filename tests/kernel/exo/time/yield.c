/* SPDX-License-Identifier: MIT */
/* yield.c -- directed yield, from the place where the other's slice begins. */
#include "../program/attacks.h"

#include "exo/libos/exposed.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "machine/trap/trap.h"
#include "measure/bench.h"

/* Yields by this number with an id above it, with every register full. All registers that the slice
 * finds that comes back, one into the other, or an error. r11 has the flags that it begins with
 * where it came the short way: none is another's, and it can be interrupted. */
static uint64_t registers_after(uint64_t number) {
    uint64_t seen = number;
    __asm__ volatile(
        "push %%rbx\n\tpush %%rbp\n\tlea 1f(%%rip), %%rcx\n\tmov %%rcx, %[entry]\n\t"
        "mov %%rsp, %[stack]\n\t"
        ".irp r, rbx, rbp, rdx, rsi, rdi, r8, r9, r10, r12, r13, r14, r15\n\t"
        "mov $0x5ec1e7, %%\\r\n\t.endr\n\tsyscall\n\tjmp 2f\n"
        "1: .irp r, rbx, rbp, rdx, rsi, rdi, r8, r9, r10, r12, r13, r14, r15\n\t"
        "or %%\\r, %%rax\n\t.endr\n\t"
        ".irp s, ds, es, fs, gs\n\tmov %%\\s, %%ecx\n\tor %%rcx, %%rax\n\t.endr\n\t"
        "test %%r11, %%r11\n\tjz 2f\n\txor $0x202, %%r11\n\tor %%r11, %%rax\n2: pop %%rbp\n\tpop %%rbx"
        : "+a"(seen), [entry] "=m"(uarea->prologue_entry), [stack] "=m"(uarea->prologue_stack)
        :
        : "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
          "memory", "cc");
    return seen;
}

CHECK(yield_registers, "yield/a_slice_begins_with_every_register_0") {
    long id = spawn(0, "attacker", ATTACK_YIELD_FULL | exo_env_self() << 32, SPAWN_NO_GRANT, 0);
    CHECK_THAT(c, id > 0);
    for (unsigned i = 0; i < 10; i++)
        CHECK_THAT(c, registers_after((uint64_t)id << 32 | EXO_YIELD) == 0);
    exo_env_destroy(0, (uint64_t)id);
}

CHECK(yield_nobody, "yield/an_id_of_nobody_is_refused_and_no_register_tells_of_the_kernel") {
    static const uint64_t nobody[] = {1, EXO_ENVS - 1, 0xffffffff, 0x80000000};
    for (unsigned i = 0; i < sizeof nobody / sizeof nobody[0]; i++) {
        uint64_t rdx = 0, rsi = 0, r8 = 0, r9 = 0, r10 = 0, rax = nobody[i] << 32 | EXO_YIELD;
        __asm__ volatile("syscall\n\tmov %%r8, %[r8]\n\tmov %%r9, %[r9]\n\tmov %%r10, %[r10]"
                         : "+a"(rax), "=&d"(rdx),
                           "=&S"(rsi), [r8] "=&r"(r8), [r9] "=&r"(r9), [r10] "=&r"(r10)
                         :
                         : "rdi", "rcx", "r8", "r9", "r10", "r11", "memory", "cc");
        CHECK_THAT(c, (long)rax == -E_DEAD && !rdx && !rsi && !r8 && !r9 && !r10);
    }
}

CHECK(yield_entry, "yield/a_slice_that_begins_at_no_address_is_a_fault_of_its_environment") {
    static const uint64_t entries[] = {0x800000000000, 1ul << 63, -1ul};
    for (unsigned i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        long id = spawn(0, "attacker", ATTACK_EXIT, SPAWN_NO_GRANT, EXO_FAULT_EXPECTED);
        CHECK_THAT(c, id > 0);
        exo_env_write(0, (uint64_t)id, UAREA_PROLOGUE_ENTRY, &entries[i], 8);
        exo_env_yield((uint64_t)id);
        const volatile struct exo_env *e = exposed_env((uint64_t)id);
        CHECK_THAT(c, e->state == EXO_ENV_KILLED && e->ended == TRAP_PAGE);
    }
}

CHECK(yield_self, "yield/to_oneself_it_comes_back_at_once") {
    uarea->prologue_entry = 16; /* nothing is there */
    CHECK_THAT(c, syscall0((uint64_t)exo_env_self() << 32 | EXO_YIELD) == 0);
}
