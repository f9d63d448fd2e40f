module example.org/app

go 1.17

require (
	github.com/acme/direct v1.0.0
	github.com/acme/forked v1.0.0
	github.com/acme/local v0.0.0
	golang.org/x/tools v0.29.0
)

require github.com/acme/needed v1.1.0 // indirect

tool golang.org/x/tools/cmd/stringer

replace github.com/acme/forked => github.com/fork/forked v1.0.2

replace github.com/acme/local => ./local
