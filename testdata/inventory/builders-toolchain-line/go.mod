module example.org/a

go 1.22.0

toolchain go1.22.8
