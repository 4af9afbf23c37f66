# SPDX-License-Identifier: MIT
# One figure an operation: a bar a system.

figure  = "fork_join"
heading = "A thread is made, returns, and is joined"
caption = "Threads of spin's kernel against those of a program on Linux, as the C library makes them."
rows    = "spin:thread/fork_join linux:thread/fork_join linux:thread/fork_join/mitigations:default"
names   = '"spin, in the kernel" "Linux, pthreads" "Linux, mitigated"'
multiples = 1
load plots."/bars.gp"

figure  = "ping_pong"
heading = "Two threads synchronise with one another"
caption = "A round: each wakes the other by a semaphore and waits by another one."
rows    = "spin:thread/ping_pong linux:thread/ping_pong linux:thread/ping_pong/mitigations:default"
names   = '"spin, in the kernel" "Linux, semaphores" "Linux, mitigated"'
multiples = 1
load plots."/bars.gp"
