"""Random expressions of a wanted type.

What keeps the output of a program defined:
  - Expressions have no side effects but xTr's, whose order the specification fixes; calls of
    functions with effects stand alone in statements (stmts.py).
  - In a statement at most one operand may panic (`panics`, a budget), and then nothing is traced.
  - Two constant operands never meet where the result could overflow: one is made a variable.
"""

from . import types as ty
from .types import BOOL, STRING, INT, UINT8, INT32, ANY

# Pieces of text, some of them not valid UTF-8.
WORDS = ["", "a", "go", "xyz", "h\u00e9llo", "\u4e16\u754c", "\\xff", "a\\x80b", "\\xe4\\xb8", "0", "42",
         "-7", "tail ", " \\t", "\\x00", "\U0001f600", "A-B-C", "\\ufffd", "long text of words"]


class ExprMixin:
    # --- Small helpers -------------------------------------------------------------------------

    def lit_int(self, t):
        lo, hi = t.range()
        r = self.r
        kind = r.randrange(10)
        if kind < 5:
            v = r.randrange(max(lo, -9), 10)
        elif kind < 7:
            v = r.choice([lo, hi, hi - 1, lo + 1, hi >> 1, (hi >> 1) + 1])
        elif kind < 8:
            v = 1 << r.randrange(hi.bit_length())
        else:
            v = r.randint(lo, hi)
        return v

    def int_text(self, v):
        r = self.r.randrange(8)
        if r == 0:
            return ("-" if v < 0 else "") + hex(abs(v))
        if r == 1 and abs(v) < 1 << 16:
            return ("-" if v < 0 else "") + "0b" + bin(abs(v))[2:]
        if r == 2 and 32 < v < 127 and chr(v) not in "'\\":
            return "'%s'" % chr(v)
        if abs(v) > 9999 and r == 3:
            return "{:_}".format(v)
        return str(v)

    def lit_float(self):
        r = self.r
        return r.choice(["0", "1", "2", "-1", "0.5", "-0.25", "3.75", "1e3", "-2.5e-3", "0.1", "1.0 / 3", "1e20",
                         "-7.125", "0x1p-4", "123456.789", "16777217", "2147483648"])

    def lit(self, t):
        """A literal. Constant for basic types."""
        r = self.r
        k = t.kind
        if t.is_int:
            return "%s(%s)" % (t.name, self.int_text(self.lit_int(t)))
        if k == "tcmp":
            return "*new(%s)" % t.name
        if k == "tnum":
            return "%s(%d)" % (t.name, r.randrange(100))
        if k == "float":
            return "%s(%s)" % (t.name, self.lit_float())
        if k == "complex":
            return "%s(%s + %si)" % (t.name, self.lit_float(), r.choice(["1", "0", "2.5", "0.5"]))
        if k == "bool":
            return t.name + "(true)" if t.named and r.random() < .5 else (
                "%s(%s)" % (t.name, r.choice(["true", "false"])) if t.named else r.choice(["true", "false"]))
        if k == "string":
            s = '"%s"' % "".join(r.choice(WORDS) for _ in range(r.randrange(1, 3)))
            return "%s(%s)" % (t.name, s) if t.named else s
        return self.composite(t, 0)

    def is_const_kind(self, t):
        return t.is_num or t.kind in ("bool", "string", "tnum")

    def composite(self, t, d):
        r = self.r
        k = t.kind
        if k == "array":
            if t.n > 2 and r.random() < .3:
                i = r.randrange(t.n)
                return "%s{%d: %s}" % (t.name, i, self.expr(t.elem, d - 1))
            n = r.randrange(t.n + 1) if r.random() < .3 else t.n
            return "%s{%s}" % (t.name, ", ".join(self.expr(t.elem, d - 1) for _ in range(n)))
        if k == "slice":
            c = r.random()
            if c < .1:
                return "%s(nil)" % t.name
            if c < .2:
                return "make(%s, %d, %d)" % (t.name, r.randrange(4), r.randrange(4, 9))
            if c < .26:
                return "%s{%d: %s}" % (t.name, r.randrange(5), self.expr(t.elem, d - 1))
            return "%s{%s}" % (t.name, ", ".join(self.expr(t.elem, d - 1) for _ in range(r.randrange(5))))
        if k == "map":
            c = r.random()
            if c < .15:
                return "make(%s)" % t.name
            keys = self.distinct_keys(t.key, r.randrange(4))
            return "%s{%s}" % (t.name, ", ".join("%s: %s" % (key, self.expr(t.elem, d - 1)) for key in keys))
        if k == "struct":
            fs = [f for f in t.fields]
            if any(f[0] == "_" for f in fs) or r.random() < .6:
                fs = [f for f in fs if f[0] != "_"]
                fs = [f for f in fs if r.random() < .8]
                r.shuffle(fs)
                return "%s{%s}" % (t.name, ", ".join("%s: %s" % (n, self.expr(x, d - 1)) for n, x, _ in fs))
            return "%s{%s}" % (t.name, ", ".join(self.expr(x, d - 1) for _, x, _ in fs))
        if k == "ptr":
            e = t.elem
            if e.kind in ("struct", "array") and r.random() < .5:
                return "&" + self.composite(e, d - 1)
            if r.random() < .4:
                return "new(%s)" % self.nonconst(e, d - 1)
            if r.random() < .3:
                return "new(%s)" % e.name
            return "xPtr[%s](%s)" % (e.name, self.expr(e, d - 1))
        if k == "func":
            return self.func_lit(t, pure=True)
        if k == "any":
            return self.box(d)
        if k == "iface":
            return self.iface_value(t, d)
        return self.lit(t)

    def distinct_keys(self, t, n):
        """Texts of keys that are not equal constants."""
        r = self.r
        if t.is_int:
            lo, hi = t.range()
            return ["%s(%d)" % (t.name, v) for v in r.sample(range(max(lo, -20), min(hi, 100)), n)]
        if t.kind == "string":
            return ["%s(\"%s\")" % (t.name, w) for w in r.sample(WORDS, n)]
        if t.kind == "float":
            return ["%s(%s)" % (t.name, w) for w in r.sample(["0", "1", "0.5", "-1.25", "1e9"], n)]
        if t.kind == "bool":
            return r.sample(["true", "false"], min(n, 2))
        return ["xOpq[%s](%s)" % (t.name, self.key(t)) for _ in range(min(n, 2))]

    def key(self, t, d=1):
        """An expression that can be hashed: of interface types only with a hashable value."""
        if t.kind == "any":
            return "any(%s)" % self.expr(self.r.choice([INT, STRING, BOOL, UINT8, ty.F64] + self.key_structs), d)
        return self.expr(t, d)

    def box(self, d):
        """A value of type any that prints without addresses."""
        t = self.rand_type(1, printable=True)
        if t.kind == "any":
            return "any(nil)"
        return "any(%s)" % self.expr(t, d - 1)

    def iface_value(self, t, d):
        cands = self.implementers(t)
        if not cands:
            return "%s(nil)" % t.name
        typ, ptr = self.r.choice(cands)
        if ptr:
            return "%s(%s)" % (t.name, self.nonnil_ptr(typ, d))
        return "%s(%s)" % (t.name, self.expr(typ, d - 1))

    def nonnil_ptr(self, t, d):
        v = self.addressable(t)
        if v and self.r.random() < .5:
            return "&" + v
        return "xPtr[%s](%s)" % (t.name, self.expr(t, d - 1))

    def addressable(self, t):
        c = [v for v, x in self.vars_of(t, assignable=True)]
        return self.r.choice(c) if c else None

    # --- Variables -----------------------------------------------------------------------------

    def visible(self):
        seen = {}
        for scope in self.scopes:
            seen.update(scope)
        return seen

    def vars_of(self, t, assignable=False):
        out = []
        for name, v in self.visible().items():
            if assignable and not v.assignable:
                continue
            for s, x in ty.subpaths(v.type):
                if x is t:
                    out.append((name + s, x))
        return out

    def var_of(self, t):
        c = self.vars_of(t)
        return self.r.choice(c)[0] if c else None

    def some_var(self, pred):
        c = []
        for name, v in self.visible().items():
            for s, x in ty.subpaths(v.type):
                if pred(x):
                    c.append((name + s, x))
        return self.r.choice(c) if c else (None, None)

    # --- Expressions ---------------------------------------------------------------------------

    def expr(self, t, d):
        return self.expr_c(t, d)[0]

    def nonconst(self, t, d):
        e, c = self.expr_c(t, d)
        if c:
            v = self.var_of(t)
            return v if v else "%s(%s)" % (self.r.choice(["xOpq", "xID"]) + "[" + t.name + "]", e)
        return e

    def expr_c(self, t, d):
        """(text, whether it may be constant)."""
        r = self.r
        if self.trace and r.random() < .25 and d > 0:
            self.trace_n += 1
            n = self.trace_n
            return "xTr[%s](%d, %s)" % (t.name, n, self.expr(t, d - 1)), False
        if d <= 0 or r.random() < .25:
            if r.random() < .75:
                v = self.var_of(t)
                if v:
                    return v, False
            if d > -3 or self.is_const_kind(t):
                return (self.lit(t), True) if self.is_const_kind(t) else (self.composite(t, d), False)
            return self.zero(t), False
        if r.random() < .3:
            e = self.generic_form(t, d)
            if e:
                return e, False
        k = t.kind
        f = getattr(self, "expr_" + k, None)
        if f:
            return f(t, d)
        return self.composite(t, d), False

    def zero(self, t):
        k = t.kind
        if k in ("slice", "map", "ptr", "func", "any", "iface"):
            return "(%s)(nil)" % t.name
        if k in ("struct", "array"):
            return t.name + "{}"
        return self.lit(t)

    def par(self, e):
        return "(" + e + ")"

    def generic_form(self, t, d):
        """Forms that exist for every type."""
        r = self.r
        c = r.randrange(13)
        n = t.name
        if c == 0:
            return "xPick[%s](%s, %s, %s)" % (n, self.expr(BOOL, d - 1), self.expr(t, d - 1), self.expr(t, d - 1))
        if c == 1:
            s, st = self.some_var(lambda x: x.kind in ("slice", "array") and x.elem is t)
            if s:
                return self.index(s, st, d)
        if c == 2:
            s, st = self.some_var(lambda x: x.kind == "map" and x.elem is t)
            if s:
                return "%s[%s]" % (s, self.key(st.key, d - 1))
        if c == 3:
            s, st = self.some_var(lambda x: x.kind == "ptr" and x.elem is t)
            if s:
                if self.take_panic():
                    return "(*%s)" % s
                return "xDeref(%s)" % s
        if c == 4 or c == 5:
            return self.pure_call(t, d)
        if c == 6:
            return self.method_call(t, d)
        if c == 7 and t.kind not in ("func", "any", "iface", "tnum", "tcmp"):
            # The dynamic type is the asserted one, or the assertion is the operand that may panic.
            if self.take_panic():
                v = self.var_of(ANY)
                if v:
                    return "%s.(%s)" % (v, n)
                return "%s.(%s)" % (self.box(d), n)
            return "any(%s).(%s)" % (self.expr(t, d - 1), n)
        if c == 8:
            return "*xPtr[%s](%s)" % (n, self.expr(t, d - 1))
        if c == 9 and t.kind not in ("tnum",):
            return "func() %s { return %s }()" % (n, self.expr(t, d - 1))
        if c == 10:
            if t.named and t.kind == "struct":
                s, _ = self.some_var(lambda x: x.kind == "struct" and x is not t and self.same_fields(x, t))
                if s:
                    return "%s(%s)" % (n, s)
            return "%s[%s](%s)" % (r.choice(["xOpq", "xID"]), n, self.expr(t, d - 1))
        if c == 11:
            return "[]%s{%s, %s}[%s&1]" % (n, self.expr(t, d - 1), self.expr(t, d - 1), self.nonconst(INT, d - 1))
        if c == 12 and t.comparable() and t.kind != "tnum":
            return "struct{ f %s }{%s}.f" % (n, self.expr(t, d - 1))
        return None

    def same_fields(self, a, b):
        return [(f, x.name, e) for f, x, e in a.fields] == [(f, x.name, e) for f, x, e in b.fields]

    def take_panic(self):
        """Whether the operand may panic. Once per statement."""
        if self.panics > 0 and not self.trace and self.r.random() < .5:
            self.panics -= 1
            return True
        return False

    def index(self, s, st, d):
        r = self.r
        if st.kind == "array" and st.n == 0:
            return self.zero(st.elem)  # Go tells index 0 whatever the index is
        if self.take_panic():
            return "%s[%s]" % (s, self.nonconst(r.choice([INT, INT, INT, ty.INTS[1], UINT8, ty.UINTS[4]]), d - 1))
        if st.kind == "array":
            if st.n & (st.n - 1) == 0 and r.random() < .5:
                return "%s[%s&%d]" % (s, self.nonconst(r.choice(ty.INTS), d - 1), st.n - 1)
            if r.random() < .3:
                return "%s[%s%%%d]" % (s, self.nonconst(r.choice(ty.UINTS), d - 1), st.n)
            return "%s[xMod(%s, %d)]" % (s, self.expr(INT, d - 1), st.n)
        return "xAt(%s, %s)" % (s, self.expr(INT, d - 1))

    def args(self, params, d):
        return ", ".join(self.expr(p, d - 1) for p in params)

    def pure_call(self, t, d):
        c = [f for f in self.funcs if f.pure and f.results == [t]]
        if not c or self.loop_depth > 1 or self.panic_stmt:
            return None
        f = self.r.choice(c)
        self.calls = True
        return "%s(%s)" % (f.name, self.args(f.params, d))

    def method_call(self, t, d):
        c = []
        for name, v in self.visible().items():
            for s, x in ty.subpaths(v.type):
                for m in x.methods:
                    if m.pure and m.results == [t] and (not m.ptr):
                        c.append((name + s, x, m))
        if not c or self.no_methods:
            return None
        s, x, m = self.r.choice(c)
        if self.r.random() < .2:
            return "%s.%s(%s%s)" % (x.name, m.name, s, "".join(", " + self.expr(p, d - 1) for p in m.params))
        return "%s.%s(%s)" % (s, m.name, self.args(m.params, d))

    # --- By kind -------------------------------------------------------------------------------

    def expr_int(self, t, d):
        r = self.r
        n = t.name
        c = r.randrange(20)
        if c < 8:
            op = r.choice(["+", "-", "*", "&", "|", "^", "&^", "+", "-", "*"])
            a, ac = self.expr_c(t, d - 1)
            b, bc = self.expr_c(t, d - 1)
            if ac and bc:
                a = "xOpq(%s)" % a
            return "(%s %s %s)" % (a, op, b), False
        if c < 10:
            op = r.choice("/%")
            a = self.nonconst(t, d - 1)
            if self.take_panic():
                return "(%s %s %s)" % (a, op, self.nonconst(t, d - 1)), False
            if r.random() < .4:
                v = self.lit_int(t) or 3
                return "(%s %s %s(%d))" % (a, op, n, v), False
            return "(%s %s (%s | 1))" % (a, op, self.nonconst(t, d - 1)), False
        if c < 13:
            a = self.nonconst(t, d - 1)
            op = r.choice(["<<", ">>"])
            if self.take_panic():
                return "(%s %s %s)" % (a, op, self.nonconst(r.choice(ty.INTS), d - 1)), False
            q = r.randrange(4)
            if q == 0:
                return "(%s %s %d)" % (a, op, r.choice([0, 1, 3, 7, 8, 15, 31, 33, 63, 64, 70])), False
            if q == 1:
                return "(%s %s (%s & %d))" % (a, op, self.nonconst(r.choice(ty.INTS), d - 1),
                                              r.choice([7, 15, 31, 63, 127])), False
            return "(%s %s %s)" % (a, op, self.nonconst(r.choice(ty.UINTS), d - 1)), False
        if c < 14:
            return "(%s%s)" % (r.choice("-^+"), self.nonconst(t, d - 1)), False
        if c < 16:
            s = r.choice(ty.INTS + ty.UINTS + self.named_ints)
            return "%s(%s)" % (n, self.nonconst(s, d - 1)), False
        if c < 17:
            q = r.randrange(6)
            if q == 0:
                f = r.choice(ty.FLOATS)
                return "%s(xF2i(float64(%s)))" % (n, self.nonconst(f, d - 1)), False
            if q == 1:
                return "%s(len(%s))" % (n, self.nonconst(STRING, d - 1)), False
            if q == 2:
                s, st = self.some_var(lambda x: x.kind in ("slice", "map"))
                if s:
                    return "%s(len(%s))" % (n, s), False
            if q == 3:
                return "%s(bits.%s(uint64(%s)))" % (
                    n, r.choice(["OnesCount64", "LeadingZeros64", "TrailingZeros64", "Len64", "Reverse64"]),
                    self.nonconst(t, d - 1)), False
            if q == 4 and n == "int":
                return "strings.%s(%s, %s)" % (r.choice(["Index", "LastIndex", "Count"]),
                                               self.expr(STRING, d - 1), self.expr(STRING, d - 1)), False
            return "%s(xByte(%s, %s))" % (n, self.expr(STRING, d - 1), self.expr(INT, d - 1)), False
        if c < 18:
            a, ac = self.expr_c(t, d - 1)
            b, bc = self.expr_c(t, d - 1)
            return "%s(%s, %s)" % (r.choice(["min", "max"]), a, b), ac and bc
        return self.nonconst(t, d - 1), False

    expr_uint = expr_int

    def expr_tnum(self, t, d):
        r = self.r
        a = self.var_of(t) or "xOpq(%s)" % self.lit(t)
        c = r.randrange(6)
        if c < 3:
            return "(%s %s %s)" % (a, r.choice(["+", "-", "*", "&", "|", "^"]), self.expr(t, d - 1)), False
        if c == 3:
            return "(%s %s (%s | 1))" % (a, r.choice("/%"), self.expr(t, d - 1) if False else a), False
        if c == 4:
            return "(%s %s (%s & 7))" % (a, r.choice(["<<", ">>"]), self.nonconst(INT, d - 1)), False
        return "%s(%s)" % (t.name, self.nonconst(r.choice(ty.INTS), d - 1)), False

    def expr_bool(self, t, d):
        r = self.r
        c = r.randrange(10)
        w = (lambda e: "%s(%s)" % (t.name, e)) if t.named else self.par
        if c < 5:
            x = r.choice(ty.INTS + ty.UINTS + ty.FLOATS + [STRING])
            v, vt = self.some_var(lambda y: y.ordered and not y.kind == "tnum")
            if v and r.random() < .6:
                return w("%s %s %s" % (v, r.choice(["<", "<=", ">", ">=", "==", "!="]), self.expr(vt, d - 1))), False
            return w("%s %s %s" % (self.nonconst(x, d - 1), r.choice(["<", "<=", ">", ">=", "==", "!="]),
                                   self.expr(x, d - 1))), False
        if c < 7:
            a, ac = self.expr_c(t, d - 1)
            b, bc = self.expr_c(t, d - 1)
            return "(%s %s %s)" % (a, r.choice(["&&", "||"]), b), ac and bc
        if c < 8:
            a, ac = self.expr_c(t, d - 1)
            return "!" + self.par(a), ac
        if c < 9:
            v, vt = self.some_var(lambda y: y.safe_eq() and y.kind not in ("bool", "tnum"))
            if v:
                return w("%s %s %s" % (v, r.choice(["==", "!="]), self.par(self.expr(vt, d - 1)))), False
            v, vt = self.some_var(lambda y: y.kind in ("slice", "map", "ptr", "func", "any", "iface"))
            if v:
                return w("%s %s nil" % (v, r.choice(["==", "!="]))), False
        if self.panics and not self.trace:
            v, vt = self.some_var(lambda y: y.comparable() and not y.safe_eq())
            if v and self.take_panic():
                return w("%s %s %s" % (v, r.choice(["==", "!="]), self.par(self.zero(vt)))), False
        return w("strings.%s(%s, %s)" % (r.choice(["Contains", "HasPrefix", "HasSuffix"]),
                                         self.expr(STRING, d - 1), self.expr(STRING, d - 1))), False

    def expr_float(self, t, d):
        r = self.r
        c = r.randrange(14)
        if c < 6:
            op = r.choice("+-*/")
            a, ac = self.expr_c(t, d - 1)
            b, bc = self.expr_c(t, d - 1)
            if bc and op == "/":
                b = "xOpq(%s)" % b
            elif ac and bc:
                a = "xOpq(%s)" % a
            return "(%s %s %s)" % (a, op, b), False
        if c < 7:
            return "(-%s)" % self.nonconst(t, d - 1), False
        if c < 9:
            s = r.choice(ty.INTS + ty.UINTS)
            return "%s(%s)" % (t.name, self.nonconst(s, d - 1)), False
        if c < 10:
            s = r.choice(ty.FLOATS)
            return "%s(%s)" % (t.name, self.nonconst(s, d - 1)), False
        if c < 12:
            f = r.choice(["Sqrt", "Floor", "Ceil", "Trunc", "Abs", "Round", "RoundToEven"])
            return "%s(math.%s(float64(%s)))" % (t.name, f, self.nonconst(t, d - 1)), False
        if c < 13:
            ct = ty.COMPLEXES[0] if t.bits == 64 else ty.COMPLEXES[1]
            return "%s(%s(%s))" % (t.name, r.choice(["real", "imag"]), self.nonconst(ct, d - 1)), False
        a, ac = self.expr_c(t, d - 1)
        b, bc = self.expr_c(t, d - 1)
        return "%s(%s, %s)" % (r.choice(["min", "max"]), a, b), ac and bc

    def expr_complex(self, t, d):
        r = self.r
        c = r.randrange(6)
        if c < 4:
            op = r.choice("+-*/+-*")
            a, ac = self.expr_c(t, d - 1)
            b, bc = self.expr_c(t, d - 1)
            if bc and op == "/":
                b = "xOpq(%s)" % b
            elif ac and bc:
                a = "xOpq(%s)" % a
            return "(%s %s %s)" % (a, op, b), False
        if c < 5:
            return "%s(%s)" % (t.name, self.nonconst(r.choice(ty.COMPLEXES), d - 1)), False
        f = ty.FLOATS[0] if t.bits == 128 else ty.FLOATS[1]
        return "%s(complex(%s, %s))" % (t.name, self.nonconst(f, d - 1), self.nonconst(f, d - 1)), False

    def expr_string(self, t, d):
        r = self.r
        n = t.name
        c = r.randrange(14)
        w = (lambda e: "%s(%s)" % (n, e))
        if c < 3:
            # Limited: a variable in a loop would double each time.
            return "(xLim(%s, 40) + xLim(%s, 300))" % (self.nonconst(t, d - 1), self.expr(t, d - 1)), False
        if c < 5:
            return "xSub(%s, %s, %s)" % (self.expr(t, d - 1), self.expr(INT, d - 1), self.expr(INT, d - 1)), False
        if c < 6:
            if self.take_panic():
                return "(%s)[%s:%s]" % (self.nonconst(t, d - 1), self.nonconst(INT, 0),
                                      self.nonconst(INT, 0) if r.random() < .5 else ""), False
            return w(self.nonconst(ty.slice_of(r.choice([UINT8, INT32])), d - 1)), False
        if c < 7:
            return w("rune(%s)" % self.nonconst(r.choice([INT32, UINT8, ty.INTS[2]]), d - 1)), False
        if c < 8:
            return w("strconv.Itoa(%s)" % self.expr(INT, d - 1)), False
        if c < 9:
            return w("strconv.Quote(xLim(%s, 60))" % self.expr(STRING, d - 1)), False
        if c < 10:
            f = r.choice(["ToUpper(%s)", "ToLower(%s)", "TrimSpace(%s)", "Repeat(xSub(%s, 0, 9), 2)",
                          "ReplaceAll(%s, \"a\", \"bc\")", "Trim(%s, \"ao \")"])
            return w("strings." + f % self.expr(STRING, d - 1)), False
        if c < 12:
            v, vt = self.some_var(lambda y: y.printable() and not y.kind == "string")
            if v and not self.no_methods:
                return w("xLim(fmt.Sprint(%s), 200)" % v), False
        if c < 13:
            return "%s([]byte(%s))" % (n, self.expr(t, d - 1)), False
        return "%s([]rune(%s))" % (n, self.expr(t, d - 1)), False

    def expr_slice(self, t, d):
        r = self.r
        c = r.randrange(10)
        e = t.elem
        if c < 2:
            return "xCut(%s, %s, %s)" % (self.expr(t, d - 1), self.expr(INT, d - 1), self.expr(INT, d - 1)), False
        if c < 3:
            return "append(%s(nil), %s...)" % (t.name, self.expr(t, d - 1)), False
        if c < 4:
            # A full slice: append to it copies, so it writes to nothing that is visible.
            return "append(xCut3(%s, %s, 0), %s)" % (self.expr(t, d - 1), self.expr(INT, d - 1),
                                                     self.expr(e, d - 1)), False
        if c < 5:
            v, vt = self.some_var(lambda y: y.kind == "array" and y.elem is e)
            if v and self.is_addressable(v):
                return "%s[:]" % v if not t.named else "%s(%s[:])" % (t.name, v), False
        if c < 6 and e is UINT8:
            return "%s(%s)" % (t.name, self.expr(STRING, d - 1)), False
        if c < 6 and e is INT32:
            return "%s(%s)" % (t.name, self.expr(STRING, d - 1)), False
        if c < 7 and self.take_panic():
            v = self.var_of(t)
            if v:
                k = r.randrange(3)
                if k == 0:
                    return "%s[%s:]" % (v, self.nonconst(INT, 0)), False
                if k == 1:
                    return "%s[:%s:%s]" % (v, self.nonconst(INT, 0), self.nonconst(INT, 0)), False
                return "make(%s, %s)" % (t.name, "xMod(%s, 20)-2" % self.nonconst(INT, 0)), False
        return self.composite(t, d), False

    def is_addressable(self, path):
        base = path.split(".")[0].split("[")[0]
        v = self.visible().get(base)
        return v is not None and v.assignable

    def expr_array(self, t, d):
        if self.take_panic():
            return "%s(%s)" % (t.name, self.expr(ty.slice_of(t.elem), d - 1)), False
        return self.composite(t, d), False

    def expr_ptr(self, t, d):
        v = self.addressable(t.elem)
        if v and self.r.random() < .6:
            return "&" + v, False
        if self.r.random() < .1:
            return "%s(nil)" % self.par(t.name), False
        return self.composite(t, d), False

    def expr_func(self, t, d):
        c = [] if self.panic_stmt else [f for f in self.funcs if f.pure and not (f.name[0] == "G" and "[" not in f.name) and f.params == t.params and f.results == t.results]
        if c and self.r.random() < .5:
            self.calls = True
            return self.r.choice(c).name, False
        return self.func_lit(t, pure=True), False
