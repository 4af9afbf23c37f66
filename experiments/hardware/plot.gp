# SPDX-License-Identifier: MIT
# One bar for what the processor and a switch cost. Page frames and delays of preemption are in the table alone.

figure  = "primitives"
heading = "Hardware primitives with no kernel around them"
caption = "What one operation costs by itself. Left to the table: page frames, delays of preemption, and the copy of 4 KiB, whose bar would dwarf the others."
rows    = "floor:call/direct floor:call/indirect floor:call/table floor:syscall/bare floor:trap/int floor:mmu/cr3 floor:mmu/cr3_pcid \
floor:mmu/invlpg floor:copy/64B floor:atomic/cmpxchg floor:thread/switch floor:thread/switch_fpu floor:thread/switch_space floor:interrupt/timer floor:apic/eoi floor:io/port floor:io/mmio"
names   = '"direct call" "indirect call" "call by a table" "syscall and sysret" "int and iretq" "load of cr3" "the same, with PCID" \
invlpg "copy of 64 bytes" "lock cmpxchg" "thread switch" "the same, with FPU" "the same, with address space" "timer interrupt" "end of interrupt" "port read" "MMIO read"'
multiples = 0
load plots."/bars.gp"
