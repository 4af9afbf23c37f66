# SPDX-License-Identifier: MIT
# style.gp -- how every figure looks. The harness (harness/page/plot.c) starts gnuplot with this file, in a folder of its own and
# without anybody's settings. A plot.gp, which is loaded at the end, has these:
#   plots        the folder of this file             data     the rows' file, all of one clock
#   format       svg, narrow (an SVG for a phone) or png      samples  the samples' file of the same rows
#   narrow       1 where there is little width       out      what a figure's file name begins with; it ends in ORDER-FIGURE.KIND
#   unit, per    "instructions", "call"              corner   clock and source revision
#   label_KEY    a sweep's axis label
# It sets what is particular (figure, heading, caption, rows...) and loads a template of this folder. Names that a reader sees are
# words in one string; one with blanks stands in quotes: names = 'exo "Linux, getppid"'.

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

narrow = (format eq "narrow")
kind = format eq "narrow" ? ".narrow.svg" : ".".format
# Of a figure that is HEIGHT high where it is 760 wide, or 380 where it is narrow.
terminal(height) = format eq "png" \
    ? sprintf('pngcairo size 1520,%d fontscale 2 linewidth 2 pointscale 1.6 font "DejaVu Sans,11"', 2 * height) \
    : sprintf('svg size %d,%d dynamic font "DejaVu Sans,%d" name "%s"', narrow ? 380 : 760, height, narrow ? 12 : 13, experiment)

set encoding utf8
set datafile separator tab columnheaders
set datafile missing NaN

set border 3 linecolor rgb "black"
set tics nomirror out textcolor rgb "black"
set format xy "%h" # gnuplot's own begins with a blank, which moves labels off their tics
set grid linecolor rgb "#999999" dashtype 3 linewidth 0.5
# Beside what is drawn, or below it where there is no width: so it covers no point. _ in a name is no subscript.
set key noenhanced reverse Left samplen 3 spacing 1.2
if (narrow) { set key bmargin center vertical } else { set key outside right center }

# A system keeps its look in every figure: Okabe and Ito's colours, which colour-blind readers tell apart, chosen so that
# neighbours differ in grey too; beside them a hatch, a marker and a dash of its own.
is(system, name) = (system[1:strlen(name)] eq name)
system_of(row) = row[1:strstrt(row, ":") - 1]
number(row)  = is(row, "exo:") ? 0 : is(row, "spin:") ? 1 : is(row, "linux:") ? 2 : is(row, "floor:") ? 3 : 4
colour(row)  = int(word("29362 15112960 13983232 10066329 13400487", number(row) + 1))
hatch(row)   = int(word("3 4 2 1 6", number(row) + 1))

# Of several series of one system the K-th, from 0, has another form or filling, another dash, and from the twelfth on a darker
# colour: no two look alike. Every second one is hollow and larger, so that it is seen around one that it coincides with.
form(row, k)   = int(word("7 5 9 13 11 15", (number(row) + k / 2) % 6 + 1)) - k % 2
dash(row, k)   = (int(word("1 2 4 3 5", number(row) + 1)) - 1 + k) % 5 + 1
size(k)        = (narrow ? 0.8 : 1) * (1 + 0.9 * (k % 2) + 0.3 * (k / 48))
darker(c, f)   = int((c / 65536) * f) * 65536 + int((c / 256 % 256) * f) * 256 + int((c % 256) * f)
shade(row, k)  = darker(colour(row), 1 - 0.22 * (k / 12 % 4))
# How many of the words of LIST before the I-th are of its system.
before_it(list, i, j) = j < 1 ? 0 : before_it(list, i, j - 1) + (system_of(word(list, j)) eq system_of(word(list, i)))
among(list, i) = before_it(list, i, i - 1)

# A number as a reader wants it, and as the page has it: whole ones whole, with a comma before each three digits, others with three digits.
group(digits) = strlen(digits) <= 3 ? digits : group(digits[1:strlen(digits) - 3]).",".digits[strlen(digits) - 2:*]
figures(x) = x == floor(x) || abs(x) >= 1000 ? (x < 0 ? "-" : "").group(sprintf("%.0f", abs(x))) : sprintf("%.3g", x)
# "1 instruction", "24 instructions"
amount(x) = figures(x)." ".(x == 1 && unit ne "ns" ? unit[1:strlen(unit) - 1] : unit)

# The tics of a linear axis of SPAN, at most N: each 1, 2 or 5 times a power of ten from the next. gnuplot's own labels group no digits.
part_of(span, n)  = 10.0 ** floor(log10(1.0 * span / n))
times_part(r)     = r <= 1 ? 1 : r <= 2 ? 2 : r <= 5 ? 5 : 10
tic_step(span, n) = times_part(1.0 * span / n / part_of(span, n)) * part_of(span, n)
tics_x = 'set xtics (); do for [i = ceil(tic_low / tic_by):floor(tic_high / tic_by)] { set xtics add (figures(i * tic_by) i * tic_by) }'
tics_y = 'set ytics (); do for [i = ceil(tic_low / tic_by):floor(tic_high / tic_by)] { set ytics add (figures(i * tic_by) i * tic_by) }'

# Those of a logarithmic axis: 1, 2 and 5 in each power of ten where there are few of these; with many, every tic_by-th power.
decades(low, high) = ceil(log10(high)) - floor(log10(low))
log_tics = 'eval "set ".tic_axis." ()"; do for [e = floor(log10(tic_low)):ceil(log10(tic_high)):tic_by] { \
    if (decades(tic_low, tic_high) > 3) { eval sprintf("set %s add (\"10^{%d}\" 1e%d)", tic_axis, e, e) } \
    else { do for [d in "1 2 5"] { eval sprintf("set %s add (\"%s\" %se%d)", tic_axis, figures(real(d) * 10.0 ** e), d, e) } } }'

# begin_figure, end_figure: the file it goes to, by its place among plot.gp's figures. Its caption and, a line each, what the page says
# of a series where the pointer rests on it (its title in the key, a tab, a sentence: `said`) go into a text beside it.
drawn = 0
said = ""
height = narrow ? 400 : 440
says(title, sentence) = said.title."\t".sentence."\n"
begin_figure = 'drawn = drawn + 1; file = out.sprintf("%02d-", drawn).figure; \
    eval "set terminal ".terminal(height)." background rgb \"#ffffff\""; set output file.kind; \
    set label 98 heading at screen 0.015, 1 - 20.0 / height left font ",".(narrow ? 12 : 15); \
    set label 99 corner at screen 0.015, 1 - (narrow ? 38.0 : 40.0) / height left textcolor rgb "#777777" font narrow ? ",9" : ",10"; \
    set tmargin narrow ? 4.2 : 4; set bmargin 4.2 + key_lines * 1.25'
end_figure = 'unset output; unset xlabel; unset ylabel; set xrange [*:*]; set yrange [*:*]; set offsets 0, 0, 0, 0; \
    set xtics autofreq; set ytics autofreq; \
    if (format eq "svg") { set print file.".txt"; print caption; if (strlen(said) > 0) { print said[1:strlen(said) - 1] }; unset print }; \
    said = ""; height = narrow ? 400 : 440; key_lines = 0'
# Lines that the key takes below a figure.
key_lines = 0

# What the templates take where it is not the usual, each back at that once a figure is drawn.
names = ""; points = ""; logarithmic = ""; by_x = 0

load script
