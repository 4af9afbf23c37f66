# SPDX-License-Identifier: MIT
# A bar for each size of a request.

figure  = "reads"
heading = "What a read of the disk costs the processor"
rows    = "floor:disk/raw_read/bytes:4096 floor:disk/raw_read/bytes:65536"
names   = '"4 KiB, driver alone" "64 KiB, driver alone"'
caption = "From the request to its end by an interrupt, without the time in which the device works."
multiples = 0
load plots."/bars.gp"
