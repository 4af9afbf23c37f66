# SPDX-License-Identifier: MIT
# One question, by how many wait for an answer.

figure  = "filters"
per     = "packet"
heading = "Whose packet is it, among so many filters?"
series  = "exo:classify/filters:*/packet:last/way:dpf exo:classify/filters:*/packet:last/way:interp exo:classify/filters:*/packet:last/way:mpf exo:classify/filters:*/packet:last/way:jit exo:classify/filters:*/packet:last/way:merged"
names   = '"merged and compiled" "one by one, interpreted" "after MPF" "in C, one by one" "in C, merged"'
xname   = "filters in the set"
logarithmic = "xy"
caption = "Filters of TCP connections that differ in a port. The packet is the last filter's."
load plots."/sweep.gp"

figure  = "change"
per     = "filter"
heading = "A filter comes, and goes"
rows    = "exo:classify/insert/filters:0 exo:classify/insert/filters:10 exo:classify/insert/filters:999 exo:classify/remove/filters:1 exo:classify/remove/filters:10 exo:classify/remove/filters:1000"
names   = '"the first comes" "the 11th comes" "the 1,000th comes" "the only one goes" "one of 10 goes" "one of 1,000 goes"'
caption = "With all code that is made for it."
multiples = 0
load plots."/bars.gp"
