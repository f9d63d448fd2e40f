module example.org/app/types
