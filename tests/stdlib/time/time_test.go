package time_test

import (
	"fmt"
	"math/rand"
	"testing"
	want "time"

	got "golstd/time"
)

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestDuration(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	ds := []int64{0, 1, -1, 999, 1000, 1001, 1100, 999999, 1000000, 1500000, 999999999, 1e9, 1e9 + 1, 60e9, 3600e9, 3661e9 + 5e8, -1 << 63, 1<<63 - 1}
	for i := 0; i < 3000; i++ {
		ds = append(ds, int64(rnd.Uint64())>>uint(rnd.Intn(64)))
	}
	for _, d := range ds {
		g, w := got.Duration(d), want.Duration(d)
		m := ds[rnd.Intn(len(ds))]
		if g.String() != w.String() || g.Seconds() != w.Seconds() || g.Minutes() != w.Minutes() || g.Hours() != w.Hours() || int64(g.Abs()) != int64(w.Abs()) ||
			int64(g.Round(got.Duration(m))) != int64(w.Round(want.Duration(m))) || int64(g.Truncate(got.Duration(m))) != int64(w.Truncate(want.Duration(m))) {
			t.Errorf("%d: %s, want %s", d, g, w)
		}
	}
	for _, s := range []string{"", "0", "-0", "+0", "1", "1h", "1h2m3.5s", "-1.5h", "1.s", ".5s", ".s", "1µs2us3μs", "1x", "1h1", "h", "9223372036854775807ns", "9223372036854775808ns", "-9223372036854775808ns", "-9223372036854775809ns", "9223372036.854775808s", "0.100000000000000000000h", "0.9223372036854775808h", "3000000h", "1 h", "1.2.3s", "99999999999999999999s", "é", "1\x80s", "--1s", "0.3333333333333333333h", "1m1ms1us1ns"} {
		g, e1 := got.ParseDuration(s)
		w, e2 := want.ParseDuration(s)
		if int64(g) != int64(w) || errText(e1) != errText(e2) {
			t.Errorf("ParseDuration(%q) = %d %v, want %d %v", s, g, e1, w, e2)
		}
	}
}

var zones = []string{"UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo", "Africa/Casablanca", "Europe/Dublin", "Asia/Tehran", "Etc/GMT+5", "America/St_Johns"}

func both(t *testing.T, name string) (*got.Location, *want.Location) {
	g, e1 := got.LoadLocation(name)
	w, e2 := want.LoadLocation(name)
	if e1 != nil || e2 != nil {
		t.Fatal(name, e1, e2)
	}
	return g, w
}

func same(t *testing.T, what string, g got.Time, w want.Time) {
	t.Helper()
	gy, gw := g.ISOWeek()
	wy, ww := w.ISOWeek()
	gs, ge := g.ZoneBounds()
	ws, we := w.ZoneBounds()
	a := fmt.Sprint(g, g.Unix(), g.Nanosecond(), g.YearDay(), g.Weekday(), gy, gw, g.IsDST(), g.GoString(), gs, ge)
	b := fmt.Sprint(w, w.Unix(), w.Nanosecond(), w.YearDay(), w.Weekday(), wy, ww, w.IsDST(), w.GoString(), ws, we)
	if a != b {
		t.Errorf("%s:\n got %s\nwant %s", what, a, b)
	}
}

func TestInstants(t *testing.T) {
	rnd := rand.New(rand.NewSource(2))
	for _, name := range zones {
		gl, wl := both(t, name)
		for i := 0; i < 400; i++ {
			sec := rnd.Int63n(6e9) - 2e9
			if i%10 == 0 {
				sec = int64(rnd.Uint64()) >> uint(8+rnd.Intn(40))
			}
			nsec := rnd.Int63n(1e9)
			g, w := got.Unix(sec, nsec).In(gl), want.Unix(sec, nsec).In(wl)
			same(t, name, g, w)
			d := rnd.Int63n(1e18) - 5e17
			same(t, "Add", g.Add(got.Duration(d)), w.Add(want.Duration(d)))
			m := rnd.Int63n(1e14) + 1
			same(t, "Truncate", g.Truncate(got.Duration(m)), w.Truncate(want.Duration(m)))
			same(t, "Round", g.Round(got.Duration(m)), w.Round(want.Duration(m)))
			y, mo, da, h := rnd.Intn(60)-30, rnd.Intn(40)-20, rnd.Intn(80)-40, rnd.Intn(100)-50
			same(t, "AddDate", g.AddDate(y, mo, da), w.AddDate(y, mo, da))
			same(t, "Date", got.Date(2000+y, got.Month(mo), da, h, y*7, mo*11, da*1e8, gl), want.Date(2000+y, want.Month(mo), da, h, y*7, mo*11, da*1e8, wl))
			g2, w2 := got.Unix(sec+d, 0), want.Unix(sec+d, 0)
			if int64(g2.Sub(g)) != int64(w2.Sub(w)) || g.Before(g2) != w.Before(w2) || g.Compare(g2) != w.Compare(w2) {
				t.Errorf("Sub %v %v", g, g2)
			}
			j1, e1 := g.MarshalJSON()
			j2, e2 := w.MarshalJSON()
			if string(j1) != string(j2) || errText(e1) != errText(e2) {
				t.Errorf("JSON %s %s", j1, j2)
			}
			b1, e1 := g.MarshalBinary()
			b2, e2 := w.MarshalBinary()
			if string(b1) != string(b2) || errText(e1) != errText(e2) {
				t.Errorf("binary %x %x", b1, b2)
			}
			if t.Failed() {
				return
			}
		}
		// Around the changes of the zone.
		at := want.Date(1990, 1, 1, 0, 0, 0, 0, wl)
		for i := 0; i < 80; i++ {
			_, end := at.ZoneBounds()
			if end.IsZero() {
				break
			}
			for _, d := range []int64{-7200, -3600, -1, 0, 1, 1800, 3600, 7200} {
				sec := end.Unix() + d
				same(t, name, got.Unix(sec, 0).In(gl), want.Unix(sec, 0).In(wl))
				w := want.Unix(sec, 0).In(wl)
				same(t, "Date "+name, got.Date(w.Year(), got.Month(w.Month()), w.Day(), w.Hour(), w.Minute(), 0, 0, gl), want.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), 0, 0, wl))
			}
			at = end
		}
	}
	same(t, "zero", got.Time{}, want.Time{})
	same(t, "local", got.Unix(1e9, 5), want.Unix(1e9, 5))
	if _, err := got.LoadLocation("No/Where"); err == nil || err.Error() != "unknown time zone No/Where" {
		t.Error(err)
	}
}

var layouts = []string{got.Layout, got.ANSIC, got.UnixDate, got.RubyDate, got.RFC822, got.RFC822Z, got.RFC850, got.RFC1123, got.RFC1123Z, got.RFC3339, got.RFC3339Nano, got.Kitchen, got.Stamp, got.StampMilli, got.StampMicro, got.StampNano, got.DateTime, got.DateOnly, got.TimeOnly,
	"2006-002", "2006 __2", "_2006", "Z07 Z0700 Z070000 Z07:00:00", "-07 -070000 -07:00:00", "Janet Monster 2", "3 03 1 01 2 02 _2 4 5 pm", ".00x", "05.9", "05,999 x", "05.00005", "January 2, 2006 at 3:04pm (MST)", "06", "15h4m5s"}

func TestFormatParse(t *testing.T) {
	rnd := rand.New(rand.NewSource(3))
	pieces := []string{"Jan", "January", "1", "01", "2", "02", "_2", "__2", "002", "Mon", "Monday", "15", "3", "03", "4", "04", "5", "05", "2006", "06", "PM", "pm", "MST", "Z0700", "Z07:00", "-0700", "-07:00", "-07", ".000", ".999999999", ",00", " ", ":", "T", "-", "/", "x", "0", "7", "_", "Ja", "Mo", "."}
	ls := append([]string(nil), layouts...)
	for i := 0; i < 600; i++ {
		s := ""
		for n := rnd.Intn(8) + 1; n > 0; n-- {
			s += pieces[rnd.Intn(len(pieces))]
			if rnd.Intn(2) == 0 {
				s += " "
			}
		}
		ls = append(ls, s)
	}
	for _, l := range ls {
		for i := 0; i < 12; i++ {
			gl, wl := both(t, zones[rnd.Intn(len(zones))])
			sec, nsec := rnd.Int63n(4e9)-1e9, rnd.Int63n(1e9)
			if i%3 == 0 {
				nsec = nsec / 1e6 * 1e6
			}
			g, w := got.Unix(sec, nsec).In(gl), want.Unix(sec, nsec).In(wl)
			if a, b := g.Format(l), w.Format(l); a != b {
				t.Errorf("Format(%q) = %q, want %q", l, a, b)
				return
			}
			v := []byte(w.Format(l))
			// Damage some of the texts.
			if i > 4 && len(v) > 0 {
				switch k := rnd.Intn(len(v)); rnd.Intn(4) {
				case 0:
					v[k] = "0129 :-+.ZAxGMT"[rnd.Intn(15)]
				case 1:
					v = append(v[:k], v[k+1:]...)
				case 2:
					v = append(v, '0')
				case 3:
					v = append(v[:k], append([]byte{'9'}, v[k:]...)...)
				}
			}
			a, e1 := got.Parse(l, string(v))
			b, e2 := want.Parse(l, string(v))
			if errText(e1) != errText(e2) {
				t.Errorf("Parse(%q, %q): %v, want %v", l, v, e1, e2)
				continue
			}
			if e1 == nil {
				same(t, fmt.Sprintf("Parse(%q, %q)", l, v), a, b)
			}
			a, e1 = got.ParseInLocation(l, string(v), gl)
			b, e2 = want.ParseInLocation(l, string(v), wl)
			if e1 == nil && e2 == nil {
				same(t, fmt.Sprintf("ParseInLocation(%q, %q)", l, v), a, b)
			}
		}
	}
	for _, v := range []string{"Mon Jan  2 15:04:05 GMT+5 2006", "Mon Jan  2 15:04:05 GMT-8 2006", "Mon Jan  2 15:04:05 CEST 2006", "Mon Jan  2 15:04:05 +03 2006", "Mon Jan  2 15:04:05 ABCDE 2006", "Mon Jan  2 15:04:05 ABCDT 2006", "Mon Jan  2 15:04:05 WITA 2006", "Mon Jan  2 15:04:05 ChST 2006", "Mon Jan  2 15:04:05 GMT+24 2006", "Mon Jan 31 15:04:05 UTC 2006", "Mon Feb 30 15:04:05 UTC 2006", "Mon Jan  2 15:04:05.123 UTC 2006", "Mon Jan  2 25:04:05 UTC 2006"} {
		a, e1 := got.Parse(got.UnixDate, v)
		b, e2 := want.Parse(want.UnixDate, v)
		if errText(e1) != errText(e2) {
			t.Errorf("%q: %v, want %v", v, e1, e2)
		} else if e1 == nil {
			same(t, v, a, b)
		}
	}
}

func TestTimers(t *testing.T) {
	start := got.Now()
	tm := got.NewTimer(5 * got.Millisecond)
	<-tm.C
	if d := got.Since(start); d < 5*got.Millisecond {
		t.Error(d)
	}
	if tm.Stop() || tm.Reset(got.Hour) || !tm.Stop() {
		t.Error("Stop")
	}
	done := make(chan bool)
	got.AfterFunc(got.Millisecond, func() { done <- true })
	<-done
	tick := got.NewTicker(got.Millisecond)
	for i := 0; i < 3; i++ {
		<-tick.C
	}
	tick.Stop()
	tm = got.NewTimer(0)
	got.Sleep(2 * got.Millisecond)
	tm.Reset(got.Hour)
	select {
	case <-tm.C:
		t.Error("stale")
	default:
	}
	select {
	case <-got.After(got.Millisecond):
	case <-got.After(5 * got.Second):
		t.Error("After")
	}
}
