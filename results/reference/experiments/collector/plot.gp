# SPDX-License-Identifier: MIT

figure  = "pauses"
heading = "How long an increment of the collector takes"
caption = "Samples over whole cycles: the share of increments that cost from one tic to the next. What lies apart are the parts of a cycle: marking and sweeping."
rows    = "spin:collector/pause/live:1 spin:collector/pause/live:4 spin:collector/pause/live:16 spin:collector/pause/live:64"
names   = '"1 MiB live" "4 MiB live" "16 MiB live" "64 MiB live"'
load plots."/histogram.gp"

figure  = "sizes"
heading = "The size of the heap"
caption = "The longest increment of a whole cycle, and an allocation with its share of the cycles, by the live objects of the heap."
rows    = "spin:collector/longest_pause/live:1 spin:collector/longest_pause/live:4 spin:collector/longest_pause/live:16 spin:collector/longest_pause/live:64 spin:collector/allocate/live:1 spin:collector/allocate/live:4 spin:collector/allocate/live:16 spin:collector/allocate/live:64"
names   = '"longest, 1 MiB" "longest, 4 MiB" "longest, 16 MiB" "longest, 64 MiB" "allocation, 1 MiB" "allocation, 4 MiB" "allocation, 16 MiB" "allocation, 64 MiB"'
multiples = 0
load plots."/bars.gp"
