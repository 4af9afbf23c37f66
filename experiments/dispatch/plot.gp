# SPDX-License-Identifier: MIT
# An event with its intrinsic handler against the direct call, over the arguments.

figure  = "intrinsic"
heading = "Raising an event with its one intrinsic handler"
caption = "A direct procedure call and the same procedure raised as an event, by the number of arguments. Where the two agree, the hollow marker stands around the full one."
series  = "spin:dispatch/intrinsic/args:* spin:dispatch/procedure_call/args:*"
names   = '"event raised" "procedure called"'
xname   = label_args
load plots."/sweep.gp"
