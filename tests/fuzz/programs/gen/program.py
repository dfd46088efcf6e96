"""A whole program from a seed: types, constants, variables, functions, scenarios and its main.

Reading order: types.py, exprs.py (the rules that keep output defined), stmts.py, scenarios*.py,
this file. All names at top level end in the seed, so that many programs fit into one package.
"""

import random
import re

from . import types as ty
from .types import BOOL, STRING, INT, UINT8, INT32, ANY, Type, Method, Func
from .exprs import ExprMixin
from .stmts import StmtMixin, Var, indent
from .stmts2 import Stmt2Mixin
from .scenarios import ScenarioMixin
from .scenarios2 import Scenario2Mixin
from .scenarios3 import Scenario3Mixin
from .ends import EndMixin

IMPORTS = ["bytes", "errors", "fmt", "math", "math/bits", "os", "runtime", "slices", "maps", "sort", "strconv",
           "strings", "sync", "sync/atomic", "unicode/utf8", "unsafe", "cmp", "iter", "bufio",
           "container/heap", "container/list", "math/rand", "path", "reflect", "time", "unicode"]


class Program(ExprMixin, StmtMixin, Stmt2Mixin, ScenarioMixin, Scenario2Mixin, Scenario3Mixin, EndMixin):
    def __init__(self, seed, size=1.0, only=None):
        ty.reset()
        self.seed = seed
        self.r = random.Random(seed * 7919 + 17)
        self.size = size
        self.only = only  # the name of the scenario to use, for work on the generator
        self.decls = []  # lists of lines at top level
        self.funcs = []
        self.named = []
        self.named_ints = []
        self.key_structs = []
        self.ifaces = []
        self.sigs = []
        self.scopes = [{}]
        self.base = 1
        self.top_n = self.name_n = self.tag_n = self.trace_n = 0
        self.panics, self.trace, self.panic_stmt = 0, False, False
        self.pure = self.quiet = self.may_panic = False
        self.no_methods = False
        self.calls = False
        self.labels, self.used_labels, self.in_loop, self.loop_depth = [], set(), False, 0
        self.result_types, self.named_results = None, False
        self.budget = 0
        self.extra_types = []
        self.iface_ready = False

    def top(self, prefix):
        self.top_n += 1
        return "%s%d_%d" % (prefix, self.top_n, self.seed)

    # --- Types ---------------------------------------------------------------------------------

    def rand_type(self, depth, printable=False):
        for _ in range(20):
            t = self.rand_type_once(depth)
            if not printable or t.printable():
                return t
        return INT

    def rand_type_once(self, depth):
        r = self.r
        if self.extra_types and r.random() < .4:
            return r.choice(self.extra_types)
        c = r.randrange(100)
        if c < 30:
            return r.choice(ty.INTS + ty.UINTS + [INT] * 4)
        if c < 40:
            return r.choice([STRING, STRING, BOOL])
        if c < 47:
            return r.choice(ty.FLOATS + ty.COMPLEXES[:1] if c < 46 else ty.COMPLEXES)
        if c < 65 and self.named:
            return r.choice(self.named)
        if c < 68:
            return ANY
        if depth <= 0:
            return INT
        if c < 76:
            return ty.slice_of(self.rand_type(depth - 1))
        if c < 82:
            return ty.array_of(r.choice([0, 1, 2, 3, 4, 8]), self.rand_type(depth - 1))
        if c < 87:
            return ty.map_of(self.rand_key(), self.rand_type(depth - 1))
        if c < 92:
            return ty.ptr_to(self.rand_type(depth - 1))
        if c < 94:
            return ty.func_of([self.rand_type(0) for _ in range(r.randrange(3))], [self.rand_type(0)])
        if c < 97 and self.ifaces and self.iface_ready:
            return r.choice(self.ifaces)
        return ty.struct_of([("f%d" % i, self.rand_type(depth - 1), False) for i in range(r.randrange(1, 4))])

    def rand_key(self):
        r = self.r
        c = r.randrange(12)
        if c < 4:
            return r.choice(ty.INTS + ty.UINTS)
        if c < 7:
            return STRING
        if c < 8:
            return r.choice(ty.FLOATS + [BOOL, ANY])
        if c < 9 and self.key_structs:
            return r.choice(self.key_structs)
        if c < 10:
            return ty.array_of(2, r.choice([INT, UINT8, STRING]))
        if c < 11 and self.named_ints:
            return r.choice(self.named_ints)
        return INT

    def rand_slice(self):
        return ty.slice_of(self.rand_type(1))

    def declare_types(self):
        r = self.r
        for _ in range(r.randrange(1, 4)):
            self.sigs.append(("M%d_%d" % (len(self.sigs), self.seed), [self.rand_type(0) for _ in range(r.randrange(3))],
                              [self.rand_type(0)] if r.random() < .8 else []))
        for _ in range(r.randrange(2, 4 + (self.size > .4))):
            n = self.top("T")
            c = r.randrange(10)
            if c < 3:
                b = r.choice(ty.INTS + ty.UINTS)
                t = Type(n, b.kind, bits=b.bits, named=True, u=b)
                self.named_ints.append(t)
            elif c < 4:
                b = r.choice([STRING, BOOL] + ty.FLOATS)
                t = Type(n, b.kind, bits=b.bits, named=True, u=b)
            elif c < 5:
                e = self.rand_type(1)
                b = r.choice([ty.slice_of(e), ty.array_of(r.randrange(1, 5), e)])
                t = Type(n, b.kind, elem=b.elem, n=b.n, named=True, u=b)
            elif c < 6:
                b = ty.map_of(self.rand_key(), self.rand_type(0))
                t = Type(n, "map", key=b.key, elem=b.elem, named=True, u=b)
            else:
                fields, names = [], set()
                for i in range(r.randrange(1, 6)):
                    ft = self.rand_type(2)
                    f = r.choice(["f%d" % i, "F%d" % i, "f%d" % i, "_"])
                    if ft.named and r.random() < .4 and ft.name not in names and ft.kind != "iface":
                        names.add(ft.name)
                        # Two embedded types may bring the same method: then neither is promoted.
                        fields.append((ft.name, ft, True))
                    else:
                        fields.append((f, ft, False))
                b = ty.struct_of(fields)
                t = Type(n, "struct", fields=fields, named=True, u=b)
                if len(fields) <= 3 and t.safe_eq() and not any(f[0] == "_" for f in fields):
                    if t.printable() and not any(x.kind in ("float", "complex") for x in t.walk()):
                        self.key_structs.append(t)
            self.decls.append(["type %s %s" % (n, b.name)])
            self.named.append(t)

    def declare_methods(self):
        r = self.r
        self.no_methods = True
        for t in self.named:
            if r.random() < .25:
                continue
            field_names = {f[0] for f in t.fields}
            for i, (mn, ps, rs) in enumerate(self.sigs):
                if r.random() < (.6 if self.size > .4 else .4):
                    self.declare_method(t, mn, ps, rs, pure=bool(rs) and r.random() < .5)
            if r.random() < .4 and not ("String" in field_names):
                self.declare_method(t, "String" if r.random() < .7 else "Error", [], [STRING], True, value=True)
        self.no_methods = False

    def declare_method(self, t, name, ps, rs, pure, value=False):
        r = self.r
        ptr = not value and r.random() < .5
        if ptr and pure:
            pure = False
        save_funcs, self.funcs = self.funcs, []
        recv = "self"
        head = "func (%s %s%s) %s" % (recv, "*" if ptr else "", t.name, name)
        rt = ty.ptr_to(t) if ptr else t
        lines = self.function(head, ps, rs, False, pure, r.randrange(0, 4), depth=1, recv=(recv, rt),
                              may_panic=not pure)
        self.funcs = save_funcs
        self.decls.append(lines)
        t.methods.append(Method(name, ps, rs, ptr, pure))

    def declare_ifaces(self):
        r = self.r
        for _ in range(r.randrange(1, 3)):
            n = self.top("I")
            sigs = sorted(r.sample(range(len(self.sigs)), r.randrange(1, len(self.sigs) + 1)))
            t = Type(n, "iface", named=True, sigs=sigs)
            body = ["\t%s(%s)%s" % (self.sigs[i][0], ", ".join(p.name for p in self.sigs[i][1]),
                                    ty.results_text(self.sigs[i][2])) for i in sigs]
            if self.ifaces and r.random() < .4:
                o = r.choice(self.ifaces)
                body.append("\t" + o.name)
                t.sigs = sorted(set(sigs) | set(o.sigs))
            self.decls.append(["type %s interface {" % n] + body + ["}"])
            self.ifaces.append(t)

    def implementers(self, iface):
        out = []
        for t in self.named:
            ms = [t.find_method(self.sigs[i][0]) for i in iface.sigs]
            if all(ms):
                if not any(m.ptr for m in ms):
                    out.append((t, False))
                out.append((t, True))
        return out

    # --- The rest ------------------------------------------------------------------------------

    def declare_vars(self):
        r = self.r
        names = []
        lines = []
        for _ in range(r.randrange(2, 6)):
            t = self.rand_type(2)
            n = self.top("g")
            self.loop_depth = 0
            e = self.expr(t, 3)
            lines.append("var %s %s = %s" % (n, t.name, e) if r.random() < .85 else "var %s %s" % (n, t.name))
            names.append((n, t))
            self.declare(n, t)
        # Any order of declaration: initialisation goes by dependency.
        r.shuffle(lines)
        self.decls.append(lines)

    def declare_funcs(self):
        r = self.r
        for _ in range(int(r.randrange(2, 6) * self.size + r.random())):
            pure = r.random() < .5
            n = self.top("f")
            params = [self.rand_type(1) for _ in range(r.randrange(0, 4))]
            variadic = not pure and r.random() < .15
            if variadic:
                params.append(ty.slice_of(self.rand_type(1)))
            results = [self.rand_type(1) for _ in range(1 if pure else r.choice([0, 1, 1, 1, 2, 3]))]
            named = bool(results) and not pure and r.random() < .4
            head = "func " + n
            if r.random() < .25:
                head = "//go:noinline\n" + head
            lines = self.function(head, params, results, named, pure, r.randrange(2, 7))
            if variadic:
                p = params[-1]
                lines[0] = self.make_variadic(lines[0], p)
            self.decls.append(lines)
            self.funcs.append(Func(n, params, results, pure, variadic))

    def make_variadic(self, line, p):
        # The last parameter is written "name []T)".
        i = line.rindex(p.name + ")", 0, line.index(") (") + 1 if False else len(line))
        # Find the occurrence that closes the parameters: the first balanced parenthesis.
        depth = 0
        start = line.index("(")
        for j in range(start, len(line)):
            if line[j] == "(":
                depth += 1
            elif line[j] == ")":
                depth -= 1
                if depth == 0:
                    i = j - len(p.name)
                    break
        return line[:i] + "..." + p.elem.name + line[i + len(p.name):]

    def declare_generic(self):
        """A generic function over integers, with the statements of any other."""
        r = self.r
        n = self.top("G")
        t = Type("T", "tnum")
        sets = [["int8", "uint8", "int64"], ["int", "uint16", "int32"], ["~int16", "~uint32", "~int"], ["~uint8", "~int32", "~uint64"]]
        tset = r.choice(sets)
        self.extra_types = [t]
        save = self.named
        params = [t] + [r.choice([t, INT]) for _ in range(r.randrange(2))]
        result = t
        lines = self.function("func %s[T %s]" % (n, " | ".join(tset)), params, [result], False, True, r.randrange(2, 5), depth=1)
        self.extra_types = []
        self.named = save
        # Composite types of T are no types outside.
        for k in [k for k in ty._cache if re.search(r"\bT\b", k)]:
            del ty._cache[k]
        self.decls.append(lines)
        for s in tset:
            it = next(x for x in ty.INTS + ty.UINTS if x.name == s.lstrip("~"))
            ps = [it if p is t else p for p in params]
            self.funcs.append(Func(n if r.random() < .5 else "%s[%s]" % (n, it.name), ps, [it], True))

    def declare_generic_type(self):
        """A generic struct with methods of random bodies; its instances are types like others."""
        r = self.r
        n = self.top("S")
        t = Type("T", "tcmp")
        pool = [lambda x: x, ty.slice_of, lambda x: ty.map_of(STRING, x), lambda x: ty.array_of(3, x), ty.ptr_to,
                lambda x: ty.func_of([x], [x]), lambda x: INT, lambda x: ANY, lambda x: ty.map_of(x, INT),
                lambda x: ty.struct_of([("p", x, False), ("q", INT, False)])]
        shape = [("f%d" % i, r.choice(pool)) for i in range(r.randrange(2, 6))]
        sigs = []
        for i in range(r.randrange(1, 4)):
            ps = [r.choice(pool[:7]) for _ in range(r.randrange(0, 3))]
            rs = [r.choice(pool[:7]) for _ in range(r.randrange(1, 3))]
            sigs.append(("Do%d" % i, ps, rs, r.random() < .6, r.random() < .4))

        def instance(name, x):
            fields = [(f, make(x), False) for f, make in shape]
            st = Type(name, "struct", fields=fields, named=True)
            st.u = ty.struct_of(fields)
            return st
        g = instance(n + "[T]", t)
        self.decls.append(["type %s[T comparable] %s" % (n, g.u.name)])
        self.extra_types = [t, t, ty.slice_of(t), g]
        funcs, self.funcs = self.funcs, []
        for m, ps, rs, ptr, pure in sigs:
            pure = pure and not ptr and len(rs) == 1
            recv = ty.ptr_to(g) if ptr else g
            self.decls.append(self.function("func (self %s) %s" % (recv.name, m), [p(t) for p in ps], [x(t) for x in rs], False, pure,
                                            r.randrange(2, 6), depth=2, recv=("self", recv), may_panic=not pure))
        self.funcs = funcs
        self.extra_types = []
        for k in [k for k in ty._cache if re.search(r"\bT\b", k)]:
            del ty._cache[k]
        args = [x for x in ty.INTS + ty.UINTS + [STRING, BOOL, ty.F64] + [x for x in self.named if x.safe_eq() and x.kind != "map"]]
        for x in r.sample(args, 2):
            st = instance("%s[%s]" % (n, x.name), x)
            for m, ps, rs, ptr, pure in sigs:
                pure = pure and not ptr and len(rs) == 1
                st.methods.append(Method(m, [p(x) for p in ps], [q(x) for q in rs], ptr, pure))
            self.named.append(st)

    def generate(self):
        r = self.r
        self.declare_types()
        self.declare_methods()
        self.declare_ifaces()
        self.iface_ready = True
        if r.random() < .5:
            self.declare_generic()
        if r.random() < .35:
            self.declare_generic_type()
        self.declare_vars()
        self.declare_funcs()
        runs = []
        for i in range(max(1, int(r.randrange(1, 4) * self.size))):
            n = self.top("m")
            lines = self.function("func " + n, [], [], False, False, r.randrange(4, 9), depth=3)
            self.decls.append(lines)
            runs.append(n)
        for _ in range(1 if self.only else int(r.randrange(1, 4) * self.size + r.random())):
            n = self.top("s")
            lines = self.scenario(n)
            self.decls.append(lines)
            runs.append(n)
        main = ["func Run%d() {" % self.seed]
        for n in runs:
            main.append("\txTry(\"%s\", %s)" % (n, n))
        for n, v in self.scopes[0].items():
            main += indent(self.dump(n, v.type))
        main.append("}")
        self.decls.append(main)
        return self

    def die(self):
        """Adds a function that ends the program, for batches that are to end with a panic."""
        self.decls.append(self.ending("Die%d" % self.seed))
        return self

    def body(self):
        return "\n\n".join("\n".join(d) for d in self.decls) + "\n"

    def file(self, package="main"):
        return with_imports(package, self.body())


def with_imports(package, body):
    used = [i for i in IMPORTS if re.search(r"\b%s\." % i.split("/")[-1], body)]
    return "package %s\n\nimport (\n%s\n)\n\n%s" % (package, "\n".join('\t"%s"' % i for i in used), body)
