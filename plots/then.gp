# SPDX-License-Identifier: MIT
# then.gp -- then and now: the papers' ratios on one axis, ours on the other, a point a row of a paper. Its data (harness/page/then.c) has
# the columns series (a number from 1, one a paper, system of it, and whether it was read), paper (where it was printed), system (as the
# paper calls it), row (ours), of (the paper's system that it is a multiple of), theirs, ours and seen (1, or 0: recalled).

figure  = "then"
heading = "Then and now"
caption = "Each row of a paper that has a counterpart here, as a multiple of the paper's own baseline: there and here. On the diagonal a ratio is what it was; below it the system is faster against its baseline than it was then. Hollow: recalled, not read in the source."

n = 0
least = 1
most = 1
# A system's name with blanks for "_".
words_of(name) = strstrt(name, "_") == 0 ? name : words_of(name[1:strstrt(name, "_") - 1]." ".name[strstrt(name, "_") + 1:*])
lower(a, b)  = a < b ? a : b
higher(a, b) = a > b ? a : b
stats data using (n = higher(n, column("series")), least = lower(least, lower(column("theirs"), column("ours"))), \
    most = higher(most, higher(column("theirs"), column("ours"))), 0) nooutput
n = int(n)
array title_of[n]
array row_of[n]
array seen_of[n]
do for [i = 1:n] {
    sentence = ""
    stats data using (column("series") == i ? ( \
        title_of[i] = words_of(strcol("system")).", ".strcol("paper"), row_of[i] = strcol("row"), seen_of[i] = column("seen"), \
        sentence = sentence.(sentence eq "" ? "" : "; ").figures(column("theirs"))." × ".words_of(strcol("of"))." then, ". \
            figures(column("ours"))." × now", 0) : 0) nooutput
    said = says(title_of[i], title_of[i].(seen_of[i] == 1 ? "" : " (recalled)").": ".sentence)
}
# another form for each, so that none is told by its colour alone
point(i) = int(word("7 5 9 13 11 15", (i - 1) % 6 + 1)) - (seen_of[i] != 1)

height = narrow ? 430 + 17 * n : 470
key_lines = narrow ? n : 0
@begin_figure
set logscale xy
set format xy "10^{%T}"
set xrange [least / 1.5:most * 1.5] noextend
set yrange [least / 1.5:most * 1.5]
set xlabel "the paper: times its baseline"
set ylabel "here: times ours"
set arrow 1 from least / 1.5, least / 1.5 to most * 1.5, most * 1.5 nohead linecolor rgb "#777777" dashtype 2
plot for [i = 1:n] data using (column("series") == i ? column("theirs") : NaN):"ours" with points pointtype point(i) \
    pointsize narrow ? 1.1 : 1.5 linewidth 2 linecolor rgb darker(colour(row_of[i]), 1 - 0.22 * ((i - 1) / 6 % 4)) title title_of[i]
unset arrow 1
unset logscale
set format xy "%h"
@end_figure
