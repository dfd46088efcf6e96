"""More scenarios: types, values and the library. See scenarios.py."""

from fractions import Fraction

from . import types as ty
from .types import BOOL, STRING, INT, UINT8, INT32, ANY
from .scenarios import lines


QUOTED = ['"`raw`"', "`" + '"a\\tb\\u00e9"' + "`", '"bad"', "`'x'`"]


class Scenario2Mixin:
    # --- Generics ------------------------------------------------------------------------------

    def sc_generic_types(self, fn):
        r = self.r
        L, N = self.top("List"), self.top("Number")
        ks = r.sample(ty.INTS + ty.UINTS + ty.FLOATS, 2)
        s = ty.STRING
        self.decls.append(lines(f"""
type {N} interface {{
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr | ~float32 | ~float64
}}

type {L}[T any] struct {{
	head, tail *{L}node[T]
	n          int
}}

type {L}node[T any] struct {{
	val  T
	next *{L}node[T]
}}

func (l *{L}[T]) Push(vs ...T) *{L}[T] {{
	for _, v := range vs {{
		nd := &{L}node[T]{{val: v}}
		if l.tail == nil {{
			l.head = nd
		}} else {{
			l.tail.next = nd
		}}
		l.tail = nd
		l.n++
	}}
	return l
}}

func (l {L}[T]) All() iter.Seq2[int, T] {{
	return func(yield func(int, T) bool) {{
		i := 0
		for n := l.head; n != nil && yield(i, n.val); n = n.next {{
			i++
		}}
	}}
}}

func (l *{L}[T]) Reverse() {{
	var prev *{L}node[T]
	l.tail = l.head
	for n := l.head; n != nil; {{
		n.next, prev, n = prev, n, n.next
	}}
	l.head = prev
}}

func {L}Fold[T, A any](l *{L}[T], a A, f func(A, T) A) A {{
	for _, v := range l.All() {{
		a = f(a, v)
	}}
	return a
}}

func {L}Sum[S ~[]E, E {N}](s S) (sum E) {{
	for _, v := range s {{
		sum += v
	}}
	return sum
}}

type {L}Pair[K comparable, V {N}] struct {{
	Key K
	Val V
}}

func (p {L}Pair[K, V]) Is(k K) bool {{ return p.Key == k }}

func {L}Make[K comparable, V {N}](k K, v V) {L}Pair[K, V] {{ return {L}Pair[K, V]{{k, v + v}} }}"""))
        a, b = ks
        va = [self.num_lit(a) for _ in range(3)]
        vb = [self.num_lit(b) for _ in range(3)]
        return lines(f"""
func {fn}() {{
	var l {L}[{a.name}]
	l.Push({va[0]}, {va[1]}).Push({va[2]})
	fmt.Println({L}Fold(&l, "", func(s string, v {a.name}) string {{ return s + fmt.Sprint(v, ";") }}))
	l.Reverse()
	for i, v := range l.All() {{
		fmt.Print(i, "=", v, " ")
		if i == {self.ci(0, 4)} {{
			break
		}}
	}}
	m := &{L}[{L}[string]]{{}}
	m.Push({L}[string]{{}}, *(&{L}[string]{{}}).Push("a", {self.e(STRING)}))
	fmt.Println(m.n, m.tail.val.n, m.tail.val.tail.val)
	type my []{b.name}
	fmt.Println({L}Sum(my{{{", ".join(vb)}}}), {L}Sum([]{a.name}{{{", ".join(va)}}}))
	p := {L}Make({self.e(STRING)}, {b.name}({vb[0]}))
	fmt.Printf("%v %+v %T %v\\n", p, p, p, p.Is({self.e(STRING)}))
	q := {L}Pair[[2]bool, {a.name}]{{Val: {va[1]}}}
	is := q.Is
	fmt.Printf("%v %T %v\\n", is([2]bool{{}}), is, ({L}Pair[[2]bool, {a.name}]).Is(q, [2]bool{{true}}))
	var e any = p
	_, ok1 := e.({L}Pair[string, {b.name}])
	_, ok2 := e.({L}Pair[string, {a.name}])
	_, ok3 := e.(interface{{ Is(string) bool }})
	fmt.Println(ok1, ok2, ok3)
}}""")

    def sc_generic_funcs(self, fn):
        r = self.r
        m = self.top("Gmap")
        a = r.choice(ty.INTS + ty.UINTS + ty.FLOATS)
        st = self.top("Str")
        self.decls.append(lines(f"""
type {st}[T any] interface {{
	*T
	Set(string)
	Get() string
}}

type {st}impl struct{{ s string }}

func (x *{st}impl) Set(s string) {{ x.s += s }}
func (x *{st}impl) Get() string  {{ return x.s + "!" }}

func {st}All[T any, P {st}[T]](ss ...string) (out []string) {{
	var t T
	for _, s := range ss {{
		P(&t).Set(s)
		out = append(out, P(&t).Get())
	}}
	return
}}

func {m}[K cmp.Ordered, V any, R any](m map[K]V, f func(K, V) R) (out []R) {{
	keys := make([]K, 0, len(m))
	for k := range m {{
		keys = append(keys, k)
	}}
	sort.Slice(keys, func(i, j int) bool {{ return keys[i] < keys[j] }})
	for _, k := range keys {{
		out = append(out, f(k, m[k]))
	}}
	return out
}}

func {m}Rec[T any](n int, x T) string {{
	if n == 0 {{
		return fmt.Sprintf("%T %v", x, x)
	}}
	if n&1 == 1 {{
		return {m}Rec(n-1, x)
	}}
	type local struct {{
		V T
		N int
	}}
	return fmt.Sprintf("%v|", local{{x, n}}) + {m}Rec(n-1, x)
}}

func {m}Kind[T any](x T) string {{
	switch v := any(x).(type) {{
	case int, int8:
		return fmt.Sprint("small ", v)
	case []T:
		return "slice"
	case interface{{ Get() string }}:
		return v.Get()
	case string:
		return v
	}}
	return fmt.Sprintf("%T", *new(T))
}}

func {m}Apply[T, U any](x T, fs ...func(T) U) []U {{
	out := make([]U, len(fs))
	for i := range fs {{
		out[i] = fs[i](x)
	}}
	return out
}}

func {m}Twice[T ~int | ~string](x T) T {{ return x + x }}"""))
        vals = [self.num_lit(a) for _ in range(3)]
        t = self.rand_type(1, printable=True)
        return lines(f"""
func {fn}() {{
	fmt.Println({m}(map[string]{a.name}{{"b": {vals[0]}, "a": {vals[1]}}}, func(k string, v {a.name}) {a.name} {{ return v + {a.name}(len(k)) }}))
	fmt.Println({m}(map[{a.name}]int{{{vals[0]}: 1}}, func(k {a.name}, v int) string {{ return fmt.Sprint(k, v) }}))
	fmt.Println({st}All[{st}impl]("x", "y"), {m}Kind({t.name if False else self.typed(t, self.nonconst(t, 2))}), {m}Kind(&{st}impl{{"k"}}), {m}Kind([]int8{{}}))
	fmt.Println({m}Rec({self.ci(0, 6)}, {self.typed(t, self.nonconst(t, 1))}))
	fmt.Println({m}Apply({self.ci(-9, 99)}, {m}Twice[int], func(x int) int {{ return x ^ 5 }}, {m}Twice))
	fmt.Println({m}Apply("s", {m}Twice[string], strings.ToUpper, {m}Kind[string]))
	f := {m}Twice[string]
	fmt.Printf("%T %v\\n", f, f("ab"))
	fmt.Println(min({vals[0]}, {a.name}({vals[1]}), {vals[2]}), max({vals[0]}, {a.name}({vals[1]})), cmp.Compare({a.name}({vals[1]}), {vals[2]}))
}}""")

    # --- Types and methods ---------------------------------------------------------------------

    def sc_embedding(self, fn):
        r = self.r
        T = self.top("Emb")
        return self.decls.append(lines(f"""
type {T}A struct {{
	x    {r.choice(ty.INTS).name}
	name string
}}

func (a {T}A) Name() string   {{ return "A:" + a.name }}
func (a *{T}A) Inc(n int) int {{ a.x += {r.choice(["3", "1"])}; return int(a.x) + n }}
func (a {T}A) Both() string   {{ return fmt.Sprint("A", a.x) }}

type {T}B struct {{
	{r.choice(["*", ""])}{T}A
	y int
}}

func (b {T}B) Both() string {{ return "B" + b.{T}A.Both() }}
func (c {T}C) Both() string {{ return "C" + c.{T}I.Both() }}

type {T}I interface {{
	Name() string
	Both() string
}}

type {T}C struct {{
	{T}I
	*{T}B
	name int
}}

func (c {T}C) Name() string {{ return fmt.Sprint(c.name, c.{T}B.Name(), c.{T}I.Name()) }}

type {T}D struct {{ {T}C; z [2]int }}""")) or lines(f"""
func {fn}() {{
	a := {T}A{{{self.ci(-50, 50)}, "n"}}
	var b {T}B
	xTry("nil embedded", func() {{ fmt.Println(b.Name(), b.Both()) }})
	b = {T}B{{y: {self.ci(0, 9)}}}
	xTry("set", func() {{ b.name = "bb"; b.x++ }})
	c := {T}C{{a, &b, 7}}
	xTry("c", func() {{ fmt.Println(c.Name(), c.{T}I.Both(), c.y, c.Inc({self.ci(0, 9)})) }})
	var i {T}I = c
	var j interface{{ Name() string }} = i
	xTry("i", func() {{ fmt.Println(i.Name() == j.Name(), i.(interface{{ Inc(int) int }}).Inc(1)) }})
	f, g, h := a.Name, a.Inc, {T}A.Both
	a.name, a.x = "later", 100
	fmt.Println(f(), g({self.ci(0, 5)}), h(a), (*{T}A).Both(&a), (*{T}A).Inc(&a, 2))
	d := &{T}D{{{T}C: {T}C{{{T}I: i}}}}
	xTry("d", func() {{ fmt.Println(d.{T}I.Name(), d.y) }})
	k := j.Name
	j = a
	xTry("bound", func() {{ fmt.Println(k(), j.Name(), {T}I.Both(a)) }})
	_, ok := j.({T}I)
	_, ok2 := any(a).(interface{{ Inc(int) int }})
	_, ok3 := any(&a).(interface{{ Inc(int) int }})
	fmt.Println(ok, ok2, ok3, a)
	var n *{T}A
	xTry("nil", func() {{ n.Inc(1) }})
	xTry("nil value", func() {{ _ = n.Name }})
	xTry("nil iface", func() {{ var i {T}I; _ = i.Name }})
}}""")

    def sc_copies(self, fn):
        r = self.r
        t = r.choice(ty.INTS + [STRING])
        n = self.ci(2, 6)
        v = [self.lit(t) for _ in range(4)]
        T = self.top("Cp")
        self.decls.append(lines(f"""
type {T} struct {{
	a [{n}]{t.name}
	s []{t.name}
	p *{t.name}
}}

func (c {T}) With(i int, v {t.name}) {T} {{ c.a[i] = v; c.s[0] = v; *c.p = v; return c }}

func {T}f(a [{n}]{t.name}, pa *[{n}]{t.name}) [{n}]{t.name} {{ a[0] = {v[0]}; pa[1] = {v[1]}; return a }}"""))
        return lines(f"""
func {fn}() {{
	x := {v[2]}
	c := {T}{{s: make([]{t.name}, 2), p: &x}}
	d := c.With(1, {v[0]})
	e := [2]{T}{{c, d}}
	f := e
	f[0].a[0], f[1].s[1] = {v[1]}, {v[2]}
	fmt.Println(c.a, c.s, *c.p, d.a, d.s, e[0].a, f[0].a, e[1].s, c.a == d.a, e[0].a != f[0].a)
	arr := [{n}]{t.name}{{{v[3]}}}
	for i, v := range arr {{
		arr[{n - 1}] = {v[1]}
		fmt.Print(i, v, " ")
	}}
	for i, v := range &arr {{
		arr[{n - 1}] = {v[2]}
		fmt.Print(i, v, " ")
	}}
	sl := arr[:]
	for i, v := range sl {{
		sl = append(sl, v)
		sl[{n - 1}] = {v[0]}
		fmt.Print(i, v, " ")
	}}
	arr2 := {T}f(arr, &arr)
	fmt.Println(arr, arr2, len(sl))
	var i1, i2 any = arr, arr
	arr[0] = {v[2]}
	fmt.Println(i1 == i2, i1 == any(arr), i1.([{n}]{t.name})[0])
	m := map[string][{n}]{t.name}{{"k": arr}}
	y := m["k"]
	y[0] = {v[3]}
	fmt.Println(m, y, m["none"])
	arr, arr2 = arr2, arr
	ps := []*{T}{{&e[0], &e[1]}}
	for _, p := range ps {{
		p.a[0] = {v[1]}
	}}
	fmt.Println(arr, arr2, e[0].a, e[1].a)
	st := struct{{ {T}; k int }}{{c, 1}}
	st2 := st
	st2.a[0], st2.k = {v[0]}, 2
	fmt.Println(st.a, st2.a, st.k, st.k == st2.k)
}}""")

    def sc_append(self, fn):
        r = self.r
        t = r.choice(ty.INTS + ty.UINTS + [STRING, ty.F64, ty.COMPLEXES[0]])
        v = [self.lit(t) for _ in range(5)]
        n, c = self.ci(0, 5), self.ci(5, 9)
        ops = []
        for _ in range(8):
            x, y = r.choice("abcd"), r.choice("abcd")
            ops.append(r.choice([
                f"{x} = append({y}, {r.choice(v)})", f"{x} = append({y}[:len({y})/2], {r.choice(v)}, {r.choice(v)})",
                f"{x} = {y}[:cap({y})/2]", f"{x} = {y}[len({y})/2 : len({y}) : len({y})]", f"fmt.Println(copy({x}, {y}))",
                f"if len({x}) > 1 {{ {x}[1] = {r.choice(v)} }}", f"{x} = append({x}[:len({x})/2], {y}[len({y})/2:]...)",
                f"{x} = slices.Insert({y}[:len({y}):len({y})], len({y})/2, {r.choice(v)})", f"{x} = append([]{t.name}(nil), {y}...)",
                f"clear({x}[:len({x})/2])", f"{x} = slices.Delete({x}, 0, len({x})/3)", f"{x}, {y} = {y}, {x}",
                f"{x} = append({x}, {x}...)", f"slices.Reverse({x})", f"{x} = {y}[:0]"]))
        ops = "\n".join("\t" + o for o in ops)
        return lines(f"""
func {fn}() {{
	a := make([]{t.name}, {n}, {c})
	b := append(a, {v[0]}, {v[1]})
	c := append(a, {v[2]})
	d := append(a[:{n}:{n}], {v[3]})
{ops}
	fmt.Println(a, b, c, d)
	fmt.Println(len(a), len(b), len(c), len(d), cap(a[:0]) >= len(a), a == nil)
	var e []{t.name}
	for i := range {self.ci(3, 40)} {{
		e = append(e, {v[4]})
		if i == {self.ci(0, 9)} {{
			e = append(e[:i/2], e[i/2+1:]...)
		}}
	}}
	fmt.Println(len(e))
	var q []struct{{}}
	q = append(q, struct{{}}{{}}, struct{{}}{{}})
	fmt.Println(len(q), q)
	bs := append([]byte("x"), {self.e(STRING)}...)
	fmt.Println(bs, copy(bs, "yz"), string(bs))
	for _, k := range []int{{0, 1, 2, 3, 5, 8}} {{
		g := append([]{t.name}(nil), make([]{t.name}, k)...)
		h := append([]int8{{1}}, make([]int8, k*3)...)
		fmt.Print(cap(g), cap(h), " ")
	}}
	p := (*[2]{t.name})(append(b, {v[0]}, {v[1]}))
	p[0] = {v[4]}
	fmt.Println(*p, [1]{t.name}(p[:]))
}}""")

    def sc_maps(self, fn):
        r = self.r
        kt = r.choice(ty.INTS + ty.UINTS + [STRING, ty.F64, ty.COMPLEXES[0], ty.array_of(2, UINT8), ty.array_of(3, STRING), ANY])
        vt = self.rand_type(1, printable=True)
        key = {"int": "%s(i)", "uint": "%s(i)", "float": "%s(i)/2", "complex": "%s(complex(float64(i), 1))"}.get(kt.kind)
        if key:
            key = key % kt.name
        elif kt is STRING:
            key = "strconv.Itoa(i)"
        elif kt is ANY:
            key = "[]any{i, strconv.Itoa(i), float64(i), [1]int{i}, struct{ a int8 }{int8(i)}, uint8(i)}[i%6]"
        elif kt.elem is UINT8:
            key = "[2]uint8{uint8(i), uint8(i >> 1)}"
        else:
            key = '[3]string{strconv.Itoa(i), "", "z"}'
        n = self.ci(1, 80)
        return lines(f"""
func {fn}() {{
	key := func(i int) {kt.name} {{ return {key} }}
	m := make(map[{kt.name}]int, {self.ci(0, 30)})
	for i := range {n} {{
		m[key(i*{self.ci(1, 9)})] += i
	}}
	for i := 0; i < {n}; i += {self.ci(1, 5)} {{
		delete(m, key(i))
	}}
	fmt.Println(len(m), xFold(m))
	sum, seen := 0, 0
	for k, v := range m {{
		if v%{self.ci(2, 5)} == 0 {{
			delete(m, k)
		}}
		sum += v
		seen++
	}}
	fmt.Println(sum, seen, len(m), xFold(m))
	v, ok := m[key({self.ci(0, 90)})]
	fmt.Println(v, ok)
	w := map[{kt.name}]{vt.name}{{key(1): {self.e(vt)}, key(2): {self.e(vt)}}}
	w2 := w
	w2[key(3)] = {self.e(vt)}
	x, ok := w[key({self.ci(1, 5)})]
	fmt.Println(len(w), x, ok)
	nan := map[float64]int{{}}
	z := xOpq(0.0)
	for i := range {self.ci(1, 20)} {{
		nan[z/z] = i
		nan[-z] += i
	}}
	_, ok = nan[z/z]
	delete(nan, z/z)
	total := 0
	for k, v := range nan {{
		if k != k {{
			total += v
		}}
	}}
	fmt.Println(len(nan), ok, total, nan[0])
	clear(nan)
	mm := map[string]map[int][]string{{}}
	for i := range {self.ci(2, 20)} {{
		k := string(rune('a' + i%3))
		if mm[k] == nil {{
			mm[k] = map[int][]string{{}}
		}}
		mm[k][i%4] = append(mm[k][i%4], fmt.Sprint(i))
	}}
	fmt.Println(len(nan), mm)
	xTry("unhashable", func() {{ m := map[any]bool{{}}; m[{r.choice(["[]int{1}", "map[string]int(nil)", "[1]any{func() {}}", "struct{ a any }{[]int{}}"])}] = true }})
	sp := map[struct {{
		a int8
		_ int64
		b string
	}}]int{{}}
	for i := range 5 {{
		sp[struct {{
			a int8
			_ int64
			b string
		}}{{a: int8(i & 1), b: "x"}}]++
	}}
	fmt.Println(len(sp))
}}""")

    def sc_strings(self, fn):
        r = self.r
        from .exprs import WORDS
        s = '"%s"' % "".join(r.choice(WORDS) for _ in range(4))
        return lines(f"""
func {fn}() {{
	s := {s}
	for i, c := range s {{
		fmt.Print(i, ":", c, " ")
	}}
	b, rs := []byte(s), []rune(s)
	fmt.Println(len(s), len(b), len(rs), string(rs) == s, string(b) == s)
	b = append(b, 0xff, 0xc3)
	b[0] ^= {self.ci(0, 255)}
	for i, c := range string(b) {{
		if c == utf8.RuneError {{
			fmt.Print(i, " bad ")
		}}
	}}
	fmt.Printf("%q %+q %x %X %s %v %U\\n", s, s, s, b, rs, rs, rs)
	i, j := xMod({self.e(INT)}, len(s)+1), xMod({self.e(INT)}, len(s)+1)
	xTry("slice", func() {{ fmt.Printf("%q\\n", s[i:j]) }})
	xTry("index", func() {{ fmt.Println(s[i], s[:i]+s[i:] == s) }})
	t := s[min(i, j):max(i, j)]
	fmt.Println(strings.Index(s, t), strings.Contains(s, t), strings.Fields(t), strings.Split(s, {self.lit(STRING)}), strings.EqualFold(s, strings.ToUpper(s)))
	fmt.Println(strings.Map(func(c rune) rune {{
		if c == {self.ci(32, 127)} {{
			return -1
		}}
		return c + {self.ci(0, 3)}
	}}, t), s < t, s == t, s+t > t+s, utf8.ValidString(t), utf8.RuneCountInString(s))
	var sb strings.Builder
	for _, w := range strings.FieldsFunc(s, func(c rune) bool {{ return c < 'b' }}) {{
		fmt.Fprintf(&sb, "%*s|%-*s|", {self.ci(0, 12)}, w, {self.ci(0, 12)}, w)
	}}
	fmt.Println(sb.String(), sb.Len())
	m := map[string]int{{}}
	for _, c := range b {{
		m[string(rune(c))]++
		m[string(b[:c%3])]--
	}}
	fmt.Println(len(m), m[s], m[string(b[:1])])
	before, after, ok := strings.Cut(s, {self.lit(STRING)})
	fmt.Printf("%q %q %v %q\\n", before, after, ok, strings.SplitN(s, "", {self.ci(-1, 5)}))
	fmt.Println(strings.NewReplacer("a", "1", "go", "2").Replace(s), strings.TrimLeft(s, "ag"), strings.Title(t) != "", strings.Count(s, ""))
	switch {{
	case s > t:
		fmt.Println("more", strings.Compare(s, t))
	case s < t:
		fmt.Println("less", strings.Compare(s, t))
	}}
	const c = "const\\xff\\u00e9"
	fmt.Println(len(c), c[{self.ci(0, 8)}], c[{self.ci(0, 4)}:{self.ci(4, 8)}] == "x", string(rune({self.ci(-5, 0x110010)})))
}}""")

    def sc_strconv(self, fn):
        r = self.r
        t = r.choice(ty.INTS)
        bad = r.sample(["12x", "", "-", "99999999999999999999", "0x1f", "1_000", "0b11", "-0", "+7", "1e5", "NaN", "inf", "0x1p-2", ".5", "1e400", "tRUE", "true", "T"], 6)
        return lines(f"""
func {fn}() {{
	x := {self.lit_int(ty.INTS[4])}
	for _, base := range []int{{2, {self.ci(3, 37)}, 16}} {{
		s := strconv.FormatInt(int64(x), base)
		y, err := strconv.ParseInt(s, base, {r.choice([8, 16, 32, 64, 0])})
		fmt.Println(s, y, err)
	}}
	for _, s := range []string{{{", ".join('"%s"' % b for b in bad)}}} {{
		a, e1 := strconv.Atoi(s)
		b, e2 := strconv.ParseUint(s, 0, {r.choice([8, 16, 32, 64])})
		c, e3 := strconv.ParseFloat(s, {r.choice([32, 64])})
		d, e4 := strconv.ParseBool(s)
		fmt.Println(a, e1, b, e2, c, e3, d, e4)
	}}
	f := {self.nonconst(ty.F64, 3)}
	fmt.Println(strconv.FormatFloat(f, '{r.choice("gefGE")}', {self.ci(-1, 12)}, {r.choice([32, 64])}), strconv.Quote({self.e(STRING)}), strconv.AppendInt(nil, int64(x), 10))
	u, err := strconv.Unquote({r.choice(QUOTED)})
	fmt.Println(u, err)
	fmt.Printf("%v %08.3f %+d %x %o %#x %#o %b %c %U %e %6.2f|%-8d|%+v %t %5t|\\n", x, f, {t.name}({self.lit_int(t)}), x, x, x, x, x&0xff, 'a'+x&7, x&0xffff, f, f, x&0xff, x, true, false)
	fmt.Printf("%[2]d %[1]d %d %!|%z %d\\n", 1, 2, 3)
	fmt.Printf("%s %d\\n", 5, "x")
	fmt.Printf("%v %v %.3v %10.4v|\\n", f, float32(f), f, f)
	fmt.Printf("%6d|%-6d|%06d|% d|%x|%X|%#v\\n", []int{{1, -2}}, [2]int8{{3}}, []uint8{{4}}, 5, "hi", []string{{"a"}}, map[string][]int{{"k": {{1}}}})
	fmt.Printf("%v %+v %#v %T\\n", struct {{
		A int
		b *int
		c any
	}}{{{self.ci(0, 9)}, nil, {self.ci(0, 9)}}}, struct{{ E error }}{{errors.New("e")}}, struct{{ s []string }}{{[]string{{"q"}}}}, struct{{}}{{}})
}}""")

    def sc_sort(self, fn):
        r = self.r
        t = r.choice(ty.INTS + ty.UINTS + ty.FLOATS + [STRING])
        n = self.ci(3, 30)
        vals = ", ".join(self.lit(t) for _ in range(n))
        return lines(f"""
func {fn}() {{
	s := []{t.name}{{{vals}}}
	type rec struct {{
		k {t.name}
		i int
	}}
	var rs []rec
	for i, v := range s {{
		rs = append(rs, rec{{v, i}})
	}}
	sort.SliceStable(rs, func(i, j int) bool {{ return rs[i].k > rs[j].k }})
	fmt.Println(rs)
	u := slices.Clone(s)
	slices.Sort(u)
	sort.Slice(s, func(i, j int) bool {{ return s[i] < s[j] }})
	fmt.Println(slices.Equal(s, u), u)
	i, ok := slices.BinarySearch(u, {self.lit(t)})
	fmt.Println(i, ok, sort.Search(len(u), func(i int) bool {{ return u[i] >= {self.lit(t)} }}))
	fmt.Println(slices.Compact(u), slices.Contains(s, {self.lit(t)}), slices.IndexFunc(s, func(v {t.name}) bool {{ return v > {self.lit(t)} }}))
	slices.SortFunc(rs, func(a, b rec) int {{ return cmp.Or(cmp.Compare(b.i%{self.ci(2, 6)}, a.i%{self.ci(2, 6)} % 1), cmp.Compare(a.i, b.i)) }})
	fmt.Println(rs)
	p := sort.StringSlice{{"b", "a", {self.e(STRING)}}}
	sort.Sort(sort.Reverse(p))
	fmt.Println(p, sort.IsSorted(p))
}}""")

    # --- Numbers -------------------------------------------------------------------------------

    def sc_conversions(self, fn):
        r = self.r
        a, b, c = r.sample(ty.INTS + ty.UINTS, 3)
        vals = ", ".join(str(self.lit_int(a)) for _ in range(4))
        f = r.choice(ty.FLOATS)
        return lines(f"""
func {fn}() {{
	for _, x := range []{a.name}{{{vals}}} {{
		y := {b.name}(x)
		z := {c.name}(y)
		f := {f.name}(x)
		fmt.Println(x, y, z, f, {c.name}(x) == z, x+1 > x, x*x, -x, ^y, y<<3>>3, z>>1, f*f, f == {f.name}(y))
		fmt.Println(x/7, x%7, x/(y2{fn}(x)|1), x&^{self.ci(0, 100)}, uint8(x)*uint8(y), int16(z)<<uint(x&15), float32(y)+float32(z), complex(float64(x), 1)*2i)
		d, m := x/{r.choice(["3", "10", "8", "7", "1", "100"])}, x%{r.choice(["3", "10", "8", "7", "16", "100"])}
		fmt.Println(d, m, xF2i(float64(x)*1.5), bits.Len64(uint64(y)), int8(x)>>7, uint32(z)>>31, bits.RotateLeft32(uint32(x), {self.ci(-40, 40)}))
	}}
	g := []float64{{0, -0.5, 1e9, 2.5, 3.5, -1.5, math.Inf(1), math.NaN(), math.MaxFloat32, 1e-320, math.Pi, {self.lit_float()}}}
	for i, v := range g {{
		w := g[(i+{self.ci(1, 11)})%len(g)]
		fmt.Println(v, float32(v), math.Floor(v), math.Round(v), math.Trunc(w), v < w, v == w, min(v, w), max(v, w), v-w, v*w, v/w, math.Signbit(v), math.IsNaN(v/w))
		fmt.Println(math.Mod(v, w), math.Hypot(v, w), math.Float64bits(math.Abs(float64(i)*1.1)), math.Float32bits(float32(i)/3), math.Copysign(v, w), math.MaxInt8, math.Cbrt(float64(i*i*i)))
	}}
}}

func y2{fn}(x {a.name}) {a.name} {{ return x >> 1 }}""")

    def sc_complex(self, fn):
        r = self.r
        t = r.choice(ty.COMPLEXES)
        v = [self.lit(t) for _ in range(3)]
        return lines(f"""
func {fn}() {{
	cs := []{t.name}{{{", ".join(v)}, 0, 1i, complex({r.choice(["3", "0.1", "-2"])}, {r.choice(["4", "0", "1e3"])})}}
	for i, a := range cs {{
		b := cs[(i+{self.ci(1, 5)})%len(cs)]
		fmt.Println(a+b, a-b, a*b, a == b, a != 0, real(a), imag(b), -a)
		if b != 0 {{
			fmt.Printf("%v %.3g %T\\n", a/b, a/b, real(a))
		}}
		a *= a
		a -= 1 + 2i
		fmt.Println(a, {t.name}(complex(imag(a), real(a))))
	}}
	var z complex128
	fmt.Println(1/z == 1/z, z/z != z/z, complex(math.Inf(1), 0)*2i)
	m := map[{t.name}]string{{1: "one", 2i: "two", {v[0]} + 100: "x"}}
	fmt.Println(m[1], m[2i], len(m))
}}""")

    def sc_constants(self, fn):
        """Constant arithmetic of high precision, checked against exact arithmetic here."""
        r = self.r
        out = ["func %s() {" % fn]
        ints = []
        for i in range(5):
            v = r.choice([r.randrange(-1000, 1000), r.getrandbits(200) - (1 << 199), 1 << r.randrange(60, 300), r.randrange(1, 100)])
            ints.append(("c%d" % i, v))
            out.append("\tconst c%d = %s" % (i, v))
        for i in range(5, 12):
            (a, x), (b, y) = r.choice(ints), r.choice(ints)
            op = r.choice(["+", "-", "*", "/", "%", "&", "|", "^", "&^", "<<", ">>"])
            if op in ("<<", ">>"):
                s = r.randrange(0, 90)
                v, text = (x << s if op == "<<" else x >> s), "%s %s %d" % (a, op, s)
            elif op in "/%":
                if y == 0:
                    continue
                q = abs(x) // abs(y)
                q = q if (x < 0) == (y < 0) else -q
                v, text = (q if op == "/" else x - q * y), "%s %s %s" % (a, op, b)
            else:
                v = {"+": x + y, "-": x - y, "*": x * y, "&": x & y, "|": x | y, "^": x ^ y, "&^": x & ~y}[op]
                text = "%s %s %s" % (a, op, b)
            if abs(v) >= 1 << 480:
                continue
            ints.append(("c%d" % i, v))
            out.append("\tconst c%d = %s" % (i, text))
            out.append("\tfmt.Println(c%d == %d, c%d %% 1000003, c%d > c0)" % (i, v, i, i) if abs(v) < 1 << 480 else "")
        for n, v in ints:
            t = r.choice(ty.INTS + ty.UINTS)
            if t.range()[0] <= v <= t.range()[1]:
                out.append("\tfmt.Println(%s(%s), -%s, ^%s)" % (t.name, n, n, n) if -1 << 62 < v < 1 << 62 else "\tfmt.Println(%s(%s))" % (t.name, n))
            out.append("\tfmt.Println(float64(%s), float32(%s %% 1000003))" % (n, n))
            out.append("\tconst d%s = %s / 3.0\n\tfmt.Println(d%s, d%s*3 == %s, %s / 7 * 1.5)" % (n, n, n, n, n, n))
        a, b, c = self.ci(1, 20), self.ci(1, 9), self.ci(0, 5)
        T = self.top("Iota")
        self.decls.append(lines(f"""
type {T} {r.choice(ty.INTS[2:]).name}

const (
	{T}a {T} = iota*{a} + {b}
	{T}b
	_
	{T}c, {T}d = iota << {c}, 1.5 + iota
	{T}e, {T}f
	{T}g = "s"
	{T}h
	{T}i = len({T}h) + iota
)

func (x {T}) String() string {{
	switch x {{
	case {T}a:
		return "{T}a"
	case {T}b, {a * 50 + b + 99}:
		return "b"
	}}
	return "?" + strconv.Itoa(int(x))
}}"""))
        out.append(f"\tfmt.Println({T}a, {T}b, {T}c, {T}d, {T}e, {T}f, {T}g, {T}h, {T}i, {T}({self.ci(0, 100)}))")
        out.append(f"\tfmt.Printf(\"%v %d %T %T %x %s %q\\n\", {T}b, {T}b, {T}c, {T}d, {T}a, {T}a, {T}b)")
        out.append("\tconst big = 1 << 100\n\tfmt.Println(big>>98, big/1e10, 'a'+1, \"s\"+\"t\", 5.0/2, 5/2, 5%%3, 1/3.0, (1+2i)*(3-1i), len(\"h\\u00e9\"), %d.0 << 3)" % a)
        out.append("\tvar s uint = %d\n\tvar f32 float32 = 1 << 3\n\tvar sh int64 = 1 << s\n\tvar u8 = uint8(255) >> s\n\tfmt.Println(f32, sh, u8, 1<<s == 2<<(s-1))" % self.ci(1, 70))
        out.append("\tfmt.Println(math.MaxUint64/%d, uint64(math.MaxUint64), math.Pi*%d, float32(math.E), 0x1p-3, 0o17, 0b101, 1_000, 'x', \"\\x41\\101\\u0041\")" % (a + 1, b))
        return out + ["}"]

    # --- Order ---------------------------------------------------------------------------------

    def sc_eval_order(self, fn):
        r = self.r
        n = self.ci(1, 99)
        return lines(f"""
func {fn}() {{
	s := []int{{1, 2, 3, 4}}
	m := map[string]int{{}}
	t := func(n int) int {{ fmt.Print(n, " "); return n & 3 }}
	k := func(s string) string {{ fmt.Print(s, " "); return s }}
	b := func(n int, v bool) bool {{ fmt.Print(n, v, " "); return v }}
	s[t({n})], s[t(2)] = t(3)+t(4)*t(5), t({self.ci(6, 20)})
	m[k("a")], m[k("b")] = t(7), len(k("ccc"))
	m[k("a")] += t({self.ci(0, 9)})
	fmt.Println(s, m, t(1)-t(2)-t(3), b(1, {r.choice(["true", "false"])}) && b(2, false) || b(3, true) && !b(4, {r.choice(["true", "false"])}))
	f := func(a, b int, c ...int) func(int) int {{ return func(x int) int {{ return a + b*x + len(c) }} }}
	fmt.Println(f(t(1), t(2), t(3), t(4))(t(5)), [...]int{{t(1), 3: t(2)}}, []int{{3: t(8)}}[t(1)+t(3)-1], map[int]int{{t(1): t(2), t(3) + 10: t(4)}})
	i := {self.ci(0, 3)}
	i, s[i] = {self.ci(0, 4)}, 99
	s[0], s[0] = 5, 6
	fmt.Println(i, s)
	x, y := 1, 2
	x, y = y, x+y
	p := &x
	*p, p, x = 7, &y, 8
	fmt.Println(x, y, *p)
	c := make(chan int, 3)
	c <- t(1)
	c <- <-c + t(2)
	fmt.Println(<-c)
	defer fmt.Println("deferred", t(3), i)
	i = 77
	for j, lim := t(0), t({self.ci(1, 4)}); j < lim+t(0); j += t(1) | 1 {{
		fmt.Print("j", j, " ")
	}}
	switch t(2) {{
	case t(1), t(3):
		fmt.Println("no")
	case t({self.ci(0, 4)}), t(6):
		fmt.Println("maybe")
	default:
		fmt.Println("default")
	}}
	type st struct{{ a, b, c int }}
	fmt.Println(st{{c: t(1), a: t(2), b: t(3)}}, struct{{ f func() int }}{{func() int {{ return t(1) }}}}.f())
}}""")

    def sc_init_order(self, fn):
        r = self.r
        v = self.top("v")
        names = [f"{v}{c}" for c in "abcdef"]
        decls = []
        for i, n in enumerate(names):
            deps = r.sample(names[:i], min(i, r.randrange(0, 3)))
            via = r.random()
            terms = "".join(" + %s" % (d if r.random() < .5 else f"{v}get{names.index(d)}()") for d in deps)
            if via < .25:
                decls.append(f'var {n}, {n}2 = {v}two("{n}", {self.ci(0, 9)}{terms})')
            elif via < .4:
                decls.append(f'var {n} = func() int {{ return {v}in("{n}", {self.ci(0, 9)}{terms}) }}()')
            else:
                decls.append(f'var {n} = {v}in("{n}", {self.ci(0, 9)}{terms})')
        for i, n in enumerate(names):
            decls.append(f"func {v}get{i}() int {{ return {n} * 2 }}")
        r.shuffle(decls)
        self.decls.append(decls + lines(f"""
var {v}log []string

func {v}in(s string, n int) int {{
	{v}log = append({v}log, fmt.Sprint(s, "=", n))
	return n
}}

func {v}two(s string, n int) (int, int) {{ return {v}in(s, n), n + 1 }}

func init() {{ {v}log = append({v}log, "init1") }}
func init() {{ {v}log = append({v}log, "init2"); {v}a++ }}"""))
        return lines(f"""
func {fn}() {{
	fmt.Println({", ".join(names)})
	fmt.Println({v}log)
}}""")

    def sc_closures(self, fn):
        r = self.r
        n = self.ci(2, 6)
        return lines(f"""
func {fn}() {{
	var fs []func(int) int
	for i, j := 0, {n}; i < {n}; i, j = i+1, j-{self.ci(0, 3)} {{
		fs = append(fs, func(d int) int {{ i += d; j ^= i; return i*100 + j }})
		if i == {self.ci(0, 4)} {{
			i++
			continue
		}}
		if j < {self.ci(-9, 3)} {{
			break
		}}
	}}
	for _, f := range fs {{
		fmt.Print(f({self.ci(0, 5)}), " ", f(1), " ")
	}}
	counter := func() (inc func() int, get func() int) {{
		n := {self.ci(0, 9)}
		inc = func() int {{ n++; return n }}
		get = func() int {{ return n }}
		return
	}}
	inc, get := counter()
	inc2, _ := counter()
	inc(); inc(); inc2()
	fmt.Println(get(), inc2())
	var fib func(int) int
	memo := map[int]int{{}}
	fib = func(n int) int {{
		if n < 2 {{
			return n
		}}
		if v, ok := memo[n]; ok {{
			return v
		}}
		memo[n] = fib(n-1) + fib(n-2)
		return memo[n]
	}}
	fmt.Println(fib({self.ci(5, 90)}), len(memo))
	x := {self.e(INT)}
	add := func(y int) func() int {{ return func() int {{ x += y; y++; return x - y }} }}
	a, b := add({self.ci(-9, 9)}), add({self.ci(-9, 9)})
	fmt.Println(a(), b(), a(), x)
	{{
		x := x * 2
		func() {{ x++; x := "inner"; _ = x }}()
		fmt.Println(x)
		if x := x % {self.ci(2, 9)}; x > 1 {{
			x := float64(x) / 2
			fmt.Println(x)
		}} else if y := x; y == 0 {{
			fmt.Println("zero", x, y)
		}}
	}}
	comp := func(fs ...func(int) int) func(int) int {{
		return func(v int) int {{
			for _, f := range fs {{
				v = f(v)
			}}
			return v
		}}
	}}
	dbl := func(v int) int {{ return v << 1 }}
	fmt.Println(comp(dbl, func(v int) int {{ return v - x }}, comp(dbl, dbl))({self.ci(0, 99)}), comp()(x))
	len := func(s string) int {{ return {self.ci(0, 99)} }}
	true := len("x") > 50
	fmt.Println(len("abc"), true, x)
}}""")

    def sc_zero_size(self, fn):
        r = self.r
        return lines(f"""
func {fn}() {{
	type z struct{{}}
	type w struct {{
		z
		a [0]int
		b z
	}}
	var arr [{self.ci(0, 9)}]z
	s := make([]z, {self.ci(0, 9)})
	for i := range s {{
		s[i] = z{{}}
	}}
	m := map[z]int{{{{}}: {self.ci(0, 9)}}}
	m[z{{}}]++
	c := make(chan z, 3)
	c <- z{{}}
	c <- struct{{}}{{}}
	fmt.Println(len(arr), len(s), m, len(c), <-c, w{{}}, w{{}} == w{{}}, unsafe.Sizeof(w{{}}), any(z{{}}) == any(z{{}}), any([0]int{{}}) == any([0]int8{{}}))
	var e [0]func()
	f := func(z, w) z {{ return z{{}} }}
	s = append(s, f(z{{}}, w{{}}), z{{}})
	fmt.Println(len(e), len(s), f(z{{}}, w{{}}), copy(s, s[1:]), [0]int{{}} == [0]int{{}})
	for i := range [0]int{{}} {{
		fmt.Println("none", i)
	}}
	xTry("zero", func() {{ var p *[0]int; fmt.Println(len(p), p == nil, p[:] == nil, *p) }})
	type tail struct {{
		a int32
		z struct{{}}
	}}
	t := []tail{{{{a: 1}}, {{a: {self.ci(0, 99)}}}}}
	fmt.Println(unsafe.Sizeof(tail{{}}), t, t[0] == tail{{1, z{{}}}})
}}""")

    def sc_unsafe(self, fn):
        r = self.r
        fields = []
        for i in range(r.randrange(2, 7)):
            t = self.rand_type(2)
            fields.append(("f%d" % i, t))
        body = "\n".join("\t\t%s %s" % (n, t.name) for n, t in fields)
        prints = "\n".join("\tfmt.Println(unsafe.Offsetof(v.%s), unsafe.Sizeof(v.%s), unsafe.Alignof(v.%s))" % (n, n, n) for n, _ in fields)
        t = r.choice(ty.INTS + ty.UINTS)
        return lines(f"""
func {fn}() {{
	type st struct {{
{body}
	}}
	var v st
	fmt.Println(unsafe.Sizeof(v), unsafe.Alignof(v), unsafe.Sizeof([3]st{{}}), unsafe.Sizeof(&v), unsafe.Sizeof(""), unsafe.Sizeof([]st{{}}), unsafe.Sizeof(any(nil)))
{prints}
	arr := [4]{t.name}{{{self.lit_int(t)}, {self.lit_int(t)}, 3, 4}}
	p := unsafe.Pointer(&arr)
	q := (*{t.name})(unsafe.Add(p, unsafe.Sizeof(arr[0])*{self.ci(0, 4)}))
	*q++
	s := unsafe.Slice(&arr[0], {self.ci(0, 5)})
	b := unsafe.Slice((*byte)(p), len(arr)*int(unsafe.Sizeof(arr[0])))
	x := uint32(0)
	for _, c := range b {{
		x = x*31 + uint32(c)
	}}
	fmt.Println(arr, s, x, unsafe.String(&[]byte("hey")[0], {self.ci(0, 4)}), *(*uint64)(unsafe.Pointer(&[]float64{{{self.lit_float()}}}[0])))
	f := float32({self.lit_float()})
	u := *(*uint32)(unsafe.Pointer(&f))
	r := (*[2]uint16)(unsafe.Pointer(&u))
	fmt.Println(u, r[0], r[1], uintptr(unsafe.Pointer(&arr[1]))-uintptr(p) == unsafe.Sizeof(arr[0]))
}}""")

    # --- Errors, heap, depth -------------------------------------------------------------------

    def sc_errors(self, fn):
        r = self.r
        T = self.top("Err")
        self.decls.append(lines(f"""
type {T} struct {{
	code int
	err  error
}}

func (e {"*" if r.random() < .5 else ""}{T}) Error() string {{ return fmt.Sprintf("code %d: %v", e.code, e.err) }}
func (e {T}) Unwrap() error  {{ return e.err }}

var {T}base = errors.New("base {self.ci(0, 99)}")

func {T}do(n int) (err error) {{
	defer func() {{
		if err != nil && n&1 == 1 {{
			err = fmt.Errorf("do %d: %w", n, err)
		}}
	}}()
	switch n % 4 {{
	case 0:
		return nil
	case 1:
		return &{T}{{n, {T}base}}
	case 2:
		var p *{T}
		if n > {self.ci(0, 9)} {{
			return p
		}}
		return errors.Join({T}base, {T}do(n+1))
	}}
	return fmt.Errorf("plain %v %w", n, {T}do(n-2))
}}"""))
        return lines(f"""
func {fn}() {{
	for n := range {self.ci(4, 10)} {{
		xTry("do", func() {{
			err := {T}do(n)
			fmt.Println(n, err == nil, errors.Is(err, {T}base))
			var e *{T}
			ok := errors.As(err, &e)
			fmt.Println(ok, e != nil)
			if ok && e != nil {{
				fmt.Println(e.code, errors.Unwrap(e) == {T}base)
			}}
			fmt.Println(err)
		}})
	}}
}}""")

    def sc_heap(self, fn):
        r = self.r
        T = self.top("Tree")
        k = r.choice(ty.INTS[2:] + [STRING])
        key = f"{k.name}(x)" if k is not STRING else "strconv.Itoa(x)"
        self.decls.append(lines(f"""
type {T} struct {{
	l, r *{T}
	key  {k.name}
	data []byte
	meta map[string]*{T}
	any  any
}}

func (t *{T}) insert(k {k.name}) *{T} {{
	if t == nil {{
		n := &{T}{{key: k, data: make([]byte, {self.ci(0, 60)})}}
		n.any = n
		return n
	}}
	switch {{
	case k < t.key:
		t.l = t.l.insert(k)
	case k > t.key:
		t.r = t.r.insert(k)
	default:
		if t.meta == nil {{
			t.meta = map[string]*{T}{{}}
		}}
		t.meta["dup"] = &{T}{{key: k, l: t}}
	}}
	return t
}}

func (t *{T}) walk(f func(*{T}, int), depth int) {{
	if t != nil {{
		t.l.walk(f, depth+1)
		f(t, depth)
		t.r.walk(f, depth+1)
	}}
}}"""))
        return lines(f"""
func {fn}() {{
	var root *{T}
	x := {self.ci(1, 9999)}
	for range {self.ci(5, 60)} {{
		x = (x*{self.ci(3, 999) * 2 + 1} + {self.ci(1, 99)}) % {self.ci(50, 997)}
		root = root.insert({key})
	}}
	n, sum, deepest, h := 0, 0, 0, uint32(7)
	root.walk(func(t *{T}, d int) {{
		n++
		sum += len(t.data) + len(t.meta)
		deepest = max(deepest, d)
		h = h*31 + xHash(fmt.Sprint(t.key))
		if t.any.(*{T}) != t {{
			fmt.Println("lost")
		}}
	}}, 0)
	fmt.Println(n, sum, deepest, h)
	type node struct {{
		next *node
		val  [3]any
	}}
	var ring *node
	for i := range {self.ci(2, 40)} {{
		ring = &node{{ring, [3]any{{i, fmt.Sprint(i), []int{{i}}}}}}
		if i%{self.ci(3, 9)} == 0 {{
			ring.next = nil
		}}
	}}
	for ; ring != nil; ring = ring.next {{
		fmt.Print(ring.val, " ")
	}}
	grid := make([][]*int, {self.ci(1, 6)})
	for i := range grid {{
		grid[i] = make([]*int, i+1)
		for j := range grid[i] {{
			grid[i][j] = new(i * j)
		}}
	}}
	total := 0
	for _, row := range grid {{
		for _, p := range row {{
			total += *p
		}}
	}}
	ss := []string{{}}
	for i := range {self.ci(1, 30)} {{
		ss = append(ss, strings.Repeat(string(rune('a'+i%26)), i%5)+strconv.Itoa(i))
	}}
	fmt.Println(total, strings.Join(ss, ""), bytes.Contains([]byte(strings.Join(ss, "-")), []byte("b")))
}}""")

    def sc_deep(self, fn):
        r = self.r
        f = self.top("deep")
        t = r.choice(ty.INTS + [ty.F64])
        self.decls.append(lines(f"""
func {f}(n int, p *{t.name}, a [{self.ci(1, 40)}]{t.name}) ({t.name}, string) {{
	x := *p + 1
	if n == 0 {{
		return x, "bottom"
	}}
	a[0] = x
	defer func() {{
		if n%{self.ci(2, 200)} == 0 {{
			*p += a[0]
		}}
	}}()
	y, s := {f}(n-1, &x, a)
	if n%{self.ci(20, 300)} == 0 {{
		s += fmt.Sprint(n)
	}}
	return x - y + a[0], s
}}

func {f}even(n int) bool {{ return n == 0 || {f}odd(n-1) }}
func {f}odd(n int) bool  {{ return n != 0 && {f}even(n-1) }}

func {f}ack(m, n int) int {{
	if m == 0 {{
		return n + 1
	}}
	if n == 0 {{
		return {f}ack(m-1, 1)
	}}
	return {f}ack(m-1, {f}ack(m, n-1))
}}"""))
        arr = self.decls[-1][0].split("a [")[1].split("]")[0]
        return lines(f"""
func {fn}() {{
	x := {t.name}({self.ci(0, 50)})
	y, s := {f}({self.ci(50, 900)}, &x, [{arr}]{t.name}{{}})
	fmt.Println(x, y, s, {f}even({self.ci(0, 2000)}), {f}ack(2, {self.ci(0, 12)}))
	done := make(chan bool)
	go func() {{
		y, s = {f}({self.ci(50, 500)}, &x, [{arr}]{t.name}{{1}})
		close(done)
	}}()
	<-done
	fmt.Println(x, y, s)
}}""")

    def sc_arrays(self, fn):
        r = self.r
        t = r.choice(ty.INTS + ty.UINTS + ty.FLOATS)
        n, m = self.ci(1, 6), self.ci(1, 6)
        return lines(f"""
func {fn}() {{
	var a, b [{n}][{m}]{t.name}
	for i := range a {{
		for j := range a[i] {{
			a[i][j] = {t.name}(i*{self.ci(1, 20)}) - {t.name}(j)
			b[{n}-1-i][j] += a[i][j] * {t.name}(j+1)
		}}
	}}
	c := a
	c[0][0]++
	pa := &b
	for i, row := range pa {{
		pa[i][0], row[0] = row[0]+1, 0
	}}
	fmt.Println(a, b, c, a == c, *pa == b, len(a), len(a[0]), cap(pa[0]))
	s := [...]{t.name}{{{self.ci(2, 6)}: 1, 0: {self.num_lit(t)}, {self.num_lit(t)}}}
	fmt.Println(s, len(s), len([...]string{{7: "x"}}), s[1:][0], len(s[:2:{self.ci(2, 3)}]))
	rows := a[:]
	rows[0][{m}-1] = {self.num_lit(t)}
	q := [{n}][{m}]{t.name}(rows)
	xTry("short", func() {{ fmt.Println([{n + 1}][{m}]{t.name}(rows)) }})
	fmt.Println(q == a, a[0])
	sum := {t.name}(0)
	for _, row := range rows {{
		for _, v := range row {{
			sum += v
		}}
	}}
	mat := make([][]{t.name}, {m})
	for i := range mat {{
		mat[i] = make([]{t.name}, {n})
		for j := range mat[i] {{
			mat[i][j] = a[j][i]
		}}
	}}
	fmt.Println(sum, mat)
	f := func(x [{n}][{m}]{t.name}) (y [{n}][{m}]{t.name}) {{
		y = x
		y[0], x[0] = x[0], y[0]
		return
	}}
	fmt.Println(f(b) == b, f(a)[0][0], map[[1]{t.name}]int{{{{1}}: 2}}[[1]{t.name}{{1}}])
}}""")

    def sc_loops(self, fn):
        """Counted loops over slices, where bounds checks move and induction variables change."""
        r = self.r
        t = r.choice(ty.INTS + ty.UINTS)
        it = r.choice(ty.INTS + ty.UINTS)
        n = self.ci(1, 40)
        return lines(f"""
func {fn}() {{
	s := make([]{t.name}, {n})
	for i := range s {{
		s[i] = {t.name}(i*i) - {self.ci(0, 50)}
	}}
	sum, alt := {t.name}(0), {t.name}(1)
	for i := len(s) - 1; i >= 0; i -= {self.ci(1, 4)} {{
		sum += s[i]
		alt = alt*3 ^ s[len(s)-1-i]
	}}
	for i, j := 0, len(s)-1; i < j; i, j = i+1, j-1 {{
		s[i], s[j] = s[j], s[i]
	}}
	n := {it.name}(0)
	for i := {it.name}({max(it.range()[1] - 20, 100)}); i > {it.name}({max(it.range()[1] - 20, 100)} - 20) && n < 50; i++ {{
		n++
	}}
	cnt := 0
	for i := {it.name}({self.ci(0, 20)}); i < 100; i += {self.ci(1, 27)} {{
		cnt++
	}}
	fmt.Println(sum, alt, n, cnt, s)
	xTry("past", func() {{
		for i := 0; ; i += {self.ci(1, 4)} {{
			sum += s[i]
		}}
	}})
	xTry("window", func() {{
		for i := range s {{
			alt ^= s[i+{self.ci(0, 3)}] - s[i]
		}}
	}})
	xTry("down", func() {{
		for i := len(s) - 1; ; i-- {{
			alt += s[i]
		}}
	}})
	w := s
	for len(w) > {self.ci(0, 4)} {{
		sum = sum<<1 | sum>>{t.bits - 1}
		sum ^= w[0] + w[len(w)-1]
		w = w[1:]
		if len(w) > 2 {{
			w = w[:len(w)-1]
		}}
	}}
	f := float64(0)
	for i := range {self.ci(1, 60)} {{
		f += 1 / float64(i+1)
		f = f*f - float64(s[i%len(s)])*0.5
		f = math.Mod(f, 1000)
	}}
	primes := []int{{}}
	sieve := make([]bool, {self.ci(10, 200)})
	for i := 2; i < len(sieve); i++ {{
		if !sieve[i] {{
			primes = append(primes, i)
			for j := i * i; j < len(sieve); j += i {{
				sieve[j] = true
			}}
		}}
	}}
	fmt.Println(sum, alt, f, len(primes), primes[len(primes)-1], len(w))
}}""")
