# SPDX-License-Identifier: MIT
# Bars for a scan that does not fit.

figure  = "scan"
heading = "A scan of a quarter more than fits"
rows    = "linux:cache/workload:scan/policy:kernel linux:cache/workload:scan/policy:advice"
names   = '"Linux" "Linux, advised"'
caption = "6,400 reads of 4 KiB with a cache of 1,024 blocks."
multiples = 0
load plots."/bars.gp"
