# SPDX-License-Identifier: MIT
# A bar for each path that is longer than what enters it; by a clock that shows what they cost, for each primitive too. Counted in instructions
# primitives are one or two and all alike: what tells them apart then is in the table of counters.

figure  = "paths"
heading = "The bare machine: what the processor and a switch cost"
rows    = "floor:copy/64B floor:thread/switch floor:thread/switch_fpu floor:thread/switch_space floor:interrupt/timer"
names   = '"copy of 64 bytes" "thread switch" "the same, with FPU" "the same, with address space" "timer interrupt"'
if (clock eq "icount") {
    caption = "What one operation costs by itself. Left to the table: primitives of one or two instructions, which only counters (run --counters) or cycles tell apart, page frames, delays of preemption, and the copy of 4 KiB, whose bar would dwarf the others."
} else {
    caption = "What one operation costs by itself. Left to the table: page frames, delays of preemption, and the copy of 4 KiB, whose bar would dwarf the others."
    rows  = "floor:call/direct floor:call/indirect floor:call/table floor:syscall/bare floor:trap/int floor:mmu/cr3 floor:mmu/cr3_pcid \
floor:mmu/invlpg floor:atomic/cmpxchg floor:apic/eoi floor:io/port floor:io/mmio ".rows
    names = '"direct call" "indirect call" "call by a table" "syscall and sysret" "int and iretq" "load of cr3" "the same, with PCID" \
invlpg "lock cmpxchg" "end of interrupt" "port read" "MMIO read" '.names
}
multiples = 0
load plots."/bars.gp"
