module example.org/default

go 1.22rc1

toolchain default
