# SPDX-License-Identifier: MIT
# Bars for each workload: whose policy is right.

caption = "A cache of 1,024 blocks of 4 KiB over one file. exo: C-FFS on XN; its disk is another device than Linux's, which is in memory."
multiples = 0

figure  = "scan"
heading = "A scan of a quarter more than fits: 6,400 reads"
rows    = "exo:cache/workload:scan/policy:lru exo:cache/workload:scan/policy:mru exo:cache/workload:scan/policy:scan exo:cache/workload:scan/policy:own spin:cache/workload:scan/policy:kernel spin:cache/workload:scan/policy:lru spin:cache/workload:scan/policy:mru linux:cache/workload:scan/policy:kernel linux:cache/workload:scan/policy:advice"
names   = '"exo, LRU" "exo, MRU" "exo, 2Q" "exo, its own" "SPIN" "SPIN, LRU" "SPIN, MRU" "Linux" "Linux, advised"'
load plots."/bars.gp"

figure  = "web"
heading = "A file of which few blocks are popular: 8,192 reads"
rows    = "exo:cache/workload:web/policy:lru exo:cache/workload:web/policy:mru exo:cache/workload:web/policy:scan exo:cache/workload:web/policy:own spin:cache/workload:web/policy:kernel spin:cache/workload:web/policy:lru spin:cache/workload:web/policy:mru linux:cache/workload:web/policy:kernel linux:cache/workload:web/policy:advice"
names   = '"exo, LRU" "exo, MRU" "exo, 2Q" "exo, its own" "SPIN" "SPIN, LRU" "SPIN, MRU" "Linux" "Linux, advised"'
load plots."/bars.gp"

figure  = "database"
heading = "A tree that is searched, and scans of a table: 8,192 reads"
rows    = "exo:cache/workload:database/policy:lru exo:cache/workload:database/policy:mru exo:cache/workload:database/policy:scan exo:cache/workload:database/policy:own spin:cache/workload:database/policy:kernel spin:cache/workload:database/policy:lru spin:cache/workload:database/policy:mru linux:cache/workload:database/policy:kernel linux:cache/workload:database/policy:advice"
names   = '"exo, LRU" "exo, MRU" "exo, 2Q" "exo, its own" "SPIN" "SPIN, LRU" "SPIN, MRU" "Linux" "Linux, advised"'
load plots."/bars.gp"
