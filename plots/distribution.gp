# SPDX-License-Identifier: MIT
# distribution.gp -- how a row's steady samples are spread: for each cost, the share of samples that cost no more. A steep line
# is a steady row; steps and tails are interrupts, caches, other boots. Takes: figure, heading, caption, and
#   rows     full names; those without samples in this run are left out
#   names    what the key calls each of them, words in the same order
# The samples' file has no plain header, so columns go by number: 1 row, 2 clock, 5 phase, 8 net.

set datafile nocolumnheaders
sampled(row) = strcol(1) eq row && strcol(2) eq clock && strcol(5) eq "steady" ? column(8) : NaN

there = ""
there_names = ""
highest = 0
do for [i = 1:words(rows)] {
    stats samples using (sampled(word(rows, i))) nooutput
    if (exists("STATS_records") && STATS_records > 0) {
        there = there." ".word(rows, i)
        highest = STATS_max > highest ? STATS_max : highest
        there_names = there_names.' "'.word(names, i).'"'
    }
}
n = words(there)
if (n > 0) {
    if (narrow) { key_lines = n; height = 380 + 17 * n }
    @begin_figure
    set xlabel unit." per ".per
    set ylabel "share of samples that cost no more"
    tic_low = 0; tic_high = highest > 0 ? highest : 1; tic_by = tic_step(tic_high, narrow ? 5 : 8)
    tic_high = ceil(tic_high / tic_by) * tic_by
    set xrange [0:tic_high]
    @tics_x
    set yrange [0:1.02]
    plot for [i = 1:n] samples using (sampled(word(there, i))):(1.0) smooth cnormal \
             with steps linecolor rgb shade(word(there, i), among(there, i)) linewidth 2 + among(there, i) / 5 \
             dashtype dash(word(there, i), among(there, i)) title word(there_names, i)
    @end_figure
}
set datafile columnheaders
names = ""
