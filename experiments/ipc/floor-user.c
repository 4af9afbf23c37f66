/* SPDX-License-Identifier: MIT */
/* floor-user.c -- the least that a call into another address space and back can cost: two pairs of
 * `syscall` and `sysret`, two writes of cr3, and in between what of a program the processor does
 * not change by itself (floor/syscall_entry.S). */
#include "floor/user/control.h"
#include "measure/bench.h"

void cross_callee(void);
__asm__(".pushsection .text\ncross_callee: syscall\n\tjmp cross_callee\n.popsection");

BENCH(cross_address_space_call, "ipc/cross_address_space_call") {
    if (control(CONTROL_SYSCALL, SYSCALL_CROSS, (uint64_t)cross_callee))
        __builtin_trap();
    bench_time(b, __asm__ volatile("syscall" : : : "rax", "rcx", "r11", "memory"));
    control(CONTROL_SYSCALL, SYSCALL_NULL, 0);
}

/* One way: the other tells when it is reached. */
void cross_teller(void);
__asm__(".pushsection .text\ncross_teller: " BENCH_MARK_END
        "lfence\n\trdtsc\n\tshl $32, %rdx\n\tor %rdx, %rax\n\tmov %rax, %rdi\n\t"
        "syscall\n\tjmp cross_teller\n.popsection");

BENCH(pct, "ipc/pct") {
    if (control(CONTROL_SYSCALL, SYSCALL_CROSS, (uint64_t)cross_teller))
        __builtin_trap();
    while (bench_next(b)) {
        uint64_t end;
        bench_start(b);
        __asm__ volatile("syscall" : "=D"(end) : : "rax", "rdx", "rcx", "r11", "memory");
        bench_stop_at(b, end);
    }
    control(CONTROL_SYSCALL, SYSCALL_NULL, 0);
}
