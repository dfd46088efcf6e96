// What reflection does when it sets values.
package main

import (
	"fmt"
	"reflect"
	"unsafe"
)

type record struct {
	Name string
	N    int
	Tags [4]int
}

func panicOf(f func()) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text = fmt.Sprint(r)
		}
	}()
	f()
	return ""
}

func main() {
	claim(5, "2.2", "reflect sets in place or panics; it never reallocates",
		"Yes; a value that is not addressable, or not exported, panics")
	r := &record{"a", 1, [4]int{1, 2, 3, 4}}
	at := unsafe.Pointer(r)
	v := reflect.ValueOf(r).Elem()
	fields := []uintptr{v.Field(0).Addr().Pointer(), v.Field(1).Addr().Pointer(), v.Field(2).Addr().Pointer()}
	number := reflect.ValueOf(7)
	before := memory()
	const n = 10000
	for i := range n {
		v.Field(1).SetInt(int64(i))
		v.Field(2).Index(i % 4).Set(number)
	}
	after := memory()
	v.Field(0).SetString("b")
	require(r.N == n-1 && r.Tags == [4]int{7, 7, 7, 7} && r.Name == "b", "nothing was set")
	inPlace := unsafe.Pointer(r) == at && v.Field(0).Addr().Pointer() == fields[0] &&
		v.Field(1).Addr().Pointer() == fields[1] && v.Field(2).Addr().Pointer() == fields[2]
	perSet := float64(after.Mallocs-before.Mallocs) / (2 * n)
	figure("the addresses are as before", inPlace, "")
	figure("temporary allocations per Set", perSet, "objects")
	notAddressable := panicOf(func() { reflect.ValueOf(record{}).Field(1).SetInt(1) })
	element := panicOf(func() { reflect.ValueOf(map[string]record{"k": {}}).MapIndex(reflect.ValueOf("k")).Field(1).SetInt(1) })
	wrong := panicOf(func() { v.Field(1).Set(reflect.ValueOf("text")) })
	figure("setting a copy", notAddressable, "")
	figure("setting a map's element", element, "")
	figure("setting another type", wrong, "")
	if inPlace && notAddressable != "" && element != "" && wrong != "" {
		verdict(holds, "in place, or a panic")
	} else {
		verdict(holdsNot, "it does something else")
	}
}
