# SPDX-License-Identifier: MIT
# A bar for each system, in two sizes; and three orders of the same requests, in the time of a modelled disk.

figure  = "reads"
heading = "What a read of 4 KiB costs the processor"
rows    = "exo:disk/raw_read/bytes:4096 spin:disk/raw_read/bytes:4096 linux:disk/raw_read/bytes:4096 floor:disk/raw_read/bytes:4096"
names   = 'exo spin "Linux, its RAM disk" "driver alone"'
caption = "From the request to its end by an interrupt, without the time in which the device works. Linux's RAM disk has neither driver nor interrupt."
multiples = 0
load plots."/bars.gp"

figure  = "large"
heading = "What a read of 64 KiB costs the processor"
rows    = "exo:disk/raw_read/bytes:65536 spin:disk/raw_read/bytes:65536 linux:disk/raw_read/bytes:65536 floor:disk/raw_read/bytes:65536"
names   = 'exo spin "Linux, its RAM disk" "driver alone"'
caption = "One request of 16 pages; each system's own way to them."
multiples = 0
load plots."/bars.gp"

figure  = "schedule"
per     = "256 requests"
heading = "256 reads of a modelled disk, by the order that was chosen"
rows    = "exo:disk/schedule/requests:256/order:fifo exo:disk/schedule/requests:256/order:sorted exo:disk/schedule/requests:256/order:nearest"
names   = '"as they came" "by sector" "soonest done first"'
caption = "One page each. Seek, rotation and transfer of an HP 97560. The library chooses: the kernel takes requests in whatever order they are made."
multiples = 0
load plots."/bars.gp"
