# SPDX-License-Identifier: MIT
# An experiment's files by system; nobody lists experiments. SYSTEM-user.c runs in ring 3 of the system.
EXPERIMENTS := $(patsubst experiments/%/experiment.yaml,%,$(wildcard experiments/*/experiment.yaml))

FLOOR_EXPERIMENTS      := $(wildcard experiments/*/floor.c)
FLOOR_USER_EXPERIMENTS := $(wildcard experiments/*/floor-user.c)
SPIN_EXPERIMENTS       := $(wildcard experiments/*/spin.c)
SPIN_USER_EXPERIMENTS  := $(wildcard experiments/*/spin-user.c)
EXO_EXPERIMENTS        := $(wildcard experiments/*/exo.c)
LINUX_EXPERIMENTS      := $(wildcard experiments/*/linux.c)
HOST_EXPERIMENTS       := $(wildcard experiments/*/host.cc)
