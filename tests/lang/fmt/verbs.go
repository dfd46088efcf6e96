// fmt verbs: integers, floats, strings, bytes, runes, booleans and pointers with widths,
// precisions and flags; argument indexes and star widths; every kind of argument error.
package main

import "fmt"

type celsius float64
type code int8
type name string

func p(format string, args ...any) { fmt.Printf(format+"\n", args...) }

func main() {
	p("%d|%5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%#o|%O|%b|%#b|%c|%q|%U|%#U", 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 0x1F600)
	p("%d|%5d|%-5d|%05d|%+d|% d|%x|%#X|%o|%b|%+.3d|%8.3d|%-8.3d|%.0d", -42, -42, -42, -42, -42, -42, -42, -42, -42, -42, -7, -7, -7, 0)
	p("%d %d %d %d %d %d", int8(-128), uint8(255), int16(-1), uint32(1<<32-1), int64(-1<<63), uint64(1<<64-1))
	p("%x %X % x %#x %# X %x %#v", "hello", []byte("hi\xff"), "abc", "abc", []byte{1, 2}, [3]byte{1, 2, 254}, []byte{1})
	p("%f|%.2f|%8.3f|%-10.1f|%+f|%08.2f|% .3f|%.0f|%#.0f|%6.2f%%", 3.14159, 3.14159, 3.14159, 3.14159, 3.14159, -3.14159, 3.14159, 2.5, 2.5, 99.5)
	p("%e|%E|%.3e|%g|%G|%.3g|%10.4g|%g|%g|%g|%#g|%#.3x|%x", 123456.789, 0.00012, 1e100, 1e21, 1e-7, 123456.0, 3.14159, 100000.0, 1000000.0, 1e20, 1.0, 1.0, 3.5)
	p("%v %v %v %v %v", 1e6, 1e20, 1e21, float32(0.1), 2.0)
	p("%6v|%-8v|%08v|%+v|%v", 1.5, 2.5, -3.5, 4.5, celsius(36.6))
	p("%s|%10s|%-10s|%.2s|%q|%+q|%#q|%x|%10.3s|%-6q|%c", "go", "go", "go", "golang", "q\"\n", "é", "raw", "hex", "truncate", "a", 'é')
	p("%s|%v|%q|%d|%s", []string{"a", "b c"}, []string{"a", "b c"}, []string{"a", "b c"}, []byte("ab"), []byte("ab"))
	p("%t|%5t|%-7t|%v|%q|%q|%#q|%+q|%U", true, false, true, false, 'x', '\n', 'x', '世', []rune("é!"))
	p("%v %d %s %x %q", name("n"), code(-3), name("s"), name("hex"), name("q"))
	p("%5.1f|%5d|%3c|%-4q|%05s|%.3v|%x", []float64{1, 22.25}, []int{1, 22}, []rune("ab"), []rune("ab"), "ab", "abcdef", []string{"ab", "c"})
	p("%[2]d %[1]d|%[1]*[2]d|%*d|%-*d|%.*f|%[3]*.[2]*[1]f", 4, 7, 6)
	p("%*d|%-*d|%.*f|%0*d", 5, 42, 5, 42, 2, 3.14159, 6, 42)
	p("%[3]v %[1]v %v %[2]*[1]d", 1, 5, "x")
	p("%v %v %+v %T %T %T %T", nil, []any{nil, 1, "s"}, struct{ A any }{nil}, nil, 1, "s", []any{})
	p("%t %t", true, "no")
	p("%d %s", "str", 5)
	p("%d")
	p("%d %d", 1)
	p("none", 1, "two")
	p("%d", 1, 2.5, nil)
	p("%!|%z|%-", 1, 2)
	p("%", 1)
	p("%[5]d|%[x]d|%[1]d", 7)
	p("%*d", "w", 3)
	p("%.*d", -1, 3)
	p("%s %v %d", error(nil), error(nil), []any{1, "x", nil})
	p("%s|%d|%x", true, false, 2+3i)
	p("%6.2f|%v|%.1e|%g", 1+2i, -1i, complex64(1.25), 1e6-2.5i)
	p("%c|%c|%U|%q", 0x110000, -1, -1, 0xD800)
	p("%08b|%+x|%#08x|%-#8o|% x|% X|%+d", 5, 255, 255, 8, "abc", []byte("xyz"), []int{1, -1})
	p("%t|%v|%s", []bool{true, false}, [2]bool{}, map[string]bool{"k": true})
	p("%3d|%-3d|%03d", []int{1, 2}, [2]int{3, 4}, map[string]int{"a": 5})
	p("%v|%s|%q", [3]string{"a"}, map[string][]string{"z": {"1"}, "a": nil}, map[int]string{2: "b", 1: "a"})
	p("%x|%X|%x", -255, "\xff", map[string]int{"a": 255})
	p("%e|%08.3e|%+.2e|%G", 0.0, -1234.5678, 5e-324, 1e-10)
	p("%q %q %q %q", "\x00\x7f\u00a0", `back\slash`, "tab\t'single'", "\xff\U0010ffff")
	p("%+q %#q %#q %#+q", "日本", "a`b", "日本", "日本")
	p("%v %v %v", 'a', byte('a'), "a"[0])
	p("%5t|%05t|%5v|%-5v|", true, true, nil, nil)
	p("%10v|%-10v|%10v", []int{1, 2}, "left", struct{ A, B int }{1, 2})
	p("%s %s", fmt.Sprint("a", 1, 2, "b", "c", 3.5, nil, nil), fmt.Sprintln("x", 1, true))
	fmt.Print("a", "b", 1, 2, true, false, 'c', 1.5, "d\n")
	fmt.Print(1, 2, "\n")
	fmt.Println()
	fmt.Println("multi", []any{1, []int{2}}, map[string]any{"k": nil}, struct{}{}, [0]int{}, &[]int{1}, &map[int]int{1: 2})
	n, err := fmt.Printf("%s %d\n", "count", 5)
	fmt.Println(n, err)
	fmt.Println(fmt.Sprintf("%3d%%|%c%c", 50, 'o', 'k'), fmt.Sprintf("%v", fmt.Sprintf("%%v")), fmt.Sprint(), fmt.Sprint(nil), fmt.Sprint("", ""))
	fmt.Printf("%s\n", fmt.Append([]byte("pre:"), 1, "x", 2))
	fmt.Printf("%s", fmt.Appendf(nil, "%03d\n", 7))
}

// Output:
// 42|   42|42   |00042|+42| 42|2a|2A|0x2a|52|052|0o52|101010|0b101010|*|'*'|U+002A|U+1F600 '😀'
// -42|  -42|-42  |-0042|-42|-42|-2a|-0X2A|-52|-101010|-007|    -007|-007    |
// -128 255 -1 4294967295 -9223372036854775808 18446744073709551615
// 68656c6c6f 6869FF 61 62 63 0x616263 0X01 0X02 0102fe []byte{0x1}
// 3.141590|3.14|   3.142|3.1       |+3.141590|-0003.14| 3.142|2|2.| 99.50%
// 1.234568e+05|1.200000E-04|1.000e+100|1e+21|1E-07|1.23e+05|     3.142|100000|1e+06|1e+20|1.00000|0x1.000p+00|0x1.cp+01
// 1e+06 1e+20 1e+21 0.1 2
//    1.5|2.5     |-00003.5|4.5|36.6
// go|        go|go        |go|"q\"\n"|"\u00e9"|`raw`|686578|       tru|"a"   |é
// [a b c]|[a b c]|["a" "b c"]|[97 98]|ab
// true|false|true   |false|'x'|'\n'|'x'|'\u4e16'|[U+00E9 U+0021]
// n -3 s 686578 "q"
// [  1.0  22.2]|[    1    22]|[  a   b]|['a'  'b' ]|000ab|abc|[6162 63]
// 7 4|   7|%!d(MISSING)|%!(BADWIDTH)%!d(MISSING)|%!(BADPREC)%!f(MISSING)|%!f(int=0000004)
//    42|42   |3.14|000042
// x 1 5     1
// <nil> [<nil> 1 s] {A:<nil>} <nil> int string []interface {}
// true %!t(string=no)
// %!d(string=str) %!s(int=5)
// %!d(MISSING)
// 1 %!d(MISSING)
// none
// %!(EXTRA int=1, string=two)1
// %!(EXTRA float64=2.5, <nil>)%!!(int=1)|%!z(int=2)|%!
// (MISSING)%!
// (int=1)%!d(BADINDEX)|%!d(BADINDEX)|7
// %!(BADWIDTH)3
// %!(BADPREC)3
// %!s(<nil>) <nil> [1 %!d(string=x) <nil>]
// %!s(bool=true)|%!d(bool=false)|(0x1p+01+0x1.8p+01i)
// (  1.00 +2.00i)|(0-1i)|(1.2e+00+0.0e+00i)|(1e+06-2.5i)
// �|�|U+FFFFFFFFFFFFFFFF|'�'
// 00000101|+ff|0x000000ff|010     |61 62 63|78 79 7A|[+1 -1]
// [true false]|[false false]|map[k:%!s(bool=true)]
// [  1   2]|[3   4  ]|map[%!d(string=00a):005]
// [a  ]|map[a:[] z:[1]]|map['\x01':"a" '\x02':"b"]
// -ff|FF|map[61:ff]
// 0.000000e+00|-1.235e+03|+4.94e-324|1E-10
// "\x00\x7f\u00a0" "back\\slash" "tab\t'single'" "\xff\U0010ffff"
// "\u65e5\u672c" "a`b" `日本` `日本`
// 97 97 97
//  true|0true|<nil>|<nil>|
// [         1          2]|left      |{         1          2}
// a1 2bc3.5 <nil> <nil> x 1 true
//
// ab1 2 true false 99 1.5d
// 1 2
//
// multi [1 [2]] map[k:<nil>] {} [] &[1] &map[1:2]
// count 5
// 8 <nil>
//  50%|ok %v  <nil> 
// pre:1x2
// 007
