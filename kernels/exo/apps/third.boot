# The kernel with the third library: a periodic task, so many rounds.
for exo
periodic 50
