module example.org/named

go 1.21rc2

toolchain go1.21.0-acme
