# The kernel with the second library: workers by strides, for so many slices.
for exo
stride 600
