# SPDX-License-Identifier: MIT
# A frame to all who watch, by how many they are.

figure  = "frame"
heading = "A frame of 12,312 bytes to all who watch"
series  = "spin:video/frame/streams:*/by:handler spin:video/frame/streams:*/by:user linux:video/frame/streams:*/by:user"
names   = '"spin, one handler" "spin, a process" "Linux, a loop of sendto"'
xname   = "who watch"
logarithmic = "xy"
caption = "Both ends are in one machine, on a wire of 1 ns."
load plots."/sweep.gp"
