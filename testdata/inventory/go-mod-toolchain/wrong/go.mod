module example.org/wrong

go latest

toolchain 1.22.0
