module example.org/a
require github.com/acme/x v1.0.0
