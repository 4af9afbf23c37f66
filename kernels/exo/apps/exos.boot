# The kernel with ExOS: processes that speak through pipes, so many.
exos 20
