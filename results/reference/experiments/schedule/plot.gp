# SPDX-License-Identifier: MIT

figure  = "predicate"
heading = "A wakeup predicate is asked"
caption = "So many comparisons of a word with a number, all of which hold; as machine code, and of four interpreted."
rows    = "exo:schedule/predicate/terms:1 exo:schedule/predicate/terms:4 exo:schedule/predicate/terms:16 exo:schedule/predicate/terms:4/way:interp"
names   = '"1" "4" "16" "4, interpreted"'
multiples = 0
load plots."/bars.gp"
