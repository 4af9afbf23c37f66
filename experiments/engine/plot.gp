# SPDX-License-Identifier: MIT
# The price of trust: each program by machine code and by the interpreter, as a multiple of what the trusted compiler's code
# takes; what it costs to find out that a program needs no trust, by program and by length; and how large it becomes.

programs = "empty guard_one guard_ten tcp_filter checksum_64 checksum_1500 fnv binary_search insertion_sort wakeup block_map lpm string_compare object_walk"

# A dot chart: a line a program, its figures by SYSTEM:engine/PROGRAM/REST as `points` has them ("SYSTEM REST SYSTEM REST ...", at
# most four), each divided by the first of them where `divided` is 1. NaN for what a program or the run does not have. These
# two go around each chart's `plot`.
row(program, k) = word(points, 2 * k - 1).":engine/".program."/".word(points, 2 * k)
collect = 'there = 0; set print $chart; print "program\ta\tb\tc\td"; \
    do for [i = 1:words(programs)] { \
        array found[4] = [NaN, NaN, NaN, NaN]; \
        do for [k = 1:words(points) / 2] { \
            stats data using (strcol("name") eq row(word(programs, i), k) ? column("median") : NaN) nooutput; \
            if (exists("STATS_records") && STATS_records > 0) { found[k] = STATS_max }; \
        }; \
        one = divided ? found[1] : 1; \
        if (one == one && found[1] == found[1]) { \
            there = there + 1; \
            print sprintf("%d\t%g\t%g\t%g\t%g", i, found[1] / one, found[2] / one, found[3] / one, found[4] / one) \
        }; \
    }; unset print'
begin_chart = 'set logscale x; set yrange [words(programs) + room:0.4]; set ytics () scale 0 font ",".(format eq "svg" ? 11 : 9); set key inside bottom right; \
    do for [i = 1:words(programs)] { set ytics add (word(programs, i) i) }; set ytics noenhanced'
end_chart = 'unset logscale x; set format x "%h"; set key outside right center vertical; set ytics enhanced font ""'

figure  = "trust"
heading = "The price of trust (native = 1)"
caption = "One run of each program on its fixed input, as a multiple of the same source compiled by the kernel's own compiler and trusted for its signature. Below 1 the two compilers differ: clang unrolled a loop that GCC did not."
points  = "spin way:native spin way:jit spin way:interp"
divided = 1
@collect
if (there > 0) {
    @begin_figure
    room = 4.6
    @begin_chart
    set xrange [0.4:60] noextend
    set xlabel "times native code"
    set xtics (0.5, 1, 2, 5, 10, 20, 50)
    set arrow 1 from 1, graph 0 to 1, graph 1 nohead linecolor rgb "black"
    plot $chart using "b":"program" with points pointtype marker("spin:") linecolor rgb colour("spin:") title "verified, machine code", \
         $chart using "c":"program" with points pointtype 4 linecolor rgb "black" title "verified, interpreted"
    unset arrow 1
    @end_chart
    @end_figure
}

figure  = "verify"
heading = "Verifying a program"
caption = "From its bytes to proven facts, once when it is loaded; Linux's also holds its system call, some 14,000 instructions. Linux refuses block_map as too complex, and has no kind of program that object_walk could be."
points  = "spin step:verify exo step:verify linux step:verify"
divided = 0
@collect
if (there > 0) {
    @begin_figure
    room = 0.6
    @begin_chart
    set key outside top right horizontal
    set xrange [1000:1e9] noextend
    set xlabel unit
    set format x "10^{%T}"
    plot $chart using "d":"program" with points notitle, \
         $chart using "a":"program" with points pointtype marker("spin:") linecolor rgb colour("spin:") title "spin", \
         $chart using "b":"program" with points pointtype 6 pointsize 1.7 linecolor rgb colour("exo:") title "exo", \
         $chart using "c":"program" with points pointtype marker("linux:") linecolor rgb colour("linux:") title "Linux"
    @end_chart
    @end_figure
}

# By length: what follows "length:" in the names of a series.
length_of(name, series) = name[1:strlen(before(series))] eq before(series) && name[strlen(name) - strlen(after(series)) + 1:*] eq after(series) \
    ? real(name[strlen(before(series)) + 1:strlen(name) - strlen(after(series))]) : NaN
before(series) = series[1:strstrt(series, "*") - 1]
after(series)  = series[strstrt(series, "*") + 1:*]
by_length(system, shape) = system.":engine/length:*/shape:".shape."/step:verify"
dash_of(shape) = shape eq "straight" ? 1 : 2
stats data using (length_of(strcol("name"), by_length("spin", "straight"))) nooutput
there = exists("STATS_records") ? STATS_records : 0

figure  = "length"
heading = "Verification time against length"
caption = "Programs made for this, the same bytes everywhere: straight code, and loop after loop of four turns. A slope of 1 is linear; exo's points lie on spin's."
if (there > 1) {
    @begin_figure
    set logscale xy
    set format xy "10^{%T}"
    set xrange [7:140000] noextend
    set yrange [*:*]
    set xlabel "instructions of the program"
    set ylabel unit." to verify it"
    set key inside top left
    plot for [shape in "loopy straight"] for [system in "linux spin"] data \
             using (length_of(strcol("name"), by_length(system, shape))):(column("median")) smooth unique with linespoints \
             linewidth 2 linecolor rgb colour(system.":") pointtype marker(system.":") dashtype dash_of(shape) \
             title (system eq "linux" ? "Linux" : system).", ".shape, \
         for [shape in "loopy straight"] data using (length_of(strcol("name"), by_length("exo", shape))):(column("median")) \
             with points pointtype 6 pointsize 1.9 linewidth 2 linecolor rgb colour("exo:") title (shape eq "straight" ? "exo, both" : "")
    unset logscale
    set format xy "%h"
    set key outside right center vertical
    @end_figure
}

figure  = "each"
heading = "What an instruction of a program costs to verify"
caption = "The same figures divided by the program's length: level lines are linear. An instruction in a loop is looked at once in each of its four turns."
if (there > 1) {
    @begin_figure
    set logscale x
    set format x "10^{%T}"
    set xrange [7:140000] noextend
    set yrange [0:*]
    set xlabel "instructions of the program"
    set ylabel unit." an instruction"
    plot for [shape in "loopy straight"] for [system in "linux spin"] data \
             using (length_of(strcol("name"), by_length(system, shape))):(column("median") / length_of(strcol("name"), by_length(system, shape))) \
             smooth unique with linespoints linewidth 2 linecolor rgb colour(system.":") pointtype marker(system.":") \
             dashtype dash_of(shape) title (system eq "linux" ? "Linux" : system).", ".shape
    unset logscale x
    set format x "%h"
    @end_figure
}

figure  = "size"
heading = "How large a program becomes (native = 1)"
caption = "Bytes of machine code, as a multiple of what the kernel's own compiler makes of the same source; and of the bytecode itself."
points  = "spin size:native spin size:jit spin size:bytecode linux size:jit"
divided = 1
@collect
if (there > 0) {
    @begin_figure
    room = 6
    @begin_chart
    set xrange [0.5:40] noextend
    set xlabel "times native code"
    set xtics (0.5, 1, 2, 5, 10, 20)
    set arrow 1 from 1, graph 0 to 1, graph 1 nohead linecolor rgb "black"
    plot $chart using "b":"program" with points pointtype marker("spin:") linecolor rgb colour("spin:") title "verified, machine code", \
         $chart using "d":"program" with points pointtype marker("linux:") linecolor rgb colour("linux:") title "Linux, machine code", \
         $chart using "c":"program" with points pointtype 4 linecolor rgb "black" title "bytecode"
    unset arrow 1
    @end_chart
    @end_figure
}
