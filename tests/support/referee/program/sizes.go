package main

import (
	"go/build"
	"go/types"
)

// dumpSizes records ["size", package, type name, size, alignment, offsets] of each struct type that is declared at
// top level and isn't generic.
func dumpSizes(c *checked) {
	sizes := types.SizesFor("gc", build.Default.GOARCH)
	for _, name := range c.pkg.Scope().Names() {
		object, isType := c.pkg.Scope().Lookup(name).(*types.TypeName)
		if !isType || object.IsAlias() || object.Type().(*types.Named).TypeParams().Len() > 0 {
			continue
		}
		if structure, ok := object.Type().Underlying().(*types.Struct); ok {
			fields := []*types.Var{}
			for field := range structure.Fields() {
				fields = append(fields, field)
			}
			t := object.Type()
			record("size", c.pkg.Path(), name, sizes.Sizeof(t), sizes.Alignof(t), append([]int64{}, sizes.Offsetsof(fields)...))
		}
	}
}
