# SPDX-License-Identifier: MIT

figure  = "barrier"
heading = "A collector learns which of 256 pages were written"
caption = "By protection and faults, as a library does for everybody, and by the dirty bits of its own page table."
rows    = "exo:abstraction/gc_traps/policy:default exo:abstraction/gc_traps/policy:own linux:abstraction/gc_traps/policy:default"
names   = '"protection, exo" "dirty bits, exo" "protection, Linux"'
multiples = 0
load plots."/bars.gp"

figure  = "faults"
heading = "Page faults by the library's policy, and by the program's own"
caption = "A scan of 1.5 times the frames, ten times; look-ups in an index among scans of a table."
rows    = "exo:abstraction/cache_scan/faults/policy:default exo:abstraction/cache_scan/faults/policy:own exo:abstraction/database/faults/policy:default exo:abstraction/database/faults/policy:own"
names   = '"scan, library" "scan, own" "database, library" "database, own"'
multiples = 0
load plots."/bars.gp"
