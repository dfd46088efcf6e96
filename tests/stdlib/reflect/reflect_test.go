package reflect_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	want "reflect"
	"testing"
	"unsafe"

	got "golstd/reflect"
)

type myInt int

func (m myInt) String() string { return "my" }
func (m *myInt) Set(n int)     { *m = myInt(n) }

type inner struct {
	A int `json:"a,omitempty" xml:"x\ty"`
	b string
}
type outer struct {
	inner
	*bytes.Buffer
	C    []inner
	D    map[string]*inner
	E    any
	F    func(int, ...string) (bool, error)
	G    chan<- int
	H    [3]float32
	I    error
	j    complex64
	K    *outer
	L, M myInt
}
type single struct{ p *int }

var samples = []any{true, 1, int8(-2), uint16(3), uintptr(4), float32(1.5), 2.5, complex64(1 + 2i), 3 + 4i, "str", []byte("ab"), []int(nil), []string{"x", ""}, [2]int{1, 2}, [1]*int{nil},
	map[string]int{"a": 1}, map[int]bool(nil), &inner{1, "b"}, inner{}, outer{}, &outer{C: []inner{{2, "z"}}, E: 5, I: errors.New("x")}, single{new(int)}, struct{}{}, (*int)(nil), func() {}, make(chan int, 3), myInt(7), new(myInt), unsafe.Pointer(nil), errors.New("e"), struct{ X any }{nil}, [0]int{}, struct{ A, B float64 }{1, 2}, []any{1, "a", nil}}

// try calls f and returns its result as text, or the panic.
func try(f func() any) (s string) {
	defer func() {
		if r := recover(); r != nil {
			s = fmt.Sprint("panic: ", r)
		}
	}()
	return fmt.Sprint(f())
}

func compare(t *testing.T, what string, f, g func() any) {
	t.Helper()
	if a, b := try(f), try(g); a != b {
		t.Errorf("%s: %s, want %s", what, a, b)
	}
}

func typeText(v got.Type) any {
	if v == nil {
		return "nil"
	}
	return v.String()
}

func realText(v want.Type) any {
	if v == nil {
		return "nil"
	}
	return v.String()
}

func compareTypes(t *testing.T, g got.Type, w want.Type, depth int) {
	n := w.String()
	c := func(m string, f, g func() any) { t.Helper(); compare(t, n+"."+m, f, g) }
	c("Name", func() any { return g.Name() + g.PkgPath() + g.String() + g.Kind().String() }, func() any { return w.Name() + w.PkgPath() + w.String() + w.Kind().String() })
	c("Size", func() any { return []int{int(g.Size()), g.Align(), g.FieldAlign()} }, func() any { return []int{int(w.Size()), w.Align(), w.FieldAlign()} })
	c("Bits", func() any { return g.Bits() }, func() any { return w.Bits() })
	c("Elem", func() any { return typeText(g.Elem()) }, func() any { return realText(w.Elem()) })
	c("Key", func() any { return typeText(g.Key()) }, func() any { return realText(w.Key()) })
	c("Len", func() any { return g.Len() }, func() any { return w.Len() })
	c("NumIn", func() any { return g.NumIn() }, func() any { return w.NumIn() })
	c("NumOut", func() any { return g.NumOut() }, func() any { return w.NumOut() })
	c("IsVariadic", func() any { return g.IsVariadic() }, func() any { return w.IsVariadic() })
	c("ChanDir", func() any { return g.ChanDir().String() }, func() any { return w.ChanDir().String() })
	c("NumField", func() any { return g.NumField() }, func() any { return w.NumField() })
	c("NumMethod", func() any { return g.NumMethod() }, func() any { return w.NumMethod() })
	c("Comparable", func() any { return g.Comparable() }, func() any { return w.Comparable() })
	c("CanSeq", func() any { return fmt.Sprint(g.CanSeq(), g.CanSeq2()) }, func() any { return fmt.Sprint(w.CanSeq(), w.CanSeq2()) })
	if w.Kind() == want.Struct {
		for i := 0; i < w.NumField(); i++ {
			a, b := g.Field(i), w.Field(i)
			c("Field", func() any {
				return fmt.Sprint(a.Name, a.PkgPath, a.Tag, a.Offset, a.Index, a.Anonymous, a.Type.String())
			}, func() any {
				return fmt.Sprint(b.Name, b.PkgPath, b.Tag, b.Offset, b.Index, b.Anonymous, b.Type.String())
			})
			if depth > 0 {
				compareTypes(t, a.Type, b.Type, depth-1)
			}
		}
		for _, name := range []string{"A", "b", "C", "Len", "buf", "off", "lastRead", "inner", "Buffer", "zz"} {
			c("FieldByName "+name, func() any { f, ok := g.FieldByName(name); return fmt.Sprint(f.Name, f.Index, ok) }, func() any { f, ok := w.FieldByName(name); return fmt.Sprint(f.Name, f.Index, ok) })
		}
		c("Visible", func() any {
			s := ""
			for _, f := range got.VisibleFields(g) {
				s += fmt.Sprint(f.Name, f.Index)
			}
			return s
		}, func() any {
			s := ""
			for _, f := range want.VisibleFields(w) {
				s += fmt.Sprint(f.Name, f.Index)
			}
			return s
		})
	}
	for i := 0; i < w.NumMethod(); i++ {
		c("Method", func() any { m := g.Method(i); return m.Name + m.Type.String() }, func() any { m := w.Method(i); return m.Name + m.Type.String() })
	}
}

func TestTypes(t *testing.T) {
	ifaces := []struct{ g, w any }{{(*error)(nil), nil}, {(*io.Reader)(nil), nil}, {(*fmt.Stringer)(nil), nil}, {(*any)(nil), nil}, {(*io.ReadWriter)(nil), nil}}
	for _, s := range samples {
		compareTypes(t, got.TypeOf(s), want.TypeOf(s), 3)
		for _, i := range ifaces {
			gi, wi := got.TypeOf(i.g).Elem(), want.TypeOf(i.g).Elem()
			compare(t, "Implements", func() any { return got.TypeOf(s).Implements(gi) }, func() any { return want.TypeOf(s).Implements(wi) })
		}
		for _, u := range samples {
			compare(t, fmt.Sprintf("AssignableTo %T %T", s, u), func() any { return got.TypeOf(s).AssignableTo(got.TypeOf(u)) }, func() any { return want.TypeOf(s).AssignableTo(want.TypeOf(u)) })
			compare(t, fmt.Sprintf("ConvertibleTo %T %T", s, u), func() any { return got.TypeOf(s).ConvertibleTo(got.TypeOf(u)) }, func() any { return want.TypeOf(s).ConvertibleTo(want.TypeOf(u)) })
			compare(t, fmt.Sprintf("Convert %T %T", s, u), func() any { return printable(got.ValueOf(s).Convert(got.TypeOf(u)).Interface()) }, func() any { return printable(want.ValueOf(s).Convert(want.TypeOf(u)).Interface()) })
		}
	}
	tag := got.StructTag(`a:"1" b:"x\"y\u00e9\x41" bad c:"2"`)
	for _, k := range []string{"a", "b", "c", "d"} {
		if tag.Get(k) != want.StructTag(tag).Get(k) {
			t.Error("tag", k, tag.Get(k))
		}
	}
}

func printable(x any) string {
	switch want.TypeOf(x).Kind() {
	case want.Func, want.Pointer, want.Chan, want.UnsafePointer:
		return fmt.Sprintf("%T", x)
	}
	return fmt.Sprintf("%T %+v", x, x)
}

func compareValues(t *testing.T, g got.Value, w want.Value, depth int) {
	n := w.String()
	if w.IsValid() {
		n = w.Type().String()
	}
	c := func(m string, f, g func() any) { t.Helper(); compare(t, n+" value."+m, f, g) }
	c("Kind", func() any { return g.Kind().String() }, func() any { return w.Kind().String() })
	c("Int", func() any { return g.Int() }, func() any { return w.Int() })
	c("Uint", func() any { return g.Uint() }, func() any { return w.Uint() })
	c("Float", func() any { return g.Float() }, func() any { return w.Float() })
	c("Complex", func() any { return g.Complex() }, func() any { return w.Complex() })
	c("Bool", func() any { return g.Bool() }, func() any { return w.Bool() })
	c("String", func() any { return g.String() }, func() any { return w.String() })
	c("Len", func() any { return g.Len() }, func() any { return w.Len() })
	c("Cap", func() any { return g.Cap() }, func() any { return w.Cap() })
	c("IsNil", func() any { return g.IsNil() }, func() any { return w.IsNil() })
	c("IsZero", func() any { return g.IsZero() }, func() any { return w.IsZero() })
	c("Bytes", func() any { return g.Bytes() }, func() any { return w.Bytes() })
	c("Can", func() any { return fmt.Sprint(g.CanAddr(), g.CanSet()) }, func() any { return fmt.Sprint(w.CanAddr(), w.CanSet()) })
	c("CanInterface", func() any { return g.CanInterface() }, func() any { return w.CanInterface() })
	c("Interface", func() any { return printable(g.Interface()) }, func() any { return printable(w.Interface()) })
	c("Comparable", func() any { return g.Comparable() }, func() any { return w.Comparable() })
	c("Pointer", func() any { return g.Kind() != got.Slice && g.Kind() != got.String && g.Pointer() != 0 }, func() any { return w.Kind() != want.Slice && w.Kind() != want.String && w.Pointer() != 0 })
	c("NumMethod", func() any { return g.NumMethod() }, func() any { return w.NumMethod() })
	c("Slice", func() any { return g.Slice(0, 1).String() }, func() any { return w.Slice(0, 1).String() })
	c("Slice3", func() any { return g.Slice3(0, 1, 1).Cap() }, func() any { return w.Slice3(0, 1, 1).Cap() })
	c("MapKeys", func() any { return len(g.MapKeys()) }, func() any { return len(w.MapKeys()) })
	c("SetInt", func() any { g.SetInt(0); return 0 }, func() any { w.SetInt(0); return 0 })
	c("Field", func() any { return g.Field(99) }, func() any { return w.Field(99) })
	c("Index", func() any { return g.Index(99) }, func() any { return w.Index(99) })
	if depth == 0 {
		return
	}
	switch w.Kind() {
	case want.Struct:
		for i := 0; i < w.NumField(); i++ {
			compareValues(t, g.Field(i), w.Field(i), depth-1)
		}
	case want.Array, want.Slice, want.String:
		for i := 0; i < w.Len(); i++ {
			compareValues(t, g.Index(i), w.Index(i), depth-1)
		}
	case want.Pointer, want.Interface:
		compareValues(t, g.Elem(), w.Elem(), depth-1)
	case want.Map:
		for _, k := range w.MapKeys() {
			gk := got.ValueOf(k.Interface())
			compareValues(t, g.MapIndex(gk), w.MapIndex(k), depth-1)
		}
		it := g.MapRange()
		n := 0
		for it.Next() {
			n++
			if !w.MapIndex(want.ValueOf(it.Key().Interface())).Equal(want.ValueOf(it.Value().Interface())) {
				t.Error("map entry")
			}
		}
		if n != w.Len() {
			t.Error("map range", n)
		}
	}
}

func TestValues(t *testing.T) {
	for _, s := range samples {
		compareValues(t, got.ValueOf(s), want.ValueOf(s), 4)
	}
	compareValues(t, got.Value{}, want.Value{}, 0)
}

func TestSet(t *testing.T) {
	o := outer{}
	v := got.ValueOf(&o).Elem()
	v.FieldByName("A").SetInt(5)
	v.FieldByName("C").Set(got.Append(v.FieldByName("C"), got.ValueOf(inner{1, "x"}), got.ValueOf(inner{2, "y"})))
	v.FieldByName("D").Set(got.MakeMap(v.FieldByName("D").Type()))
	v.FieldByName("D").SetMapIndex(got.ValueOf("k"), got.ValueOf(&inner{A: 9}))
	v.FieldByName("E").Set(got.ValueOf("iface"))
	v.FieldByName("I").Set(got.ValueOf(errors.New("err")))
	v.FieldByName("H").Index(1).SetFloat(2.5)
	v.FieldByName("L").Set(got.ValueOf(myInt(3)))
	v.FieldByName("K").Set(got.New(v.Type()))
	if o.A != 5 || len(o.C) != 2 || o.C[1].b != "y" || o.D["k"].A != 9 || o.E != "iface" || o.I.Error() != "err" || o.H[1] != 2.5 || o.L != 3 || o.K == nil {
		t.Errorf("%+v", o)
	}
	compare(t, "set unexported", func() any { v.FieldByName("j").SetComplex(1); return 0 }, func() any { want.ValueOf(&o).Elem().FieldByName("j").SetComplex(1); return 0 })
	compare(t, "set type", func() any { v.FieldByName("L").Set(got.ValueOf("x")); return 0 }, func() any { want.ValueOf(&o).Elem().FieldByName("L").Set(want.ValueOf("x")); return 0 })
	compare(t, "set plain", func() any { got.ValueOf(1).SetInt(2); return 0 }, func() any { want.ValueOf(1).SetInt(2); return 0 })
	s := []int{1, 2, 3}
	got.Swapper(s)(0, 2)
	ss := []string{"a", "b"}
	got.Swapper(ss)(0, 1)
	st := []inner{{1, "p"}, {2, "q"}}
	got.Swapper(st)(0, 1)
	if s[0] != 3 || ss[0] != "b" || st[0].b != "q" {
		t.Error(s, ss, st)
	}
	if got.Copy(got.ValueOf(s), got.ValueOf([]int{7, 8})) != 2 || s[1] != 8 {
		t.Error("Copy")
	}
}

type loop struct {
	next *loop
	n    int
}

func TestDeepEqual(t *testing.T) {
	l1, l2 := &loop{n: 1}, &loop{n: 1}
	l1.next, l2.next = l1, l2
	list := append([]any{nil, l1, l2, &loop{n: 1}, []int{1}, []int{1}, []int{}, map[string][]int{"a": {1}}, map[string][]int{"a": {1}}, map[string][]int{"a": {2}}, map[string][]int{"b": {1}}, errors.New("e"), error(nil), []any{1, "a", []int{1}}, []any{1, "a", []int{1}}, 1, int64(1), (func())(nil), (func())(nil), [2][]int{{1}, {2}}, [2][]int{{1}, {2}}}, samples...)
	for i, x := range list {
		for j, y := range list {
			if a, b := got.DeepEqual(x, y), want.DeepEqual(x, y); a != b {
				t.Errorf("DeepEqual %d %d %T %T: %v", i, j, x, y, a)
			}
		}
	}
}

func TestMadeTypes(t *testing.T) {
	type local struct{ a, b string }
	base := []any{1, "", local{}, 2.5, struct{ x [200]byte }{}, (*local)(nil), (<-chan int)(nil)}
	for _, b := range base {
		g, w := got.TypeOf(b), want.TypeOf(b)
		for _, p := range []struct {
			g got.Type
			w want.Type
		}{
			{got.SliceOf(g), want.SliceOf(w)}, {got.PointerTo(g), want.PointerTo(w)}, {got.ArrayOf(3, g), want.ArrayOf(3, w)},
			{got.ChanOf(got.BothDir, g), want.ChanOf(want.BothDir, w)}, {got.MapOf(g, g), want.MapOf(w, w)},
			{got.FuncOf([]got.Type{g, got.SliceOf(g)}, []got.Type{g, g}, true), want.FuncOf([]want.Type{w, want.SliceOf(w)}, []want.Type{w, w}, true)},
		} {
			compareTypes(t, p.g, p.w, 1)
		}
		if got.SliceOf(g) != got.SliceOf(g) || got.MapOf(g, g) != got.MapOf(g, g) || got.FuncOf([]got.Type{g}, nil, false) != got.FuncOf([]got.Type{g}, nil, false) {
			t.Error("not unique", g)
		}
		m := got.MakeMap(got.MapOf(g, got.SliceOf(g)))
		m.SetMapIndex(got.ValueOf(b), got.MakeSlice(got.SliceOf(g), 2, 2))
		if m.Len() != 1 || m.MapIndex(got.ValueOf(b)).Len() != 2 {
			t.Error("map")
		}
	}
	if got.SliceOf(got.TypeOf(0)) != got.TypeOf([]int(nil)) {
		t.Error("compiled type not found")
	}
}
