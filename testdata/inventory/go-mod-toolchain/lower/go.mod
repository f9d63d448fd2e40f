module example.org/lower

go 1.24.1 // as CI has it

toolchain go1.23.9
