module example.org/app

go 1.21

require (
	example.org/app/api v0.9.0
	github.com/acme/shared v1.0.0
	github.com/acme/only-here v1.0.0
	github.com/acme/by-api v1.0.0
)

replace github.com/acme/shared => github.com/acme/shared v1.1.0
