// Simulations: a bank with typed errors and a journal, a discrete event queue, a traffic light state
// machine, an elevator, a table printed with widths.
package main

import (
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
	"time"
)

type Money int64

func (m Money) String() string {
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	return fmt.Sprintf("%s%d.%02d", sign, m/100, m%100)
}

type ErrFunds struct {
	Account   string
	Have, Ask Money
}

func (e *ErrFunds) Error() string {
	return fmt.Sprintf("account %s: has %v, needs %v", e.Account, e.Have, e.Ask)
}

var (
	ErrUnknown = errors.New("unknown account")
	ErrAmount  = errors.New("amount must be positive")
)

type Account struct {
	ID      string
	Balance Money
	history []Money
}

type Entry struct {
	Seq      int
	From, To string
	Amount   Money
	Err      error
}

type Bank struct {
	accounts map[string]*Account
	journal  []Entry
}

func (b *Bank) open(id string, start Money) *Account {
	if b.accounts == nil {
		b.accounts = make(map[string]*Account)
	}
	a := &Account{ID: id, Balance: start}
	b.accounts[id] = a
	return a
}

func (b *Bank) get(id string) (*Account, error) {
	if a, ok := b.accounts[id]; ok {
		return a, nil
	}
	return nil, fmt.Errorf("%w %q", ErrUnknown, id)
}

func (a *Account) change(by Money) error {
	if a.Balance+by < 0 {
		return &ErrFunds{a.ID, a.Balance, -by}
	}
	a.Balance += by
	a.history = append(a.history, by)
	return nil
}

func (b *Bank) transfer(from, to string, amount Money) (err error) {
	defer func() {
		b.journal = append(b.journal, Entry{len(b.journal) + 1, from, to, amount, err})
	}()
	if amount <= 0 {
		return ErrAmount
	}
	src, err := b.get(from)
	if err != nil {
		return fmt.Errorf("source: %w", err)
	}
	dst, err := b.get(to)
	if err != nil {
		return fmt.Errorf("target: %w", err)
	}
	if err := src.change(-amount); err != nil {
		return err
	}
	return dst.change(amount)
}

func (b *Bank) total() (sum Money) {
	for _, a := range b.accounts {
		sum += a.Balance
	}
	return
}

func bank() {
	var b Bank
	b.open("alice", 100_00)
	b.open("bob", 5_50)
	for _, t := range []struct {
		from, to string
		amount   Money
	}{{"alice", "bob", 30_25}, {"bob", "alice", 100_00}, {"bob", "carol", 1}, {"dave", "bob", 1}, {"bob", "alice", -5}, {"bob", "bob", 1_00}} {
		err := b.transfer(t.from, t.to, t.amount)
		var funds *ErrFunds
		switch {
		case err == nil:
		case errors.As(err, &funds):
			fmt.Println("short of", funds.Ask-funds.Have)
		case errors.Is(err, ErrUnknown):
			fmt.Println("unknown:", err)
		default:
			fmt.Println("other:", err)
		}
	}
	fmt.Println(b.total(), b.accounts["bob"].history, Money(-7), Money(1234567))
	fmt.Fprintf(os.Stdout, "%-4s|%-8s|%8s|%10s|%s\n", "seq", "from", "to", "amount", "result")
	fmt.Println(strings.Repeat("-", 45))
	for _, e := range b.journal {
		res := "ok"
		if e.Err != nil {
			res = e.Err.Error()
		}
		fmt.Printf("%04d|%-8s|%8.3s|%10v|%.20s\n", e.Seq, e.From, e.To, e.Amount, res)
	}
}

type event struct {
	at   time.Duration
	seq  int
	name string
	run  func(*scheduler)
}

type scheduler struct {
	now   time.Duration
	queue []*event
	seq   int
	log   []string
}

func (s *scheduler) after(d time.Duration, name string, run func(*scheduler)) {
	s.seq++
	s.queue = append(s.queue, &event{s.now + d, s.seq, name, run})
}

func (s *scheduler) run(limit time.Duration) {
	for len(s.queue) > 0 {
		sort.Slice(s.queue, func(i, j int) bool {
			a, b := s.queue[i], s.queue[j]
			return a.at < b.at || a.at == b.at && a.seq < b.seq
		})
		e := s.queue[0]
		s.queue = s.queue[1:]
		if e.at > limit {
			return
		}
		s.now = e.at
		s.log = append(s.log, fmt.Sprint(e.at, " ", e.name))
		if e.run != nil {
			e.run(s)
		}
	}
}

func queueing() {
	s := &scheduler{}
	waiting, served, busy := []int{}, 0, false
	var serve func(*scheduler)
	serve = func(s *scheduler) {
		if busy || len(waiting) == 0 {
			return
		}
		busy = true
		c := waiting[0]
		waiting = waiting[1:]
		s.after(1700*time.Millisecond, fmt.Sprint("done ", c), func(s *scheduler) {
			busy = false
			served++
			serve(s)
		})
	}
	var arrive func(*scheduler)
	n := 0
	arrive = func(s *scheduler) {
		n++
		waiting = append(waiting, n)
		serve(s)
		if n < 5 {
			s.after(time.Second, fmt.Sprint("arrive ", n+1), arrive)
		}
	}
	s.after(0, "arrive 1", arrive)
	s.run(8 * time.Second)
	fmt.Println(strings.Join(s.log, "; "))
	fmt.Println(served, s.now, len(waiting), busy, len(s.queue))
}

type state int

const (
	red state = iota
	green
	amber
	flashing
)

//go:noinline
func (s state) String() string { return [...]string{"red", "green", "amber", "flashing"}[s] }

type input string

var rules = map[state]map[input]state{
	red:      {"tick": green, "fault": flashing},
	green:    {"tick": amber, "fault": flashing},
	amber:    {"tick": red, "fault": flashing},
	flashing: {"reset": red},
}

func light(inputs ...input) (trail []state) {
	s := red
	for _, in := range inputs {
		if next, ok := rules[s][in]; ok {
			s = next
		}
		trail = append(trail, s)
	}
	return
}

type elevator struct {
	floor, dir int
	stops      map[int]bool
	trail      []int
}

func (e *elevator) step() bool {
	if len(e.stops) == 0 {
		return false
	}
	ahead := false
	for f := range e.stops {
		if (f-e.floor)*e.dir > 0 {
			ahead = true
		}
	}
	if !ahead {
		e.dir = -e.dir
	}
	e.floor += e.dir
	if e.stops[e.floor] {
		delete(e.stops, e.floor)
		e.trail = append(e.trail, e.floor)
	}
	return true
}

func main() {
	bank()
	queueing()
	fmt.Println(light("tick", "tick", "reset", "tick", "fault", "tick", "reset", "tick"))
	e := &elevator{floor: 3, dir: 1, stops: map[int]bool{5: true, 1: true, 9: true, 4: true}}
	steps := 0
	for e.step() {
		if steps++; steps == 3 {
			e.stops[2] = true
		}
	}
	fmt.Println(steps, e.trail, e.floor, e.dir)
	defer func() {
		err, _ := recover().(error)
		fmt.Println(err)
	}()
	fmt.Println(len(state(9).String()))
}

// Output:
// short of 64.25
// unknown: target: unknown account "carol"
// unknown: source: unknown account "dave"
// other: amount must be positive
// 105.50 [30.25 -1.00 1.00] -0.07 12345.67
// seq |from    |      to|    amount|result
// ---------------------------------------------
// 0001|alice   |     bob|     30.25|ok
// 0002|bob     |     ali|    100.00|account bob: has 35.
// 0003|bob     |     car|      0.01|target: unknown acco
// 0004|dave    |     bob|      0.01|source: unknown acco
// 0005|bob     |     ali|     -0.05|amount must be posit
// 0006|bob     |     bob|      1.00|ok
// 0s arrive 1; 1s arrive 2; 1.7s done 1; 2s arrive 3; 3s arrive 4; 3.4s done 2; 4s arrive 5; 5.1s done 3; 6.8s done 4
// 4 6.8s 0 true 0
// [green amber amber red flashing flashing red green]
// 14 [4 5 9 2 1] 1 -1
// runtime error: index out of range [9] with length 4
