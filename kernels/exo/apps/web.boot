# The kernel with Cheetah, a web server, on the first network interface; and how many MiB the file /large has.
for exo
web 100
