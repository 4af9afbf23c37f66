# SPDX-License-Identifier: MIT
# One figure an operation: a bar a system.

figure  = "fork_join"
heading = "A thread is made, returns, and is joined"
caption = "Threads of spin's kernel and of a program, integrated and layered, against those of a program on Linux."
rows    = "spin:thread/fork_join spin:thread/fork_join/integrated spin:thread/fork_join/layered linux:thread/fork_join linux:thread/fork_join/mitigations:default"
names   = '"spin, in the kernel" "spin, integrated" "spin, layered" "Linux, pthreads" "Linux, mitigated"'
multiples = 1
load plots."/bars.gp"

figure  = "ping_pong"
heading = "Two threads synchronise with one another"
caption = "A round: each wakes the other by a semaphore and waits by another one."
rows    = "spin:thread/ping_pong spin:thread/ping_pong/integrated spin:thread/ping_pong/layered linux:thread/ping_pong linux:thread/ping_pong/mitigations:default"
names   = '"spin, in the kernel" "spin, integrated" "spin, layered" "Linux, semaphores" "Linux, mitigated"'
multiples = 1
load plots."/bars.gp"
