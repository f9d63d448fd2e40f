module example.org/app

go 1.20

require (
	github.com/acme/a v1.0.0
	github.com/acme/b v1.0.0 // indirect
)
