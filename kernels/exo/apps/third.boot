# The kernel with the third library: a periodic task, so many rounds.
periodic 50
