# SPDX-License-Identifier: MIT
# bars.gp -- one bar a row, its figure and its multiple of the floor behind it. The axis begins at nothing, so that lengths
# can be compared. Takes: figure, heading, caption, and
#   rows     full names in the order from top to bottom; those without a figure in this run are left out
#   multiples  1: write the multiples of the floor's and of Linux's same row behind each bar, where there are such (else 0)

there = ""
longest = 0
do for [i = 1:words(rows)] {
    stats data using (strcol("name") eq word(rows, i) ? column("median") : NaN) nooutput
    if (exists("STATS_records") && STATS_records > 0) {
        there = there." ".word(rows, i)
        if (STATS_max > longest) { longest = STATS_max; longest_row = word(rows, i) }
    }
}
n = words(there)

# A long name goes on two lines, parted at its last slash, where few bars leave the height for it.
two_lines(name) = n > 10 || strlen(name) < 24 ? name : name[1:slash(name, strlen(name))]."\n".name[slash(name, strlen(name)) + 1:*]
slash(name, i) = i == 0 || name[i:i] eq "/" ? i : slash(name, i - 1)
place(name, i) = name eq word(there, i) ? i : NaN
# " (1.41 × floor, 0.07 × Linux)"; a multiple that there is not is NaN, which equals nothing.
times(f, l) = !multiples || (f != f) ? "" : l == l ? sprintf(" (%.3g × floor, %.2g × Linux)", f, l) : sprintf(" (%.3g × floor)", f)

if (n > 0) {
    @begin_figure
    # room for the words behind the longest bar; Linux's have one multiple only
    set xrange [0:longest * (!multiples ? 1.15 : is(longest_row, "linux:") ? 1.32 : 1.65)] noextend
    set yrange [n + 0.6:0.4]
    set xlabel unit." per ".per
    set ytics () scale 0 noenhanced # rows are named with _
    do for [i = 1:n] { set ytics add (two_lines(word(there, i)) i) }
    set style fill pattern 1 border -1
    set grid noytics
    unset key
    plot for [i = 1:n] data using (0):(place(strcol("name"), i)):(0):(column("median")):(i - 0.32):(i + 0.32) \
             with boxxyerror fillstyle pattern hatch(word(there, i)) linecolor rgb colour(word(there, i)), \
         for [i = 1:n] data using (column("median")):(place(strcol("name"), i)): \
             ("  ".figures(column("median")).times(column("times_floor"), column("times_linux"))) with labels left
    set key
    set grid ytics
    set ytics enhanced
    @end_figure
}
