"""Ends of programs: uncaught panics, fatal errors, os.Exit."""

from . import types as ty
from .scenarios import lines


class EndMixin:
    def ending(self, fn):
        r = self.r
        t = self.rand_type(1, printable=True)
        T = self.top("End")
        self.decls.append(lines(f"""
type {T} struct {{
	a int
	s string
}}

type {T}err {r.choice(ty.INTS).name}

func (e {T}err) Error() string {{ return fmt.Sprint("end error ", int(e)) }}

type {T}str string

func (s {T}str) String() string {{ return "stringer " + string(s) }}"""))
        body = r.choice([
            f'panic("text {self.ci(0, 99)}\\nsecond line")',
            f"panic({self.ci(-99, 99)})",
            f"panic({r.choice(['1.5', '2i', 'true', 'int8(-3)', 'uint64(1<<63)', 'float32(0.1)', 'rune(65)', 'uintptr(7)'])})",
            f'panic({T}{{1, "x"}}.a)',
            f"panic({T}err({self.ci(-9, 99)}))",
            f'panic({T}str("q"))',
            'panic(errors.New("plain error"))',
            'panic(fmt.Errorf("wrapped: %w", errors.New("inner")))',
            "var p *int; *p = 1",
            f"var s []int; _ = s[xOpq({self.ci(0, 9)})]",
            "var m map[string]int; m[\"a\"] = 1",
            "_ = 1 / xOpq(0)",
            "var a any = 1; _ = a.(string)",
            f"var a any = {T}err(3); _ = a.(fmt.Stringer)",
            f'defer func() {{ panic("second") }}(); panic("first")',
            'defer func() { panic(fmt.Sprint("again ", recover())) }(); panic("first")',
            'defer func() { r := recover(); panic(r) }(); panic(errors.New("same"))',
            f'defer fmt.Println("not run"); os.Exit({self.ci(0, 200)})',
            "c := make(chan int); <-c",
            "select {}",
            "var mu sync.Mutex; mu.Lock(); mu.Lock()",
            "var wg sync.WaitGroup; wg.Add(1); wg.Wait()",
            "var mu sync.Mutex; mu.Unlock()",
            'go func() { panic("in goroutine") }(); select {}',
            "panic(nil)",
            f"panic([]int{{1}}[0] + {self.ci(0, 9)})",
            "runtime.Goexit()",
            "var f func(); f()",
            "c := make(chan int); close(c); close(c)",
            "_ = make([]int, xOpq(-1))",
        ])
        d = r.choice(['defer fmt.Println("deferred")', "", "defer func() { fmt.Println(\"running\") }()"])
        return lines(f"""
func {fn}() {{
	{d}
	{body}
}}""")
