# The kernel with a bad network between two interfaces (between.c): seed, then what it does to frames.
between 14
