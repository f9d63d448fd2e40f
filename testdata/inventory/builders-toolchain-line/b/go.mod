module example.org/b

go 1.23.1

toolchain go1.22.8
