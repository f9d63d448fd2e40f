module example.org/app/cmd/tool

require (
	example.org/app v0.0.0
	example.org/app/api v0.0.0-00010101000000-000000000000
	github.com/acme/by-api v1.2.0
)

replace example.org/app => ../..
