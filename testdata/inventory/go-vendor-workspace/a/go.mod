module example.org/a
require github.com/acme/x v1.0.0 // indirect
require github.com/acme/y v1.0.0
