# SPDX-License-Identifier: MIT
# An event with its intrinsic handler against the direct call, over the arguments; guards and handlers, over their number.

figure  = "intrinsic"
heading = "Raising an event with its one intrinsic handler"
caption = "A direct procedure call and the same procedure raised as an event, by the number of arguments. Where the two agree, the hollow marker stands around the full one."
series  = "spin:dispatch/intrinsic/args:* spin:dispatch/procedure_call/args:*"
names   = '"event raised" "procedure called"'
xname   = label_args
load plots."/sweep.gp"

figure  = "handlers"
heading = "Raising an event with many guards and handlers"
caption = "All guards hold and all handlers run, by their number and the arguments of the event, as code that was generated for them (level stub)."
series  = "spin:dispatch/handlers:*/args:0/level:stub spin:dispatch/handlers:*/args:1/level:stub spin:dispatch/handlers:*/args:5/level:stub"
names   = '"no argument" "1 argument" "5 arguments"'
xname   = label_handlers
logarithmic = "xy"
load plots."/sweep.gp"
