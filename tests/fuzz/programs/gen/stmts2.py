"""More random statements: constructs around bodies of random statements. The rules are in exprs.py."""

from . import types as ty
from .types import BOOL, STRING, INT
from .stmts import indent


class Stmt2Mixin:
    def s_more(self, depth):
        """One of the statements of this file; only in functions with effects."""
        forms = [self.s_select, self.s_goroutine, self.s_guarded, self.s_goto, self.s_method_value, self.s_local_decls,
                 self.s_multi_assign, self.s_defer_call, self.s_iterate, self.s_send]
        if self.loop_depth > 1:
            forms = [self.s_select, self.s_local_decls, self.s_multi_assign, self.s_method_value]
        self.trace = False
        self.panics = 0
        return self.r.choice(forms)(depth)

    def name(self, prefix):
        self.name_n += 1
        return "%s%d" % (prefix, self.name_n)

    def s_select(self, depth):
        r = self.r
        t = self.rand_type(1)
        c, n = self.name("ch"), self.fresh()
        full = r.random() < .6
        out = ["%s := make(chan %s, 1)" % (c, t.name)]
        if full:
            out.append("%s <- %s" % (c, self.expr(t, 2)))
        out.append("select {")
        self.push()
        self.declare(n, t)
        out += ["case %s := <-%s:" % (n, c), "\t_ = %s" % n] + self.block(2, depth - 1, own=True)
        self.pop()
        if r.random() < .3:
            out += ["case (chan int)(nil) <- %s:" % self.expr(INT, 1)] + self.block(1, 0)
        out += ["default:"] + self.block(2, depth - 1)
        return ["{"] + indent(out + ["}"]) + ["}"]

    def s_goroutine(self, depth):
        """A goroutine that is waited for at once."""
        done = self.name("done")
        saved = self.enter_closure([], None)
        loop, self.loop_depth = self.loop_depth, max(self.loop_depth, 1)
        body = self.block(3, min(depth, 1), own=True)
        self.loop_depth = loop
        self.leave_closure(saved)
        self.calls = True
        return ["%s := make(chan bool)" % done, "go func() {", "\tdefer func() {", "\t\txShow(\"%s\", recover())" % self.tag(),
                "\t\tclose(%s)" % done, "\t}()"] + body + ["}()", "<-%s" % done]

    def s_guarded(self, depth):
        """A function literal called at once, with results that a deferred one changes."""
        r = self.r
        t = self.rand_type(1)
        n = self.fresh()
        saved = self.enter_closure([], [t])
        self.declare("res0", t)
        self.named_results = True
        loop, self.loop_depth = self.loop_depth, max(self.loop_depth, 1)
        last = self.expr(t, 1)  # stands before the body's variables
        body = self.block(3, min(depth, 1), own=True)
        body.append("\t" + self.return_stmt())
        self.loop_depth = loop
        self.leave_closure(saved)
        self.declare(n, t)
        return ["%s := func() (res0 %s) {" % (n, t.name), "\tdefer func() {", "\t\tif rec0 := recover(); rec0 != nil {",
                "\t\t\txShow(\"%s\", rec0)" % self.tag(), "\t\t\tres0 = %s" % (last if "res0" not in last else "res0"), "\t\t}", "\t}()"] + body + [
                    "}()", "_ = %s" % n]

    def s_goto(self, depth):
        r = self.r
        lab, n = self.label(), self.name("cnt")
        self.loop_depth += 1
        body = self.block(r.randrange(1, 4), depth - 1)
        self.loop_depth -= 1
        return ["{", "\t%s := 0" % n, "\t%s:" % lab, "\t%s++" % n, "\t{"] + indent(body) + [
            "\t}", "\tif %s < %d {" % (n, r.randrange(1, 4)), "\t\tgoto %s" % lab, "\t}", "}"]

    def s_method_value(self, depth):
        r = self.r
        c = []
        for name, v in self.visible().items():
            if not v.assignable:
                continue
            for s, x in ty.subpaths(v.type):
                c += [(name + s, x, m) for m in x.methods]
        if not c:
            return self.s_dump()
        v, t, m = r.choice(c)
        if self.no_methods:
            return self.s_dump()
        ft = ty.func_of(m.params, m.results)
        n = self.fresh()
        self.declare(n, ft)
        return ["%s := %s.%s" % (n, v, m.name), "_ = %s" % n]

    def s_local_decls(self, depth):
        r = self.r
        if r.random() < .5:
            t = r.choice(ty.INTS + ty.UINTS)
            lo, hi = t.range()
            k = r.randrange(max(lo, -50), 50)
            a, b, c = self.name("k"), self.name("k"), self.name("k")
            for x in (a, b, c):
                self.declare(x, t, assignable=False)
            return ["const (", "\t%s %s = %d + iota*%d" % (a, t.name, k, r.randrange(1, 9)), "\t%s" % b, "\t_", "\t%s" % c, ")"] + self.const_use(t, a, b, c)
        u = self.rand_type(1)
        n, v = self.name("loc"), self.fresh()
        e = self.expr(u, 2)
        return ["type %s %s" % (n, u.name if r.random() < .5 and u.name != "T" else "struct{ v %s }" % u.name)] + (
            ["var %s any = *new(%s)" % (v, n), "_ = %s" % v]) + self.local_tail(n, v, u, e)

    def const_use(self, t, a, b, c):
        # Operations on constants may overflow: as variables of expressions they would be folded.
        for x in (a, b, c):
            self.scopes[-1].pop(x)
        v = self.fresh()
        self.declare(v, t)
        return ["%s := xID(%s) + %s ^ xID(%s)" % (v, a, b, c), "_ = %s" % v] + self.dump("[...]%s{%s, %s, %s}" % (t.name, a, b, c), ty.array_of(3, t))

    def local_tail(self, n, v, u, e):
        self.declare(v, ty.ANY)
        return ["_, %s = %s.(%s)" % (w, v, n) for w in [self.bool_target()] if w]

    def bool_target(self):
        c = [x for x, t in self.targets(lambda y: y is BOOL)]
        return self.r.choice(c) if c else "_"

    def s_multi_assign(self, depth):
        """Several results to variables that are there."""
        r = self.r
        c = [f for f in self.funcs if not f.variadic and len(f.results) > 1]
        if not c or self.loop_depth > 1:
            return self.s_assign()
        f = r.choice(c)
        self.calls = True
        left, used = [], []
        for t in f.results:
            tg = [x for x, _ in self.targets(lambda y: y is t) if not any(x.startswith(u) or u.startswith(x) for u in used)]
            if tg and r.random() < .8:
                x = r.choice(tg)
                used.append(x)
                left.append(x)
            else:
                left.append("_")
        return ["%s = %s(%s)" % (", ".join(left), f.name, self.args(f.params, 2))]

    def s_defer_call(self, depth):
        r = self.r
        c = [f for f in self.funcs if not f.variadic and not (f.name[0] == "G" and "[" not in f.name)]
        if not c or self.loop_depth > 1:
            return self.s_dump()
        f = r.choice(c)
        self.calls = True
        args = self.args(f.params, 2)
        if r.random() < .5:
            return ["defer %s(%s)" % (f.name, args)]
        return ["{", "\tg0 := %s" % f.name, "\tdefer g0(%s)" % args, "}"]

    def s_iterate(self, depth):
        """A range over a function, with a body of random statements."""
        r = self.r
        self.push()
        t = self.rand_type(1)
        n = r.randrange(3)
        src, names = self.iterator(n, t)
        for x, xt in names:
            self.declare(x, xt)
        lab, body = self.loop_body(r.randrange(1, 5), depth)
        self.pop()
        head = ", ".join(x for x, _ in names)
        use = ["\t%s = %s" % (", ".join("_" for _ in names), head)] if names else []
        return lab + ["for %srange (%s) {" % (head + " := " if names else "", src)] + use + body + ["}"]

    def iterator(self, n, t):
        r = self.r
        a, b = self.expr(t, 1), self.expr(t, 1)
        tail = r.choice(["", "defer fmt.Print(\"it \"); "])
        if n == 0:
            return "func(yield func() bool) { %s_ = yield() && yield() && yield() }" % tail, []
        x = self.fresh()
        if n == 1:
            return "func(yield func(%s) bool) { %s_ = yield(%s) && yield(%s) }" % (t.name, tail, a, b), [(x, t)]
        self.declare(x, INT)
        y = self.fresh()
        return ("func(yield func(int, %s) bool) { %sfor i := range 3 { if !yield(i, %s) { return } } }" % (t.name, tail, "xPick[%s](i&1 == 0, *new(%s), *new(%s))" % (t.name, t.name, t.name)),
                [(x, INT), (y, t)])

    def s_send(self, depth):
        """A channel as a queue."""
        r = self.r
        t = self.rand_type(1)
        c, n = self.name("q"), self.fresh()
        k = r.randrange(1, 4)
        out = ["%s := make(chan %s, %d)" % (c, t.name, k)] + ["%s <- %s" % (c, self.expr(t, 2)) for _ in range(k)] + ["close(%s)" % c]
        self.push()
        self.declare(n, t)
        lab, body = self.loop_body(r.randrange(1, 3), depth)
        self.pop()
        return out + lab + ["for %s := range %s {" % (n, c), "\t_ = %s" % n] + body + ["}"]
