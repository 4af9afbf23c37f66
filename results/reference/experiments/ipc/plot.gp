# SPDX-License-Identifier: MIT
# One figure: what is called lies further away from left to right, and no bar is hidden by its neighbour on a logarithmic axis.

figure  = "calls"
heading = "Code of another protection domain is called"
caption = "spin: one extension calls another, and one process another. exo: control transfer there and back, bare and as a procedure call; a byte by pipes in shared memory. Linux: a byte to another process and one back."
rows    = "spin:ipc/in_kernel_call floor:ipc/cross_address_space_call exo:ipc/pct_round_trip exo:ipc/lrpc exo:ipc/pipe_1B spin:ipc/cross_address_space_call linux:ipc/pipe_1B linux:ipc/unix_socket_1B"
names   = '"extension, spin" "process, floor" "transfer, exo" "call, exo" "pipe, exo" "process, spin" "pipe, Linux" "socket, Linux"'
multiples = 0
load plots."/bars.gp"
