# SPDX-License-Identifier: MIT
# One server, by the file's size.

figure  = "get"
heading = "A file by the web, by its size"
series  = "exo:web/get/bytes:*/server:cheetah exo:web/get/bytes:*/server:cheetah/part:server"
names   = '"Cheetah, with its client" "Cheetah alone"'
xname   = "bytes of the file"
logarithmic = "xy"
caption = "One connection a file; both ends are in one machine, on a wire of 1 ns."
load plots."/sweep.gp"
