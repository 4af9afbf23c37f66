# SPDX-License-Identifier: MIT
# A bar a system: frames, datagrams, connections, who forwards.

both = "Both ends are in one machine, on a wire of 1 ns."

figure  = "raw"
per     = "round trip"
heading = "A frame of 60 bytes there and back"
rows    = "exo:packet/raw_rtt/bytes:60 spin:packet/raw_rtt/bytes:60 linux:packet/raw_rtt/bytes:60 floor:packet/raw_rtt/bytes:60"
names   = 'exo spin "Linux, AF_PACKET" "two drivers alone"'
caption = both
multiples = 0
load plots."/bars.gp"

figure  = "receive"
per     = "frame"
heading = "From a frame that is sent to its owner's first instruction"
rows    = "exo:packet/receive/bytes:60/to:ring exo:packet/receive/bytes:60/to:ash spin:packet/receive/bytes:60/to:handler ".\
          "spin:packet/receive/bytes:60/to:strand spin:packet/receive/bytes:60/to:user linux:packet/receive/bytes:60/to:user ".\
          "floor:packet/receive/bytes:60/to:handler"
names   = '"exo, a ring" "exo, an ASH" "spin, a handler" "spin, a strand" "spin, a process" "Linux, AF_PACKET" "the driver alone"'
caption = both." Of 60 bytes."
multiples = 0
load plots."/bars.gp"

figure  = "udp"
per     = "round trip"
heading = "A datagram there and back"
rows    = "exo:packet/udp_rtt/bytes:16/over:wire spin:packet/udp_rtt/bytes:16/over:wire linux:packet/udp_rtt/bytes:16/over:wire ".\
          "exo:packet/udp_rtt/bytes:1472/over:wire spin:packet/udp_rtt/bytes:1472/over:wire linux:packet/udp_rtt/bytes:1472/over:wire ".\
          "exo:packet/udp_rtt/bytes:16/over:loopback spin:packet/udp_rtt/bytes:16/over:loopback linux:packet/udp_rtt/bytes:16/over:loopback"
names   = '"16 bytes: exo" "16 bytes: spin" "16 bytes: Linux" "1,472 bytes: exo" "1,472 bytes: spin" "1,472 bytes: Linux" '.\
          '"16, no wire: exo" "16, no wire: spin" "16, no wire: Linux"'
caption = both." No wire: from one program to another in the machine."
multiples = 0
load plots."/bars.gp"

figure  = "tcp"
per     = "exchange"
heading = "Connections"
rows    = "exo:packet/tcp_rtt/bytes:1 spin:packet/tcp_rtt/bytes:1/level:signed spin:packet/tcp_rtt/bytes:1/level:verified linux:packet/tcp_rtt/bytes:1 ".\
          "exo:packet/tcp_connect_close spin:packet/tcp_connect_close/level:signed spin:packet/tcp_connect_close/level:verified linux:packet/tcp_connect_close"
names   = '"a byte and back: exo" "a byte and back: spin, signed" "a byte and back: spin, verified" "a byte and back: Linux" '.\
          '"open and close: exo" "open and close: spin, signed" "open and close: spin, verified" "open and close: Linux"'
caption = both
multiples = 0
load plots."/bars.gp"

figure  = "forward"
per     = "round trip"
heading = "Somebody between two wires passes 16 bytes on, and back"
rows    = "spin:packet/forward_udp/bytes:16/by:kernel exo:packet/forward_udp/bytes:16/by:ash exo:packet/forward_udp/bytes:16/by:user ".\
          "linux:packet/forward_udp/bytes:16/by:kernel linux:packet/forward_udp/bytes:16/by:user ".\
          "spin:packet/forward_tcp/bytes:16/by:kernel exo:packet/forward_tcp/bytes:16/by:ash exo:packet/forward_tcp/bytes:16/by:user ".\
          "linux:packet/forward_tcp/bytes:16/by:kernel linux:packet/forward_tcp/bytes:16/by:user"
names   = '"UDP: spin, handlers" "UDP: exo, an ASH" "UDP: exo, an environment" "UDP: Linux, its routes" "UDP: Linux, two sockets" '.\
          '"TCP: spin, handlers" "TCP: exo, an ASH" "TCP: exo, an environment" "TCP: Linux, its routes" "TCP: Linux, two sockets"'
caption = both." Three are on two wires: who asks, who forwards, who answers."
multiples = 0
load plots."/bars.gp"

figure  = "loss"
per     = "MiB"
heading = "A MiB by TCP over a wire that loses frames"
series  = "exo:packet/tcp_bulk/loss:* spin:packet/tcp_bulk/loss:* linux:packet/tcp_bulk/loss:*"
names   = 'exo spin Linux'
xname   = "lost of a hundred frames"
logarithmic = "y"
caption = "Time, not work: an end waits until it knows of a loss. Which frames are lost follows from a seed."
load plots."/sweep.gp"
