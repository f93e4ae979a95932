// Command go_ast prints the syntax of Go files as go/parser sees it, in the notation of pubcheck.syntax.dump with
// offsets: one line a file, its declarations in source order.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
)

type printer struct {
	out  strings.Builder
	file *token.File
}

func (p *printer) offset(pos token.Pos) int { return p.file.Offset(pos) }

func (p *printer) open(kind string, n ast.Node) { p.openAt(kind, n.Pos(), n.End()) }

func (p *printer) openAt(kind string, pos, end token.Pos) {
	fmt.Fprintf(&p.out, "(%s %d %d", kind, p.offset(pos), p.offset(end))
}

func (p *printer) word(text string) { p.out.WriteString(" " + text) }

func (p *printer) flag(name string, set bool) {
	if set {
		p.word(name)
	}
}

func (p *printer) close() { p.out.WriteString(")") }

func (p *printer) list(write func()) {
	p.out.WriteString(" [")
	write()
	p.out.WriteString("]")
}

func (p *printer) ident(name *ast.Ident) {
	fmt.Fprintf(&p.out, " %s@%d", name.Name, p.offset(name.Pos()))
}

func (p *printer) idents(names []*ast.Ident) {
	p.list(func() {
		for _, name := range names {
			p.ident(name)
		}
	})
}

func (p *printer) maybe(e ast.Expr) {
	if e == nil {
		p.word("-")
		return
	}
	p.expr(e)
}

func (p *printer) exprs(all []ast.Expr) {
	p.list(func() {
		for _, e := range all {
			p.expr(e)
		}
	})
}

func (p *printer) fields(list *ast.FieldList) {
	p.list(func() {
		if list == nil {
			return
		}
		for _, field := range list.List {
			p.field(field)
		}
	})
}

func (p *printer) field(field *ast.Field) {
	p.out.WriteString("(Field")
	p.idents(field.Names)
	if ellipsis, ok := field.Type.(*ast.Ellipsis); ok {
		p.expr(ellipsis.Elt)
		p.word("variadic")
	} else {
		p.expr(field.Type)
	}
	if field.Tag != nil {
		p.word(field.Tag.Value)
	}
	p.close()
}

func (p *printer) signature(t *ast.FuncType) {
	p.out.WriteString(" (FuncType")
	p.fields(t.TypeParams)
	p.fields(t.Params)
	p.fields(t.Results)
	p.close()
}

func (p *printer) expr(e ast.Expr) {
	p.out.WriteString(" ")
	switch e := e.(type) {
	case *ast.Ident:
		fmt.Fprintf(&p.out, "%s@%d", e.Name, p.offset(e.Pos()))
		return
	case *ast.BasicLit:
		fmt.Fprintf(&p.out, "%s@%d", e.Value, p.offset(e.Pos()))
		return
	case *ast.FuncLit:
		p.open("FuncLit", e)
		p.signature(e.Type)
		p.block(e.Body)
	case *ast.CompositeLit:
		p.open("CompositeLit", e)
		p.maybe(e.Type)
		p.exprs(e.Elts)
	case *ast.KeyValueExpr:
		p.open("KeyValue", e)
		p.expr(e.Key)
		p.expr(e.Value)
	case *ast.ParenExpr:
		p.open("Paren", e)
		p.expr(e.X)
	case *ast.SelectorExpr:
		p.open("Selector", e)
		p.expr(e.X)
		p.ident(e.Sel)
	case *ast.IndexExpr:
		p.open("Index", e)
		p.expr(e.X)
		p.exprs([]ast.Expr{e.Index})
	case *ast.IndexListExpr:
		p.open("Index", e)
		p.expr(e.X)
		p.exprs(e.Indices)
	case *ast.SliceExpr:
		p.open("SliceExpr", e)
		p.expr(e.X)
		p.maybe(e.Low)
		p.maybe(e.High)
		p.maybe(e.Max)
	case *ast.TypeAssertExpr:
		p.open("TypeAssert", e)
		p.expr(e.X)
		p.maybe(e.Type)
	case *ast.CallExpr:
		p.open("Call", e)
		p.expr(e.Fun)
		p.exprs(e.Args)
		p.flag("spread", e.Ellipsis.IsValid())
	case *ast.StarExpr:
		p.open("Star", e)
		p.expr(e.X)
	case *ast.UnaryExpr:
		p.open("Unary", e)
		p.word(e.Op.String())
		p.expr(e.X)
	case *ast.BinaryExpr:
		p.open("Binary", e)
		p.word(e.Op.String())
		p.expr(e.X)
		p.expr(e.Y)
	default:
		p.typeExpr(e)
	}
	p.close()
}

func (p *printer) typeExpr(e ast.Expr) {
	switch e := e.(type) {
	case *ast.ArrayType:
		if e.Len == nil {
			p.open("SliceType", e)
		} else {
			p.open("ArrayType", e)
			if _, counted := e.Len.(*ast.Ellipsis); counted {
				p.word("-")
			} else {
				p.expr(e.Len)
			}
		}
		p.expr(e.Elt)
	case *ast.MapType:
		p.open("MapType", e)
		p.expr(e.Key)
		p.expr(e.Value)
	case *ast.ChanType:
		p.open("ChanType", e)
		p.word(map[ast.ChanDir]string{ast.SEND: "send", ast.RECV: "receive", ast.SEND | ast.RECV: "both"}[e.Dir])
		p.expr(e.Value)
	case *ast.FuncType:
		p.open("FuncType", e)
		p.fields(e.TypeParams)
		p.fields(e.Params)
		p.fields(e.Results)
	case *ast.StructType:
		p.open("StructType", e)
		p.fields(e.Fields)
	case *ast.InterfaceType:
		p.interfaceType(e)
	default:
		panic(fmt.Sprintf("unexpected %T", e))
	}
}

func (p *printer) interfaceType(e *ast.InterfaceType) {
	p.open("InterfaceType", e)
	p.list(func() {
		for _, field := range e.Methods.List {
			if len(field.Names) > 0 {
				p.out.WriteString("(Method")
				p.ident(field.Names[0])
				p.signature(field.Type.(*ast.FuncType))
				p.close()
			}
		}
	})
	p.list(func() {
		for _, field := range e.Methods.List {
			if len(field.Names) == 0 {
				p.expr(field.Type)
			}
		}
	})
}

func (p *printer) block(b *ast.BlockStmt) {
	p.out.WriteString(" ")
	p.open("Block", b)
	p.stmts(b.List)
	p.close()
}

func (p *printer) stmts(all []ast.Stmt) {
	p.list(func() {
		for _, s := range all {
			if empty, ok := s.(*ast.EmptyStmt); ok && empty.Implicit {
				continue
			}
			p.stmt(s)
		}
	})
}

func (p *printer) maybeStmt(s ast.Stmt) {
	if s == nil {
		p.word("-")
		return
	}
	p.stmt(s)
}

func (p *printer) stmt(s ast.Stmt) {
	p.out.WriteString(" ")
	switch s := s.(type) {
	case *ast.BlockStmt:
		p.block(s)
		return
	case *ast.ExprStmt:
		p.open("ExprStmt", s)
		p.expr(s.X)
	case *ast.SendStmt:
		p.open("Send", s)
		p.expr(s.Chan)
		p.expr(s.Value)
	case *ast.IncDecStmt:
		p.open("IncDec", s)
		p.expr(s.X)
		p.word(s.Tok.String())
	case *ast.AssignStmt:
		p.open("Assign", s)
		p.exprs(s.Lhs)
		p.word(s.Tok.String())
		p.exprs(s.Rhs)
	case *ast.GoStmt:
		p.open("Go", s)
		p.expr(s.Call)
	case *ast.DeferStmt:
		p.open("Defer", s)
		p.expr(s.Call)
	case *ast.ReturnStmt:
		p.open("Return", s)
		p.exprs(s.Results)
	case *ast.BranchStmt:
		p.open("Branch", s)
		p.word(s.Tok.String())
		if s.Label == nil {
			p.word("-")
		} else {
			p.ident(s.Label)
		}
	case *ast.LabeledStmt:
		p.out.WriteString("(Labeled")
		p.ident(s.Label)
		p.stmt(s.Stmt)
	case *ast.EmptyStmt:
		p.out.WriteString("(Empty")
	case *ast.DeclStmt:
		p.open("DeclStmt", s)
		p.list(func() { p.specs(s.Decl.(*ast.GenDecl)) })
	default:
		p.compound(s)
	}
	p.close()
}

func (p *printer) compound(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.IfStmt:
		p.open("If", s)
		p.maybeStmt(s.Init)
		p.expr(s.Cond)
		p.block(s.Body)
		p.maybeStmt(s.Else)
	case *ast.ForStmt:
		p.open("For", s)
		p.maybeStmt(s.Init)
		p.maybe(s.Cond)
		p.maybeStmt(s.Post)
		p.block(s.Body)
	case *ast.RangeStmt:
		p.open("Range", s)
		p.maybe(s.Key)
		p.maybe(s.Value)
		p.flag("define", s.Tok == token.DEFINE)
		p.expr(s.X)
		p.block(s.Body)
	case *ast.SwitchStmt:
		p.open("Switch", s)
		p.maybeStmt(s.Init)
		p.maybe(s.Tag)
		p.clauses(s.Body)
	case *ast.TypeSwitchStmt:
		p.open("TypeSwitch", s)
		p.maybeStmt(s.Init)
		p.guard(s.Assign)
		p.clauses(s.Body)
	case *ast.SelectStmt:
		p.open("Select", s)
		p.clauses(s.Body)
	default:
		panic(fmt.Sprintf("unexpected %T", s))
	}
}

func (p *printer) guard(s ast.Stmt) {
	if assign, ok := s.(*ast.AssignStmt); ok {
		p.ident(assign.Lhs[0].(*ast.Ident))
		p.expr(assign.Rhs[0].(*ast.TypeAssertExpr).X)
		return
	}
	p.word("-")
	p.expr(s.(*ast.ExprStmt).X.(*ast.TypeAssertExpr).X)
}

func (p *printer) clauses(b *ast.BlockStmt) {
	p.list(func() {
		for _, s := range b.List {
			switch s := s.(type) {
			case *ast.CaseClause:
				p.out.WriteString("(Case")
				p.exprs(s.List)
				p.flag("default", s.List == nil)
				p.stmts(s.Body)
			case *ast.CommClause:
				p.out.WriteString("(CommClause")
				p.maybeStmt(s.Comm)
				p.stmts(s.Body)
			}
			p.close()
		}
	})
}

func (p *printer) specs(decl *ast.GenDecl) {
	var repeated *ast.ValueSpec
	for iota, spec := range decl.Specs {
		switch spec := spec.(type) {
		case *ast.ImportSpec:
			p.open("ImportSpec", spec)
			if spec.Name != nil {
				p.word(spec.Name.Name)
			}
			p.word(strings.Trim(spec.Path.Value, "\"`"))
		case *ast.ValueSpec:
			constant := decl.Tok == token.CONST
			meant := spec
			if constant && spec.Type == nil && spec.Values == nil && repeated != nil {
				meant = repeated
			}
			repeated = meant
			p.open("ValueSpec", spec)
			p.flag("constant", constant)
			p.idents(spec.Names)
			p.maybe(meant.Type)
			p.exprs(meant.Values)
			if !constant {
				iota = 0
			}
			p.word(fmt.Sprint(iota))
		case *ast.TypeSpec:
			p.open("TypeSpec", spec)
			p.ident(spec.Name)
			p.fields(spec.TypeParams)
			p.flag("alias", spec.Assign.IsValid())
			p.expr(spec.Type)
		}
		p.close()
	}
}

func (p *printer) function(decl *ast.FuncDecl) {
	p.open("FuncDecl", decl)
	p.ident(decl.Name)
	p.fields(decl.Recv)
	p.signature(decl.Type)
	if decl.Body == nil {
		p.word("-")
	} else {
		p.block(decl.Body)
	}
	p.close()
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	paths := bufio.NewScanner(os.Stdin)
	for paths.Scan() {
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, paths.Text(), nil, parser.SkipObjectResolution)
		if err != nil {
			fmt.Fprintln(out, "!")
			continue
		}
		p := &printer{file: set.File(file.Pos())}
		p.ident(file.Name)
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.GenDecl:
				p.specs(decl)
			case *ast.FuncDecl:
				p.function(decl)
			}
		}
		fmt.Fprintln(out, strings.ReplaceAll(strings.ReplaceAll(p.out.String(), "\n", "\\n"), "\r", ""))
	}
}
