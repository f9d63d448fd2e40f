module example.org/app

require github.com/acme/a v1.0.0
replace github.com/acme/a => github.com/acme/a v0.9.0