# SPDX-License-Identifier: MIT
# protocol: TCP/IP without a machine, for whoever owns buffers, timers and a way to the wire.
PROTOCOL_SRC := $(wildcard kernels/protocol/*.c kernels/protocol/tcp/*.c)
