// Packages errors and time: wrapping, Is, As, Join, custom Is and Unwrap; durations, calendar
// arithmetic, formatting and parsing in UTC, timers with a fixed order.
package main

import (
	"errors"
	"fmt"
	"io"
	"time"
)

type notFound struct{ what string }

func (n notFound) Error() string        { return n.what + " not found" }
func (n notFound) Is(target error) bool { return target == errGeneric }

type opError struct {
	op  string
	err error
}

func (o *opError) Error() string { return o.op + ": " + o.err.Error() }
func (o *opError) Unwrap() error { return o.err }

type temporary interface{ Temporary() bool }

func (o *opError) Temporary() bool { return o.op == "net" }

type manyErrs []error

func (m manyErrs) Error() string   { return fmt.Sprint(len(m), " errors") }
func (m manyErrs) Unwrap() []error { return m }

var errGeneric = errors.New("generic")

func open(name string) error {
	switch name {
	case "":
		return nil
	case "eof":
		return &opError{"read", io.EOF}
	case "missing":
		return fmt.Errorf("open %q: %w", name, notFound{name})
	}
	return &opError{"net", fmt.Errorf("deep: %w", &opError{"inner", errGeneric})}
}

func errorTests() {
	for _, n := range []string{"", "eof", "missing", "other"} {
		err := open(n)
		var nf notFound
		var op *opError
		var tmp temporary
		fmt.Println(err, errors.Is(err, io.EOF), errors.Is(err, errGeneric), errors.As(err, &nf), nf.what, errors.As(err, &op), errors.As(err, &tmp))
		if tmp != nil {
			fmt.Println("  temporary", tmp.Temporary(), op.op, errors.Unwrap(err))
		}
	}
	j := errors.Join(io.EOF, nil, open("missing"))
	fmt.Printf("%v|%q|%v|%v\n", j, j.Error(), errors.Is(j, errGeneric), errors.Join(nil, nil) == nil)
	m := manyErrs{errGeneric, &opError{"x", io.ErrUnexpectedEOF}}
	var op *opError
	fmt.Println(m, errors.Is(m, io.ErrUnexpectedEOF), errors.As(m, &op), op.op, errors.Unwrap(m))
	fmt.Println(errors.New("a") == errors.New("a"), errors.Is(nil, io.EOF), errors.Unwrap(io.EOF), errors.Is(io.EOF, nil))
	defer func() { fmt.Println(recover()) }()
	errors.As(io.EOF, nil)
}

func durations() {
	for _, d := range []time.Duration{0, 1, 999, 1500, 1500000, 2 * time.Second, 90 * time.Second, 36*time.Hour + 5*time.Minute + 30*time.Second + 7*time.Millisecond, -time.Minute, 1<<63 - 1} {
		fmt.Print(d, " ")
	}
	fmt.Println()
	d := 3*time.Hour + 25*time.Minute + 45*time.Second + 500*time.Millisecond
	fmt.Println(d.Hours(), d.Minutes(), d.Seconds(), d.Milliseconds(), int64(d), d.Round(time.Hour), d.Truncate(time.Minute), d.Abs())
	for _, s := range []string{"1h15m30.918s", "-1.5h", "10ms", "3us", "1d", "", "5"} {
		d, err := time.ParseDuration(s)
		fmt.Print(d, " ", err, "; ")
	}
	fmt.Println()
	fmt.Printf("%v %d %s %T %.1f\n", time.Second, time.Millisecond, time.Hour/3, d, d.Seconds())
}

func calendar() {
	t := time.Date(2024, time.February, 29, 23, 59, 58, 123456789, time.UTC)
	fmt.Println(t, t.Year(), t.Month(), t.Day(), t.Weekday(), t.YearDay(), t.Hour(), t.Nanosecond(), t.Unix(), t.UnixMilli())
	fmt.Println(t.Format(time.RFC3339), t.Format(time.RFC1123), t.Format("2006-01-02 15:04:05.000 Mon Jan _2 3PM"), t.Format(time.Kitchen))
	fmt.Println(t.AddDate(1, 0, 0).Format("2006-01-02"), t.AddDate(0, 1, 1).Format("Jan 2"), t.Add(2*time.Second+500*time.Millisecond).Format(time.StampMilli))
	u := time.Date(2023, 14, 35, 25, 61, 61, 0, time.UTC)
	fmt.Println(u, t.Sub(u), u.Before(t), u.After(t), t.Equal(t.Add(0)), t.Compare(u))
	y, w := t.ISOWeek()
	fmt.Println(y, w, t.Truncate(time.Hour).Format(time.TimeOnly), t.Round(24*time.Hour).Format(time.DateOnly), time.Unix(0, 0).UTC(), time.Time{}.IsZero())
	for _, s := range []string{"2024-02-29T12:30:45Z", "2024-02-30T00:00:00Z", "2024-03-10T10:00:00+02:00", "junk"} {
		p, err := time.Parse(time.RFC3339, s)
		fmt.Println(p.UTC(), err)
	}
	p, err := time.Parse("Jan 2, 2006 at 3:04pm (MST)", "Feb 3, 2013 at 7:54pm (UTC)")
	fmt.Println(p, err, time.March, time.Saturday, time.Month(13))
	zone := time.FixedZone("X", -3*3600)
	fmt.Println(t.In(zone), t.In(zone).Equal(t), t.In(zone) == t)
}

func timers() {
	start := time.Now()
	out := make(chan string, 10)
	// Far apart: functions of timers that are overdue together run in any order.
	time.AfterFunc(250*time.Millisecond, func() { out <- "second" })
	time.AfterFunc(5*time.Millisecond, func() { out <- "first" })
	stopped := time.AfterFunc(100*time.Millisecond, func() { out <- "never" })
	fmt.Println(stopped.Stop(), stopped.Stop())
	fmt.Println(<-out, <-out)
	tick := time.NewTicker(2 * time.Millisecond)
	n := 0
	for range tick.C {
		if n++; n == 3 {
			tick.Stop()
			break
		}
	}
	select {
	case <-time.After(5 * time.Millisecond):
		fmt.Println("timeout", n)
	case s := <-out:
		fmt.Println("unexpected", s)
	}
	tm := time.NewTimer(time.Hour)
	fmt.Println(tm.Reset(time.Millisecond))
	<-tm.C
	e := time.Since(start)
	fmt.Println(e > 25*time.Millisecond, e < 10*time.Second, time.Until(start) < 0)
}

func main() {
	errorTests()
	durations()
	calendar()
	timers()
}

// Output:
// <nil> false false false  false false
// read: EOF true false false  true true
//   temporary false read EOF
// open "missing": missing not found false true true missing false false
// net: deep: inner: generic false true false  true true
//   temporary true net deep: inner: generic
// EOF
// open "missing": missing not found|"EOF\nopen \"missing\": missing not found"|true|true
// 2 errors true true x <nil>
// false false <nil> false
// errors: target cannot be nil
// 0s 1ns 999ns 1.5µs 1.5ms 2s 1m30s 36h5m30.007s -1m0s 2562047h47m16.854775807s 
// 3.4293055555555556 205.75833333333333 12345.5 12345500 12345500000000 3h0m0s 3h25m0s 3h25m45.5s
// 1h15m30.918s <nil>; -1h30m0s <nil>; 10ms <nil>; 3µs <nil>; 0s time: unknown unit "d" in duration "1d"; 0s time: invalid duration ""; 0s time: missing unit in duration "5"; 
// 1s 1000000 20m0s time.Duration 12345.5
// 2024-02-29 23:59:58.123456789 +0000 UTC 2024 February 29 Thursday 60 23 123456789 1709251198 1709251198123
// 2024-02-29T23:59:58Z Thu, 29 Feb 2024 23:59:58 UTC 2024-02-29 23:59:58.123 Thu Feb 29 11PM 11:59PM
// 2025-03-01 Mar 30 Mar  1 00:00:00.623
// 2024-03-07 02:02:01 +0000 UTC -146h2m2.876543211s false true true -1
// 2024 9 23:00:00 2024-03-01 1970-01-01 00:00:00 +0000 UTC true
// 2024-02-29 12:30:45 +0000 UTC <nil>
// 0001-01-01 00:00:00 +0000 UTC parsing time "2024-02-30T00:00:00Z": day out of range
// 2024-03-10 08:00:00 +0000 UTC <nil>
// 0001-01-01 00:00:00 +0000 UTC parsing time "junk" as "2006-01-02T15:04:05Z07:00": cannot parse "junk" as "2006"
// 2013-02-03 19:54:00 +0000 UTC <nil> March Saturday %!Month(13)
// 2024-02-29 20:59:58.123456789 -0300 X true false
// true false
// first second
// timeout 3
// true
// true true true
