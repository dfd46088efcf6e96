// A bytecode machine with an assembler: jumps, calls, a data stack, traps as errors; runs factorial,
// primes and Fibonacci; a state machine and a Brainfuck interpreter beside it.
package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

type Op byte

const (
	Halt Op = iota
	Push
	Pop
	Add
	Sub
	Mul
	Div
	Mod
	Less
	Equal
	Not
	Jump
	JumpIf
	Call
	Ret
	Load
	Store
	Dup
	Swap
	Print
	numOps
)

var names = [numOps]string{"halt", "push", "pop", "add", "sub", "mul", "div", "mod", "less", "equal", "not", "jump", "jumpif", "call", "ret",
	"load", "store", "dup", "swap", "print"}

var hasArg = map[Op]bool{Push: true, Jump: true, JumpIf: true, Call: true, Load: true, Store: true}

func (o Op) String() string {
	if o < numOps {
		return names[o]
	}
	return "op" + strconv.Itoa(int(o))
}

type instr struct {
	op  Op
	arg int
}

var errStack = errors.New("stack underflow")

type trap struct {
	pc  int
	in  instr
	err error
}

func (t *trap) Error() string { return fmt.Sprintf("pc %d (%v): %v", t.pc, t.in.op, t.err) }
func (t *trap) Unwrap() error { return t.err }

type machine struct {
	code  []instr
	stack []int
	calls []int
	mem   [16]int
	out   strings.Builder
	steps int
}

func assemble(src string) (code []instr, err error) {
	labels := map[string]int{}
	type fixup struct {
		at    int
		label string
	}
	var fixups []fixup
	for n, line := range strings.Split(src, "\n") {
		line, _, _ = strings.Cut(line, "#")
		for _, stmt := range strings.Split(line, ";") {
			f := strings.Fields(stmt)
			for len(f) > 0 && strings.HasSuffix(f[0], ":") {
				labels[strings.TrimSuffix(f[0], ":")] = len(code)
				f = f[1:]
			}
			if len(f) == 0 {
				continue
			}
			op := numOps
			for i, name := range names {
				if name == f[0] {
					op = Op(i)
				}
			}
			if op == numOps {
				return nil, fmt.Errorf("line %d: unknown %q", n+1, f[0])
			}
			in := instr{op: op}
			if hasArg[op] {
				if len(f) != 2 {
					return nil, fmt.Errorf("line %d: %v needs an operand", n+1, op)
				}
				if v, err := strconv.Atoi(f[1]); err == nil {
					in.arg = v
				} else {
					fixups = append(fixups, fixup{len(code), f[1]})
				}
			}
			code = append(code, in)
		}
	}
	for _, fx := range fixups {
		at, ok := labels[fx.label]
		if !ok {
			return nil, fmt.Errorf("undefined label %s", fx.label)
		}
		code[fx.at].arg = at
	}
	return
}

func (m *machine) pop() int {
	if len(m.stack) == 0 {
		panic(errStack)
	}
	v := m.stack[len(m.stack)-1]
	m.stack = m.stack[:len(m.stack)-1]
	return v
}

func (m *machine) run() (err error) {
	pc := 0
	defer func() {
		if e, ok := recover().(error); ok {
			err = &trap{pc, m.code[pc], e}
		}
	}()
	push := func(v int) { m.stack = append(m.stack, v) }
	flag := func(b bool) {
		if b {
			push(1)
		} else {
			push(0)
		}
	}
	for ; ; pc++ {
		if m.steps++; m.steps > 20000 {
			return &trap{pc, m.code[pc], errors.New("too many steps")}
		}
		switch in := m.code[pc]; in.op {
		case Halt:
			return nil
		case Push:
			push(in.arg)
		case Pop:
			m.pop()
		case Add, Sub, Mul, Div, Mod, Less, Equal:
			b, a := m.pop(), m.pop()
			switch in.op {
			case Add:
				push(a + b)
			case Sub:
				push(a - b)
			case Mul:
				push(a * b)
			case Div:
				push(a / b)
			case Mod:
				push(a % b)
			case Less:
				flag(a < b)
			case Equal:
				flag(a == b)
			}
		case Not:
			flag(m.pop() == 0)
		case JumpIf:
			if m.pop() == 0 {
				break
			}
			fallthrough
		case Jump:
			pc = in.arg - 1
		case Call:
			m.calls = append(m.calls, pc)
			pc = in.arg - 1
		case Ret:
			pc = m.calls[len(m.calls)-1]
			m.calls = m.calls[:len(m.calls)-1]
		case Load:
			push(m.mem[in.arg])
		case Store:
			m.mem[in.arg] = m.pop()
		case Dup:
			v := m.pop()
			push(v)
			push(v)
		case Swap:
			b, a := m.pop(), m.pop()
			push(b)
			push(a)
		case Print:
			fmt.Fprint(&m.out, m.pop(), " ")
		default:
			return &trap{pc, in, fmt.Errorf("bad instruction %v", in.op)}
		}
	}
}

func brainfuck(src string) string {
	var tape [100]byte
	var out []byte
	jump, stack := map[int]int{}, []int{}
	for i, c := range src {
		if c == '[' {
			stack = append(stack, i)
		} else if c == ']' {
			j := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			jump[i], jump[j] = j, i
		}
	}
	for i, p := 0, 0; i < len(src); i++ {
		switch src[i] {
		case '>':
			p++
		case '<':
			p--
		case '+':
			tape[p]++
		case '-':
			tape[p]--
		case '.':
			out = append(out, tape[p])
		case '[':
			if tape[p] == 0 {
				i = jump[i]
			}
		case ']':
			if tape[p] != 0 {
				i = jump[i]
			}
		}
	}
	return string(out)
}

func main() {
	programs := []string{
		"push 10; call fact; print; halt\nfact: dup; push 2; less; jumpif one\ndup; push 1; sub; call fact; mul; ret\none: pop; push 1; ret",
		"push 2; store 0\nnext: load 0; push 40; less; not; jumpif done; push 2; store 1\ntry: load 1; dup; mul; load 0; swap; less; jumpif prime\n" +
			"load 0; load 1; mod; push 0; equal; jumpif composite; load 1; push 1; add; store 1; jump try\n" +
			"prime: load 0; print\ncomposite: load 0; push 1; add; store 0; jump next\ndone: halt",
		"push 0; push 1; push 15; store 0 # Fibonacci\nloop: dup; print; dup; store 1; add; load 1; swap; load 0; push 1; sub; dup; store 0; jumpif loop; halt",
		"push 1; push 0; div; halt", "add", "loop: jump loop", "push 1; store 99", "ret", "frob 1", "push", "jump nowhere",
	}
	for _, src := range programs {
		code, err := assemble(src)
		if err != nil {
			fmt.Println("error:", err)
			continue
		}
		m := &machine{code: code}
		err = m.run()
		fmt.Printf("%s| %v %d steps %v\n", m.out.String(), err, m.steps, errors.Is(err, errStack))
	}
	fmt.Println(Op(3), Op(77), brainfuck("++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+."))
}

// Output:
// 3628800 | <nil> 101 steps false
// 2 3 5 7 11 13 17 19 23 29 31 37 | <nil> 1630 steps false
// 1 1 2 3 5 8 13 21 34 55 89 144 233 377 610 | <nil> 200 steps false
// | pc 2 (div): runtime error: integer divide by zero 3 steps false
// | pc 0 (add): stack underflow 1 steps true
// | pc 0 (jump): too many steps 20001 steps false
// | pc 1 (store): runtime error: index out of range [99] with length 16 2 steps false
// | pc 0 (ret): runtime error: index out of range [-1] 1 steps false
// error: line 1: unknown "frob"
// error: line 1: push needs an operand
// error: undefined label nowhere
// add op77 Hello World!
