package main

import "fmt"

const (
	push = iota
	add
	sub
	mul
	load
	store
	less
	jump
	jumpIfZero
	halt
)

type instr struct {
	op  uint8
	arg int
}

func run(code []instr, vars []int) {
	var stack [64]int
	sp := 0
	for pc := 0; ; {
		in := code[pc]
		pc++
		switch in.op {
		case push:
			stack[sp] = in.arg
			sp++
		case add:
			sp--
			stack[sp-1] += stack[sp]
		case sub:
			sp--
			stack[sp-1] -= stack[sp]
		case mul:
			sp--
			stack[sp-1] *= stack[sp]
		case load:
			stack[sp] = vars[in.arg]
			sp++
		case store:
			sp--
			vars[in.arg] = stack[sp]
		case less:
			sp--
			if stack[sp-1] < stack[sp] {
				stack[sp-1] = 1
			} else {
				stack[sp-1] = 0
			}
		case jump:
			pc = in.arg
		case jumpIfZero:
			sp--
			if stack[sp] == 0 {
				pc = in.arg
			}
		case halt:
			return
		}
	}
}

func main() {
	// i = 0; s = 0; while i < n { s = s*3 + i - 7; i = i + 1 }
	code := []instr{
		{load, 0}, {load, 2}, {less, 0}, {jumpIfZero, 16},
		{load, 1}, {push, 3}, {mul, 0}, {load, 0}, {add, 0}, {push, 7}, {sub, 0}, {store, 1},
		{load, 0}, {push, 1}, {add, 0}, {jump, 17}, {halt, 0}, {store, 0}, {jump, 0},
	}
	vars := []int{0, 0, 10_000_000}
	run(code, vars)
	fmt.Println(vars)
}
