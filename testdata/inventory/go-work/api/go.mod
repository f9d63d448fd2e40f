module example.org/app/api

go 1.24

require (
	github.com/acme/shared v1.2.0 // indirect
	github.com/acme/by-api v1.1.0
)

replace github.com/acme/by-api => github.com/fork/by-api v1.1.1
replace github.com/acme/shared => ../shared
