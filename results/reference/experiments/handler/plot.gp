# SPDX-License-Identifier: MIT
# Who answers, with and without another one who computes.

figure  = "reply"
heading = "How soon is a frame answered?"
rows    = "exo:handler/reply/to:ash/busy:0 exo:handler/reply/to:ash/busy:1 exo:handler/reply/to:upcall/busy:0 exo:handler/reply/to:upcall/busy:1 exo:handler/reply/to:process/busy:0 exo:handler/reply/to:process/busy:1"
names   = '"by a handler" "... while another computes" "by a woken environment" "... while another computes" "by one that looks" "... while another computes"'
caption = "A frame of 60 bytes and its answer, over a wire that takes 1 ns."
multiples = 0
load plots."/bars.gp"

figure  = "copy"
heading = "Summed and copied where it arrives"
rows    = "exo:handler/copy/bytes:1500/passes:one exo:handler/copy/bytes:1500/passes:separate"
names   = '"in one pass" "one after the other"'
caption = "1,500 bytes, arrival included."
multiples = 0
load plots."/bars.gp"

figure  = "ways"
heading = "The handler that answers echoes, run in three ways"
rows    = "exo:handler/ways:interp exo:handler/ways:jit exo:handler/ways:native"
names   = '"interpreted" "verified, compiled" "the same C, native"'
caption = "Without arrival and sending."
multiples = 0
load plots."/bars.gp"
