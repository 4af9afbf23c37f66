# The kernel with ExOS and its tools for disks: a file system that is mounted, and then a shell.
for exo
shell mount cffs 0 /disk
