# SPDX-License-Identifier: MIT
# Every primitive of the bare machine in one figure; the page copy, hundreds of times longer, has one of its own.

figure  = "primitives"
heading = "Hardware primitives with no kernel around them"
caption = "What one operation costs by itself. The 4 KiB copy is left to the table: its bar would dwarf the others."
rows    = "floor:call/direct floor:call/indirect floor:call/table floor:syscall/bare floor:trap/int floor:mmu/cr3 floor:mmu/cr3_pcid \
floor:mmu/invlpg floor:copy/64B floor:atomic/cmpxchg floor:thread/switch floor:thread/switch_fpu floor:thread/switch_space floor:interrupt/timer floor:apic/eoi floor:io/port floor:io/mmio"
multiples = 0
load plots."/bars.gp"
