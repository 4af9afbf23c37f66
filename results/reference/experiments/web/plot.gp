# SPDX-License-Identifier: MIT
# Servers, by the file's size.

figure  = "get"
heading = "A file by the web, by its size"
series  = "exo:web/get/bytes:*/server:cheetah exo:web/get/bytes:*/server:cheetah/part:server exo:web/get/bytes:*/server:sockets ".\
          "spin:web/get/bytes:*/server:http linux:web/get/bytes:*/server:minimal"
names   = '"Cheetah, with its client" "Cheetah alone" "ExOS sockets, with its client" "SPIN, with its client" "Linux with sendfile, with its client"'
xname   = "bytes of the file"
logarithmic = "xy"
caption = "One connection a file; both ends are in one machine, on a wire of 1 ns."
load plots."/sweep.gp"
