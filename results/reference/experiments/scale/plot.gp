# SPDX-License-Identifier: MIT

figure  = "envs"
heading = "The same operations with more environments"
caption = "A call that names another environment, a directed yield and back, a fault to its handler and back, a sleep whose predicate holds at once."
series  = "exo:scale/call/envs:* exo:scale/switch/envs:* exo:scale/fault/envs:* exo:scale/predicate/envs:*"
names   = "call switch fault predicate"
logarithmic = "x"
xname   = label_envs
load plots."/sweep.gp"

figure  = "jobs"
heading = "Jobs at once"
caption = "Of so many jobs at once what each takes: a million instructions of its own, and the system's for fork, exec, a pipe, exit and wait."
series  = "linux:scale/throughput/jobs:* exo:scale/throughput/jobs:*"
names   = "Linux exo"
xname   = label_jobs
load plots."/sweep.gp"
