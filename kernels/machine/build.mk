# SPDX-License-Identifier: MIT
# machine: x86-64 and its devices; boot/build.mk links it into every image. What of it is pure (bytes in, a structure out) is tested on
# the host as well.
MACHINE_PURE_SRC := $(patsubst %,kernels/machine/%.c,device/acpi_find device/acpi_table device/rtc_time interrupt/input_line boot/boot_read memory/memory_map memory/page_tag)
