package main

import "fmt"

type vec struct{ x, y, z float64 }

func (a vec) add(b vec) vec       { return vec{a.x + b.x, a.y + b.y, a.z + b.z} }
func (a vec) scale(k float64) vec { return vec{a.x * k, a.y * k, a.z * k} }

type particle struct {
	pos, vel vec
	id       int
	tags     [4]int32
}

func step(p particle, dt float64) particle {
	p.pos = p.pos.add(p.vel.scale(dt))
	p.tags[p.id&3]++
	return p
}

func main() {
	ps := make([]particle, 1000)
	for i := range ps {
		ps[i] = particle{vel: vec{float64(i), 1, -1}, id: i}
	}
	for range 30_000 {
		for i := range ps {
			ps[i] = step(ps[i], 0.001)
		}
	}
	fmt.Printf("%.3f %v\n", ps[999].pos, ps[2].tags)
}
