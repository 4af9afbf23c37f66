# SPDX-License-Identifier: MIT
# Two figures, since one operation on a hundred pages takes as long as many of one.

figure  = "faults"
heading = "A program is told of a fault"
caption = "Trap: until the handler begins. Fault: until the access has happened. Appel1 and Appel2: with other pages protected and opened."
rows    = "floor:vm/trap spin:vm/trap exo:vm/trap linux:vm/trap spin:vm/fault exo:vm/fault linux:vm/fault spin:vm/appel1 exo:vm/appel1 linux:vm/appel1 spin:vm/appel2 exo:vm/appel2 linux:vm/appel2"
names   = '"trap, floor" "trap, spin" "trap, exo" "trap, Linux" "fault, spin" "fault, exo" "fault, Linux" "appel1, spin" "appel1, exo" "appel1, Linux" "appel2, spin" "appel2, exo" "appel2, Linux"'
multiples = 0
load plots."/bars.gp"

figure  = "rights"
heading = "The rights of pages are changed"
caption = "One call changes one page, or a hundred. In spin it is a procedure call of an extension, on exo and Linux a system call."
rows    = "spin:vm/prot1 exo:vm/prot1 linux:vm/prot1 spin:vm/prot100 exo:vm/prot100 linux:vm/prot100 spin:vm/unprot100 exo:vm/unprot100 linux:vm/unprot100"
names   = '"prot1, spin" "prot1, exo" "prot1, Linux" "prot100, spin" "prot100, exo" "prot100, Linux" "unprot100, spin" "unprot100, exo" "unprot100, Linux"'
multiples = 0
load plots."/bars.gp"
