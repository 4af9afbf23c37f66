# SPDX-License-Identifier: MIT
# A bar for each size.

figure  = "recovery"
heading = "What it takes to recover a volume"
rows    = "exo:recovery/blocks:4096 exo:recovery/blocks:16384 exo:recovery/blocks:65536"
names   = '"4,096 blocks" "16,384" "65,536"'
caption = "The kernel's walk and the library's reads: one block of metadata for 64 of data."
multiples = 0
load plots."/bars.gp"
