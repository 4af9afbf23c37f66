# The kernel with a bad network between two interfaces (between.c): seed, then what it does to frames.
for exo
between 14
