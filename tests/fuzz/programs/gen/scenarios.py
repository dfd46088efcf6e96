"""Scenarios: functions around one construct of the language, with random parts.

Each method sc_NAME(fn) returns the lines of func fn; it may add declarations of its own.
"""

from . import types as ty
from .types import BOOL, STRING, INT, UINT8, INT32, ANY


def lines(text):
    return text.strip("\n").split("\n")


HELLO = ['"hello"', '""', '"h\\xffi"']


class ScenarioMixin:
    def scenario(self, fn):
        self.scopes = self.scopes[:1]
        self.panics, self.trace, self.pure, self.quiet = 0, False, False, False
        self.may_panic = False
        self.labels, self.in_loop, self.loop_depth, self.used_labels = [], False, 0, set()
        names = sorted(n for n in dir(self) if n.startswith("sc_"))
        save, self.funcs = self.funcs, []
        out = getattr(self, self.only or self.r.choice(names))(fn)
        self.funcs = save
        return out

    def e(self, t, d=2):
        """An expression over package variables."""
        return self.expr(t, d)

    def ci(self, lo, hi):
        return self.r.randrange(lo, hi)

    def num(self):
        return self.r.choice(ty.INTS + ty.UINTS + ty.FLOATS)

    def num_lit(self, t):
        if t.is_int:
            return str(self.lit_int(t))
        return self.r.choice(["0.5", "-2", "1e3", "3.25", "7"])

    # --- Control flow --------------------------------------------------------------------------

    def sc_goto(self, fn):
        r = self.r
        a, b, c = self.ci(2, 9), self.ci(2, 6), self.ci(1, 5)
        return lines(f"""
func {fn}() {{
	n, sum := 0, {self.e(INT)}
again:
	if n < {a} {{
		n++
		if n%{b} == {c % b} {{
			goto again
		}}
		sum += n * {self.ci(1, 99)}
		{{
			x := n
			defer func() {{ sum += x; fmt.Print(x, " ") }}()
			if x > {self.ci(1, a + 1)} {{
				goto done
			}}
		}}
		goto again
	}}
	fmt.Println("not cut", n)
done:
	fmt.Println(n, sum)
}}""")

    def sc_labels(self, fn):
        r = self.r
        n, m = self.ci(2, 6), self.ci(2, 6)
        jump = lambda: r.choice(["break outer", "continue outer", "break inner", "continue inner", "break", "continue", "break sw"])
        cases = "\n".join("\t\t\tcase %d:\n\t\t\t\tfmt.Print(\"c%d \")\n\t\t\t\t%s" % (k, k, jump()) for k in r.sample(range(8), 3))
        return lines(f"""
func {fn}() {{
	count := 0
outer:
	for i := range {n} {{
	inner:
		for j := 0; j < {m}; j++ {{
			count++
			fmt.Print(i, ",", j, " ")
		sw:
			switch (i*{self.ci(1, 5)} + j) % {self.ci(3, 9)} {{
{cases}
			default:
				if count > {self.ci(2, 30)} {{
					break outer
				}}
				break sw
			case {self.ci(8, 12)}:
				continue inner
			}}
			fmt.Print("; ")
		}}
		if count < 0 {{
			continue outer
		}}
	}}
	fmt.Println(count)
}}""")

    def sc_fallthrough(self, fn):
        r = self.r
        t = r.choice(ty.INTS + ty.UINTS)
        ks = r.sample(range(10), 5)
        body = []
        for i, k in enumerate(ks):
            body.append("\t\tcase %d%s:" % (k, ", %d" % (k + 10) if r.random() < .4 else ""))
            body.append("\t\t\tfmt.Print(\"%d \")" % k)
            if i < 4 and r.random() < .5:
                body.append("\t\t\tfallthrough")
        body = "\n".join(body)
        return lines(f"""
func {fn}() {{
	for v := {t.name}(0); v < 20; v += {self.ci(1, 4)} {{
		switch v {{
{body}
		default:
			fmt.Print("d", v, " ")
		}}
		switch {{
		case v > {self.ci(3, 15)} && v&1 == 0:
			fmt.Print("even ")
			fallthrough
		case v < {self.ci(1, 8)}:
			fmt.Print("low ")
		}}
	}}
	fmt.Println()
}}""")

    def sc_type_switch(self, fn):
        r = self.r
        ts = []
        for _ in range(30):
            t = self.rand_type(1, printable=True)
            if t.kind != "any" and t.name not in [x.name for x in ts]:
                ts.append(t)
            if len(ts) >= 6:
                break
        vals = ", ".join("any(%s)" % self.e(t) for t in ts) + ", nil, any(error(nil))"
        cases = "\n".join("\t\tcase %s:\n\t\t\tfmt.Printf(\"%d %%T %%v\\n\", x, x)" % (t.name, i) for i, t in enumerate(ts[:4]))
        last = ts[-1].name
        return lines(f"""
func {fn}() {{
	for i, v := range []any{{{vals}}} {{
		switch x := v.(type) {{
{cases}
		case fmt.Stringer:
			fmt.Println(i, "stringer", x.String())
		case error:
			fmt.Println(i, "error", x.Error())
		case nil:
			fmt.Println(i, "nil", x == nil)
		default:
			fmt.Printf("%d other %T\\n", i, x)
		}}
		y, ok := v.({last})
		fmt.Printf("%v %v\\n", y, ok)
		xTry("assert", func() {{ fmt.Println(v.({ts[0].name})) }})
		xTry("stringer", func() {{ fmt.Println(v.(fmt.Stringer) != nil) }})
	}}
}}""")

    # --- Panics --------------------------------------------------------------------------------

    def sc_defers(self, fn):
        r = self.r
        h = self.top("h")
        t = r.choice(ty.INTS + [STRING])
        self.decls.append(lines(f"""
func {h}(n int, log *[]string) (res {t.name}, err error) {{
	add := func(s string) {{ *log = append(*log, s) }}
	defer func() {{ add(fmt.Sprint("last ", res, err)) }}()
	defer func() {{
		if p := recover(); p != nil {{
			err = fmt.Errorf("wrapped %d: %v", n, p)
			{"res += " + self.lit(t) if r.random() < .6 else "res = " + self.lit(t)}
			if n == {self.ci(0, 6)} {{
				panic(fmt.Sprint("again ", p))
			}}
		}}
	}}()
	for i := 0; i < n%4; i++ {{
		defer func(k int) {{ add(fmt.Sprint("loop ", k, i)) }}(i * 10)
	}}
	res = {self.e(t)}
	switch n % 5 {{
	case 0:
		var m map[string]int
		m["x"]++
	case 1:
		panic(errors.New("one"))
	case 2:
		var s []int
		_ = s[n]
	case 3:
		defer func() {{
			panic({r.choice(['"replaced"', "n", "fmt.Sprint(recover(), n)", 'errors.New("e")'])})
		}}()
		panic("first")
	}}
	return {self.e(t)}, nil
}}"""))
        return lines(f"""
func {fn}() {{
	for n := range {self.ci(5, 12)} {{
		var log []string
		xTry("defers", func() {{
			res, err := {h}(n, &log)
			fmt.Println(n, res, err)
		}})
		fmt.Println(log)
	}}
}}""")

    def sc_panics(self, fn):
        """Run-time panics of many kinds, with their texts."""
        r = self.r
        t = r.choice(ty.INTS + ty.UINTS)
        n = self.ci(0, 6)
        forms = [
            "_ = s[i]", "_ = s[i:]", "_ = s[:i]", "_ = s[i:j]", "_ = s[:i:j]", "_ = s[i:j:k]", "_ = arr[i]", "_ = arr[j:i]", "_ = str[i]",
            "_ = str[i:j]", "_ = str[j:]", "_ = [4]int(s)", "_ = (*[3]int)(s)", "_ = i / z", "_ = i % z", "_ = 1 << uint8(z) << (z - 1)",
            "_ = 1 << (z - j)", "var p *struct{ a, b int }; _ = p.b", "var p *int; *p = i", "var f func(); f()", "var m map[int]int; m[i] = 1",
            "var e error; _ = e.Error()", "_ = make([]int, z-1)", "_ = make([]int, j, i)", "var a any = i; _ = a.(string)", "var a any; _ = a.(int)",
            "var a any = i; _ = a.(fmt.Stringer)", "m := map[any]int{}; m[[]int{i}] = 2", "m := map[any]int{}; _ = m[func() {}]",
            "var a, b any = s, s; _ = a == b", "var a, b any = map[int]int{}, map[int]int{}; fmt.Println(a == b)", "panic(nil)", "panic(fmt.Errorf(\"e%d\", i))",
            "var c chan int; close(c)", "c := make(chan int); close(c); close(c)", "c := make(chan int); close(c); c <- i", "panic(t)",
            "_ = s[u8]", "_ = s[u64:]", "_ = arr[i8]", "_ = [...]string{\"a\", \"b\"}[j]", "_ = ps[i]", "for i := range ps { _ = ps[i] }",
            "_ = make(chan int, z-1)", "s[i]++", "_ = strings.Repeat(\"a\", z-1)", "var w sync.WaitGroup; w.Done()",
            "_ = copy(s[i:], s)", "var x fmt.Stringer; x.String()", "type E struct{ error }; _ = E{}.Error()",
        ]
        picks = r.sample(forms, 9)
        body = "\n".join("\t\tfunc() { %s }," % p for p in picks)
        self_vals = r.sample([-1, 0, 1, 2, 3, 4, 5, 6, 100], 3)
        return lines(f"""
func {fn}() {{
	s := make([]int, {n}, {n + self.ci(0, 4)})
	arr := [4]int{{1, 2, 3, 4}}
	str := {self.r.choice(HELLO)}
	i, j, k, z := {self_vals[0]}, {self_vals[1]}, {self_vals[2]}, xOpq(0)
	u8, u64, i8 := uint8({self.ci(0, 256)}), uint64({r.choice(["1<<63", "3", "1<<40"])}), int8({self.ci(-128, 128)})
	t := {t.name}({self.lit_int(t)})
	var ps *[3]int
	_, _, _, _, _, _, _, _, _, _, _, _ = s, arr, str, i, j, k, z, u8, u64, i8, t, ps
	for n, f := range []func(){{
{body}
	}} {{
		xTry(fmt.Sprint(n), f)
	}}
	fmt.Println(s, arr, j)
}}""")

    def sc_nested_panic(self, fn):
        r = self.r
        return lines(f"""
func {fn}() {{
	var rec func(n int) (depth int)
	rec = func(n int) (depth int) {{
		defer func() {{
			if p := recover(); p != nil {{
				depth = n
				if n > {self.ci(0, 4)} {{
					panic(fmt.Sprint(p, "<", n))
				}}
				fmt.Println("stopped at", n, p)
			}}
		}}()
		if n == {self.ci(4, 9)} {{
			{r.choice(['panic("deep")', 'var m map[int]int; m[1]++', '_ = [2]int{}[n%9]', 'panic(errors.New("x"))'])}
		}}
		return rec(n+1) + 1
	}}
	fmt.Println(rec(0))
	func() {{
		defer fmt.Println("recover of nothing:", recover())
		defer func() {{
			defer func() {{ fmt.Println("inner", recover()) }}()
			func() {{ fmt.Println("not direct", recover()) }}()
			{r.choice(['panic("second")', 'fmt.Println("quiet")'])}
		}}()
		defer func() {{ fmt.Println(recover()) }}()
		panic({self.e(INT)})
	}}()
}}""")

    # --- Iterators -----------------------------------------------------------------------------

    def sc_range_func(self, fn):
        r = self.r
        g = self.top("Seq")
        t = r.choice(ty.INTS + [STRING, ty.F64])
        step = "x += %s" % self.lit(t) if t.kind != "float" else "x += 1.5"
        self.decls.append(lines(f"""
func {g}(n int, x {t.name}) iter.Seq2[int, {t.name}] {{
	return func(yield func(int, {t.name}) bool) {{
		defer fmt.Print("[end ", n, "]")
		for i := 0; i < n; i++ {{
			if !yield(i, x) {{
				fmt.Print("[stop ", i, "]")
				return
			}}
			{step}
		}}
	}}
}}"""))
        a, b = self.ci(2, 7), self.ci(2, 5)
        act = lambda: r.choice(["continue", "break", "continue outer", "break outer", 'return i, "r"', 'fmt.Print("go")',
                                'defer fmt.Print("d", i, " ")', 'panic("body")', "goto out"])
        f = self.top("rf")
        self.decls.append(lines(f"""
func {f}(lim int) (n int, s string) {{
	defer func() {{ fmt.Print("(", n, s, ")") }}()
outer:
	for i, x := range {g}({a}, {self.lit(t)}) {{
		n += i
		for j, y := range {g}({b}, x) {{
			n += 10 * j
			if i+j == lim {{
				{act()}
			}}
			if i*j == lim {{
				{act()}
			}}
			if y == x && i > {self.ci(1, 9)} {{
				continue outer
			}}
		}}
		if i == lim+1 {{
			{r.choice(["break outer", "continue", 'return 7, "x"', "defer func() { n++ }()"])}
		}}
		fns := func() int {{ i++; return i }}
		n += fns()
	}}
	s = "end"
	if n < 0 {{
		goto out
	}}
	return
out:
	s += " out"
	return
}}"""))
        return lines(f"""
func {fn}() {{
	for lim := range {self.ci(3, 7)} {{
		xTry("range", func() {{ fmt.Println({f}(lim)) }})
	}}
	next, stop := iter.Pull2({g}({self.ci(1, 4)}, {self.lit(t)}))
	for range {self.ci(1, 5)} {{
		fmt.Println(next())
	}}
	stop()
	fmt.Println(next())
}}""")

    def sc_iter_chain(self, fn):
        r = self.r
        m, fl = self.top("Map"), self.top("Filter")
        t = r.choice(ty.INTS + ty.UINTS)
        n = t.name
        self.decls.append(lines(f"""
func {m}[A, B any](s iter.Seq[A], f func(A) B) iter.Seq[B] {{
	return func(yield func(B) bool) {{
		for a := range s {{
			if !yield(f(a)) {{
				return
			}}
		}}
	}}
}}

func {fl}[A any](s iter.Seq[A], keep func(A) bool) iter.Seq[A] {{
	return func(yield func(A) bool) {{
		s(func(a A) bool {{ return !keep(a) || yield(a) }})
	}}
}}"""))
        return lines(f"""
func {fn}() {{
	nums := func(yield func({n}) bool) {{
		for i := range {n}({self.ci(5, 20)}) {{
			if !yield(i * {self.ci(1, 9)}) {{
				return
			}}
		}}
	}}
	seq := {m}({fl}(nums, func(x {n}) bool {{ return x%{self.ci(2, 4)} == {self.ci(0, 2)} }}), func(x {n}) string {{ return fmt.Sprint(x ^ {self.ci(0, 9)}) }})
	fmt.Println(slices.Collect(seq))
	for s := range seq {{
		if len(s) > 1 {{
			fmt.Println("first long", s)
			break
		}}
	}}
	keys := slices.Sorted(maps.Keys(map[{n}]string{{1: "a", {self.ci(2, 9)}: "b", {self.ci(9, 60)}: "c"}}))
	fmt.Println(keys, slices.Max(keys), slices.Index(keys, {self.ci(1, 9)}))
	for i, c := range slices.Backward([]rune({self.e(STRING)})) {{
		fmt.Print(i, ":", c, " ")
	}}
	for c := range slices.Chunk(keys, {self.ci(1, 4)}) {{
		fmt.Print(c, cap(c))
	}}
	fmt.Println()
}}""")

    # --- Goroutines ----------------------------------------------------------------------------

    def sc_workers(self, fn):
        t = self.r.choice(ty.INTS + ty.UINTS)
        n = t.name
        return lines(f"""
func {fn}() {{
	jobs, results := make(chan {n}, {self.ci(0, 4)}), make(chan [2]{n})
	var wg sync.WaitGroup
	for w := range {self.ci(1, 5)} {{
		wg.Add(1)
		go func() {{
			defer wg.Done()
			for j := range jobs {{
				buf := make([]{n}, 3+w)
				buf[0] = j*j + {self.ci(0, 100)}
				results <- [2]{n}{{j, buf[0]}}
			}}
		}}()
	}}
	go func() {{
		for i := range {n}({self.ci(3, 20)}) {{
			jobs <- i * {self.ci(1, 9)}
		}}
		close(jobs)
		wg.Wait()
		close(results)
	}}()
	var sum, xor {n}
	all := map[{n}]{n}{{}}
	for p := range results {{
		sum += p[1]
		xor ^= p[0] << (p[1] & 7)
		all[p[0]] += p[1]
	}}
	fmt.Println(sum, xor, all)
}}""")

    def sc_pipeline(self, fn):
        r = self.r
        return lines(f"""
func {fn}() {{
	stage := func(in <-chan int, f func(int) int) <-chan int {{
		out := make(chan int, {self.ci(0, 3)})
		go func() {{
			defer close(out)
			for v := range in {{
				out <- f(v)
			}}
		}}()
		return out
	}}
	src := make(chan int)
	go func() {{
		for i := {self.ci(-5, 5)}; i < {self.ci(6, 15)}; i++ {{
			src <- i
		}}
		close(src)
	}}()
	c := stage(stage(src, func(v int) int {{ return v*{self.ci(2, 9)} - {self.ci(0, 9)} }}), func(v int) int {{ return v ^ {self.ci(0, 999)} }})
	for v := range c {{
		fmt.Print(v, " ")
	}}
	v, ok := <-c
	fmt.Println(v, ok, len(c), cap(c))
}}""")

    def sc_select(self, fn):
        r = self.r
        return lines(f"""
func {fn}() {{
	a, b, quit := make(chan int), make(chan string), make(chan struct{{}})
	var never chan int
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {{ defer wg.Done(); for i := range {self.ci(1, 9)} {{ a <- i * {self.ci(1, 9)} }} }}()
	go func() {{ defer wg.Done(); for i := range {self.ci(1, 9)} {{ b <- fmt.Sprint("s", i) }} }}()
	go func() {{ wg.Wait(); close(quit) }}()
	sum, cat := 0, 0
loop:
	for {{
		select {{
		case v := <-a:
			sum += v
			if v > {self.ci(3, 30)} {{
				continue loop
			}}
			sum++
		case s, ok := <-b:
			cat += len(s) + int(s[1])
			if !ok {{
				break
			}}
		case v := <-never:
			fmt.Println("never", v)
		case never <- sum:
			fmt.Println("never")
		case <-quit:
			break loop
		}}
	}}
	select {{
	case v, ok := <-a:
		fmt.Println(v, ok)
	default:
		fmt.Println("default")
	}}
	c := make(chan int, 1)
	for i := range {self.ci(2, 8)} {{
		select {{
		case c <- i:
			fmt.Print("in ", i, " ")
		case v := <-c:
			fmt.Print("out ", v, " ")
		}}
	}}
	fmt.Println(sum, cat)
}}""")

    def sc_mutex(self, fn):
        r = self.r
        return lines(f"""
type tmu{self.seed}_{fn} struct {{
	sync.Mutex
	m map[string][]int
	n atomic.Int64
}}

func {fn}() {{
	var s tmu{self.seed}_{fn}
	s.m = map[string][]int{{}}
	var wg sync.WaitGroup
	var once sync.Once
	for g := range {self.ci(2, 7)} {{
		wg.Go(func() {{
			once.Do(func() {{ fmt.Println("once") }})
			for i := range {self.ci(2, 12)} {{
				k := strconv.Itoa((g*{self.ci(1, 9)} + i) % {self.ci(2, 9)})
				s.Lock()
				s.m[k] = append(s.m[k], g*100+i)
				s.Unlock()
				s.n.Add(int64(i))
				if i == {self.ci(1, 9)} {{
					runtime.Gosched()
				}}
			}}
		}})
	}}
	wg.Wait()
	for _, l := range s.m {{
		sort.Ints(l)
	}}
	fmt.Println(s.m, s.n.Load())
	done := make(chan string)
	go func() {{
		defer close(done)
		defer func() {{ done <- fmt.Sprint("recovered ", recover()) }}()
		defer func() {{ done <- "deferred" }}()
		{r.choice(["runtime.Goexit()", 'panic("in goroutine")', "var p *int; *p = 1", "return"])}
	}}()
	for d := range done {{
		fmt.Println(d)
	}}
	rw := sync.RWMutex{{}}
	cond := sync.NewCond(&rw)
	ready := 0
	for i := range {self.ci(1, 5)} {{
		go func() {{ rw.Lock(); ready += i + 1; rw.Unlock(); cond.Broadcast() }}()
	}}
	rw.Lock()
	for ready < 1 {{
		cond.Wait()
	}}
	rw.Unlock()
	fmt.Println("ready")
}}""")

    def sc_pingpong(self, fn):
        return lines(f"""
func {fn}() {{
	type msg struct {{
		n    int
		path []string
		back chan<- msg
	}}
	a, b, end := make(chan msg), make(chan msg), make(chan msg, 1)
	player := func(name string, in <-chan msg, out chan<- msg) {{
		for m := range in {{
			m.path = append(m.path, fmt.Sprint(name, m.n))
			if m.n++; m.n > {self.ci(3, 15)} {{
				m.back <- m
				return
			}}
			out <- m
		}}
	}}
	go player("a", a, b)
	go player("b", b, a)
	a <- msg{{n: {self.ci(0, 3)}, back: end}}
	m := <-end
	fmt.Println(m.n, m.path, len(m.path))
	sem := make(chan struct{{}}, {self.ci(1, 4)})
	out := make([]int, {self.ci(3, 12)})
	var wg sync.WaitGroup
	for i := range out {{
		wg.Add(1)
		sem <- struct{{}}{{}}
		go func() {{
			defer func() {{ <-sem; wg.Done() }}()
			s := 0
			for _, d := range strconv.Itoa(i * {self.ci(3, 9999)}) {{
				s += int(d - '0')
			}}
			out[i] = s
		}}()
	}}
	wg.Wait()
	fmt.Println(out)
}}""")
