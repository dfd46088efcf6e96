// An LRU cache on a map and a doubly linked list, with an eviction callback, statistics and a
// comparison against a slow model.
package main

import (
	"fmt"
	"strings"
)

type entry struct {
	key        string
	val        any
	prev, next *entry
}

type LRU struct {
	limit   int
	items   map[string]*entry
	root    entry
	onEvict func(key string, val any)
	stats   struct{ hits, misses, evicted int }
}

func New(limit int) *LRU {
	c := &LRU{limit: limit, items: make(map[string]*entry, limit)}
	c.root.next, c.root.prev = &c.root, &c.root
	return c
}

func (e *entry) unlink() {
	e.prev.next, e.next.prev = e.next, e.prev
	e.prev, e.next = nil, nil
}

func (c *LRU) front(e *entry) {
	e.prev, e.next = &c.root, c.root.next
	e.prev.next, e.next.prev = e, e
}

func (c *LRU) Get(key string) (val any, ok bool) {
	e, ok := c.items[key]
	if !ok {
		c.stats.misses++
		return
	}
	c.stats.hits++
	e.unlink()
	c.front(e)
	return e.val, true
}

func (c *LRU) Put(key string, val any) {
	if e, ok := c.items[key]; ok {
		e.val = val
		e.unlink()
		c.front(e)
		return
	}
	if len(c.items) >= c.limit {
		last := c.root.prev
		last.unlink()
		delete(c.items, last.key)
		c.stats.evicted++
		if c.onEvict != nil {
			c.onEvict(last.key, last.val)
		}
	}
	e := &entry{key: key, val: val}
	c.items[key] = e
	c.front(e)
}

func (c *LRU) Keys() (keys []string) {
	for e := c.root.next; e != &c.root; e = e.next {
		keys = append(keys, e.key)
	}
	return
}

func (c *LRU) Len() int { return len(c.items) }

// model does the same with a slice.
type model struct {
	limit int
	keys  []string
	vals  map[string]any
}

func (m *model) touch(key string) {
	for i, k := range m.keys {
		if k == key {
			m.keys = append(m.keys[:i], m.keys[i+1:]...)
			break
		}
	}
	m.keys = append([]string{key}, m.keys...)
}

func (m *model) Get(key string) (any, bool) {
	v, ok := m.vals[key]
	if ok {
		m.touch(key)
	}
	return v, ok
}

func (m *model) Put(key string, val any) {
	if _, ok := m.vals[key]; !ok && len(m.keys) == m.limit {
		delete(m.vals, m.keys[m.limit-1])
		m.keys = m.keys[:m.limit-1]
	}
	m.vals[key] = val
	m.touch(key)
}

type cache interface {
	Get(string) (any, bool)
	Put(string, any)
}

func main() {
	var evicted []string
	c := New(3)
	c.onEvict = func(k string, v any) { evicted = append(evicted, fmt.Sprintf("%s=%v", k, v)) }
	for i, k := range strings.Fields("a b c a d e a f b") {
		if v, ok := c.Get(k); ok {
			fmt.Print(k, "→", v, " ")
			continue
		}
		c.Put(k, i)
	}
	fmt.Println()
	fmt.Println(c.Keys(), evicted, c.stats, c.Len())
	c.Put("b", "new")
	c.Put("nilval", nil)
	v, ok := c.Get("nilval")
	fmt.Println(v, ok, c.Keys())
	_, ok = c.Get("gone")
	fmt.Printf("%v %+v\n", ok, c.stats)

	lru, m := New(10), &model{limit: 10, vals: map[string]any{}}
	seed, differences, found := uint32(1), 0, 0
	for i := range 2000 {
		seed = seed*1103515245 + 12345
		key := fmt.Sprint("k", seed>>16%25)
		if seed>>8&1 == 0 {
			for _, c := range []cache{lru, m} {
				c.Put(key, i)
			}
			continue
		}
		v1, ok1 := lru.Get(key)
		v2, ok2 := m.Get(key)
		if v1 != v2 || ok1 != ok2 {
			differences++
		}
		if ok1 {
			found++
		}
	}
	fmt.Println(differences, found, strings.Join(lru.Keys(), " ") == strings.Join(m.keys, " "), lru.Keys())
}

// Output:
// a→0 a→0 
// [b f a] [b=1 c=2 d=4 e=5] {2 7 4} 3
// <nil> true [nilval b f]
// false {hits:3 misses:8 evicted:5}
// 0 386 true [k4 k24 k0 k11 k21 k8 k19 k14 k17 k3]
