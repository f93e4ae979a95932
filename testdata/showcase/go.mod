module example.com/showcase

go 1.24
