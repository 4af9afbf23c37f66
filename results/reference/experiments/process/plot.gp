# SPDX-License-Identifier: MIT

figure  = "fork"
heading = "A process forks, its child ends, and it has waited"
caption = "With so many pages more that were written before and that nobody writes after."
rows    = "exo:process/fork_exit_wait/touched:0 linux:process/fork_exit_wait/touched:0 exo:process/fork_exit_wait/touched:64 linux:process/fork_exit_wait/touched:64 exo:process/fork_exit_wait/touched:256 linux:process/fork_exit_wait/touched:256 exo:process/fork_exit_wait/touched:1024 linux:process/fork_exit_wait/touched:1024"
names   = '"0, exo" "0, Linux" "64, exo" "64, Linux" "256, exo" "256, Linux" "1024, exo" "1024, Linux"'
multiples = 0
load plots."/bars.gp"
