# SPDX-License-Identifier: MIT
# builtin.gp -- figures of a run whose own plot.gp is not this tree's, and so is not run: the median of every row as a bar, in the
# order of the run, a few to a figure. Of a run with more rows than some of these hold the page's table has the rest.

per_figure = 20
most = 6 * per_figure
all = ""
stats data using (all = column(0) < most ? all." ".strcol("name") : all, 0) nooutput
total = STATS_records
last(first) = first + per_figure - 1 < words(all) ? first + per_figure - 1 : words(all)
do for [first = 1:words(all):per_figure] {
    figure = sprintf("medians-%d", (first - 1) / per_figure + 1)
    heading = "Medians of ".experiment.(words(all) > per_figure ? sprintf(", rows %d to %d of %d", first, last(first), total) : "")
    caption = "The rows' medians, in the order of the run; drawn by exospin, for the run's own plot.gp is not this tree's and was not run."
    rows = ""
    do for [i = first:last(first)] { rows = rows." ".word(all, i) }
    multiples = 0
    load plots."/bars.gp"
}
