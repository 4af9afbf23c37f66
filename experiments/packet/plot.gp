# SPDX-License-Identifier: MIT
# A bar a system: frames, datagrams, connections, who forwards.

both = "Both ends are in one machine, on a wire of 1 ns."

figure  = "raw"
heading = "A frame of 60 bytes there and back"
rows    = "exo:packet/raw_rtt/bytes:60 spin:packet/raw_rtt/bytes:60 linux:packet/raw_rtt/bytes:60 floor:packet/raw_rtt/bytes:60"
names   = 'exo spin "Linux, AF_PACKET" "two drivers alone"'
caption = both
multiples = 0
load plots."/bars.gp"

figure  = "receive"
heading = "From a frame that is sent to its owner's first instruction"
rows    = "exo:packet/receive/bytes:60/to:ring exo:packet/receive/bytes:60/to:ash spin:packet/receive/bytes:60/to:handler ".\
          "spin:packet/receive/bytes:60/to:strand spin:packet/receive/bytes:60/to:user linux:packet/receive/bytes:60/to:user ".\
          "floor:packet/receive/bytes:60/to:handler"
names   = '"exo, a ring" "exo, an ASH" "spin, a handler" "spin, a strand" "spin, a process" "Linux, AF_PACKET" "the driver alone"'
caption = both." Of 60 bytes."
multiples = 0
load plots."/bars.gp"

figure  = "udp"
heading = "A datagram there and back"
rows    = "exo:packet/udp_rtt/bytes:16/over:wire spin:packet/udp_rtt/bytes:16/over:wire linux:packet/udp_rtt/bytes:16/over:wire ".\
          "exo:packet/udp_rtt/bytes:1472/over:wire spin:packet/udp_rtt/bytes:1472/over:wire linux:packet/udp_rtt/bytes:1472/over:wire ".\
          "exo:packet/udp_rtt/bytes:16/over:loopback spin:packet/udp_rtt/bytes:16/over:loopback linux:packet/udp_rtt/bytes:16/over:loopback"
names   = '"exo, 16 bytes" "spin" "Linux" "exo, 1,472 bytes" "spin" "Linux" "exo, 16 bytes, no wire" "spin" "Linux"'
caption = both." The last three stay in the machine."
multiples = 0
load plots."/bars.gp"

figure  = "tcp"
heading = "Connections"
rows    = "exo:packet/tcp_rtt/bytes:1 spin:packet/tcp_rtt/bytes:1/level:signed spin:packet/tcp_rtt/bytes:1/level:verified linux:packet/tcp_rtt/bytes:1 ".\
          "exo:packet/tcp_connect_close spin:packet/tcp_connect_close/level:signed spin:packet/tcp_connect_close/level:verified linux:packet/tcp_connect_close"
names   = '"exo, a byte and back" "spin, signed" "spin, verified" "Linux" "exo, open and close" "spin, signed" "spin, verified" "Linux"'
caption = both
multiples = 0
load plots."/bars.gp"

figure  = "forward"
heading = "Somebody between two wires passes 16 bytes on, and back"
rows    = "spin:packet/forward_udp/bytes:16/by:kernel exo:packet/forward_udp/bytes:16/by:ash exo:packet/forward_udp/bytes:16/by:user ".\
          "linux:packet/forward_udp/bytes:16/by:kernel linux:packet/forward_udp/bytes:16/by:user ".\
          "spin:packet/forward_tcp/bytes:16/by:kernel exo:packet/forward_tcp/bytes:16/by:ash exo:packet/forward_tcp/bytes:16/by:user ".\
          "linux:packet/forward_tcp/bytes:16/by:kernel linux:packet/forward_tcp/bytes:16/by:user"
names   = '"spin, UDP, by handlers" "exo, by an ASH" "exo, by an environment" "Linux, by its routes" "Linux, by two sockets" '.\
          '"spin, TCP, by handlers" "exo, by an ASH" "exo, by an environment" "Linux, by its routes" "Linux, by two sockets"'
caption = both." Three are on two wires: who asks, who forwards, who answers."
multiples = 0
load plots."/bars.gp"

figure  = "loss"
heading = "A MiB by TCP over a wire that loses frames"
rows    = "exo:packet/tcp_bulk/loss:0 spin:packet/tcp_bulk/loss:0 linux:packet/tcp_bulk/loss:0 ".\
          "exo:packet/tcp_bulk/loss:1 spin:packet/tcp_bulk/loss:1 linux:packet/tcp_bulk/loss:1 ".\
          "exo:packet/tcp_bulk/loss:5 spin:packet/tcp_bulk/loss:5 linux:packet/tcp_bulk/loss:5"
names   = '"exo, none lost" "spin" "Linux" "exo, one of a hundred" "spin" "Linux" "exo, five of a hundred" "spin" "Linux"'
caption = "Time, not work: an end waits until it knows of a loss. Which frames are lost follows from a seed."
multiples = 0
load plots."/bars.gp"
