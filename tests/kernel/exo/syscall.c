/* SPDX-License-Identifier: MIT */
/* syscall.c -- the system calls of an environment, seen from it: what they take, what they refuse,
 * and what they leave in the registers. */
#include "../hostile.h"
#include "../registers.h"

#include "exo/libos/terminal.h"
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/x86_bits.h"
#include "measure/bench.h"
#include "measure/session.h"

CHECK(syscall_unknown, "syscall/a_number_that_is_no_call_is_refused") {
    for (unsigned i = 0; i < HOSTILE_NUMBERS; i++)
        if (syscall0(hostile_numbers[i]) != -E_NO_CALL)
            check_fail(c, "%#lx is not refused", hostile_numbers[i]);
    CHECK_THAT(c, syscall0(EXO_CALL_COUNT) == -E_NO_CALL);
    CHECK_THAT(c, exo_null() == 0);
}

CHECK(syscall_arguments, "syscall/the_kernel_sees_all_six_arguments") {
    CHECK_THAT(c, exo_arguments(1, 10, 100, 1000, 10000, 100000) ==
                      1 + 20 + 300 + 4000 + 50000 + 600000);
    CHECK_THAT(c, exo_arguments(0, 0, 0, 0, 0, 0) == 0);
    CHECK_THAT(c, exo_arguments(-1ul, 0, 0, 0, 0, 1) == 5);
}

CHECK(syscall_buffers, "syscall/a_buffer_not_of_the_caller_is_refused") {
    for (unsigned i = 0; i < HOSTILE_BUFFERS; i++) {
        uint64_t at = hostile_buffers[i].at, length = hostile_buffers[i].length;
        long text = syscall3(EXO_CALL_console_write, CONSOLE_SLOT, at, length);
        long record = syscall3(EXO_CALL_console_record, CONSOLE_SLOT, at, length);
        long name = syscall5(EXO_CALL_env_create, 0, 0xf, at, 8, 0);
        if (text != -E_FAULT || record != -E_FAULT || name != -E_FAULT)
            check_fail(c, "%lu bytes at %#lx: %ld, %ld and %ld", length, at, text, record, name);
    }
    char *half_mapped = (char *)EXO_UAREAS - 16 * PAGE_SIZE - 8;
    CHECK_THAT(c, exo_console_write(CONSOLE_SLOT, half_mapped, 16) == -E_FAULT);
    CHECK_THAT(c, exo_console_record(CONSOLE_SLOT, half_mapped, 16) == -E_FAULT);
}

CHECK(syscall_lengths, "syscall/a_length_past_the_limit_is_refused") {
    for (unsigned i = 0; i < HOSTILE_LENGTHS; i++) {
        CHECK_THAT(c, exo_console_write(0, (void *)0x400000, hostile_lengths[i]) == -E_TOO_LONG);
        CHECK_THAT(c, exo_console_record(0, (void *)0x400000, hostile_lengths[i]) == -E_TOO_LONG);
    }
    CHECK_THAT(c, exo_console_write(0, "", 0) == 0);
}

CHECK(syscall_capability, "syscall/a_slot_without_the_capability_is_refused") {
    static const uint64_t slots[] = {1, EXO_CAPS - 1, EXO_CAPS, 0xffff, 1ul << 32, 1ul << 63, -1ul};
    for (unsigned i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        uint64_t slot = slots[i];
        CHECK_THAT(c, syscall3(EXO_CALL_console_write, slot, (uint64_t) "x", 1) == -E_PERM);
        CHECK_THAT(c, syscall3(EXO_CALL_console_record, slot, (uint64_t) "x", 1) == -E_PERM);
        for (unsigned step = SESSION_PLAN; step <= SESSION_LIST; step++)
            CHECK_THAT(c, syscall3(EXO_CALL_session, slot, step, 0) == -E_PERM);
        CHECK_THAT(c, syscall1(EXO_CALL_console_read, slot) == -E_PERM);
        CHECK_THAT(c, syscall3(EXO_CALL_function_run, slot, 0x400000, 64) == -E_PERM);
        CHECK_THAT(c, syscall5(EXO_CALL_env_create, slot, 0xf, (uint64_t) "", 8, 0) == -E_PERM);
        CHECK_THAT(c, syscall3(EXO_CALL_cap_forge, slot, 5, 0xf) == -E_PERM);
    }
}

CHECK(syscall_forgery, "syscall/a_malformed_record_or_one_of_the_kernel_is_refused") {
    static const char *const bodies[] = {"",
                                         "nonsense a=b",
                                         "log text=a\n@X1 5 done",
                                         "log  text=a",
                                         "fault where=kernel who=me",
                                         "done benches=0",
                                         "plan count=1",
                                         "hello system=exo"};
    for (unsigned i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        if (exo_console_record(CONSOLE_SLOT, bodies[i], strlen(bodies[i])) != -E_INVALID)
            check_fail(c, "sent: %s", bodies[i]);
    CHECK_THAT(c, exo_session(CONSOLE_SLOT, SESSION_LIST + 1, 0, 0) == -E_INVALID);
    CHECK_THAT(c, exo_session(CONSOLE_SLOT, SESSION_PLAN, 0, -1ul) == -E_TOO_LONG);
    CHECK_THAT(c, exo_session(CONSOLE_SLOT, SESSION_PLAN, (char *)HOSTILE_KERNEL, 8) == -E_FAULT);
    CHECK_THAT(c, exo_session(CONSOLE_SLOT, SESSION_PLAN, 0, SESSION_WORDS_MAX - 1) == -E_FAULT);
    CHECK_THAT(c, exo_session(CONSOLE_SLOT, SESSION_PLAN, 0, SESSION_WORDS_MAX) == -E_TOO_LONG);
}

/* What a call leaves: the caller's own values in what it keeps, zero in what it does not. */
static void look_at_registers(struct check *c, uint64_t number) {
    static const bool cleared[REGISTERS] = {
        [REGISTER_rdi] = true, [REGISTER_rsi] = true, [REGISTER_rdx] = true,
        [REGISTER_r8] = true,  [REGISTER_r9] = true,  [REGISTER_r10] = true,
    };
    uint64_t in[REGISTERS], out[REGISTERS];
    for (unsigned i = 0; i < REGISTERS; i++)
        in[i] = 0x1111111111111111ul * (i + 1);
    in[REGISTER_rax] = number;
    uint64_t flags = registers_around_syscall(in, out, RFLAGS_CF);
    for (unsigned i = REGISTER_rbx; i < REGISTER_rsp_moved; i++) {
        uint64_t expected = cleared[i] ? 0 : in[i];
        if (i != REGISTER_rcx && i != REGISTER_r11 && out[i] != expected)
            check_fail(c, "call %lu: register %u is %#lx, not %#lx", number, i, out[i], expected);
    }
    CHECK_THAT(c, out[REGISTER_rcx] == (uint64_t)registers_syscall_return);
    CHECK_THAT(c, out[REGISTER_r11] == flags && (flags & RFLAGS_CF));
    CHECK_THAT(c, out[REGISTER_rsp_moved] == 0);
}

CHECK(syscall_registers, "syscall/no_register_comes_back_with_a_kernel_value") {
    look_at_registers(c, EXO_CALL_null);
    look_at_registers(c, EXO_CALL_arguments);
    look_at_registers(c, EXO_CALL_env_self);
    look_at_registers(c, EXO_CALL_env_create); /* refused */
    look_at_registers(c, EXO_CALL_page_update);
    look_at_registers(c, EXO_CALL_console_write);
}

CHECK(syscall_registers_frame, "syscall/a_call_through_a_frame_keeps_every_register") {
    uint64_t in[REGISTERS], out[REGISTERS];
    for (unsigned i = 0; i < REGISTERS; i++)
        in[i] = 0x1111111111111111ul * (i + 1);
    in[REGISTER_rax] = EXO_CALL_env_yield; /* to an environment there is not */
    registers_around_syscall(in, out, 0);
    CHECK_THAT(c, (long)out[REGISTER_rax] == -E_DEAD);
    for (unsigned i = REGISTER_rbx; i < REGISTER_rsp_moved; i++)
        if (i != REGISTER_rcx && i != REGISTER_r11 && out[i] != in[i])
            check_fail(c, "register %u is %#lx, not %#lx", i, out[i], in[i]);
}

CHECK(syscall_flags, "syscall/direction_and_alignment_flags_set_by_the_caller_do_no_harm") {
    static const char body[] = "log text=this-was-copied-forwards";
    uint64_t in[REGISTERS] = {0}, out[REGISTERS];
    in[REGISTER_rax] = EXO_CALL_console_record;
    in[REGISTER_rdi] = CONSOLE_SLOT;
    in[REGISTER_rsi] = (uint64_t)body;
    in[REGISTER_rdx] = sizeof body - 1;
    uint64_t flags = registers_around_syscall(in, out, RFLAGS_DF | RFLAGS_AC);
    CHECK_THAT(c, out[REGISTER_rax] == 0); /* backwards it would have been no record */
    CHECK_THAT(c, (flags & RFLAGS_DF) && (flags & RFLAGS_AC));
    CHECK_THAT(c, exo_console_record(CONSOLE_SLOT, (void *)HOSTILE_KERNEL, 16) == -E_FAULT);
}
