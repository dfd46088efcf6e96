"""The types of generated programs, and what the generator has to know of each.

`u` is the underlying type; `kind` is always that of the underlying type:
bool int uint float complex string array slice map ptr struct func any iface tnum
(tnum: a type parameter whose type set is integers).
"""


class Type:
    def __init__(self, name, kind, **kw):
        self.name = name
        self.kind = kind
        self.bits = 0
        self.elem = None
        self.key = None
        self.n = 0
        self.fields = []  # of a struct: (name, type, embedded)
        self.params = []
        self.results = []
        self.methods = []  # of a named type: Method
        self.sigs = []  # of an interface: indices into the program's method signatures
        self.named = False
        self.u = self
        self._paths = None
        self.__dict__.update(kw)

    def __repr__(self):
        return self.name

    @property
    def is_int(self):
        return self.kind in ("int", "uint")

    @property
    def is_num(self):
        return self.kind in ("int", "uint", "float", "complex")

    @property
    def ordered(self):
        return self.kind in ("int", "uint", "float", "string", "tnum")

    def range(self):
        """Smallest and largest value of an integer type."""
        if self.kind == "int":
            return -(1 << (self.bits - 1)), (1 << (self.bits - 1)) - 1
        return 0, (1 << self.bits) - 1

    def walk(self):
        """This type and all types that lie inside of its values (not behind pointers)."""
        yield self
        if self.kind == "array":
            yield from self.elem.walk()
        elif self.kind == "struct":
            for _, t, _ in self.fields:
                yield from t.walk()

    def comparable(self):
        return not any(t.kind in ("slice", "map", "func") for t in self.walk())

    def safe_eq(self):
        """Comparable, and == cannot panic."""
        return not any(t.kind in ("slice", "map", "func", "any", "iface") for t in self.walk())

    def printable(self):
        """%v prints no addresses and has one possible text."""
        k = self.kind
        if k in ("ptr", "func", "iface", "chan"):
            return False
        if k in ("array", "slice"):
            return self.elem.printable()
        if k == "struct":
            return all(t.printable() for _, t, _ in self.fields)
        if k == "map":
            return self.elem.printable() and not any(
                t.kind in ("float", "complex", "any") for t in self.key.walk()) and self.key.printable()
        return True

    def foldable(self):
        return self.kind == "map" and self.key.printable() and self.elem.printable()

    def find_method(self, name):
        for m in self.methods:
            if m.name == name:
                return m
        return None


class Method:
    def __init__(self, name, params, results, ptr, pure):
        self.name = name
        self.params = params
        self.results = results
        self.ptr = ptr
        self.pure = pure


class Func:
    """A declared function. tparams: text of the type parameter list, or empty."""

    def __init__(self, name, params, results, pure, variadic=False):
        self.name = name
        self.params = params
        self.results = results
        self.pure = pure
        self.variadic = variadic


BOOL = Type("bool", "bool")
STRING = Type("string", "string")
INTS = [Type("int", "int", bits=64), Type("int8", "int", bits=8), Type("int16", "int", bits=16),
        Type("int32", "int", bits=32), Type("int64", "int", bits=64)]
UINTS = [Type("uint", "uint", bits=64), Type("uint8", "uint", bits=8),
         Type("uint16", "uint", bits=16), Type("uint32", "uint", bits=32),
         Type("uint64", "uint", bits=64), Type("uintptr", "uint", bits=64)]
FLOATS = [Type("float64", "float", bits=64), Type("float32", "float", bits=32)]
COMPLEXES = [Type("complex128", "complex", bits=128), Type("complex64", "complex", bits=64)]
ANY = Type("any", "any")
ERROR = Type("error", "iface")
INT, UINT8, INT32, INT64, F64 = INTS[0], UINTS[1], INTS[3], INTS[4], FLOATS[0]
BASICS = [BOOL, STRING] + INTS + UINTS + FLOATS + COMPLEXES

_cache = {}


def _intern(name, make):
    if name not in _cache:
        _cache[name] = make()
    return _cache[name]


def reset():
    """Forgets the composite types of the previous program."""
    _cache.clear()
    for t in BASICS + [ANY, ERROR]:
        t._paths = None


def slice_of(t):
    return _intern("[]" + t.name, lambda: Type("[]" + t.name, "slice", elem=t))


def array_of(n, t):
    name = "[%d]%s" % (n, t.name)
    return _intern(name, lambda: Type(name, "array", elem=t, n=n))


def map_of(k, v):
    name = "map[%s]%s" % (k.name, v.name)
    return _intern(name, lambda: Type(name, "map", key=k, elem=v))


def ptr_to(t):
    return _intern("*" + t.name, lambda: Type("*" + t.name, "ptr", elem=t))


def results_text(results):
    if not results:
        return ""
    if len(results) == 1:
        return " " + results[0].name
    return " (" + ", ".join(t.name for t in results) + ")"


def func_of(params, results):
    name = "func(" + ", ".join(t.name for t in params) + ")" + results_text(results)
    return _intern(name, lambda: Type(name, "func", params=list(params), results=list(results)))


def struct_of(fields):
    name = "struct{ " + "; ".join(
        t.name if e else "%s %s" % (f, t.name) for f, t, e in fields) + " }"
    return _intern(name, lambda: Type(name, "struct", fields=list(fields)))


def subpaths(t, depth=2):
    """The parts of a variable of type t as (suffix, type): fields and elements of arrays."""
    if t._paths is None:
        out = [("", t)]
        if depth > 0:
            if t.kind == "struct":
                for name, ft, _ in t.fields:
                    if name != "_":
                        out += [("." + name + s, x) for s, x in subpaths_fresh(ft, depth - 1)]
            elif t.kind == "array" and t.n > 0:
                for i in sorted({0, t.n - 1}):
                    out += [("[%d]%s" % (i, s), x) for s, x in subpaths_fresh(t.elem, depth - 1)]
        t._paths = out
    return t._paths


def subpaths_fresh(t, depth):
    if depth > 0:
        return subpaths(t)
    return [("", t)]
