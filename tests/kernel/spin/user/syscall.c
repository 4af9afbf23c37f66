/* SPDX-License-Identifier: MIT */
/* syscall.c -- the system calls of a user process, seen from it: what they take, what they refuse,
 * and what they leave in the registers. */
#include "../../hostile.h"
#include "../../registers.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/x86_bits.h"
#include "measure/bench.h"
#include "measure/protocol.h"
#include "spin/user/stubs.h"

CHECK(syscall_unknown, "syscall/a_number_that_is_no_call_is_refused") {
    for (unsigned i = 0; i < HOSTILE_NUMBERS; i++)
        if (syscall0(hostile_numbers[i]) != -E_NO_CALL)
            check_fail(c, "%#lx is not refused", hostile_numbers[i]);
    CHECK_THAT(c, syscall0(SPIN_CALL_COUNT) == -E_NO_CALL);
    CHECK_THAT(c, spin_null() == 0);
}

CHECK(syscall_arguments, "syscall/the_kernel_sees_all_six_arguments") {
    CHECK_THAT(c, spin_arguments(1, 10, 100, 1000, 10000, 100000) ==
                      1 + 20 + 300 + 4000 + 50000 + 600000);
    CHECK_THAT(c, spin_arguments(0, 0, 0, 0, 0, 0) == 0);
    CHECK_THAT(c, spin_arguments(-1ul, 0, 0, 0, 0, 1) == 5);
}

CHECK(syscall_buffers, "syscall/a_buffer_not_of_the_caller_is_refused") {
    for (unsigned i = 0; i < HOSTILE_BUFFERS; i++) {
        long text =
            syscall2(SPIN_CALL_console_write, hostile_buffers[i].at, hostile_buffers[i].length);
        long record =
            syscall2(SPIN_CALL_console_record, hostile_buffers[i].at, hostile_buffers[i].length);
        if (text != -E_FAULT || record != -E_FAULT)
            check_fail(c, "%lu bytes at %#lx: %ld and %ld", hostile_buffers[i].length,
                       hostile_buffers[i].at, text, record);
    }
    uint64_t half_mapped = 0x7fffffff0000 - 8; /* the end of the stack (core/space/process.h) */
    CHECK_THAT(c, syscall2(SPIN_CALL_console_write, half_mapped, 16) == -E_FAULT);
}

CHECK(syscall_lengths, "syscall/a_length_past_the_limit_is_refused") {
    for (unsigned i = 0; i < HOSTILE_LENGTHS; i++) {
        CHECK_THAT(c,
                   syscall2(SPIN_CALL_console_write, 0x400000, hostile_lengths[i]) == -E_TOO_LONG);
        CHECK_THAT(c,
                   syscall2(SPIN_CALL_console_record, 0x400000, hostile_lengths[i]) == -E_TOO_LONG);
    }
    CHECK_THAT(c, spin_console_write("", 0) == 0);
}

CHECK(syscall_forgery, "syscall/a_malformed_record_or_one_of_the_kernel_is_refused") {
    static const char *const bodies[] = {"",
                                         "nonsense a=b",
                                         "log text=a\n@X1 5 done",
                                         "log  text=a",
                                         "fault where=kernel who=me",
                                         "done benches=0",
                                         "plan count=1",
                                         "hello system=spin"};
    for (unsigned i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        if (spin_console_record(bodies[i], strlen(bodies[i])) != -E_INVALID)
            check_fail(c, "sent: %s", bodies[i]);
}

CHECK(syscall_registers, "syscall/every_register_but_rax_rcx_and_r11_is_as_it_was") {
    uint64_t in[REGISTERS], out[REGISTERS];
    for (unsigned i = 0; i < REGISTERS; i++)
        in[i] = 0x1111111111111111ul * (i + 1);
    in[REGISTER_rax] = SPIN_CALL_null;
    uint64_t flags = registers_around_syscall(in, out, RFLAGS_CF);
    for (unsigned i = REGISTER_rbx; i < REGISTER_rsp_moved; i++)
        if (i != REGISTER_rcx && i != REGISTER_r11 && out[i] != in[i])
            check_fail(c, "register %u was %#lx, is %#lx", i, in[i], out[i]);
    CHECK_THAT(c, out[REGISTER_rax] == 0);
    CHECK_THAT(c, out[REGISTER_rcx] == (uint64_t)registers_syscall_return);
    CHECK_THAT(c, out[REGISTER_r11] == flags && (flags & RFLAGS_CF));
    CHECK_THAT(c, out[REGISTER_rsp_moved] == 0);
}

CHECK(syscall_flags, "syscall/direction_and_alignment_flags_set_by_the_caller_do_no_harm") {
    static const char body[] = "log text=this-was-copied-forwards";
    uint64_t in[REGISTERS] = {0}, out[REGISTERS];
    in[REGISTER_rax] = SPIN_CALL_console_record;
    in[REGISTER_rdi] = (uint64_t)body;
    in[REGISTER_rsi] = sizeof body - 1;
    uint64_t flags = registers_around_syscall(in, out, RFLAGS_DF | RFLAGS_AC);
    CHECK_THAT(c, out[REGISTER_rax] == 0); /* backwards it would have been no record */
    CHECK_THAT(c, (flags & RFLAGS_DF) && (flags & RFLAGS_AC));
    CHECK_THAT(c, syscall2(SPIN_CALL_console_record, HOSTILE_KERNEL, 16) == -E_FAULT);
}
