/* SPDX-License-Identifier: MIT */
/* port.h -- the object of port.bpf.c for other ports. Freestanding. */
#ifndef EXPERIMENTS_CLASSIFY_PORT_H
#define EXPERIMENTS_CLASSIFY_PORT_H

#include "exo/dpf/program/dpf_program.h"

/* Loads it: false, with *why set, if it is refused. */
bool port_load(struct dpf_program *p, const uint8_t *object, size_t length, uint16_t port,
               const struct hooks *hooks, struct report *why);

#endif
