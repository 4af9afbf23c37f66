# SPDX-License-Identifier: MIT
# The null call on each system against the floor, and what each argument adds.

figure  = "null"
heading = "A null system call: into the kernel and back"
caption = "One bar a system: from the instruction before the call to the one after it. The floor is the shortest handler that any kernel could afford; the instruction pair alone stands above it."
rows    = "floor:syscall/bare floor:syscall/null exo:syscall/null exo:syscall/getpid/reflected spin:syscall/null linux:syscall/bad_number linux:syscall/umask linux:syscall/null linux:syscall/null/mitigations:default host:syscall/null"
names   = '"syscall and sysret alone" "the floor" exo "exo, a call of Linux reflected" spin "Linux, no such call" "Linux, umask" "Linux, getppid" "Linux, getppid, mitigated" "this host"'
multiples = 1
load plots."/bars.gp"

figure  = "args"
heading = "A system call with arguments"
caption = "The same call with 0 to 6 arguments in registers. Linux has no such call: each of its points is another one with a little work of its own, and no line joins them."
series  = "linux:syscall/args:* spin:syscall/args:* exo:syscall/args:* floor:syscall/args:*"
names   = "Linux spin exo floor"
points  = "1"
xname   = label_args
load plots."/sweep.gp"

# Under an exact clock every sample of a row is the same; elsewhere the spread is worth a figure.
if (clock ne "icount") {
    figure  = "spread"
    heading = "How steady a null system call is"
    caption = "All samples of all boots: for each cost the share of calls that cost no more."
    rows    = "floor:syscall/null exo:syscall/null spin:syscall/null linux:syscall/null host:syscall/null"
    names   = 'floor exo spin Linux "this host"'
    load plots."/distribution.gp"
}
