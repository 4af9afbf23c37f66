# SPDX-License-Identifier: MIT
# The price of trust: each program by machine code and by the interpreter, as a multiple of what the trusted compiler's code
# takes; what it costs to find out that a program needs no trust, by program and by length; and how large it becomes.

programs = "empty guard_one guard_ten tcp_filter checksum_64 checksum_1500 fnv binary_search insertion_sort wakeup block_map lpm string_compare object_walk"

figure  = "trust"
heading = "The price of trust (native = 1)"
caption = "One run of each program on its fixed input, as a multiple of the same source compiled by the kernel's own compiler and trusted for its signature. Below 1 the two compilers differ: clang unrolled a loop that GCC did not."
marks   = "spin way:native spin way:jit spin way:interp"
names   = '"verified, machine code" "verified, interpreted"'
xname   = "times native code"
divided = 1
load plots."/dots.gp"

figure  = "verify"
heading = "Verifying a program"
caption = "From its bytes to proven facts, once when it is loaded; Linux's also holds its system call, some 14,000 instructions. Linux refuses block_map as too complex, and has no kind of program that object_walk could be."
marks   = "spin step:verify exo step:verify linux step:verify"
names   = "spin exo Linux"
xname   = unit
divided = 0
load plots."/dots.gp"

figure  = "length"
heading = "Verification time against length"
caption = "Programs made for this, the same bytes everywhere: straight code, and loop after loop of four iterations. A slope of 1 is linear; exo's points lie on spin's."
series  = "linux:engine/length:*/shape:loopy/step:verify linux:engine/length:*/shape:straight/step:verify \
spin:engine/length:*/shape:loopy/step:verify spin:engine/length:*/shape:straight/step:verify"
names   = '"Linux, loops" "Linux, straight" "spin, loops" "spin, straight"'
xname   = label_length
logarithmic = "xy"
load plots."/sweep.gp"

figure  = "each"
heading = "What an instruction of a program costs to verify"
caption = "The same figures divided by the program's length: level lines are linear. An instruction in a loop is looked at once in each of its four iterations."
names   = '"Linux, loops" "Linux, straight" "spin, loops" "spin, straight"'
logarithmic = "x"
by_x    = 1
load plots."/sweep.gp"

figure  = "size"
heading = "How large a program becomes (native = 1)"
caption = "Bytes of machine code, as a multiple of what the kernel's own compiler makes of the same source; and of the bytecode itself."
marks   = "spin size:native spin size:jit linux size:jit spin size:bytecode"
names   = '"verified, machine code" "Linux, machine code" bytecode'
xname   = "times native code"
divided = 1
load plots."/dots.gp"
