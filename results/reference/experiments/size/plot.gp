# SPDX-License-Identifier: MIT

figure  = "part_lines"
heading = "The parts of the kernel: lines of source"
caption = "Lines with more on them than white space and comments, headers included."
rows    = "spin:size/part:sys/of:lines spin:size/part:core/of:lines spin:size/part:rt/of:lines spin:size/part:lib/of:lines spin:size/part:sal/of:lines"
names   = "sys core rt lib sal"
multiples = 0
load plots."/bars.gp"

figure  = "part_text"
heading = "The parts of the kernel: bytes of code"
caption = "Code of the objects, before the linker drops what nobody calls."
rows    = "spin:size/part:sys/of:text spin:size/part:core/of:text spin:size/part:rt/of:text spin:size/part:lib/of:text spin:size/part:sal/of:text"
names   = "sys core rt lib sal"
multiples = 0
load plots."/bars.gp"

figure  = "extension_lines"
heading = "Extensions: lines of source"
caption = "Lines with more on them than white space and comments, headers included."
rows    = "spin:size/extension:cthreads/of:lines spin:size/extension:ipc/of:lines spin:size/extension:osf1_threads/of:lines spin:size/extension:unix/of:lines spin:size/extension:vm_workload/of:lines spin:size/extension:counts/of:lines spin:size/extension:dos_names/of:lines spin:size/extension:fifo/of:lines spin:size/extension:first/of:lines spin:size/extension:gang/of:lines spin:size/extension:keys/of:lines spin:size/extension:loaded/of:lines spin:size/extension:priority/of:lines spin:size/extension:rtc/of:lines spin:size/extension:tabs/of:lines spin:size/extension:tracer/of:lines"
names   = "cthreads ipc osf1_threads unix vm_workload counts dos_names fifo first gang keys loaded priority rtc tabs tracer"
multiples = 0
load plots."/bars.gp"

figure  = "extension_text"
heading = "Extensions: bytes of code"
caption = "Code of the objects, before the linker drops what nobody calls."
rows    = "spin:size/extension:cthreads/of:text spin:size/extension:ipc/of:text spin:size/extension:osf1_threads/of:text spin:size/extension:unix/of:text spin:size/extension:vm_workload/of:text spin:size/extension:counts/of:text spin:size/extension:dos_names/of:text spin:size/extension:fifo/of:text spin:size/extension:first/of:text spin:size/extension:gang/of:text spin:size/extension:keys/of:text spin:size/extension:loaded/of:text spin:size/extension:priority/of:text spin:size/extension:rtc/of:text spin:size/extension:tabs/of:text spin:size/extension:tracer/of:text"
names   = "cthreads ipc osf1_threads unix vm_workload counts dos_names fifo first gang keys loaded priority rtc tabs tracer"
multiples = 0
load plots."/bars.gp"

figure  = "exo_lines"
heading = "exo's kernel and its libraries: lines of source"
caption = "Lines with more on them than white space and comments, headers included. The machine and the engine are the same as spin's, and not counted."
rows    = "exo:size/part:kernel/of:lines exo:size/part:disks/of:lines exo:size/part:pxn/of:lines exo:size/part:xn/of:lines exo:size/part:xn_calls/of:lines exo:size/part:designs/of:lines exo:size/part:store/of:lines exo:size/part:libos/of:lines exo:size/part:second/of:lines exo:size/part:third/of:lines exo:size/part:common/of:lines exo:size/part:console/of:lines exo:size/part:methods/of:lines exo:size/part:personality/of:lines"
names   = 'kernel "raw disks" "proxy nodes" XN "calls of XN" "other designs" "stores of blocks" ExOS "second library" "third library" "shared by libraries" console "protected methods" "calls of Linux"'
multiples = 0
load plots."/bars.gp"

figure  = "exo_text"
heading = "exo's kernel and its libraries: bytes of code"
caption = "Code of the objects, before the linker drops what nobody calls."
rows    = "exo:size/part:kernel/of:text exo:size/part:disks/of:text exo:size/part:pxn/of:text exo:size/part:xn/of:text exo:size/part:xn_calls/of:text exo:size/part:designs/of:text exo:size/part:store/of:text exo:size/part:libos/of:text exo:size/part:second/of:text exo:size/part:third/of:text exo:size/part:common/of:text exo:size/part:console/of:text exo:size/part:methods/of:text exo:size/part:personality/of:text"
names   = 'kernel "raw disks" "proxy nodes" XN "calls of XN" "other designs" "stores of blocks" ExOS "second library" "third library" "shared by libraries" console "protected methods" "calls of Linux"'
multiples = 0
load plots."/bars.gp"
