"""More scenarios: aliasing of values, assignment forms, and the library on many inputs. See scenarios.py."""

from . import types as ty
from .types import BOOL, STRING, INT, UINT8, INT32, ANY
from .scenarios import lines

FLAGS = ["", "", "+", "-", "#", "0", " ", "+#", "-#", "#0", "+0", " #"]
VERBS = list("vvvvdxXqsTgGeEfFbocUtO")


class Scenario3Mixin:
    def sc_aliasing(self, fn):
        """Large values assigned from themselves, results written over arguments."""
        r = self.r
        t = r.choice(ty.INTS + ty.UINTS + [STRING, ty.F64])
        n = self.ci(2, 9)
        T = self.top("Big")
        v = [self.lit(t) for _ in range(4)]
        self.decls.append(lines(f"""
type {T} struct {{
	x, y {t.name}
	a    [{n}]{t.name}
	s    []{t.name}
	i    any
}}

func {T}swap(b {T}) {T} {{ return {T}{{b.y, b.x, b.a, b.s[:len(b.s)/2], b.x}} }}

//go:noinline
func {T}from(p *{T}) (r {T}) {{
	r.x = p.y
	r.y = p.x
	for i := range p.a {{
		r.a[i] = p.a[len(p.a)-1-i]
	}}
	r.s = append(p.s, p.x)
	r.i = p.a
	return
}}

func {T}pair(a, b {T}) ({T}, {T}, {t.name}) {{ return b, a, a.x }}

func (b *{T}) fill(c {T}) {T} {{
	b.x, b.a[0] = c.y, c.x
	c.a[{n - 1}] = b.y
	return c
}}

func (b {T}) val(p *{T}) {T} {{
	p.x = b.a[{n - 1}]
	b.y = p.a[0]
	return b
}}"""))
        ops = []
        for _ in range(self.ci(5, 12)):
            x, y, z = r.choice("bcd"), r.choice("bcd"), r.choice("bcd")
            ops.append(r.choice([
                f"{x} = {T}swap({x})", f"{x} = {T}from(&{y})", f"{x}, {y}, _ = {T}pair({x}, {z})" if x != y else f"{x} = {y}",
                f"{x} = {T}{{{y}.y, {x}.x, {z}.a, {x}.s, {y}.a[0]}}", f"{x}.x, {x}.y = {x}.y, {x}.x",
                f"{x}.a[0], {x}.a[{n - 1}] = {x}.a[{n - 1}], {y}.a[0]",
                f"{x} = {y}.fill({x})", f"{x} = {x}.val(&{y})", f"p = &{x}; *p = {T}from(p)", f"arr[0], arr[1] = arr[1], arr[0]",
                f"arr[{self.ci(0, 3)}] = {T}from(&arr[{self.ci(0, 3)}])", f"arr = [3]{T}{{arr[2], {x}, arr[0]}}", f"m[\"k\"] = {T}swap(m[\"k\"])",
                f"m[\"k\"], {x} = {x}, m[\"k\"]", f"{x}.a = [{n}]{t.name}{{{x}.a[{n - 1}], {x}.a[0]}}", f"*p, {x} = {x}, *p",
                f"{x}, {y} = {y}, {x}", f"sl[0], sl[1] = sl[1], {T}swap(sl[0])", f"copy(sl[1:], sl)", f"copy(arr[:2], arr[1:])",
                f"fs = func() {T} {{ {x}.x = {r.choice(v)}; return {x} }}; {y} = fs()", f"c = <-send({x})",
                f"{x}.i = {y}.a", f"if q, ok := {x}.i.([{n}]{t.name}); ok {{ {x}.a, q[0] = q, {y}.x; {y}.a = q }}",
                f"for _, e := range arr {{ arr[0] = {T}swap(e); {x}.y = e.x }}"]))
        ops = "\n".join("\t" + o for o in ops)
        return lines(f"""
func {fn}() {{
	b := {T}{{x: {v[0]}, y: {v[1]}, s: []{t.name}{{{v[2]}, {v[3]}}}}}
	for i := range b.a {{
		b.a[i] = []{t.name}{{{", ".join(v)}}}[i%4]
	}}
	c, d := {T}swap(b), {T}{{y: {v[3]}}}
	arr, sl, m := [3]{T}{{b, c, d}}, []{T}{{d, c, b}}, map[string]{T}{{"k": c}}
	p, fs := &arr[1], func() {T} {{ return b }}
	send := func(x {T}) chan {T} {{ ch := make(chan {T}, 1); ch <- x; return ch }}
{ops}
	_, _, _, _ = p, fs, send, m
	fmt.Println(b, c, d)
	fmt.Println(arr, sl, m)
}}""")

    def sc_range_assign(self, fn):
        """Ranges that assign to what is there: elements, fields, map entries, pointers."""
        r = self.r
        t = r.choice(ty.INTS + [STRING])
        v = ", ".join(self.lit(t) for _ in range(self.ci(1, 6)))
        return lines(f"""
func {fn}() {{
	type rec struct {{
		k int
		v {t.name}
		m map[string]int
	}}
	var x rec
	arr := [4]int{{}}
	m := map[string]{t.name}{{}}
	s := []{t.name}{{{v}}}
	for x.k, x.v = range s {{
		fmt.Print(x.k, x.v, " ")
		if x.k == {self.ci(0, 6)} {{
			break
		}}
	}}
	for arr[xMod(x.k, 4)], m["v"] = range s {{
		x.k++
	}}
	var p *int = &arr[3]
	for *p = range s {{
		arr[2] += *p
	}}
	for x.k = range {self.ci(0, 9)} {{
	}}
	i := 0
	for i, s[i] = range [...]{t.name}{{{self.lit(t)}, {self.lit(t)}}} {{
		if len(s) <= i+1 {{
			break
		}}
	}}
	for range s {{
		i++
	}}
	c := make(chan {t.name}, 9)
	for _, v := range s {{
		c <- v
	}}
	close(c)
	for m["chan"] = range c {{
		i += 10
	}}
	var bp *[3]{t.name}
	for i := range bp {{
		fmt.Print(i)
	}}
	for i = range len(bp) {{
	}}
	for i, c := range "a\\xffb" {{
		defer func() {{ fmt.Println("d", i, c) }}()
	}}
	xTry("nil array", func() {{
		for _, v := range bp {{
			fmt.Println(v)
		}}
	}})
	fn := func(yield func(int) bool) {{ _ = yield({self.ci(0, 9)}) && yield(8) }}
	for arr[0] = range fn {{
		arr[1] += arr[0]
		if arr[1] > {self.ci(0, 20)} {{
			continue
		}}
		arr[1]++
	}}
	fmt.Println(x, arr, m, s, i, *p)
}}""")

    def sc_bytes_text(self, fn):
        """Conversions of []byte and string, where compilers save copies."""
        r = self.r
        return lines(f"""
func {fn}() {{
	b := []byte({self.lit(STRING)} + "key")
	m := map[string]int{{"key": 1, string(b): 2}}
	s := string(b)
	b[0] ^= {self.ci(1, 127)}
	fmt.Printf("%q %q %d %d %v\\n", s, b, m[string(b)], m[s], string(b) == s)
	m[string(b)]++
	b[len(b)-1] = '{self.r.choice("xyz")}'
	for i, c := range []byte(s) {{
		if i < len(b) {{
			b[i] = c + 1
		}}
	}}
	for i := range string(b) {{
		b[i] = 'z'
	}}
	t := "<" + string(b) + ">" + s[:len(s)/2]
	b = append(b[:1], t...)
	fmt.Println(t, string(b), len(m), bytes.Equal(b, []byte(t)))
	switch string(b[:2]) {{
	case "z<":
		b[0] = 'q'
		fmt.Println("cut", string(b[:2]))
	case s:
		fmt.Println("s")
	}}
	rs := []rune(t)
	rs[0] = {self.r.choice(["0x10ffff", "-1", "0xd800", "'x'", "0x110000"])}
	u := string(rs)
	type bs []byte
	type st string
	w := st(bs(u))
	fmt.Printf("%q %d %q %q\\n", u, utf8.RuneCountInString(u), w, string(w[:1])+string(bs(w)[len(w)-1:]))
	keys := map[[2]string]string{{}}
	for i := range {self.ci(1, 9)} {{
		k := [2]string{{string(b[:i%len(b)]), strconv.Itoa(i % 3)}}
		keys[k] += string(b[i%len(b):])
		b[i%len(b)]++
	}}
	fmt.Println(keys)
	cat := ""
	for i := 0; i < {self.ci(1, 40)}; i++ {{
		cat += string(rune('a'+i)) + s[:i%(len(s)+1)]
		if len(cat) > 50 {{
			cat = cat[len(cat)/2:]
		}}
	}}
	fmt.Printf("%q %v %v\\n", cat, cat > s, strings.Compare(cat, string(b)))
	fmt.Println(bytes.Fields(b), bytes.ToUpper(b), bytes.IndexByte(b, 'z'), bytes.Split([]byte(cat), []byte("a")), bytes.TrimLeft(b, "qz"))
}}""")

    def sc_fmt(self, fn):
        """Format strings of random verbs, flags, widths and precisions."""
        r = self.r
        out = ["func %s() {" % fn]
        T = self.top("Fm")
        self.decls.append(lines(f"""
type {T} struct {{
	A int8
	B string
	C []float32
	D map[string]any
	E *int
	F any
	g [2]bool
	h error
}}

type {T}s string

func (s {T}s) String() string {{ return "<" + string(s) + ">" }}

type {T}g int

func (g {T}g) GoString() string {{ return "G" + strconv.Itoa(int(g)) }}

type {T}f struct{{ x, y int }}

func (f {T}f) Format(s fmt.State, c rune) {{
	w, wok := s.Width()
	p, pok := s.Precision()
	fmt.Fprint(s, "F", f.x, string(c), w, wok, p, pok, s.Flag('+'), s.Flag('-'), s.Flag('#'), s.Flag('0'), s.Flag(' '))
}}

type {T}p struct{{ n int }}

func (p *{T}p) String() string {{ return "P" + strconv.Itoa(p.n) }}

type {T}x int

func (x {T}x) Error() string {{
	if x == 3 {{
		panic("in Error")
	}}
	return "X"
}}"""))
        t = self.rand_type(1, printable=True)
        vals = ["%d" % self.lit_int(r.choice(ty.INTS)) if False else "int64(%d)" % self.lit_int(ty.INTS[4]), "uint8(%d)" % self.ci(0, 256), self.lit(STRING), self.lit_float(), "float32(0.1)",
                "1.5e300", "math.Inf(-1)", "math.NaN()", "2 - 3i", "complex64(1e-9 + 0.1i)", "true", "nil", "[]byte(\"hi\\xff\")", "[3]byte{1, 2}",
                "[]string{\"a\", \"b c\"}", "map[string]int{\"z\": 1, \"a\": -2}", f"{T}{{A: 1, B: \"b\"}}", f"&{T}{{C: []float32{{1.5}}, D: map[string]any{{\"k\": nil}}}}",
                f"{T}s(\"s\")", f"[]{T}s{{\"s\", \"t\"}}", f"{T}g(4)", f"[]{T}g{{5}}", f"{T}f{{1, 2}}", f"[]{T}f{{{{3, 4}}}}", f"&{T}p{{6}}", f"(*{T}p)(nil)", f"{T}p{{7}}",
                f"{T}x(1)", f"{T}x(3)", f"[]{T}x{{2}}", "errors.New(\"err\")", "[]any{1, \"a\", nil, 2.5}", "struct{ a any; b *int }{3, nil}", "'x'", "rune(0x1F600)", "uintptr(77)",
                "[]error{nil}", "func() {} == nil" if False else "[0]int{}", "[][]int{{1}, nil}", "&[]int{1}", "&map[string]bool{\"q\": true}", "time.Duration(%d)" % self.lit_int(ty.INTS[4]),
                "[]int8{-5}", "struct{}{}", "(error)(nil)", "any(%s)" % self.expr(t, 1)]
        for _ in range(self.ci(8, 16)):
            f, args = "", []
            for _ in range(r.randrange(1, 3)):
                w = r.choice(["", "", "", "1", "5", "12", "*"])
                p = r.choice(["", "", "", ".", ".0", ".2", ".7", ".*"])
                if w == "*":
                    args.append(str(self.ci(-8, 12)))
                if p == ".*":
                    args.append(str(self.ci(-1, 6)))
                v = r.choice(vals)
                verb = r.choice([x for x in VERBS if x != "p"])
                if "&" in v and verb not in "vs":
                    verb = "v"
                if v.startswith(f"(*{T}p)") and verb not in "vs":
                    verb = "v"
                f += "%" + r.choice(FLAGS) + w + p + verb + "|"
                args.append(v)
            out.append("\tfmt.Printf(\"%s\\n\", %s)" % (f, ", ".join(args)))
        out.append("\tfmt.Println(fmt.Sprint(%s, %s, %s), fmt.Sprintln(%s, %s))" % tuple(r.choice([v for v in vals if "&" not in v]) for _ in range(5)))
        out += lines(f"""
	var a, b int
	var s string
	var f float64
	n, err := fmt.Sscanf("{self.ci(0, 99)} x{self.ci(0, 99)} word 1.5", "%d x%d %s %g", &a, &b, &s, &f)
	fmt.Println(n, err, a, b, s, f)
	n, err = fmt.Sscan("{self.ci(-9, 99)} {r.choice(["7", "z", ""])}", &a, &b)
	fmt.Println(n, err, a, b)""")
        return out + ["}"]

    def sc_numbers_text(self, fn):
        """Printing, parsing and functions of many floats and integers, folded into a hash."""
        r = self.r
        one = r.choice(["Sin", "Cos", "Tan", "Exp", "Log", "Log2", "Log10", "Log1p", "Expm1", "Cbrt", "Atan", "Sinh", "Tanh", "Exp2", "Gamma", "Asin", "Atanh", "Asinh"])
        return lines(f"""
func {fn}() {{
	x := uint64({r.getrandbits(63)})
	h, g, k := uint32(1), uint32(1), uint32(1)
	for i := range {self.ci(20, 60)} {{
		x = x*6364136223846793005 + 1442695040888963407
		f := math.Float64frombits(x)
		if i%3 == 0 {{
			f = float64(int64(x)>>{self.ci(1, 60)}) / {r.choice(["10", "3", "1e5", "7.5"])}
		}}
		s := strconv.FormatFloat(f, '{r.choice("gef")}', {self.ci(-1, 18)}, 64)
		h = h*31 + xHash(s)
		h = h*31 + xHash(fmt.Sprint(f, float32(f)))
		y, err := strconv.ParseFloat(fmt.Sprint(f), 64)
		if y != f && f == f || err != nil {{
			fmt.Println("back", f, y, err)
		}}
		z, _ := strconv.ParseFloat(s, 32)
		g = g*31 + xHash(fmt.Sprint(z))
		small := math.Mod(f, 100)
		v := math.{one}(small)
		k = k*31 + xHash(fmt.Sprint(v))
		k = k*31 + xHash(fmt.Sprint(math.Pow(math.Abs(small), {self.lit_float()})))
		if i < 3 {{
			fmt.Println(f, float32(f), s, z, v)
		}}
		hi, lo := bits.Mul64(x, x>>{self.ci(1, 30)})
		q, rem := bits.Div64(hi%{self.ci(1, 99)}, lo, {self.ci(100, 9999)})
		sum, carry := bits.Add64(lo, x, hi&1)
		g = g*31 + xHash(fmt.Sprint(hi, lo, q, rem, sum, carry, strconv.FormatInt(int64(x), {self.ci(2, 37)})))
		fr, ex := math.Frexp(f)
		ip, fp := math.Modf(small)
		g = g*31 + xHash(fmt.Sprint(fr, ex, ip, fp, math.Ldexp(fr, i), math.Nextafter(f, 0), math.Remainder(small, 3), math.FMA(small, 2, 1)))
	}}
	fmt.Println(h, g, k)
}}""")

    def sc_unstable_sort(self, fn):
        """The order that sorting gives equal elements."""
        r = self.r
        return lines(f"""
type so{self.seed}_{fn} []struct{{ k, i int }}

func (s so{self.seed}_{fn}) Len() int           {{ return len(s) }}
func (s so{self.seed}_{fn}) Less(i, j int) bool {{ return s[i].k < s[j].k }}
func (s so{self.seed}_{fn}) Swap(i, j int)      {{ s[i], s[j] = s[j], s[i] }}

func {fn}() {{
	n, x := {self.ci(5, 150)}, uint32({self.ci(1, 99999)})
	s := make(so{self.seed}_{fn}, n)
	for i := range s {{
		x = x*1664525 + 1013904223
		s[i].k, s[i].i = int(x>>16)%{self.ci(1, 30)}, i
	}}
	a, b, c := slices.Clone(s), slices.Clone(s), slices.Clone(s)
	sort.Sort(a)
	sort.Slice(b, func(i, j int) bool {{ return b[i].k < b[j].k }})
	slices.SortFunc(c, func(x, y struct{{ k, i int }}) int {{ return x.k - y.k }})
	fmt.Println(a)
	fmt.Println(xHash(fmt.Sprint(a)), xHash(fmt.Sprint(b)), xHash(fmt.Sprint(c)))
	sort.Stable(s)
	fmt.Println(xHash(fmt.Sprint(s)), sort.IsSorted(s))
	h := &xHeap{{}}
	for _, e := range b {{
		heap.Push(h, e.k*{self.ci(1, 9)}-e.i)
	}}
	for h.Len() > {self.ci(0, 9)} {{
		fmt.Print(heap.Pop(h), " ")
	}}
	fmt.Println()
}}""")

    def sc_calls(self, fn):
        """Parameters and results of many shapes, passed on, variadic, as method values."""
        r = self.r
        ps = [self.rand_type(1, printable=True) for _ in range(r.randrange(3, 12))]
        rs = [self.rand_type(1, printable=True) for _ in range(r.randrange(2, 7))]
        f = self.top("many")
        names = ["p%d" % i for i in range(len(ps))]
        sig = ", ".join("%s %s" % (n, p.name) for n, p in zip(names, ps))
        res = ", ".join(t.name for t in rs)
        self.scopes = self.scopes[:1]
        self.push()
        for n, p in zip(names, ps):
            self.declare(n, p)
        ret = ", ".join(self.typed(t, self.nonconst(t, 1)) for t in rs)
        self.pop()
        rn = ", ".join("r%d" % i for i in range(len(rs)))
        self.decls.append(lines(f"""
{r.choice(["", "//go:noinline"])}
func {f}({sig}) ({res}) {{
	fmt.Println({", ".join(names)})
	return {ret}
}}

func {f}take({", ".join("r%d %s" % (i, t.name) for i, t in enumerate(rs))}) string {{ return fmt.Sprint({rn}) }}

func {f}var(pre string, rest ...any) int {{ return len(pre)*100 + len(rest) }}

type {f}t struct{{ n int }}

func (t {f}t) m({sig}) ({res}) {{
	fmt.Print(t.n, " ")
	return {f}({", ".join(names)})
}}"""))
        args = ", ".join(self.e(p, 1) for p in ps)
        return lines(f"""
func {fn}() {{
	fmt.Println({f}take({f}({args})))
	fmt.Println({f}({args}))
	g := {f}
	h := {f}t{{{self.ci(0, 9)}}}.m
	var i interface {{
		m({sig}) ({res})
	}} = &{f}t{{{self.ci(0, 9)}}}
	fmt.Println({f}take(g({args})), {f}take(h({args})))
	{rn} := i.m({args})
	fmt.Println({f}take({rn}), {f}var("ab"), {f}var("a", {rn}), {f}var("", []any{{1, 2}}...), {f}var("x", []any{{1, 2}}), {f}var("x", nil), {f}var("y", nil...))
	defer func({sig}) {{ fmt.Println("deferred", {", ".join(names[:3])}) }}({args})
	done := make(chan string)
	go func({sig}) {{ done <- fmt.Sprint({", ".join(names)}) }}({args})
	fmt.Println(<-done)
	func({", ".join("_ " + p.name for p in ps)}) {{ fmt.Println("blank") }}({args})
}}""")

    def sc_aliases(self, fn):
        """Type aliases, generic aliases, conversions between types of one shape."""
        r = self.r
        T = self.top("Al")
        t = r.choice(ty.INTS + [STRING, ty.F64])
        return self.decls.append(lines(f"""
type {T} = struct {{
	A {t.name} `json:"a"`
	B []{T}elem
}}

type {T}elem = {r.choice(ty.INTS).name}

type {T}set[K comparable] = map[K]struct{{}}

type {T}pair[A, B any] struct {{
	First  A
	Second B
}}

type {T}half[B any] = {T}pair[{t.name}, B]

func (p {T}pair[A, B]) Swap() {T}pair[B, A] {{ return {T}pair[B, A]{{p.Second, p.First}} }}

type {T}named struct {{
	A {t.name}
	B []{T}elem
}}

type {T}fn func({t.name}) {t.name}

func (f {T}fn) Twice(x {t.name}) {t.name} {{ return f(f(x)) }}

type {T}arr [2]{T}named

func (a *{T}arr) Set(i int, x {t.name}) *{T}arr {{ a[i].A = x; return a }}

type {T}map map[string]{T}arr

func (m {T}map) Get(k string) (x {t.name}) {{
	for _, e := range m[k] {{
		x += e.A
	}}
	return
}}""")) or lines(f"""
func {fn}() {{
	x := {T}{{A: {self.lit(t)}, B: []{T}elem{{1, 2}}}}
	y := {T}named(x)
	z := struct {{
		A {t.name}
		B []{T}elem
	}}(y)
	y.B[0] = {self.ci(3, 99)}
	z.A += {self.lit(t)}
	fmt.Printf("%v %+v %T %T\\n", x, y, y, z)
	var p *{T}named = (*{T}named)(&x)
	p.A = {self.lit(t)}
	s := {T}set[{t.name}]{{x.A: {{}}, xOpq({self.lit(t)}): {{}}}}
	fmt.Println(x.A, len(s), s)
	h := {T}half[bool]{{{self.lit(t)}, true}}
	fmt.Printf("%v %T %v %T\\n", h, h, h.Swap(), h.Swap().Swap().Swap())
	f := {T}fn(func(v {t.name}) {t.name} {{ return v + v }})
	fmt.Println(f.Twice({self.lit(t)}), {T}fn.Twice(f, x.A), ({T}fn)(nil) == nil)
	var a {T}arr
	a.Set(0, {self.lit(t)}).Set(1, {self.lit(t)})
	b := a
	set := b.Set
	set(0, {self.lit(t)})
	m := {T}map{{"a": a, "b": b}}
	get := m.Get
	m["a"] = {T}arr{{}}
	fmt.Println(get("a"), get("b"), get("c"), a[0].A == b[0].A)
	var i any = h
	switch v := i.(type) {{
	case {T}pair[bool, {t.name}]:
		fmt.Println("swapped", v)
	case {T}half[bool]:
		fmt.Println("half", v.First)
	}}
	e := struct {{
		{T}arr
		*{T}named
		{T}fn
	}}{{a, p, f}}
	e.Set(1, {self.lit(t)})
	fmt.Println(e.{T}arr[1].A, e.A, e.Twice({self.lit(t)}), len(e.{T}arr))
}}""")

    def sc_library(self, fn):
        r = self.r
        n = self.ci(1, 30)
        return lines(f"""
func {fn}() {{
	rng := rand.New(rand.NewSource({self.ci(0, 9999)}))
	fmt.Println(rng.Intn(1000), rng.Perm({self.ci(1, 9)}), rng.Float64(), rng.Int63(), rng.NormFloat64(), rng.Uint32())
	l := list.New()
	for i := range {n} {{
		if rng.Intn(3) == 0 {{
			l.PushFront(i)
		}} else {{
			l.PushBack(i * 10)
		}}
		if i%4 == 3 {{
			l.MoveToFront(l.Back())
			l.Remove(l.Front().Next())
		}}
	}}
	for e := l.Front(); e != nil; e = e.Next() {{
		fmt.Print(e.Value, " ")
	}}
	sc := bufio.NewScanner(strings.NewReader({self.lit(STRING)} + "one two\\nthree\\r\\n\\nfour" + {self.lit(STRING)}))
	{r.choice(["", "sc.Split(bufio.ScanWords)", "sc.Split(bufio.ScanRunes)"])}
	for sc.Scan() {{
		fmt.Printf("%q ", sc.Text())
	}}
	var buf bytes.Buffer
	w := bufio.NewWriterSize(&buf, 16)
	fmt.Fprintf(w, "%s-%d", {self.lit(STRING)}, {self.ci(0, 99)})
	w.Flush()
	line, err := buf.ReadString('{r.choice("-ab")}')
	fmt.Printf("%q %v %q\\n", line, err, buf.String())
	d := time.Duration({self.lit_int(ty.INTS[4])})
	fmt.Println(d, d.Round(time.Second), d.Truncate({self.ci(1, 99)}*time.Minute), time.Unix({self.ci(0, 1 << 33)}, {self.ci(0, 999999999)}).UTC())
	when := time.Date({self.ci(1, 3000)}, time.Month({self.ci(-5, 20)}), {self.ci(-40, 70)}, {self.ci(0, 30)}, {self.ci(0, 70)}, 5, {self.ci(0, 999)}, time.UTC)
	fmt.Println(when.Format(time.RFC1123), when.YearDay(), when.Weekday(), when.Add(d).Format("2006-01-02T15:04:05.000"), when.AddDate(0, {self.ci(-30, 30)}, {self.ci(-50, 50)}))
	fmt.Println(path.Join("a", {self.lit(STRING)}, "../b"), path.Base("/x/" + {self.lit(STRING)}), path.Clean("a//b/./{r.choice(["..", "c", "../../.."])}/d"), path.Ext("f.{r.choice(["go", "", "tar.gz"])}"))
	for _, c := range {self.lit(STRING)} + "aZ9 \u00e9\u01c5" {{
		fmt.Print(unicode.IsLetter(c), unicode.IsUpper(c), unicode.IsDigit(c), unicode.IsSpace(c), unicode.IsPunct(c), string(unicode.ToUpper(c)), string(unicode.ToTitle(c)), " ")
	}}
	fmt.Println(slices.Repeat([]int{{1, 2}}, {self.ci(0, 4)}), slices.MinFunc([]int{{3, 1, 2}}, func(a, b int) int {{ return b - a }}), slices.Compare([]int{{1, 2}}, []int{{1, {self.ci(0, 5)}}}))
	fmt.Println(strings.Title("ab cd"), strings.ToTitle({self.lit(STRING)}), strings.LastIndexByte({self.lit(STRING)}, 'a'), strings.SplitAfter({self.lit(STRING)}, "a"), strings.ContainsAny({self.lit(STRING)}, "xyz"), strings.TrimFunc({self.lit(STRING)}, unicode.IsLetter))
}}""")

    def sc_reflect(self, fn):
        r = self.r
        ts = [self.rand_type(2) for _ in range(3)]
        a, b = self.rand_type(1, printable=True), self.rand_type(1, printable=True)
        return lines(f"""
func {fn}() {{
	type st struct {{
		A {ts[0].name} `k:"v" json:"x,omitempty"`
		b {ts[1].name}
		C {ts[2].name}
	}}
	var v st
	t := reflect.TypeOf(v)
	for i := range t.NumField() {{
		f := t.Field(i)
		fmt.Println(f.Name, f.Type, f.Type.Kind(), f.Offset, f.Tag.Get("json"), f.IsExported(), f.Type.Size(), f.Type.Comparable())
	}}
	rv := reflect.ValueOf(&v).Elem()
	fmt.Println(rv.Field(0).IsZero(), rv.Field(0).CanSet(), rv.Field(1).CanSet(), rv.NumField(), rv.Kind(), t.Name())
	x, y := {self.typed(a, self.nonconst(a, 2))}, {self.typed(b, self.nonconst(b, 2))}
	fmt.Println(reflect.DeepEqual(x, y), reflect.DeepEqual(x, x), reflect.TypeOf(x), reflect.TypeOf(&y).Elem().Kind())
	s := reflect.ValueOf([]int{{1, 2, 3}})
	s.Index({self.ci(0, 3)}).SetInt({self.ci(0, 99)})
	s = reflect.Append(s, reflect.ValueOf({self.ci(0, 9)}))
	fmt.Println(s.Len(), s.Interface(), s.Slice(1, {self.ci(1, 4)}))
	m := reflect.ValueOf(map[string]int{{"a": 1}})
	m.SetMapIndex(reflect.ValueOf("b"), reflect.ValueOf({self.ci(0, 9)}))
	fmt.Println(m.Interface(), m.MapIndex(reflect.ValueOf("zz")).IsValid())
	f := reflect.ValueOf(func(a int, b ...string) string {{ return fmt.Sprint(a, b) }})
	fmt.Println(f.Call([]reflect.Value{{reflect.ValueOf({self.ci(0, 9)}), reflect.ValueOf("q")}})[0], f.Type(), f.Type().IsVariadic())
	xTry("set", func() {{ reflect.ValueOf(v).Field(0).SetInt(1) }})
	xTry("kind", func() {{ reflect.ValueOf(x).Index(100) }})
	xTry("convert", func() {{ fmt.Println(reflect.ValueOf({self.ci(0, 300)}).Convert(reflect.TypeOf({self.r.choice(ty.INTS + ty.FLOATS).name}(0))).Interface()) }})
	swap := reflect.MakeFunc(reflect.TypeOf(func(a, b {a.name}) ({a.name}, {a.name}) {{ return a, b }}), func(in []reflect.Value) []reflect.Value {{ return []reflect.Value{{in[1], in[0]}} }})
	p, q := swap.Interface().(func(a, b {a.name}) ({a.name}, {a.name}))(x, *new({a.name}))
	fmt.Println(p, q)
}}""")

    def sc_generic_iter(self, fn):
        """Generic containers with iterators and constraints that refer to each other."""
        r = self.r
        G = self.top("Gi")
        k = r.choice(ty.INTS + [STRING])
        v = r.choice(ty.INTS + ty.FLOATS + [STRING])
        self.decls.append(lines(f"""
type {G}Ord[T any] interface {{ Less(T) bool }}

type {G}Key {k.name}

func (a {G}Key) Less(b {G}Key) bool {{ return a < b }}

type {G}Tree[K {G}Ord[K], V any] struct {{
	root *{G}Node[K, V]
	n    int
}}

type {G}Node[K {G}Ord[K], V any] struct {{
	k    K
	v    V
	kids [2]*{G}Node[K, V]
}}

func (t *{G}Tree[K, V]) Put(k K, v V) (old V, had bool) {{
	p := &t.root
	for *p != nil {{
		switch n := *p; {{
		case k.Less(n.k):
			p = &n.kids[0]
		case n.k.Less(k):
			p = &n.kids[1]
		default:
			old, n.v = n.v, v
			return old, true
		}}
	}}
	*p = &{G}Node[K, V]{{k: k, v: v}}
	t.n++
	return
}}

func (t *{G}Tree[K, V]) All() iter.Seq2[K, V] {{
	var walk func(n *{G}Node[K, V], yield func(K, V) bool) bool
	walk = func(n *{G}Node[K, V], yield func(K, V) bool) bool {{
		return n == nil || walk(n.kids[0], yield) && yield(n.k, n.v) && walk(n.kids[1], yield)
	}}
	return func(yield func(K, V) bool) {{ walk(t.root, yield) }}
}}

func {G}Zip[A, B any](a iter.Seq[A], b iter.Seq[B]) iter.Seq2[A, B] {{
	return func(yield func(A, B) bool) {{
		next, stop := iter.Pull(b)
		defer stop()
		for x := range a {{
			y, ok := next()
			if !ok || !yield(x, y) {{
				return
			}}
		}}
	}}
}}

func {G}Group[T any, K comparable](s []T, key func(T) K) map[K][]T {{
	out := make(map[K][]T)
	for _, x := range s {{
		out[key(x)] = append(out[key(x)], x)
	}}
	return out
}}

type {G}Opt[T any] func(*T)

func {G}New[T any](opts ...{G}Opt[T]) *T {{
	t := new(T)
	for _, o := range opts {{
		o(t)
	}}
	return t
}}

type {G}Num interface{{ ~int | ~int64 | ~float64 | ~uint8 }}

func {G}Dot[T {G}Num, S ~[]T](a, b S) (d T) {{
	for i := range min(len(a), len(b)) {{
		d += a[i] * b[i]
	}}
	return d / max(1, T(len(a)))
}}"""))
        ks = [self.lit(k) for _ in range(6)]
        return lines(f"""
func {fn}() {{
	var t {G}Tree[{G}Key, {v.name}]
	for i, k := range []{G}Key{{{", ".join(G + "Key(" + x + ")" for x in ks)}}} {{
		old, had := t.Put(k, {self.lit(v)})
		fmt.Print(i, old, had, " ")
	}}
	fmt.Println(t.n)
	for k, v := range t.All() {{
		if k.Less({G}Key({ks[0]})) {{
			continue
		}}
		fmt.Print(k, ":", v, " ")
		defer fmt.Print("d", k, " ")
		if k == {G}Key({ks[1]}) {{
			break
		}}
	}}
	for a, b := range {G}Zip(slices.Values([]int{{1, 2, 3, {self.ci(4, 9)}}}), maps.Keys(map[string]bool{{"only": true}})) {{
		fmt.Println(a, b)
	}}
	fmt.Println({G}Group([]int{{1, 2, 3, 4, 5, {self.ci(6, 99)}}}, func(x int) {r.choice(["bool { return x&1 == 0 }", "int { return x % 3 }", "string { return strconv.Itoa(x / 2) }"])}))
	type conf struct {{
		a int
		b []string
	}}
	c := {G}New(func(c *conf) {{ c.a = {self.ci(0, 99)} }}, func(c *conf) {{ c.b = append(c.b, fmt.Sprint(c.a)) }})
	fmt.Println(*c, {G}Dot([]float64{{1.5, 2}}, []float64{{{self.lit_float()}, 3}}), {G}Dot([]uint8{{200, {self.ci(0, 256)}}}, []uint8{{3, 4}}))
	seq := func(yield func(int) bool) {{
		for i := 0; yield(i); i++ {{
		}}
	}}
	next, stop := iter.Pull(iter.Seq[int](seq))
	x, ok := next()
	y, _ := next()
	stop()
	z, ok2 := next()
	fmt.Println(x, y, z, ok, ok2)
	xTry("iter panic", func() {{
		for i := range seq {{
			if i == {self.ci(0, 5)} {{
				{r.choice(['panic("body")', "_ = []int{}[i]", "return", "func() { defer func() { recover() }(); panic(1) }(); break"])}
			}}
		}}
	}})
	xTry("bad iterator", func() {{
		bad := func(yield func(int) bool) {{ yield(1); yield(2) }}
		for i := range bad {{
			fmt.Println(i)
			{r.choice(["break", "continue", "return"])}
		}}
	}})
}}""")
