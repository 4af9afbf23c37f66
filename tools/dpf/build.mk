# SPDX-License-Identifier: MIT
# dpf: libpcap's expressions as the exokernel's packet filters, shown and tried on captures (docs/exo/dpf.md).
#   build/host/dpf
host: $(B)/host/dpf
$(B)/host/dpf: $(patsubst %.c,$(B)/host/%.o,$(wildcard tools/dpf/*.c)) $(B)/host/tools/vcode/host_hooks.o $(B)/host/pure.a
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^ -no-pie -Wl,-Ttext-segment=0x28000000 -lpcap
$(B)/host/tools/dpf/%.o $(B)/asan/tools/dpf/%.o: HOST_FLAGS += -Itools/dpf -Itools/vcode -Ikernels
$(B)/tests/exo_dpf_expression_test: $(B)/asan/tools/dpf/expression.o $(B)/asan/tools/dpf/says.o
$(B)/tests/exo_dpf_expression_test: private UNIT_LIBS += -lpcap
