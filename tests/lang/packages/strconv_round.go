// strconv: parsing and formatting of integers in every base, floats in every format, booleans,
// quoting; errors with their texts; round trips over generated values.
package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

func parse(s string, base, bits int) {
	i, err := strconv.ParseInt(s, base, bits)
	u, uerr := strconv.ParseUint(s, base, bits)
	fmt.Println(i, err, "/", u, uerr)
}

func floats(ss ...string) {
	for _, s := range ss {
		f, err := strconv.ParseFloat(s, 64)
		f32, err32 := strconv.ParseFloat(s, 32)
		fmt.Println(s, f, float32(f32), err, err32 == nil)
	}
}

type rng uint64

func (r *rng) next() uint64 {
	*r ^= *r << 13
	*r ^= *r >> 7
	*r ^= *r << 17
	return uint64(*r)
}

func main() {
	parse("123", 10, 64)
	parse("-7f", 16, 32)
	parse("0x1F", 0, 64)
	parse("0b101", 0, 8)
	parse("0o17", 0, 8)
	parse("1_000", 0, 64)
	parse("1_000", 10, 64)
	parse("300", 10, 8)
	parse("-129", 10, 8)
	parse("", 10, 0)
	parse("99999999999999999999", 10, 64)
	parse("zz", 36, 64)
	parse("+5", 10, 64)
	parse("12a", 10, 64)
	parse("1", 1, 64)
	parse("1", 10, 65)
	n, err := strconv.Atoi("42x")
	var ne *strconv.NumError
	fmt.Println(n, err, errors.As(err, &ne), ne.Func, ne.Num, errors.Is(err, strconv.ErrSyntax), errors.Is(err, strconv.ErrRange))
	n, err = strconv.Atoi("-9223372036854775808")
	fmt.Println(n, err, strconv.Itoa(n), strconv.Itoa(0), strconv.Itoa(-45))
	fmt.Println(strconv.FormatInt(-255, 16), strconv.FormatInt(35, 36), strconv.FormatUint(math.MaxUint64, 2), strconv.FormatInt(math.MinInt64, 8))

	floats("0", "-0", "1", "3.14159", "1e10", "1E-5", ".5", "5.", "1e400", "-1e400", "inf", "-Infinity", "nan", "0x1p-3", "0x1.8p1",
		"1e", "", "abc", "1_0", "1.7976931348623157e308", "4.9e-324", "2.5e-324", "2.4e-324", "16777217", "0.1", "123456789012345678901234567890",
		"9007199254740993", "1.00000000000000011102230246251565", "3.4028236e38", "2.2250738585072011e-308")
	for _, f := range []float64{0, 1, 0.1, 1.0 / 3, 123456789, 1e21, 1e20, 1e-7, math.Pi, 5e-324, math.MaxFloat64, -2.5, math.Inf(1), 100, 0.000123} {
		fmt.Println(strconv.FormatFloat(f, 'g', -1, 64), strconv.FormatFloat(f, 'e', 3, 64), strconv.FormatFloat(f, 'f', -1, 32),
			strconv.FormatFloat(f, 'G', 5, 64), strconv.FormatFloat(f, 'E', -1, 32), strconv.FormatFloat(f, 'x', -1, 64), strconv.FormatFloat(f, 'b', -1, 64)[:3])
	}
	fmt.Println(strconv.FormatFloat(2.5, 'f', 0, 64), strconv.FormatFloat(3.5, 'f', 0, 64), strconv.FormatFloat(1.005, 'f', 2, 64), strconv.FormatFloat(1234.5678, 'f', 2, 64), strconv.FormatFloat(0.05, 'f', 1, 64))

	for _, s := range []string{"true", "T", "1", "false", "FALSE", "yes", ""} {
		b, err := strconv.ParseBool(s)
		fmt.Print(b, " ", err, "; ")
	}
	fmt.Println(strconv.FormatBool(true))
	for _, s := range []string{"plain", "q\"uote", "new\nline", "é世\U0001F600", "\xff\x00\x7f", "tab\t", "back\\", "\u00ad\u2028\ufeff"} {
		q := strconv.Quote(s)
		u, err := strconv.Unquote(q)
		fmt.Println(q, strconv.QuoteToASCII(s), u == s, err, strconv.CanBackquote(s))
	}
	for _, s := range []string{"`raw\\n`", "'x'", `'\''`, `"\x41\u00e9\101"`, `"bad`, `'ab'`, `"\q"`, "", `"a" "b"`} {
		u, err := strconv.Unquote(s)
		fmt.Printf("%q %v; ", u, err)
	}
	fmt.Println(strconv.QuoteRune('☺'), strconv.QuoteRune('\n'), strconv.QuoteRuneToASCII('é'))
	b := []byte("x=")
	b = strconv.AppendInt(b, -12, 10)
	b = strconv.AppendQuote(append(b, ' '), "q")
	b = strconv.AppendFloat(append(b, ' '), 1.5, 'g', -1, 64)
	b = strconv.AppendBool(append(b, ' '), false)
	fmt.Println(string(b))

	r := rng(12345)
	badFloat, badInt, length := 0, 0, 0
	for range 1000 {
		v := r.next()
		f := math.Float64frombits(v)
		if f != f || math.IsInf(f, 0) {
			continue
		}
		s := strconv.FormatFloat(f, 'g', -1, 64)
		length += len(s)
		if g, err := strconv.ParseFloat(s, 64); err != nil || g != f {
			badFloat++
		}
		g32 := math.Float32frombits(uint32(v))
		if g, err := strconv.ParseFloat(strconv.FormatFloat(float64(g32), 'e', -1, 32), 32); g32 == g32 && (err != nil || float32(g) != g32) {
			badFloat++
		}
		base := int(v%35) + 2
		if i, err := strconv.ParseInt(strings.ToUpper(strconv.FormatInt(int64(v), base)), base, 64); err != nil || i != int64(v) {
			badInt++
		}
	}
	fmt.Println(badFloat, badInt, length)
}

// Output:
// 123 <nil> / 123 <nil>
// -127 <nil> / 0 strconv.ParseUint: parsing "-7f": invalid syntax
// 31 <nil> / 31 <nil>
// 5 <nil> / 5 <nil>
// 15 <nil> / 15 <nil>
// 1000 <nil> / 1000 <nil>
// 0 strconv.ParseInt: parsing "1_000": invalid syntax / 0 strconv.ParseUint: parsing "1_000": invalid syntax
// 127 strconv.ParseInt: parsing "300": value out of range / 255 strconv.ParseUint: parsing "300": value out of range
// -128 strconv.ParseInt: parsing "-129": value out of range / 0 strconv.ParseUint: parsing "-129": invalid syntax
// 0 strconv.ParseInt: parsing "": invalid syntax / 0 strconv.ParseUint: parsing "": invalid syntax
// 9223372036854775807 strconv.ParseInt: parsing "99999999999999999999": value out of range / 18446744073709551615 strconv.ParseUint: parsing "99999999999999999999": value out of range
// 1295 <nil> / 1295 <nil>
// 5 <nil> / 0 strconv.ParseUint: parsing "+5": invalid syntax
// 0 strconv.ParseInt: parsing "12a": invalid syntax / 0 strconv.ParseUint: parsing "12a": invalid syntax
// 0 strconv.ParseInt: parsing "1": invalid base 1 / 0 strconv.ParseUint: parsing "1": invalid base 1
// 0 strconv.ParseInt: parsing "1": invalid bit size 65 / 0 strconv.ParseUint: parsing "1": invalid bit size 65
// 0 strconv.Atoi: parsing "42x": invalid syntax true Atoi 42x true false
// -9223372036854775808 <nil> -9223372036854775808 0 -45
// -ff z 1111111111111111111111111111111111111111111111111111111111111111 -1000000000000000000000
// 0 0 0 <nil> true
// -0 -0 -0 <nil> true
// 1 1 1 <nil> true
// 3.14159 3.14159 3.14159 <nil> true
// 1e10 1e+10 1e+10 <nil> true
// 1E-5 1e-05 1e-05 <nil> true
// .5 0.5 0.5 <nil> true
// 5. 5 5 <nil> true
// 1e400 +Inf +Inf strconv.ParseFloat: parsing "1e400": value out of range false
// -1e400 -Inf -Inf strconv.ParseFloat: parsing "-1e400": value out of range false
// inf +Inf +Inf <nil> true
// -Infinity -Inf -Inf <nil> true
// nan NaN NaN <nil> true
// 0x1p-3 0.125 0.125 <nil> true
// 0x1.8p1 3 3 <nil> true
// 1e 0 0 strconv.ParseFloat: parsing "1e": invalid syntax false
//  0 0 strconv.ParseFloat: parsing "": invalid syntax false
// abc 0 0 strconv.ParseFloat: parsing "abc": invalid syntax false
// 1_0 10 10 <nil> true
// 1.7976931348623157e308 1.7976931348623157e+308 +Inf <nil> false
// 4.9e-324 5e-324 0 <nil> true
// 2.5e-324 5e-324 0 <nil> true
// 2.4e-324 0 0 <nil> true
// 16777217 1.6777217e+07 1.6777216e+07 <nil> true
// 0.1 0.1 0.1 <nil> true
// 123456789012345678901234567890 1.2345678901234568e+29 1.2345679e+29 <nil> true
// 9007199254740993 9.007199254740992e+15 9.007199e+15 <nil> true
// 1.00000000000000011102230246251565 1 1 <nil> true
// 3.4028236e38 3.4028236e+38 +Inf <nil> false
// 2.2250738585072011e-308 2.225073858507201e-308 0 <nil> true
// 0 0.000e+00 0 0 0E+00 0x0p+00 0p-
// 1 1.000e+00 1 1 1E+00 0x1p+00 450
// 0.1 1.000e-01 0.1 0.1 1E-01 0x1.999999999999ap-04 720
// 0.3333333333333333 3.333e-01 0.33333334 0.33333 3.3333334E-01 0x1.5555555555555p-02 600
// 1.23456789e+08 1.235e+08 123456790 1.2346E+08 1.2345679E+08 0x1.d6f3454p+26 828
// 1e+21 1.000e+21 1000000000000000000000 1E+21 1E+21 0x1.b1ae4d6e2ef5p+69 762
// 1e+20 1.000e+20 100000000000000000000 1E+20 1E+20 0x1.5af1d78b58c4p+66 610
// 1e-07 1.000e-07 0.0000001 1E-07 1E-07 0x1.ad7f29abcaf48p-24 755
// 3.141592653589793 3.142e+00 3.1415927 3.1416 3.1415927E+00 0x1.921fb54442d18p+01 707
// 5e-324 4.941e-324 0 4.9407E-324 0E+00 0x1p-1074 1p-
// 1.7976931348623157e+308 1.798e+308 +Inf 1.7977E+308 +Inf 0x1.fffffffffffffp+1023 900
// -2.5 -2.500e+00 -2.5 -2.5 -2.5E+00 -0x1.4p+01 -56
// +Inf +Inf +Inf +Inf +Inf +Inf +In
// 100 1.000e+02 100 100 1E+02 0x1.9p+06 703
// 0.000123 1.230e-04 0.000123 0.000123 1.23E-04 0x1.01f31f46ed246p-13 453
// 2 4 1.00 1234.57 0.1
// true <nil>; true <nil>; true <nil>; false <nil>; false <nil>; false strconv.ParseBool: parsing "yes": invalid syntax; false strconv.ParseBool: parsing "": invalid syntax; true
// "plain" "plain" true <nil> true
// "q\"uote" "q\"uote" true <nil> true
// "new\nline" "new\nline" true <nil> false
// "é世😀" "\u00e9\u4e16\U0001f600" true <nil> true
// "\xff\x00\x7f" "\xff\x00\x7f" true <nil> false
// "tab\t" "tab\t" true <nil> true
// "back\\" "back\\" true <nil> true
// "\u00ad\u2028\ufeff" "\u00ad\u2028\ufeff" true <nil> false
// "raw\\n" <nil>; "x" <nil>; "'" <nil>; "AéA" <nil>; "" invalid syntax; "" invalid syntax; "" invalid syntax; "" invalid syntax; "" invalid syntax; '☺' '\n' '\u00e9'
// x=-12 "q" 1.5 false
// 0 0 22534
