# SPDX-License-Identifier: MIT
# drivers: boot/build.mk links them into every image that calls them. What of them is pure is tested on the host as well.
DRIVERS_PURE_SRC := $(patsubst %,kernels/drivers/%.c,virtqueue virtio_regions blk_check spindle)
# The way of each request, which is short.
$(B)/guest/kernel/kernels/drivers/virtio_blk.o $(B)/guest/kernel/kernels/drivers/virtio_net.o $(B)/guest/kernel/kernels/drivers/virtqueue.o: KERNEL_FLAGS += -fomit-frame-pointer -fno-caller-saves
