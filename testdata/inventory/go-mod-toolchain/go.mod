module example.org/app

go 1.21

toolchain go1.23.7
