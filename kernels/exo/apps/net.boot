# ExOS on a network (docs/wires.md); its servers stand in the file `servers` of the archive.
for exo
net 10.0.0.1/24
