module example.org/app

<<<<<<< HEAD
go 1.20
=======
go 1.21
>>>>>>> topic

require (
	github.com/acme/a v1.0.0
	github.com/acme/without-version
	"github.com/acme/without-end v1.0.0
	github.com/acme/b v1.0.0
	github.com/acme/commit 0123456789ab
	github.com/acme/short v1.2
)

solve github.com/acme/c v1.0.0

replace github.com/acme/a => github.com/acme/a
replace github.com/acme/b => ../b v1.0.0

require (
	github.com/acme/last v1.0.0
