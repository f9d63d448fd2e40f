module example.org/app

go 1.19

require (
	github.com/acme/forked v1.0.0
	github.com/acme/pinned v1.9.0
	github.com/acme/other-version v1.5.0
	github.com/acme/this-version v1.5.0 // indirect
	github.com/acme/both v2.0.0+incompatible
	example.org/app/api v0.0.0
	example.org/app/next-to v0.0.0
	example.org/app/rooted v0.0.0
	example.org/app/here v0.0.0
	github.com/acme/branch v1.0.0
)

replace (
	github.com/acme/forked => github.com/fork/forked v1.0.1-fork.2
	github.com/acme/pinned => github.com/acme/pinned v1.2.0
	github.com/acme/other-version v1.4.0 => github.com/acme/other-version v1.4.1
	github.com/acme/this-version v1.5.0 => github.com/acme/this-version v1.5.1
	github.com/acme/both => github.com/acme/both v2.1.0+incompatible
	github.com/acme/both v2.0.0+incompatible => github.com/acme/both v2.0.9+incompatible
	example.org/app/api => ./staging/api // a folder and a comment
	example.org/app/next-to v0.0.0 => ../next-to
	example.org/app/rooted => /srv/rooted
	example.org/app/here => .
	github.com/acme/branch => github.com/fork/branch main
	github.com/acme/not-required => github.com/acme/not-required v1.1.1
)
