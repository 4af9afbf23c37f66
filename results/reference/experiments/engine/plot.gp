# SPDX-License-Identifier: MIT
# The price of trust: each program by machine code and by the interpreter, as a multiple of what the trusted compiler's code
# takes; and what it costs to find out that a program needs no trust.

programs = "empty guard_one guard_ten tcp_filter checksum_64 checksum_1500 fnv binary_search insertion_sort wakeup block_map lpm string_compare object_walk"

# The three figures of a program stand in the run's rows in any order; NaN for those that it does not have.
is_way(name, program, way) = name eq "spin:engine/".program."/way:".way

figure  = "trust"
heading = "The price of trust (native = 1)"
caption = "One run of each program on its fixed input, as a multiple of the same source compiled by the kernel's own compiler and trusted for its signature. Below 1 the two compilers differ: clang unrolled a loop that GCC did not."
there = 0
set print $trust
print "program\tjit\tinterp"
do for [i = 1:words(programs)] {
    array found[3] = [NaN, NaN, NaN]
    do for [w = 1:3] {
        stats data using (is_way(strcol("name"), word(programs, i), word("native jit interp", w)) ? column("median") : NaN) nooutput
        if (exists("STATS_records") && STATS_records > 0) { found[w] = STATS_max }
    }
    if (found[1] == found[1] && found[2] == found[2] && found[3] == found[3]) {
        there = there + 1
        print sprintf("%d\t%g\t%g", i, found[2] / found[1], found[3] / found[1])
    }
}
unset print

if (there > 0) {
    @begin_figure
    set logscale x
    set xrange [0.4:60] noextend
    set yrange [words(programs) + 3.2:0.4] # room for the key
    set xlabel "times native code"
    set xtics (0.5, 1, 2, 5, 10, 20)
    set ytics () scale 0
    do for [i = 1:words(programs)] { set ytics add (word(programs, i) i) }
    set ytics noenhanced
    set arrow 1 from 1, graph 0 to 1, graph 1 nohead linecolor rgb "black"
    set key inside bottom right
    plot $trust using "jit":"program" with points pointtype marker("spin:") linecolor rgb colour("spin:") title "verified, machine code", \
         $trust using "interp":"program" with points pointtype 4 linecolor rgb "black" title "verified, interpreted"
    unset arrow 1
    unset logscale x
    set key outside right center vertical
    set ytics enhanced
    @end_figure
}

figure  = "verify"
heading = "Verifying a program"
caption = "From a decoded program to proven facts, once when it is loaded."
multiples = 0
rows    = "spin:engine/wakeup/step:verify spin:engine/tcp_filter/step:verify spin:engine/guard_ten/step:verify spin:engine/checksum_64/step:verify spin:engine/object_walk/step:verify spin:engine/fnv/step:verify spin:engine/string_compare/step:verify spin:engine/lpm/step:verify"
set ytics noenhanced
load plots."/bars.gp"
set ytics enhanced
