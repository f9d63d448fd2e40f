module example.org/app/api
