module referee

go 1.27
