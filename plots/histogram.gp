# SPDX-License-Identifier: MIT
# histogram.gp -- how a row's steady samples are spread: the share of them that cost from one tic to the next, a bar for each row. For
# rows that are nearly alike, whose distributions (distribution.gp) would lie upon each other. Takes: figure, heading, caption, and
#   rows     full names, six at most; those without samples in this run are left out
#   names    what the key calls each of them, words in the same order
# The samples' file has no plain header, so columns go by number: 1 row, 2 clock, 5 phase, 8 net.

set datafile nocolumnheaders
sampled(row) = strcol(1) eq row && strcol(2) eq clock && strcol(5) eq "steady" ? column(8) : NaN

there = ""
there_names = ""
counts = ""
highest = 0
do for [i = 1:words(rows)] {
    stats samples using (sampled(word(rows, i))) nooutput
    if (exists("STATS_records") && STATS_records > 0) {
        there = there." ".word(rows, i)
        counts = counts.sprintf(" %d", STATS_records)
        highest = STATS_max > highest ? STATS_max : highest
        there_names = there_names.' "'.word(names, i).'"'
    }
}
n = words(there)
if (n > 0) {
    if (narrow) { key_lines = n; height = 380 + 17 * n }
    @begin_figure
    set xlabel unit." per ".per
    set ylabel "share of samples"
    tic_low = 0; tic_high = highest > 0 ? highest : 1; tic_by = tic_step(tic_high, narrow ? 5 : 8)
    tic_high = (floor(tic_high / tic_by) + 1) * tic_by
    set xrange [0:tic_high]
    @tics_x
    set yrange [0:1.02]
    set boxwidth tic_by / (n + 0.5)
    # Rows are told apart by their patterns, from none to full: grey has them, too.
    filled(i) = int(word("0 4 1 3 5 2", i))
    at(i, x) = (floor(x / tic_by) + (i - 0.5 + 0.25) / (n + 0.5)) * tic_by
    plot for [i = 1:n] samples using (at(i, sampled(word(there, i)))):(1.0 / int(word(counts, i))) smooth frequency \
             with boxes fillstyle pattern filled(i) border rgb "black" linecolor rgb shade(word(there, i), 0) \
             linewidth 1.2 title word(there_names, i)
    @end_figure
    set boxwidth
}
set datafile columnheaders
names = ""
