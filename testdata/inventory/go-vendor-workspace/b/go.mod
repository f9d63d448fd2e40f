module example.org/b
require github.com/acme/x v1.1.0
