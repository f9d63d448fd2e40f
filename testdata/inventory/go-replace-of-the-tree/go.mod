module example.org/app

require example.org/types v1.0.0
require github.com/acme/x v1.0.0
require example.org/app/api v1.0.0

replace example.org/types => example.org/app/types v1.2.0
