// What escape analysis leaves in the frame although a pointer to it is kept somewhere: Builders that
// point to themselves, values whose type alone is asked for, addresses in variables of type uintptr.
package main

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"unsafe"
)

type holder struct {
	b    strings.Builder
	next *holder
}

func churn() int {
	total := 0
	for i := range 20 {
		total += len(make([]byte, 100+i)) + len(strings.Repeat("z", i))
	}
	return total
}

func built(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("part ")
		b.WriteByte(byte('0' + i%10))
		if i%3 == 0 {
			churn()
		}
	}
	return b.String()
}

// A Builder in a frame, copied to the heap before its first write: each keeps to its own memory.
func copied() (string, string) {
	var b strings.Builder
	h := &holder{b: b}
	b.WriteString("frame")
	h.b.WriteString("heap")
	h.next = &holder{}
	h.next.b.WriteString("next")
	churn()
	b.WriteString("!")
	h.b.WriteString("?")
	return b.String(), h.b.String() + h.next.b.String()
}

// The pointer in the copy is that of another Builder, whose frame is gone.
func stale() *holder {
	var b strings.Builder
	b.WriteString("x")
	return &holder{b: b}
}

func misuse(h *holder) (what any) {
	defer func() { what = recover() }()
	churn()
	h.b.WriteString("y")
	return nil
}

type pair struct {
	name string
	list []*int
}

func typeOf(n int) reflect.Type {
	p := pair{strings.Repeat("n", n), []*int{new(int)}}
	t := reflect.TypeOf(p)
	churn()
	u := reflect.TypeOf(&p)
	if u.Elem() != t {
		panic("not the type")
	}
	return t
}

func typeOfValue(n int) reflect.Type {
	list := []pair{{strings.Repeat("v", n), nil}}
	v := reflect.ValueOf(list)
	churn()
	if v.Index(0).Field(0).String() != strings.Repeat("v", n) {
		panic("not the value")
	}
	return v.Type()
}

// The pointer outlives the frame that the value was boxed in: it must not be there.
func interfaceOf(n int) any {
	s := strings.Repeat("i", n)
	v := reflect.ValueOf(s)
	churn()
	return v.Interface()
}

func throughUintptr() int {
	words := [4]int{1, 2, 3, 4}
	sum := 0
	for i := range words {
		p := (*int)(unsafe.Pointer(uintptr(unsafe.Pointer(&words)) + uintptr(i)*unsafe.Sizeof(words[0])))
		churn()
		sum = sum*10 + *p
	}
	return sum
}

// The headers of package reflect hold addresses in fields of type uintptr.
func throughHeader(n int) (out []int) {
	list := make([]int, 3)
	for i := range list {
		list[i] = n + i
	}
	h := (*reflect.SliceHeader)(unsafe.Pointer(&out))
	h.Data = uintptr(unsafe.Pointer(&list[0]))
	h.Len, h.Cap = 3, 3
	return out
}

func dataOf(s []int) unsafe.Pointer {
	return unsafe.Pointer((*reflect.SliceHeader)(unsafe.Pointer(&s)).Data)
}

func keptByArithmetic() *int {
	block := &[4]int{5, 6, 7, 8}
	return (*int)(unsafe.Pointer(uintptr(unsafe.Pointer(block)) + 2*unsafe.Sizeof(block[0])))
}

func main() {
	fmt.Println(len(built(100)), built(4))
	fmt.Println(copied())
	h := stale()
	runtime.GC()
	fmt.Println(misuse(h), h.b.String())
	types := map[reflect.Type]int{}
	for i := range 20 {
		types[typeOf(i)]++
		types[typeOfValue(i)]++
	}
	fmt.Println(len(types), types[reflect.TypeFor[pair]()], types[reflect.TypeFor[[]pair]()])
	var kept []any
	var ints []*int
	for i := range 30 {
		kept = append(kept, interfaceOf(i))
		ints = append(ints, keptByArithmetic())
	}
	runtime.GC()
	total := 0
	for i, k := range kept {
		if k != strings.Repeat("i", i) || *ints[i] != 7 {
			fmt.Println("lost", i)
		}
		total += len(k.(string))
	}
	fmt.Println(total, throughUintptr())
	p := (*int)(dataOf([]int{9, 8}))
	list := throughHeader(3)
	churn()
	runtime.GC()
	churn()
	fmt.Println(*p, list)
}

// Output:
// 600 part 0part 1part 2part 3
// frame! heap?next
// strings: illegal use of non-zero Builder copied by value x
// 2 20 20
// 435 1234
// 9 [3 4 5]
