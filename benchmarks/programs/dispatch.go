package main

import "fmt"

type shape interface {
	area() float64
	grow(by float64)
}

type square struct{ side float64 }
type circle struct{ r float64 }
type rect struct{ w, h float64 }

func (s *square) area() float64   { return s.side * s.side }
func (s *square) grow(by float64) { s.side += by }
func (c *circle) area() float64   { return 3.14159 * c.r * c.r }
func (c *circle) grow(by float64) { c.r += by }
func (r *rect) area() float64     { return r.w * r.h }
func (r *rect) grow(by float64)   { r.w += by }

func main() {
	var shapes []shape
	for i := range 1000 {
		switch i * 7 % 3 {
		case 0:
			shapes = append(shapes, &square{float64(i)})
		case 1:
			shapes = append(shapes, &circle{float64(i)})
		default:
			shapes = append(shapes, &rect{float64(i), 2})
		}
	}
	total := 0.0
	for range 100_000 {
		for _, s := range shapes {
			total += s.area()
		}
		shapes[7].grow(0.001)
	}
	fmt.Printf("%.3f\n", total)
}
