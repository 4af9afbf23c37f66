# SPDX-License-Identifier: MIT

figure  = "predicate"
heading = "A wakeup predicate is asked"
caption = "So many comparisons of a word with a number, all of which hold; as machine code, and of four interpreted."
rows    = "exo:schedule/predicate/terms:1 exo:schedule/predicate/terms:4 exo:schedule/predicate/terms:16 exo:schedule/predicate/terms:4/way:interp"
names   = '"1" "4" "16" "4, interpreted"'
multiples = 0
load plots."/bars.gp"

figure  = "yield"
heading = "The processor is given to another"
caption = "A directed yield of exo, in the kernel. A slice's end, of which the library saves nothing, general registers, or all. Two processes of Linux that yield to each other, one way and back."
rows    = "exo:schedule/directed_yield exo:schedule/slice_switch/saves:none exo:schedule/slice_switch/saves:general exo:schedule/slice_switch/saves:all linux:schedule/sched_yield/pair"
names   = '"yield, exo" "end, nothing" "end, general" "end, all" "pair, Linux"'
multiples = 0
load plots."/bars.gp"
