# SPDX-License-Identifier: MIT
# One figure, on a logarithmic axis: the systems lie two orders of magnitude apart.

figure  = "dispatch"
heading = "A program is told of its own exception"
caption = "From the instruction that traps to the first instruction of the program's handler."
rows    = "floor:exception/page_fault/dispatch exo:exception/page_fault/dispatch linux:exception/page_fault/dispatch exo:exception/overflow/dispatch linux:exception/overflow/dispatch exo:exception/divide/dispatch linux:exception/divide/dispatch exo:exception/invalid/dispatch linux:exception/invalid/dispatch"
names   = '"page fault, floor" "page fault, exo" "page fault, Linux" "overflow, exo" "overflow, Linux" "divide, exo" "divide, Linux" "invalid, exo" "invalid, Linux"'
multiples = 0
load plots."/bars.gp"
