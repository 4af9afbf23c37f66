# SPDX-License-Identifier: MIT
# All frames of the capture, by who has them.

figure  = "all"
heading = "64 frames of a capture"
rows    = "floor:replay/all/to:driver spin:replay/all/to:handler exo:replay/all/to:ring"
names   = '"floor, the driver" "spin, two handlers" "exo, four filters and a ring"'
caption = "25 of them are somebody's; each is sent when the one before is done with."
multiples = 0
load plots."/bars.gp"
