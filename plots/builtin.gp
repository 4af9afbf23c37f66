# SPDX-License-Identifier: MIT
# builtin.gp -- figures of a run whose own plot.gp is not this tree's, and so is not run: every row's median as a bar, a few to a
# figure, in the order of the run.

all = ""
stats data using (all = all." ".strcol("name"), 0) nooutput
per_figure = 14
multiples = 0
heading = "Medians of ".experiment
do for [first = 1:words(all):per_figure] {
    figure = sprintf("medians-%02d", (first - 1) / per_figure + 1)
    caption = sprintf("Rows %d to %d of %d, drawn by exospin: the run's own plot.gp differs from this tree's and was not run.", \
        first, first + per_figure - 1 < words(all) ? first + per_figure - 1 : words(all), words(all))
    rows = ""
    do for [i = first:(first + per_figure - 1 < words(all) ? first + per_figure - 1 : words(all))] { rows = rows." ".word(all, i) }
    load plots."/bars.gp"
}
