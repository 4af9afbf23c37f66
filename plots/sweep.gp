# SPDX-License-Identifier: MIT
# sweep.gp -- one line a series over the values of one sweep, the 5th to 95th percentile as a bar where it has a width.
# Takes: figure, heading, caption, and
#   series   full row names with "*" in the place of the sweep's value
#   names    what the key calls each of them, words in the same order
#   xname    the axis label: label_KEY

before(pattern) = pattern[1:strstrt(pattern, "*") - 1]
after(pattern) = pattern[strstrt(pattern, "*") + 1:*]
between(name, pattern) = name[strlen(before(pattern)) + 1:strlen(name) - strlen(after(pattern))]
fits(name, pattern) = strlen(name) >= strlen(pattern) && name[1:strlen(before(pattern))] eq before(pattern) \
    && name[strlen(name) - strlen(after(pattern)) + 1:*] eq after(pattern) && strstrt(between(name, pattern), "/") == 0
swept(name, pattern) = fits(name, pattern) ? real(between(name, pattern)) : NaN

there = ""
there_names = ""
do for [i = 1:words(series)] {
    stats data using (swept(strcol("name"), word(series, i))) nooutput
    if (exists("STATS_records") && STATS_records > 0) {
        there = there." ".word(series, i)
        there_names = there_names." ".word(names, i)
    }
}
n = words(there)
# 1 where the series before it is of the same system: its marker is then hollow and larger, its dash another one.
again(i) = i > 1 && colour(word(there, i)) == colour(word(there, i - 1)) ? 1 : 0

if (n > 0) {
    @begin_figure
    set xlabel xname
    set ylabel unit." per ".per
    set xrange [*:*] noextend
    set yrange [0:*]
    set offsets graph 0.04, graph 0.04, graph 0.1, 0
    # the spread first, so that the markers stand on it
    plot for [i = 1:n] data using (swept(strcol("name"), word(there, i))):(column("p05")):(0):(column("p95") - column("p05")) \
             with vectors nohead linecolor rgb colour(word(there, i)) linewidth 2 notitle, \
         for [i = 1:n] data using (swept(strcol("name"), word(there, i))):(column("median")) smooth unique \
             with linespoints linecolor rgb colour(word(there, i)) linewidth 2 dashtype dash(word(there, i)) + 2 * again(i) \
             pointtype marker(word(there, i)) - again(i) pointsize 1 + 0.9 * again(i) title word(there_names, i)
    @end_figure
}
