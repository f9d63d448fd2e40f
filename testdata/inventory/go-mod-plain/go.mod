// Deprecated: use example.org/app/v2 instead.
module example.org/app

go 1.20

require (
	github.com/acme/cli v1.4.2
	gopkg.in/acme/yaml.v2 v2.4.0
	// what needs this is gone
	github.com/acme/old v3.2.1+incompatible
	golang.org/x/net v0.0.0-20220127200216-cd36cc0744dd // indirect
	golang.org/x/text v0.3.7 // indirect; pinned for the security fix
	golang.org/x/sys v0.1.0 // indirectly needed by the tests
)

require github.com/acme/single v1.0.0-rc.1 //indirect
