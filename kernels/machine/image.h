/* SPDX-License-Identifier: MIT */
/* image.h -- the bounds that the linker script gives to the parts of the image. */
#ifndef MACHINE_IMAGE_H
#define MACHINE_IMAGE_H

extern const char image_base[]; /* KERNEL_BASE, as the linker script has it */
extern const char image_start[], text_start[], text_end[], data_start[], image_end[];
extern const char build_id_start[], build_id_end[];

#endif
