# SPDX-License-Identifier: MIT
# builtin.gp -- figures of a run whose own plot.gp is not this tree's, and so is not run: every row's median as a bar, a few to a
# figure, in the order of the run.

per_figure = 14
most = 20 * per_figure # of a run with more rows than any of ours the table has the rest
all = ""
stats data using (all = column(0) < most ? all." ".strcol("name") : all, 0) nooutput
total = STATS_records
multiples = 0
last(first) = first + per_figure - 1 < words(all) ? first + per_figure - 1 : words(all)
heading = "Medians of ".experiment
do for [first = 1:words(all):per_figure] {
    figure = sprintf("medians-%02d", (first - 1) / per_figure + 1)
    caption = sprintf("Rows %d to %d of %d, drawn by exospin: the run's own plot.gp differs from this tree's and was not run.", \
        first, last(first), total)
    rows = ""
    do for [i = first:last(first)] { rows = rows." ".word(all, i) }
    load plots."/bars.gp"
}
