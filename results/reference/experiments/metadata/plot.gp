# SPDX-License-Identifier: MIT
# What a change of metadata costs, by the number of pointers and by how the function runs.

figure  = "change"
heading = "A pointer more in a block of metadata"
rows    = "exo:metadata/change/pointers:8/way:native exo:metadata/change/pointers:8/way:jit exo:metadata/change/pointers:8/way:interp exo:metadata/change/pointers:64/way:native exo:metadata/change/pointers:64/way:jit exo:metadata/change/pointers:64/way:interp"
names   = '"8 pointers, signed" "8, verified" "8, interpreted" "64 pointers, signed" "64, verified" "64, interpreted"'
caption = "What the partition owns before and after, compared as sets, on a shadow of the bytes that are read."
multiples = 0
load plots."/bars.gp"

figure  = "designs"
heading = "A child comes to a block of metadata"
rows    = "exo:metadata/alloc/by:capability exo:metadata/alloc/by:self exo:metadata/alloc/by:template exo:metadata/alloc/by:udf"
names   = '"a word a block" "self-descriptive" "declared" "functions"'
caption = "The whole call, the parent a root with seven children. Of a word a block nothing is compared."
multiples = 0
load plots."/bars.gp"
