module example.org/none
