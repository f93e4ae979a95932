module stdlib_table

go 1.27
