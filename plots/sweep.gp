# SPDX-License-Identifier: MIT
# sweep.gp -- a series over the values of one sweep, the 5th to 95th percentile as a bar where it has a width. Takes: figure,
# heading, caption, and
#   series   full row names with "*" in the place of the sweep's value
#   names    what the key calls each of them, words in the same order
#   xname    the axis label: label_KEY
# and, where it is not the usual,
#   points       the places in `series`, from 1, of those that no line joins, since a slope would mean nothing
#   logarithmic  "x", "y" or "xy": the axes that are. Such an axis of x has the sweep's own values, as far as there is room for them
#   by_x         1: each figure divided by the sweep's value

before(pattern) = pattern[1:strstrt(pattern, "*") - 1]
after(pattern) = pattern[strstrt(pattern, "*") + 1:*]
between(name, pattern) = name[strlen(before(pattern)) + 1:strlen(name) - strlen(after(pattern))]
fits(name, pattern) = strlen(name) >= strlen(pattern) && name[1:strlen(before(pattern))] eq before(pattern) \
    && name[strlen(name) - strlen(after(pattern)) + 1:*] eq after(pattern) && strstrt(between(name, pattern), "/") == 0
swept(name, pattern) = fits(name, pattern) ? real(between(name, pattern)) : NaN
divisor(x) = by_x ? x : 1
apart(x, y) = abs(log10(x) - log10(y)) >= (narrow ? 0.12 : 0.07) * (log10(last_x) - log10(first_x))
far(list, x, i) = i > words(list) || (apart(x, real(word(list, i))) && far(list, x, i + 1))
joined(i) = strstrt(" ".points." ", sprintf(" %d ", i)) == 0

there = ""
there_names = ""
lined = ""
values = ""
highest = 0
lowest = NaN
first_x = NaN; last_x = NaN
do for [i = 1:words(series)] {
    pattern = word(series, i)
    x = NaN
    sentence = ""
    stats data using (x = swept(strcol("name"), pattern), y = column("median") / divisor(x), \
        (x == x && y == y ? (sentence = sentence.sprintf("%s%s at %s", sentence eq "" ? "" : ", ", figures(y), figures(x)), y) : NaN)) nooutput
    if (exists("STATS_records") && STATS_records > 0) {
        there = there." ".pattern
        there_names = there_names.' "'.word(names, i).'"'
        lined = lined.sprintf(" %d", joined(i))
        stats data using (x = swept(strcol("name"), pattern), x == x ? (first_x = first_x < x ? first_x : x, last_x = last_x > x ? last_x : x, \
            values = x > 0 ? values.sprintf(" %.15g", x) : values, \
            y = column("p95") / divisor(x), highest = y > highest ? y : highest, \
            y = column("p05") / divisor(x), lowest = y > 0 && !(y >= lowest) ? y : lowest, 0) : 0) nooutput
        said = says(word(names, i), sprintf("%s, in %s per %s by %s: %s", word(names, i), unit, per, xname, sentence))
    }
}
n = words(there)

if (n > 0) {
    if (narrow) { key_lines = n; height = 380 + 17 * n }
    @begin_figure
    set xlabel xname
    set ylabel by_x ? unit." / ".xname : unit." per ".per
    if (by_x) { set ylabel unit." each" }
    set xrange [*:*] noextend
    set offsets graph 0.04, graph 0.04, 0, 0
    tic_low = first_x; tic_high = last_x; tic_by = last_x > first_x ? tic_step(last_x - first_x, narrow ? 6 : 8) : 1
    @tics_x
    tic_low = 0; tic_high = highest > 0 ? highest * 1.1 : 1; tic_by = tic_step(tic_high, 8)
    tic_high = ceil(tic_high / tic_by) * tic_by
    set yrange [0:tic_high]
    @tics_y
    # Of figures that are all 0 there is no logarithm.
    if (strstrt(logarithmic, "x") && highest > 0) {
        set logscale x
        set xtics ()
        labelled = ""
        do for [v in values] {
            if (far(labelled, real(v), 1)) { labelled = labelled." ".v; set xtics add (figures(real(v)) real(v)) }
        }
    }
    if (strstrt(logarithmic, "y") && highest > 0) {
        set logscale y
        set yrange [*:*]
        tic_axis = "ytics"; tic_low = lowest; tic_high = highest; tic_by = 1
        @log_tics
    }
    x(name, i) = swept(name, word(there, i))
    y(name, i, value) = value / divisor(x(name, i))
    k(i) = among(there, i)
    line(i) = word(lined, i) eq "1"
    # the spread first, so that the markers stand on it
    plot for [i = 1:n] data using (x(strcol("name"), i)):(y(strcol("name"), i, column("p05"))):(0):(y(strcol("name"), i, column("p95") - column("p05"))) \
             with vectors nohead linecolor rgb shade(word(there, i), k(i)) linewidth 2 notitle, \
         for [i = 1:n] data using (line(i) ? x(strcol("name"), i) : NaN):(y(strcol("name"), i, column("median"))) smooth unique \
             with linespoints linecolor rgb shade(word(there, i), k(i)) linewidth 2 dashtype dash(word(there, i), k(i)) \
             pointtype form(word(there, i), k(i)) pointsize size(k(i)) title line(i) ? word(there_names, i) : "", \
         for [i = 1:n] data using (line(i) ? NaN : x(strcol("name"), i)):(y(strcol("name"), i, column("median"))) \
             with points linecolor rgb shade(word(there, i), k(i)) linewidth 2 \
             pointtype form(word(there, i), k(i)) pointsize size(k(i)) title line(i) ? "" : word(there_names, i)
    unset logscale
    set format xy "%h"
    @end_figure
}
said = ""
points = ""; logarithmic = ""; by_x = 0; names = ""
