# SPDX-License-Identifier: MIT
# dots.gp -- a line a program, a mark a figure, on a logarithmic axis. Takes: figure, heading, caption, and
#   programs  what stands between EXPERIMENT/ and the rest in rows' names, from top to bottom; those without a figure are left out
#   marks     "SYSTEM REST SYSTEM REST ...": the rows are SYSTEM:EXPERIMENT/PROGRAM/REST
#   names     what the key calls each of the marks
#   xname     the axis label
#   divided   1: each figure divided by that of the first of `marks`, which is then left out
# The marks after the first are hollow, each larger than the one before, so that none hides another.

m = words(marks) / 2
first_mark = divided ? 2 : 1
mark_row(program, k) = word(marks, 2 * k - 1).":".experiment."/".program."/".word(marks, 2 * k)
systems = ""
do for [k = 1:m] { systems = systems." ".word(marks, 2 * k - 1).":" }

array found[m]
array sentence[m]
do for [k = 1:m] { sentence[k] = "" }
there = ""
least = NaN
longest = NaN
set print $chart
print "program\tmark\tvalue"
do for [i = 1:words(programs)] {
    any = 0
    do for [k = 1:m] {
        value = NaN
        stats data using (strcol("name") eq mark_row(word(programs, i), k) ? (value = column("median"), 0) : 0) nooutput
        found[k] = value
    }
    one = divided ? found[1] : 1
    do for [k = first_mark:m] {
        value = found[k] / one
        if (value == value && value > 0) {
            if (!any) { there = there." ".word(programs, i) }
            any = 1
            print sprintf("%d\t%d\t%.15g", words(there), k, value)
            sentence[k] = sentence[k].(sentence[k] eq "" ? "" : ", ").word(programs, i)." ".figures(value)
            least = least == least && least < value ? least : value
            longest = longest == longest && longest > value ? longest : value
        }
    }
}
unset print
n = words(there)
# the K-th mark's form: a system's own, another one where two of its marks come before
count_of(k) = among(systems, k) - (divided && system_of(word(systems, 1)) eq system_of(word(systems, k)) ? 1 : 0)
dot(k) = form(word(systems, k), 2 * (count_of(k) > 1 ? count_of(k) - 1 : 0)) - (k > first_mark)
ring(k) = (narrow ? 0.6 : 0.8) * (k == first_mark ? 1 : 1.3 + 0.4 * (k - first_mark))

if (n > 0) {
    # three labels at least
    if (longest < 2.5 * least) { longest = longest * 1.6; least = least / 1.6 }
    do for [k = first_mark:m] {
        if (sentence[k] ne "") { said = says(word(names, k - first_mark + 1), word(names, k - first_mark + 1).", ".xname.": ".sentence[k]) }
    }
    key_lines = narrow ? m - first_mark + 1 : m - first_mark > 1 ? 2 : 1
    height = 130 + 21 * n + 17 * key_lines
    @begin_figure
    if (narrow) { set key bmargin center vertical } else { set key bmargin center horizontal }
    set logscale x
    set xrange [least * 0.8:longest * 1.25] noextend
    set yrange [n + 0.6:0.4]
    set ytics () scale 0 noenhanced font ",".(narrow ? 10 : 11)
    do for [i = 1:n] { set ytics add (word(there, i) i) }
    set xlabel xname
    tic_axis = "xtics"; tic_low = least * 0.8; tic_high = longest * 1.25; tic_by = decades(tic_low, tic_high) > 5 && narrow ? 2 : 1
    @log_tics
    if (divided) { set arrow 1 from 1, graph 0 to 1, graph 1 nohead linecolor rgb "black" }
    plot for [k = first_mark:m] $chart using (column("mark") == k ? column("value") : NaN):"program" \
        with points pointtype dot(k) pointsize ring(k) linewidth 1.5 linecolor rgb colour(word(systems, k)) title word(names, k - first_mark + 1)
    unset arrow 1
    unset logscale x
    set ytics enhanced font ""
    if (narrow) { set key bmargin center vertical } else { set key outside right center vertical }
    @end_figure
}
said = ""
names = ""
