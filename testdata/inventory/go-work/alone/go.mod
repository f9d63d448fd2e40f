module example.org/app/alone

go 1.20

require (
	example.org/app/api v0.9.0
	github.com/acme/shared v1.0.0
)
