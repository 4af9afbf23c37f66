# SPDX-License-Identifier: MIT
# A bar a system.

figure  = "raw"
heading = "A frame of 60 bytes there and back"
rows    = "exo:packet/raw_rtt/bytes:60 floor:packet/raw_rtt/bytes:60"
names   = 'exo "two drivers alone"'
caption = "Both ends are in one machine, on a wire of 1 ns."
multiples = 0
load plots."/bars.gp"
