# The kernel with ExOS: processes that speak through pipes, so many.
for exo
exos 20
