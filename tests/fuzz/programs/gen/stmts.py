"""Random statements and function bodies. The rules that keep them defined are in exprs.py."""

from . import types as ty
from .types import BOOL, STRING, INT, UINT8, INT32, ANY

NAMES = list("abcdeghijkmnpqrstuvwxyz") + ["aa", "bb", "cc", "dd", "val", "tmp", "acc", "idx"]


class Var:
    def __init__(self, t, assignable=True):
        self.type = t
        self.assignable = assignable


def indent(lines):
    return ["\t" + l for l in lines]


class StmtMixin:
    # --- Scopes --------------------------------------------------------------------------------

    def push(self):
        self.scopes.append({})

    def pop(self):
        self.scopes.pop()

    def fresh(self):
        """A name not yet declared in this block; it may shadow one further out."""
        cur = self.scopes[-1]
        for _ in range(30):
            n = self.r.choice(NAMES)
            if n not in cur and (self.r.random() < .15 or n not in self.visible()):
                return n
        self.name_n += 1
        return "v%d" % self.name_n

    def declare(self, name, t, assignable=True):
        self.scopes[-1][name] = Var(t, assignable)

    def label(self):
        self.name_n += 1
        return "L%d" % self.name_n

    def tag(self):
        self.tag_n += 1
        return "%d" % self.tag_n

    # --- Printing ------------------------------------------------------------------------------

    def verb(self, t):
        r = self.r
        k = t.kind
        c = ["%v", "%v", "%+v", "%#v", "%T"]
        if t.is_int:
            c += ["%d", "%x", "%X", "%o", "%b", "%+d", "%6d|", "%-6d|", "%06d", "%q", "%U", "%c", "%#x", "%08b", "% d", "%O"]
        elif k == "float":
            c += ["%g", "%e", "%f", "%.3f", "%9.2f|", "%G", "%x", "%+.2e", "%b", "%-12g|", "%012.4f", "% g"]
        elif k == "complex":
            c += ["%g", "%.2f", "%e", "%+v"]
        elif k == "string":
            c += ["%s", "%q", "%x", "%X", "% x", "%10s|", "%-10s|", "%.2s", "%+q", "%#q", "%5.1q"]
        elif k == "bool":
            c += ["%t", "%6t"]
        elif k == "slice" and t.elem is UINT8:
            c += ["%s", "%x", "%q", "% X", "%d"]
        elif k in ("slice", "array"):
            c += ["%v", "%d", "%x", "%q"]
        elif k == "struct":
            c += ["%d", "%x", "%s", "%+d"]
        elif k == "map":
            c += ["%d", "%s"]
        return r.choice(c)

    def dump(self, e, t):
        """Statements that print expression e of type t."""
        if self.quiet:
            return ["_ = %s" % e]
        r = self.r
        tag = self.tag()
        k = t.kind
        if t.printable():
            if k == "tnum" or r.random() < .3 or self.no_methods:
                return ["fmt.Println(\"%s\", %s)" % (tag, e)]
            return ["fmt.Printf(\"%s %s\\n\", %s)" % (tag, self.verb(t), e)]
        if t.foldable():
            return ["fmt.Println(\"%s\", xFold(%s))" % (tag, e)]
        if k == "ptr" and t.elem.kind not in ("ptr",):
            self.name_n += 1
            p = "p%d" % self.name_n
            return ["if %s := %s; %s != nil {" % (p, e, p)] + indent(self.dump("*" + p, t.elem)) + [
                "} else {", "\tfmt.Println(\"%s nil\")" % tag, "}"]
        if k in ("slice", "map"):
            return ["fmt.Println(\"%s\", len(%s), %s == nil)" % (tag, e, e)]
        if k in ("func", "iface", "ptr"):
            return ["fmt.Println(\"%s\", %s != nil)" % (tag, e)]
        if k == "struct":
            out = []
            for f, x, _ in t.fields:
                if f != "_":
                    out += self.dump("(%s).%s" % (e, f), x)
            return out or ["_ = %s" % e]
        return ["fmt.Println(\"%s\", len(%s))" % (tag, e)]

    # --- Blocks --------------------------------------------------------------------------------

    def block(self, n, depth, own=False):
        """Statements of a new block of about n statements; own: of the innermost scope itself."""
        if own:
            self.scopes.append(self.scopes[-1])
        else:
            self.push()
        out = []
        while n > 0 and self.budget > 0:
            n -= 1
            self.budget -= 1
            out += self.stmt(depth)
        self.pop()
        return indent(out)

    def stmt(self, depth):
        r = self.r
        self.panics = 1 if self.may_panic and r.random() < .2 else 0
        self.panic_stmt = self.panics > 0
        self.trace = not self.pure and not self.quiet and not self.panics and r.random() < .08
        out = self.stmt_inner(depth)
        if self.trace:
            out = out + ["fmt.Println()"]
        self.panics, self.trace = 0, False
        return out

    def stmt_inner(self, depth):
        r = self.r
        c = r.randrange(100)
        compound = depth > 0
        if compound and not self.pure and r.random() < .08:
            return self.s_more(depth)
        if c < 22:
            return self.s_decl()
        if c < 40:
            return self.s_assign()
        if c < 52:
            return self.s_dump()
        if compound:
            if c < 60:
                return self.s_if(depth)
            if c < 66:
                return self.s_for(depth)
            if c < 71:
                return self.s_range(depth)
            if c < 75:
                return self.s_switch(depth)
            if c < 78:
                return self.s_type_switch(depth)
            if c < 80:
                return ["{"] + self.block(3, depth - 1) + ["}"]
        if not self.pure:
            if c < 83:
                return self.s_defer(depth)
            if c < 89:
                return self.s_call()
            if c < 93:
                return self.s_container()
            if c < 95:
                return self.s_comma_ok()
            if c < 97:
                return self.s_closure(depth)
            if c < 98 and self.may_panic:
                return self.s_panic()
        if compound and not self.pure and not self.quiet and r.random() < .6:
            return self.s_more(depth)
        if self.in_loop and c < 99:
            lab = r.choice(self.labels) if self.labels and r.random() < .4 else None
            if lab:
                self.used_labels.add(lab)
            return ["if (%s) {" % self.no_trace(BOOL), "\t%s%s" % (r.choice(["break", "continue"]), " " + lab if lab else ""), "}"]
        return self.s_return()

    def no_trace(self, t, d=2):
        self.trace = False
        return self.expr(t, d)

    # --- Declarations and assignments ----------------------------------------------------------

    def s_decl(self):
        r = self.r
        t = self.rand_type(2)
        if r.random() < .12 and t.printable() and not self.trace:
            u = self.rand_type(1)
            e1, e2 = self.expr(t, 3), self.expr(u, 2)
            a = self.fresh()
            self.declare(a, t)
            b = self.fresh()
            if b == a:
                return []
            self.declare(b, u)
            return ["%s, %s := %s, %s" % (a, b, e1, e2), "_, _ = %s, %s" % (a, b)]
        c = r.random()
        if c < .12:
            n = self.fresh()
            self.declare(n, t)
            return ["var %s %s" % (n, t.name), "_ = %s" % n]
        e = self.expr(t, 3)
        n = self.fresh()
        self.declare(n, t)
        if c < .3:
            return ["var %s %s = %s" % (n, t.name, e), "_ = %s" % n]
        return ["%s := %s" % (n, self.typed(t, e)), "_ = %s" % n]

    def typed(self, t, e):
        """Comparisons and nil forms have a default type of their own; all else has type t already."""
        if t.kind in ("iface", "any"):
            return "%s(%s)" % (t.name, e)
        return e

    def writable(self, name, v):
        """Whether statements may assign to the variable: pure functions only to their own."""
        return v.assignable and (not self.pure or any(name in s for s in self.scopes[self.base:]))

    def targets(self, pred):
        out = []
        for name, v in self.visible().items():
            if self.writable(name, v):
                out += [(name + s, x) for s, x in ty.subpaths(v.type) if pred(x)]
        return out

    def s_assign(self):
        r = self.r
        c = self.targets(lambda x: True)
        if not c:
            return self.s_decl()
        v, t = r.choice(c)
        q = r.random()
        if t.kind in ("int", "uint", "tnum") and q < .5:
            k = r.randrange(5)
            if k == 0:
                return [v + r.choice(["++", "--"])]
            if k == 1 and t.kind != "tnum":
                return ["%s %s %s" % (v, r.choice(["<<=", ">>="]), self.nonconst(r.choice(ty.UINTS), 2))]
            if k == 2 and t.kind != "tnum":
                if self.take_panic():
                    return ["%s %s %s" % (v, r.choice(["/=", "%="]), self.nonconst(t, 2))]
                return ["%s %s %s | 1" % (v, r.choice(["/=", "%="]), self.nonconst(t, 2))]
            return ["%s %s %s" % (v, r.choice(["+=", "-=", "*=", "&=", "|=", "^=", "&^="] if t.kind != "tnum" else
                                               ["+=", "-=", "^="]), self.expr(t, 2))]
        if t.kind in ("float", "complex") and q < .4:
            return ["%s %s %s" % (v, r.choice(["+=", "-=", "*="]), self.expr(t, 2))]
        if t.kind == "string" and q < .4:
            return ["if len(%s) < 60 {" % v, "\t%s += %s" % (v, self.no_trace(t)), "}"]
        if q > .85 and len(c) > 1 and not self.panics:
            same = [x for x, xt in c if xt is t]
            if len(same) > 1:
                a, b = r.sample(same, 2)
                if not a.startswith(b) and not b.startswith(a):
                    return ["%s, %s = %s, %s" % (a, b, b, self.expr(t, 2) if r.random() < .4 else a)]
        return ["%s = %s" % (v, self.expr(t, 3))]

    def s_dump(self):
        r = self.r
        if r.random() < .6:
            v, t = self.some_var(lambda x: True)
            if v:
                return self.dump(v, t)
        t = self.rand_type(1, printable=True)
        return self.dump(self.typed(t, self.nonconst(t, 3)), t)

    # --- Control flow --------------------------------------------------------------------------

    def s_if(self, depth):
        r = self.r
        out = []
        self.push()
        head = ""
        if r.random() < .3:
            t = self.rand_type(1)
            e = self.no_trace(t)
            n = self.fresh()
            self.declare(n, t)
            head = "%s := %s; %s == %s || " % (n, self.par(self.typed(t, e)), n, n) if t.safe_eq() else ""
            if not head:
                self.scopes[-1].clear()
        out.append("if %s(%s) {" % (head, self.no_trace(BOOL)))
        self.panics = 0
        out += self.block(r.randrange(1, 4), depth - 1)
        while r.random() < .25:
            out.append("} else if (%s) {" % self.no_trace(BOOL))
            out += self.block(r.randrange(1, 3), depth - 1)
        if r.random() < .4:
            out.append("} else {")
            out += self.block(r.randrange(1, 4), depth - 1)
        self.pop()
        return out + ["}"]

    def loop_body(self, n, depth, label_ok=True):
        """(label line, body lines) of a loop."""
        lab = self.label()
        saved = self.labels, self.in_loop
        self.labels = self.labels + [lab]
        self.in_loop = True
        self.loop_depth += 1
        body = self.block(n, depth - 1)
        self.loop_depth -= 1
        self.labels, self.in_loop = saved
        return ([lab + ":"] if lab in self.used_labels else []), body

    def s_for(self, depth):
        r = self.r
        self.trace = False
        self.panics = 0
        if self.loop_depth >= 2:
            return self.s_if(depth)
        self.push()
        i = self.fresh()
        t = r.choice(ty.INTS + ty.UINTS + [INT, INT])
        n = r.randrange(1, 7)
        self.declare(i, t, assignable=False)
        lab, body = self.loop_body(r.randrange(1, 5), depth)
        c = r.randrange(4)
        if c == 0:
            head = "for %s := %s(%d); %s > 0; %s-- {" % (i, t.name, n, i, i)
        elif c == 1:
            head = "for %s := %s(0); %s < %d; %s += %d {" % (i, t.name, i, n * 2, i, r.randrange(1, 4))
        elif c == 2 and t.name not in ("uintptr",):
            head = "for %s := range %s(%d) {" % (i, t.name, n)
        else:
            head = "for %s := %s(0); %s < %d; %s++ {" % (i, t.name, i, n, i)
        self.pop()
        return lab + [head, "\t_ = %s" % i] + body + ["}"]

    def s_range(self, depth):
        r = self.r
        self.trace = False
        self.panics = 0
        if self.loop_depth >= 2:
            return self.s_if(depth)
        self.push()
        c = r.randrange(8)
        if c < 2:
            t = STRING
            src = "xSub(%s, 0, 7)" % self.expr(t, 2)
            kt, et = INT, INT32
        elif c < 5:
            src, t = self.some_var(lambda x: x.kind == "array" or (x.kind == "ptr" and x.elem.kind == "array"))
            if not src:
                t = ty.array_of(3, self.rand_type(1))
                src = self.expr(t, 2)
            if t.kind == "ptr":
                t = t.elem
                src = "xPtr(xDeref(%s))" % src
            kt, et = INT, t.elem
        elif c < 7:
            t = self.rand_slice()
            src = "xCut(%s, 0, 7)" % self.expr(t, 2)
            kt, et = INT, t.elem
        else:
            t = self.rand_type(1)
            kt, et = INT, t
            src = "func(yield func(int, %s) bool) { _ = yield(1, %s) && yield(2, %s) }" % (
                t.name, self.expr(t, 1), self.expr(t, 1))
        k = self.fresh()
        self.declare(k, kt)
        v = self.fresh()
        if v == k:
            v = "v0"
        self.declare(v, et)
        form = r.randrange(4)
        if form == 0:
            self.scopes[-1].pop(v)
        elif form == 1:
            self.scopes[-1].pop(k)
        lab, body = self.loop_body(r.randrange(1, 4), depth)
        self.pop()
        if form == 0:
            return lab + ["for %s := range (%s) {" % (k, src), "\t_ = %s" % k] + body + ["}"]
        if form == 1:
            return lab + ["for _, %s := range (%s) {" % (v, src), "\t_ = %s" % v] + body + ["}"]
        return lab + ["for %s, %s := range (%s) {" % (k, v, src), "\t_, _ = %s, %s" % (k, v)] + body + ["}"]

    def in_switch(self, n, depth, own=False):
        # A plain break inside of a switch leaves the switch: defined all the same.
        return self.block(n, depth - 1, own)

    def s_switch(self, depth):
        r = self.r
        out = []
        if r.random() < .3:
            out.append("switch {")
            cases = ["%s" % self.no_trace(BOOL) for _ in range(r.randrange(1, 4))]
            # Constant cases must differ; others need not.
            cases = ["xID(%s)" % c for c in cases]
        else:
            t = r.choice(ty.INTS + ty.UINTS + [STRING, STRING, INT, INT32] + self.named_ints)
            out.append("switch (%s) {" % self.nonconst(t, 2) if not self.trace else "switch (%s) {" % self.no_trace(t))
            keys = self.distinct_keys(t, r.randrange(1, 6))
            cases = []
            while keys:
                k = r.randrange(1, 3)
                cases.append(", ".join(keys[:k]))
                keys = keys[k:]
            if r.random() < .3:
                cases.append("%s" % self.nonconst(t, 1))
        self.panics, self.trace = 0, False
        at = r.randrange(len(cases) + 1) if r.random() < .6 else -1
        for i, c in enumerate(cases):
            if i == at:
                out += ["default:"] + self.in_switch(2, depth)
                if r.random() < .2:
                    out.append("\tfallthrough")
            out.append("case %s:" % c)
            out += self.in_switch(r.randrange(1, 3), depth)
            if r.random() < .2 and i + 1 < len(cases):
                out.append("\tfallthrough")
        if at == len(cases):
            out += ["default:"] + self.in_switch(2, depth)
        return out + ["}"]

    def s_type_switch(self, depth):
        r = self.r
        v = self.var_of(ANY) if r.random() < .6 else None
        src = v or self.box(2)
        self.panics, self.trace = 0, False
        seen = set()
        n = self.fresh()
        out = ["switch %s := %s.(type) {" % (n, src)]
        cases = []
        for _ in range(r.randrange(1, 5)):
            t = self.rand_type(1, printable=True)
            if t.kind == "any" or t.name in seen:
                continue
            seen.add(t.name)
            cases.append(t)
        while cases:
            if len(cases) > 1 and r.random() < .2:
                out.append("case %s, %s:" % (cases.pop().name, cases.pop().name))
                t = ANY
            else:
                t = cases.pop()
                out.append("case %s:" % t.name)
            self.push()
            self.declare(n, t)
            out.append("\t_ = %s" % n)
            out += self.in_switch(2, depth, own=True)
            self.pop()
        for i in self.ifaces:
            if r.random() < .2:
                out += ["case %s:" % i.name, "\t_ = %s" % n]
        if r.random() < .3:
            self.push()
            self.declare(n, ANY)
            out += ["case nil:", "\t_ = %s" % n] + self.in_switch(1, depth, own=True)
            self.pop()
        out += ["default:", "\t_ = %s" % n]
        self.push()
        self.declare(n, ANY)
        out += self.in_switch(1, depth, own=True)
        self.pop()
        return out + ["}"]

    def s_return(self):
        if self.result_types is None:
            return self.s_dump()
        c = "xOpq(%s)" % self.no_trace(BOOL) if self.r.random() < .9 else "true"
        return ["if %s {" % c, "\t" + self.return_stmt(), "}"]

    def return_stmt(self):
        if self.named_results and self.r.random() < .5:
            return "return"
        if not self.result_types:
            return "return"
        self.trace = False
        return "return " + ", ".join(self.expr(t, 2) for t in self.result_types)

    # --- Effects -------------------------------------------------------------------------------

    def s_call(self):
        r = self.r
        if self.loop_depth > 1:
            return self.s_dump()
        c = []
        for f in self.funcs:
            if not f.pure:
                c.append((f.name, f.params, f.results, f.variadic))
        for name, v in self.visible().items():
            if v.type.kind == "func" and v.assignable:
                c.append((name, v.type.params, v.type.results, False))
            for s, x in ty.subpaths(v.type):
                for m in x.methods:
                    if not m.pure and (not m.ptr or v.assignable):
                        c.append((name + s + "." + m.name, m.params, m.results, False))
            if v.type.kind == "iface" and v.type.sigs:
                for i in v.type.sigs:
                    mn, ps, rs = self.sigs[i]
                    c.append((name + "." + mn, ps, rs, False))
        if not c:
            return self.s_dump()
        f, params, results, variadic = r.choice(c)
        self.calls = True
        if variadic:
            args = [self.expr(p, 2) for p in params[:-1]]
            if r.random() < .3:
                args.append(self.expr(params[-1], 2) + "...")
            else:
                args += [self.expr(params[-1].elem, 1) for _ in range(r.randrange(4))]
            call = "%s(%s)" % (f, ", ".join(args))
        else:
            call = "%s(%s)" % (f, self.args(params, 3))
        base = f.split(".")[0]
        vis = self.visible().get(base)
        guard = vis is not None and vis.type.kind in ("func", "iface") and (not self.panics)
        inner = [call]
        if results:
            self.push()
            names = []
            for t in results:
                self.name_n += 1
                names.append("w%d" % self.name_n)
            inner = ["%s := %s" % (", ".join(names), call)]
            self.trace = False
            for n, t in zip(names, results):
                inner += self.dump(n, t)
            tg = [x for x, xt in self.targets(lambda y: y is results[0])]
            if tg:
                inner.append("%s = %s" % (r.choice(tg), names[0]))
            self.pop()
        if guard:
            return ["if %s != nil {" % base] + indent(inner) + ["}"]
        return ["{"] + indent(inner) + ["}"] if results else inner

    def s_container(self):
        """Writes through slices, maps and pointers."""
        r = self.r
        cand = self.targets(lambda x: x.kind in ("slice", "map", "ptr", "array"))
        if not cand:
            return self.s_decl()
        v, t = r.choice(cand)
        if t.kind == "array":
            if t.n == 0 or self.trace:
                return self.dump(v, t)
            if self.take_panic():
                return ["%s[%s] = %s" % (v, self.nonconst(INT, 2), self.expr(t.elem, 1))]
            return ["%s[xMod(%s, %d)] = %s" % (v, self.expr(INT, 2), t.n, self.expr(t.elem, 2))]
        if t.kind == "slice":
            k = r.randrange(7)
            self_t = self.trace
            self.trace = False
            if k == 0 and self.panics:
                self.panics = 0
                return ["%s[%s] = %s" % (v, self.nonconst(INT, 2), self.expr(t.elem, 1))]
            if k < 2:
                return ["if len(%s) > 0 {" % v, "\t%s[xMod(%s, len(%s))] = %s" % (v, self.expr(INT, 2), v, self.expr(t.elem, 2)), "}"]
            if k < 4:
                args = ", ".join(self.expr(t.elem, 2) for _ in range(r.randrange(1, 4)))
                return ["if len(%s) < 40 {" % v, "\t%s = append(%s, %s)" % (v, v, args), "}"]
            if k == 4:
                return ["if len(%s) < 40 {" % v, "\t%s = append(%s, %s...)" % (v, "xCut(%s, 0, %d)" % (v, r.randrange(9)), self.expr(t, 2)), "}"]
            if k == 5:
                self.trace = self_t
                return ["fmt.Println(copy(%s, %s))" % (v, self.expr(t, 2))]
            return ["clear(%s)" % v if r.random() < .3 else "%s = xCut(%s, %s, %s)" % (v, v, self.expr(INT, 1), self.expr(INT, 1))]
        if t.kind == "map":
            k = r.randrange(6)
            self.trace = False
            raw = self.take_panic()
            key = self.key(t.key, 2)
            if k < 3:
                stmt = "%s[%s] = %s" % (v, key, self.expr(t.elem, 2))
                if t.elem.kind in ("int", "uint") and r.random() < .5:
                    stmt = "%s[%s] %s" % (v, key, r.choice(["++", "--", "+= 3", "^= 5", "<<= 1"]))
                if raw:
                    return [stmt]
                return ["if %s != nil {" % v, "\t" + stmt, "}"]
            if k == 3:
                return ["delete(%s, %s)" % (v, key)]
            if k == 4 and t.key.kind in ("int", "uint"):
                return ["for kk0 := range %s {" % v, "\tif kk0&1 == 0 {", "\t\tdelete(%s, kk0)" % v, "\t}", "}"]
            return ["clear(%s)" % v] if r.random() < .2 else self.dump(v, t)
        self.trace = False
        if self.take_panic():
            return ["*%s = %s" % (v, self.expr(t.elem, 1))]
        e = t.elem
        if e.kind == "struct" and e.fields and r.random() < .6:
            f, x, _ = r.choice(e.fields)
            if f != "_":
                return ["if %s != nil {" % v, "\t%s.%s = %s" % (v, f, self.expr(x, 2)), "}"]
        if e.kind in ("int", "uint") and r.random() < .5:
            return ["if %s != nil {" % v, "\t*%s %s %s" % (v, r.choice(["+=", "-=", "^=", "|="]), self.expr(e, 2)), "}"]
        return ["if %s != nil {" % v, "\t*%s = %s" % (v, self.expr(e, 2)), "}"]

    def s_comma_ok(self):
        r = self.r
        self.trace = False
        if r.random() < .5:
            m, t = self.some_var(lambda x: x.kind == "map")
            if m:
                return ["if x, ok := %s[%s]; ok {" % (m, self.key(t.key, 1))] + indent(self.dump("x", t.elem)) + [
                    "} else {"] + indent(self.dump("x", t.elem)) + ["}"]
        t = self.rand_type(1, printable=True)
        if t.kind == "any":
            return []
        src = self.var_of(ANY) or self.box(2)
        return ["if x, ok := %s.(%s); ok {" % (src, t.name)] + indent(self.dump("x", t)) + ["}"]

    def s_defer(self, depth):
        r = self.r
        if self.loop_depth > 1:
            return []
        self.trace = False
        k = r.randrange(4)
        if k == 0:
            t = self.rand_type(1, printable=True)
            return ["defer fmt.Println(\"%s deferred\", %s)" % (self.tag(), self.expr(t, 2))]
        if k == 1:
            return ["defer func() {", "\tif rec0 := recover(); rec0 != nil {", "\t\txShow(\"%s\", rec0)" % self.tag()] + (
                ["\t\tres0 = %s" % self.pure_expr(self.result_types[0], 1)] if self.named_results else []) + ["\t}", "}()"]
        saved = self.enter_closure([], None)
        body = self.block(2, 0)
        self.leave_closure(saved)
        t = self.rand_type(1)
        return ["defer func(%s %s) {" % ("q0", t.name)] + body + ["}(%s)" % self.expr(t, 2)]

    def pure_expr(self, t, d):
        self.panics, self.trace = 0, False
        return self.expr(t, d)

    def s_panic(self):
        r = self.r
        t = self.rand_type(1, printable=True)
        e = self.pure_expr(t, 2)
        if t.kind == "any":
            e = "\"text\""
        return ["if %s {" % self.no_trace(BOOL), "\tpanic(%s)" % e, "}"]

    # --- Functions -----------------------------------------------------------------------------

    def enter_closure(self, params, results):
        """State of the enclosing function; the closure sees its variables."""
        saved = (self.labels, self.in_loop, self.result_types, self.named_results, self.calls, self.loop_depth,
                 self.panics, self.trace, self.funcs)
        self.labels, self.in_loop = [], False
        self.result_types, self.named_results = results, False
        self.calls = False
        self.panics, self.trace = 0, False
        self.push()
        return saved

    def leave_closure(self, saved):
        self.pop()
        (self.labels, self.in_loop, self.result_types, self.named_results, self.calls, self.loop_depth,
         self.panics, self.trace, self.funcs) = saved

    def func_lit(self, t, pure):
        """A function literal: in expressions only one that returns an expression."""
        saved = self.enter_closure(t.params, t.results)
        names = []
        for p in t.params:
            n = self.fresh()
            self.declare(n, p)
            names.append(n)
        # The literal may be called at any time: nothing in it may call back or panic.
        funcs, self.funcs = self.funcs, []
        was_pure, self.pure = self.pure, True
        may, self.may_panic = self.may_panic, False
        base, self.base = self.base, len(self.scopes) - 1
        body = ["return " + ", ".join(self.expr(x, 1) for x in t.results)] if t.results else ["return"]
        self.base = base
        self.may_panic = may
        self.pure = was_pure
        self.funcs = funcs
        self.leave_closure(saved)
        sig = ", ".join("%s %s" % (n, p.name) for n, p in zip(names, t.params))
        return "func(%s)%s { %s }" % (sig, ty.results_text(t.results), "; ".join(body))

    def s_closure(self, depth):
        """A closure with effects on the variables around it, called now or later."""
        r = self.r
        self.panics, self.trace = 0, False
        params = [self.rand_type(1) for _ in range(r.randrange(3))]
        results = [self.rand_type(1)] if r.random() < .5 else []
        t = ty.func_of(params, results)
        saved = self.enter_closure(params, results)
        funcs = self.funcs
        self.funcs = [f for f in self.funcs if f.pure]
        names = []
        for p in params:
            n = self.fresh()
            self.declare(n, p)
            names.append(n)
        loop = self.loop_depth
        self.loop_depth = 1
        body = self.block(r.randrange(1, 4), min(depth, 1), own=True)
        if results:
            body.append("\t" + self.return_stmt())
        self.loop_depth = loop
        self.funcs = funcs
        # It may call itself through a variable.
        body.insert(0, "\tif !xStep() {\n\t\tpanic(\"fuel\")\n\t}")
        self.leave_closure(saved)
        n = self.fresh()
        sig = ", ".join("%s %s" % (x, p.name) for x, p in zip(names, params))
        out = ["%s := func(%s)%s {" % (n, sig, ty.results_text(results))] + body + ["}", "_ = %s" % n]
        self.declare(n, t)
        return out

    def function(self, head, params, results, named, pure, stmts, depth=2, recv=None, may_panic=True):
        """A function declaration: head is its text up to the parameters."""
        r = self.r
        self.scopes = self.scopes[:1]
        self.base = 1
        self.push()
        names = []
        if recv:
            self.declare(recv[0], recv[1])
        for p in params:
            n = self.fresh()
            self.declare(n, p)
            names.append(n)
        self.pure = self.quiet = pure
        self.may_panic = may_panic and not pure
        self.calls = False
        self.labels, self.in_loop, self.loop_depth = [], False, 0
        self.result_types, self.named_results = results, named
        self.used_labels = set()
        res = ty.results_text(results)
        if named:
            res = " (" + ", ".join("res%d %s" % (i, t.name) for i, t in enumerate(results)) + ")"
            for i, t in enumerate(results):
                self.declare("res%d" % i, t)
        self.budget = stmts * 2
        body = []
        n = stmts
        while n > 0 and self.budget > 0:
            n -= 1
            self.budget -= 1
            body += self.stmt(depth)
        if results:
            q = r.random()
            if q < .1 and not pure:
                body.append("panic(\"end\")")
            elif q < .25:
                body += ["if (%s) {" % self.no_trace(BOOL), "\t" + self.return_stmt(), "} else {", "\t" + self.return_stmt(), "}"]
            else:
                body.append(self.return_stmt())
        if self.calls and pure:
            # No panic: the order of a panic and of what else may panic in an expression is open.
            body = ["if !xStep() {", "\treturn " + ", ".join("*new(%s)" % t.name for t in results), "}"] + body
        elif self.calls:
            body = ["if !xStep() {", "\tpanic(\"fuel\")", "}"] + body
        self.pop()
        self.pure = self.quiet = False
        sig = ", ".join("%s %s" % (x, p.name) for x, p in zip(names, params))
        return ["%s(%s)%s {" % (head, sig, res)] + indent(body) + ["}"]
