package reflect

import (
	"fmt"
	"golstd/internal/abi"
	real "reflect"
	"unsafe"
)

// Under Go, interface values carry Go's type descriptors: these functions translate.

type eface struct {
	typ, data unsafe.Pointer
}

var toGol = map[real.Type]*rtype{}
var toReal = map[*rtype]real.Type{}

func bytesOfReal(t real.Type) unsafe.Pointer { return (*eface)(unsafe.Pointer(&t)).data }

// realOf returns Go's type for a descriptor, also for one that maketype.gol built.
func realOf(t *rtype) real.Type {
	if r, ok := toReal[t]; ok {
		return r
	}
	var r real.Type
	switch Kind(t.kind) {
	case Pointer:
		r = real.PointerTo(realOf(t.elem()))
	case Slice:
		r = real.SliceOf(realOf(t.elem()))
	case Array:
		r = real.ArrayOf(t.array().len, realOf(t.elem()))
	case Chan:
		r = real.ChanOf(real.ChanDir(t.chanT().dir), realOf(t.elem()))
	case Map:
		r = real.MapOf(realOf(t.mapT().key), realOf(t.elem()))
	case Func:
		var a, b []real.Type
		for _, x := range t.funcT().ins() {
			a = append(a, realOf(x))
		}
		for _, x := range t.funcT().outs() {
			b = append(b, realOf(x))
		}
		r = real.FuncOf(a, b, t.funcT().variadic != 0)
	default:
		panic(fmt.Sprint("no real type for ", t.str))
	}
	toReal[t] = r
	if toGol[r] == nil {
		toGol[r] = t
	}
	return r
}

func toRType(t *abi.Type) *rtype {
	r := real.TypeOf(0)
	(*eface)(unsafe.Pointer(&r)).data = unsafe.Pointer(t)
	return golOf(r)
}

func unpackEface(i any) Value {
	t, p := unpack(i)
	f := flag(t.kind)
	if !t.direct() {
		f |= flagIndir
	}
	return Value{t, p, f}
}

func unpack(i any) (t *rtype, data unsafe.Pointer) {
	if i == nil {
		return nil, nil
	}
	e := (*eface)(unsafe.Pointer(&i))
	return golOf(real.TypeOf(i)), e.data
}

func pack(t *rtype, data unsafe.Pointer) any {
	var i any
	e := (*eface)(unsafe.Pointer(&i))
	e.typ, e.data = bytesOfReal(realOf(t)), data
	return i
}

func loadIface(inter *rtype, p unsafe.Pointer) any {
	if inter.iface().nmethods == 0 {
		return *(*any)(p)
	}
	return *(*interface{ method() })(p)
}

func storeIface(inter *rtype, p unsafe.Pointer, x any) {
	v := real.NewAt(realOf(inter), p).Elem()
	if x == nil {
		v.SetZero()
	} else {
		v.Set(real.ValueOf(x))
	}
}

func methodCode(p unsafe.Pointer, i int) (code, receiver unsafe.Pointer) { panic("call") }

func isDirect(r real.Type) bool {
	switch r.Kind() {
	case real.Pointer, real.Map, real.Chan, real.Func, real.UnsafePointer:
		return true
	case real.Struct:
		return r.NumField() == 1 && isDirect(r.Field(0).Type)
	case real.Array:
		return r.Len() == 1 && isDirect(r.Elem())
	}
	return false
}

func hasPointers(r real.Type) bool {
	switch r.Kind() {
	case real.Struct:
		for i := 0; i < r.NumField(); i++ {
			if hasPointers(r.Field(i).Type) {
				return true
			}
		}
		return false
	case real.Array:
		return r.Len() > 0 && hasPointers(r.Elem())
	}
	return r.Kind() == real.String || r.Kind() > real.Complex128
}

// golOf builds gol's descriptor of a type.
func golOf(r real.Type) *rtype {
	if r == nil {
		return nil
	}
	if t := toGol[r]; t != nil {
		return t
	}
	var t *rtype
	enter := func(x *rtype) {
		t = x
		toGol[r], toReal[t] = t, r
		derivedByTest = append(derivedByTest, t)
		t.size, t.align, t.fieldAlign, t.kind = r.Size(), uint8(r.Align()), uint8(r.FieldAlign()), uint8(r.Kind())
		t.str = r.String()
		if hasPointers(r) {
			t.ptrdata = r.Size()
		}
		if isDirect(r) {
			t.tflag |= tflagDirectIface
		}
		if r.Comparable() {
			t.tflag |= tflagComparable
		}
		if r.Name() != "" {
			t.tflag |= tflagNamed
		}
		if r.PkgPath() != "" || r.Kind() != real.Interface && r.NumMethod() > 0 || r.Name() == "error" {
			t.tflag |= tflagUncommon
			t.uncommon = &uncommonType{pkgPath: r.PkgPath(), name: r.Name()}
		}
	}
	switch r.Kind() {
	case real.Array:
		x := &arrayType{len: r.Len()}
		enter(&x.rtype)
		x.elem = golOf(r.Elem())
	case real.Chan:
		x := &chanType{dir: int(r.ChanDir())}
		enter(&x.rtype)
		x.elem = golOf(r.Elem())
	case real.Func:
		x := &funcType{nin: r.NumIn(), nout: r.NumOut()}
		enter(&x.rtype)
		in, out := make([]*rtype, x.nin+1), make([]*rtype, x.nout+1)
		for i := range x.nin {
			in[i] = golOf(r.In(i))
		}
		for i := range x.nout {
			out[i] = golOf(r.Out(i))
		}
		x.in, x.out = &in[0], &out[0]
		if r.IsVariadic() {
			x.variadic = 1
		}
	case real.Interface:
		x := &interfaceType{nmethods: r.NumMethod()}
		enter(&x.rtype)
		ms := make([]imethod, x.nmethods+1)
		for i := range x.nmethods {
			m := r.Method(i)
			ms[i] = imethod{m.Name, m.PkgPath, golOf(m.Type)}
		}
		x.methods = &ms[0]
	case real.Map:
		x := &mapType{}
		enter(&x.rtype)
		x.key, x.elem = golOf(r.Key()), golOf(r.Elem())
	case real.Pointer:
		x := &ptrType{}
		enter(&x.rtype)
		x.elem = golOf(r.Elem())
	case real.Slice:
		x := &sliceType{}
		enter(&x.rtype)
		x.elem = golOf(r.Elem())
	case real.Struct:
		x := &structType{nfields: r.NumField()}
		enter(&x.rtype)
		fs := make([]structField, x.nfields+1)
		for i := range x.nfields {
			f := r.Field(i)
			e := 0
			if f.Anonymous {
				e = 1
			}
			fs[i] = structField{f.Name, f.PkgPath, golOf(f.Type), f.Offset, string(f.Tag), e}
		}
		x.fields = &fs[0]
	default:
		enter(&rtype{})
	}
	if t.uncommon != nil && r.Kind() != real.Interface {
		ms := make([]method, r.NumMethod()+1)
		for i := range r.NumMethod() {
			m := r.Method(i)
			var in, out []real.Type
			for k := 1; k < m.Type.NumIn(); k++ {
				in = append(in, m.Type.In(k))
			}
			for k := range m.Type.NumOut() {
				out = append(out, m.Type.Out(k))
			}
			ms[i] = method{name: m.Name, mtyp: golOf(real.FuncOf(in, out, m.Type.IsVariadic()))}
		}
		t.uncommon.methods, t.uncommon.nmethods = &ms[0], r.NumMethod()
	}
	return t
}
