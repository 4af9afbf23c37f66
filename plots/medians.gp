# SPDX-License-Identifier: MIT
# medians.gp -- a bar for each of some rows that follow each other in the run. Takes: figure, heading, caption, and
#   all            the names of the run's rows
#   first, last(first)   the first and the last of these that are drawn, from 1

# column(0) counts rows from 0; NaN for those of other figures
here(k) = k + 1 >= first && k + 1 <= last(first) ? k + 2 - first : NaN

@begin_figure
stats data using (here(column(0)) > 0 ? column("median") : NaN) nooutput
set xrange [0:STATS_max > 0 ? STATS_max * 1.15 : 1] noextend
set yrange [last(first) - first + 1.6:0.4]
set xlabel unit." per ".per
set format x "%.1s%c"
# at most six labels, so that none runs into the next
step = STATS_max > 0 ? STATS_max / 5 : 1
step = 10 ** floor(log10(step)) * word("1 2 5 5 5 10 10 10 10 10", int(ceil(step / 10 ** floor(log10(step)))))
set xtics 0, step
set ytics () scale 0 noenhanced font ",9"
do for [i = first:last(first)] { set ytics add (word(all, i) i + 1 - first) }
set style fill solid 0.6 border -1
set grid noytics
unset key
plot data using (0):(here(column(0))):(0):(column("median")):(here(column(0)) - 0.32):(here(column(0)) + 0.32): \
         (colour(strcol("name"))) with boxxyerror linecolor rgb variable, \
     data using (column("median")):(here(column(0))):("  ".figures(column("median"))) with labels left font ",9"
set key
set grid ytics
set ytics enhanced font ""
set format x "%h"
@end_figure
