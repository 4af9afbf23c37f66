# SPDX-License-Identifier: MIT
# The host program. Libraries: jansson (JSON), libyaml, GSL (statistics), OpenSSL (SHA-256), zlib (CRC-32), libxml2 (HTML), libelf.
HARNESS_SRC  := harness/main.c $(foreach d,base log guest experiment run result page report cmd,$(wildcard harness/$d/*.c))
HARNESS_LIBS := -ljansson -lyaml -lgsl -lgslcblas -lcrypto -lz -lxml2 -lelf -lm

HOST_FLAGS += -I/usr/include/libxml2

# The version stands in CITATION.cff alone.
VERSION := $(shell sed -n 's/^version: *//p' CITATION.cff)
$(B)/host/harness/main.o $(B)/asan/harness/main.o: HOST_FLAGS += -DEXOSPIN_VERSION='"$(VERSION)"'
$(B)/host/harness/main.o $(B)/asan/harness/main.o: CITATION.cff

host: $(B)/host/exospin exospin

$(B)/host/exospin: $(HARNESS_SRC:%.c=$(B)/host/%.o)
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^ $(HARNESS_LIBS)

# The plugins that exospin loads into QEMU, which has the functions they call.
PLUGINS := $(B)/host/trace.so $(B)/host/count.so $(B)/host/cut.so
host: $(PLUGINS)
$(B)/host/trace.so: harness/plugin/trace.c harness/plugin/decode.c
$(B)/host/cut.so: harness/plugin/cut.c
$(B)/host/count.so: harness/plugin/count.c harness/plugin/decode.c harness/plugin/touched.c
$(PLUGINS): $(wildcard harness/plugin/*.h)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(filter-out -MMD -MP,$(HOST_FLAGS)) -shared -fPIC -o $@ $(filter %.c,$^)

exospin: $(B)/host/exospin
	$(Q)ln -sfn $< $@

# The manual pages, from the tables of the programs themselves.
host: $(B)/man/exospin.1 $(B)/man/vcode.1
$(B)/man/%.1: $(B)/host/%
	$(call say,MAN,$@)
	$(Q)mkdir -p $(@D) && $< help man > $@

PREFIX ?= /usr/local
install-man: $(B)/man/exospin.1 $(B)/man/vcode.1 ## install exospin(1) and vcode(1) below PREFIX (/usr/local), with DESTDIR before it
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 $^
.PHONY: install-man

# The same program under sanitizers, for tests of the command line.
$(B)/tests/exospin: $(HARNESS_SRC:%.c=$(B)/asan/%.o)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(SANITIZE) -o $@ $^ $(HARNESS_LIBS)
