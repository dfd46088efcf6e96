"""A host in Python, through ctypes. GOL_LIBRARY names the shared library (default: libgol.so)."""
import ctypes
import os


class Value(ctypes.Structure):
    class Number(ctypes.Union):
        _fields_ = [("i", ctypes.c_int64), ("u", ctypes.c_uint64), ("f", ctypes.c_double)]

    _fields_ = [("kind", ctypes.c_int32), ("reserved", ctypes.c_int32), ("v", Number),
                ("s", ctypes.c_void_p), ("len", ctypes.c_size_t)]


BOOL, INT, UINT, FLOAT, STRING, ERROR = range(1, 7)
FUNCTION = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(Value), ctypes.c_size_t,
                            ctypes.POINTER(Value), ctypes.c_size_t, ctypes.POINTER(ctypes.c_char_p))

lib = ctypes.CDLL(os.environ.get("GOL_LIBRARY", "libgol.so"))
for name in ("gol_engine_new", "gol_package_new", "gol_engine_compile", "gol_isolate_new"):
    getattr(lib, name).restype = ctypes.c_void_p
for name in ("gol_failure_kind", "gol_failure_text", "gol_failure_describe", "gol_version"):
    getattr(lib, name).restype = ctypes.c_char_p


class GolError(Exception):
    def __init__(self, failure):
        self.kind = lib.gol_failure_kind(failure).decode()
        super().__init__(lib.gol_failure_text(failure).decode())
        self.details = lib.gol_failure_describe(failure).decode()
        lib.gol_failure_free(failure)


def read(value):
    if value.kind in (STRING, ERROR):
        return ctypes.string_at(value.s, value.len).decode() if value.s else ""
    return {BOOL: lambda: bool(value.v.i), INT: lambda: value.v.i, UINT: lambda: value.v.u,
            FLOAT: lambda: value.v.f}[value.kind]()


def make(x):
    if isinstance(x, bool):
        return Value(BOOL, 0, Value.Number(i=int(x)))
    if isinstance(x, int):
        return Value(INT, 0, Value.Number(i=x))
    if isinstance(x, float):
        return Value(FLOAT, 0, Value.Number(f=x))
    data = x.encode()
    v = Value(STRING, 0, Value.Number(), ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p), len(data))
    v.keep = data
    return v


class Script:
    def __init__(self, text, functions=None, path="host/py"):
        self.engine = ctypes.c_void_p(lib.gol_engine_new(2))
        package = ctypes.c_void_p(lib.gol_package_new(path.encode()))
        self.kept = []
        for name, (signature, f) in (functions or {}).items():
            self.kept.append(self.bind(f))
            if not lib.gol_package_function(package, name.encode(), signature.encode(), self.kept[-1], None):
                raise ValueError(signature)
        failure = ctypes.c_void_p()
        module = ctypes.c_void_p(lib.gol_engine_compile(
            self.engine, (ctypes.c_char_p * 1)(b"script.go"), (ctypes.c_char_p * 1)(text.encode()), 1,
            (ctypes.c_void_p * 1)(package), 1, ctypes.byref(failure)))
        if not module:
            raise GolError(failure)
        self.isolate = ctypes.c_void_p(lib.gol_isolate_new(self.engine, None))
        if not lib.gol_isolate_load(self.isolate, module, ctypes.byref(failure)):
            raise GolError(failure)
        lib.gol_module_free(module)
        lib.gol_package_free(package)

    def bind(self, f):
        texts = []

        def call(_, args, nargs, results, nresults, error):
            try:
                out = f(*[read(args[i]) for i in range(nargs)])
                if nresults:
                    texts[:] = [make(out)]
                    results[0] = texts[0]
                return 0
            except Exception as e:  # becomes a panic of the script
                texts[:] = [str(e).encode()]
                error[0] = texts[0]
                return 1

        return FUNCTION(call)

    def call(self, name, *args, results=1):
        values = [make(a) for a in args]
        out = (Value * max(results, 1))()
        failure = ctypes.c_void_p()
        if not lib.gol_isolate_call(self.isolate, name.encode(), (Value * max(len(values), 1))(*values),
                                    len(values), out, results, ctypes.byref(failure)):
            raise GolError(failure)
        got = [read(out[i]) for i in range(results)]
        return got[0] if results == 1 else tuple(got)

    def close(self):
        lib.gol_isolate_free(self.isolate)
        lib.gol_engine_free(self.engine)


script = Script("""package script
import ("host/py"; "strings")
func Greet(name string, n int) string { return strings.Repeat("hello ", n) + py.Upper(name) }
func Fib(n int) int { if n < 2 { return n }; return Fib(n-1) + Fib(n-2) }
func Bad(a []int, i int) int { return a[i] }
func Crash(i int) int { return []int{1, 2}[i] }
func Fail() string { return py.Upper("") }
""", {"Upper": ("func(string) string", lambda s: s.upper() if s else 1 // 0)})
print(script.call("Greet", "gol", 2))
print(script.call("Fib", 25))
for name, args in (("Crash", (5,)), ("Fail", ()), ("Bad", (1,)), ("Missing", ())):
    try:
        script.call(name, *args)
    except GolError as e:
        print(e.kind + ":", e)
script.close()
