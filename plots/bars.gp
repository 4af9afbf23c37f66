# SPDX-License-Identifier: MIT
# bars.gp -- one bar a row, its figure and its multiples behind it, or above it where there is little width. The axis begins at nothing, so
# that lengths can be compared. A figure of 0 is a line, one below 0 goes to the left; a row that was run and has no figure keeps
# its place and says so. Takes: figure, heading, caption, and
#   rows     full names in the order from top to bottom; those that this run does not have are left out
#   names    what a reader calls each of them; empty: the rows' own names
#   multiples  1: write the multiples of the floor's and of Linux's same row behind each bar, where there are such (else 0)

array figure_of[words(rows) > 0 ? words(rows) : 1]
array words_of[words(rows) > 0 ? words(rows) : 1]
called(i) = names eq "" ? word(rows, i) : word(names, i)
# " (1.41 × floor, 0.07 × Linux)"; a multiple that there is not is NaN, which equals nothing.
times(f, l) = !multiples || (f != f) ? "" : l == l ? sprintf(" (%.3g × floor, %.2g × Linux)", f, l) : sprintf(" (%.3g × floor)", f)

there = ""
longest = 0
least = 0
widest = 0
do for [i = 1:words(rows)] {
    found = 0
    of_floor = NaN; of_linux = NaN; median = NaN
    stats data using (strcol("name") eq word(rows, i) ? (found = 1, median = column("median"), of_floor = column("times_floor"), \
        of_linux = column("times_linux"), 0) : 0) nooutput
    if (found) {
        there = there." ".i
        figure_of[i] = median
        words_of[i] = median == median ? figures(median).times(of_floor, of_linux) : "no figure"
        said = says(called(i), sprintf("%s: %s per %s%s", called(i), median == median ? amount(median) : "no ".unit, per, \
            times(of_floor, of_linux)))
        if (median == median && median > longest) { longest = median }
        if (median == median && median < least) { least = median }
        if (strlen(called(i)) > widest) { widest = strlen(called(i)) }
    }
}
n = words(there)
bar(k) = int(word(there, k))
extent(k) = figure_of[bar(k)] == figure_of[bar(k)] ? figure_of[bar(k)] : 0

if (n > 0) {
    height = narrow ? 150 + 34 * n : 140 + (n > 12 ? 21 : 27) * n
    @begin_figure
    # space for the words behind each bar: what part of the axis they take, letters being some 8 wide
    span = longest - least > 0 ? longest - least : 1
    end = longest > 0 ? longest : least + span * 1.2
    if (!narrow) { do for [k = 1:n] {
        part = 8.0 * (strlen(words_of[bar(k)]) + 3) / (700 - 8 * widest)
        wanted = least + (extent(k) - least) / (1 - (part < 0.8 ? part : 0.8))
        end = wanted > end ? wanted : end
    } }
    set xrange [least - (least < 0 ? span * 0.03 : 0):end + span * 0.02] noextend
    set yrange [n + 0.6:narrow ? 0.2 : 0.4]
    set xlabel unit." per ".per
    if (narrow) { set lmargin 2 }
    # as many tics as their words have room for, beside the names where there is width
    most = narrow ? int(340 / (7.0 * (strlen(figures(end)) + 2))) : int((700 - 8 * widest) / (8.0 * (strlen(figures(end)) + 3)))
    tic_low = least; tic_high = end; tic_by = tic_step(end - least, most < 3 ? 3 : most < (narrow ? 5 : 8) ? most : narrow ? 5 : 8)
    @tics_x
    set ytics () scale 0 noenhanced # rows are named with _
    do for [k = 1:n] { set ytics add ((narrow ? "" : called(bar(k))) k) }
    if (n > 12) { set ytics font ",10" }
    set style fill pattern 1 border -1
    set grid noytics
    unset key
    top = narrow ? 0 : -0.32
    plot for [k = 1:n] "+" every ::::0 using (0):(k):(0):(extent(k)):(k + top):(k + 0.34) \
             with boxxyerror fillstyle pattern hatch(word(rows, bar(k))) linecolor rgb colour(word(rows, bar(k))) title called(bar(k)), \
         for [k = 1:n] "+" every ::::0 using (narrow ? least : extent(k) > 0 ? extent(k) : 0):(narrow ? k - 0.3 : k): \
             (narrow ? " ".called(bar(k)).": ".words_of[bar(k)] : "  ".words_of[bar(k)]) with labels left offset narrow ? 0.4 : 0, 0 noenhanced notitle
    set key
    set grid ytics
    unset lmargin
    set ytics enhanced font ""
    @end_figure
}
said = ""
names = ""
