# SPDX-License-Identifier: MIT
# style.gp -- how every figure looks. The harness (harness/page/plot.c) starts gnuplot with this file, in a folder of its own and without
# anybody's settings. A plot.gp, which is loaded at the end, has these:
#   plots        the folder of this file             data     the rows' file, all of one clock
#   format       svg or png                          samples  the samples' file of the same rows
#   out          what a figure's file name begins with; it ends in ORDER-FIGURE.FORMAT
#   unit, per    "instructions", "call"              corner   clock and source revision
#   label_KEY    a sweep's axis label
# It sets what is particular (figure, heading, caption, rows...) and loads a template of this folder.

# What somebody wrote comes as arguments, never as part of a program. KEY is a-z, 0-9 and _ only (harness/experiment/experiment.c).
plots = ARG1; experiment = ARG2; clock = ARG3; format = ARG4; unit = ARG5; per = ARG6; corner = ARG7
script = ARG9
data = "plots/".experiment.".".clock.".tsv"
samples = "samples/".experiment.".tsv"
out = "plots/draft-"
labels = ARG8 # KEY, tab, label, tab, ...
while (strlen(labels) > 0) {
    cut = strstrt(labels, "\t")
    key = labels[1:cut - 1]
    labels = labels[cut + 1:*]
    cut = strstrt(labels, "\t")
    label_text = labels[1:cut - 1]
    labels = labels[cut + 1:*]
    eval "label_".key." = label_text"
}

if (format eq "svg") {
    set terminal svg size 760,440 dynamic font "DejaVu Sans,13" background rgb "#ffffff" name experiment
} else {
    set terminal pngcairo size 1520,880 fontscale 2 linewidth 2 pointscale 1.6 font "DejaVu Sans,11" background rgb "#ffffff"
}

set encoding utf8
set datafile separator tab columnheaders
set datafile missing NaN

set border 3 linecolor rgb "black"
set tics nomirror out textcolor rgb "black"
set format xy "%h" # gnuplot's own begins with a blank, which moves labels off their tics
set grid linecolor rgb "#999999" dashtype 3 linewidth 0.5
set key outside right center reverse Left samplen 3 spacing 1.2
set tmargin 3.5
set bmargin 5
set label 99 corner at screen 0.985,0.03 right textcolor rgb "#777777" font ",10"

# A system keeps its look in every figure: Okabe and Ito's colours, which colour-blind readers tell apart, chosen so that
# neighbours differ in grey too; beside them a hatch, a marker and a dash of its own.
is(system, name) = (system[1:strlen(name)] eq name)
system_of(row) = row[1:strstrt(row, ":") - 1]
colour(row)  = is(row, "exo:") ? 0x0072b2 : is(row, "spin:") ? 0xe69f00 : is(row, "linux:") ? 0xd55e00 \
             : is(row, "floor:") ? 0x999999 : 0xcc79a7
hatch(row)   = is(row, "exo:") ? 3 : is(row, "spin:") ? 4 : is(row, "linux:") ? 2 : is(row, "floor:") ? 1 : 6
marker(row)  = is(row, "exo:") ? 7 : is(row, "spin:") ? 5 : is(row, "linux:") ? 9 : is(row, "floor:") ? 12 : 4
dash(row)    = is(row, "exo:") ? 1 : is(row, "spin:") ? 2 : is(row, "linux:") ? 4 : is(row, "floor:") ? 3 : 5

# A number as a reader wants it: whole ones whole, others with three digits.
figures(x) = x == floor(x) ? sprintf("%.0f", x) : sprintf("%.3g", x)

# begin_figure, end_figure: the file it goes to, by its place among plot.gp's figures, and the sentence below it on the page.
drawn = 0
begin_figure = 'drawn = drawn + 1; file = out.sprintf("%02d-", drawn).figure; set output file.".".format; \
    set label 98 heading at screen 0.015,0.955 left font ",15"; \
    if (format eq "svg") { set print file.".txt"; print caption; unset print }'
end_figure = 'unset output; unset xlabel; unset ylabel; set xrange [*:*]; set yrange [*:*]; set offsets 0, 0, 0, 0; \
    set xtics autofreq; set ytics autofreq'

load script
