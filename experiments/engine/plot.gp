# SPDX-License-Identifier: MIT
# The price of trust: each program by machine code, interpreter and native code; and what comes before.

figure  = "ways"
heading = "Interpreted, verified and compiled, trusted"
caption = "One run of each program on its fixed input, by interpreter, by machine code of the verified program, and by the kernel's own compiler (trusted for its signature)."
multiples = 0
rows    = "spin:engine/empty/way:native spin:engine/empty/way:jit spin:engine/empty/way:interp spin:engine/guard_ten/way:native spin:engine/guard_ten/way:jit spin:engine/guard_ten/way:interp spin:engine/tcp_filter/way:native spin:engine/tcp_filter/way:jit spin:engine/tcp_filter/way:interp spin:engine/wakeup/way:native spin:engine/wakeup/way:jit spin:engine/wakeup/way:interp spin:engine/lpm/way:native spin:engine/lpm/way:jit spin:engine/lpm/way:interp"
load plots."/bars.gp"

figure  = "verify"
heading = "Verifying a program"
caption = "From a decoded program to proven facts, once when it is loaded."
multiples = 0
rows    = "spin:engine/guard_ten/step:verify spin:engine/tcp_filter/step:verify spin:engine/checksum_64/step:verify spin:engine/object_walk/step:verify spin:engine/fnv/step:verify spin:engine/string_compare/step:verify spin:engine/lpm/step:verify"
load plots."/bars.gp"
