// A select over four producers and a stop channel.
package main

import "fmt"

func main() {
	var in [4]chan int
	stop := make(chan bool)
	done := make(chan bool)
	for i := range in {
		in[i] = make(chan int)
		go func() {
			for n := 0; ; n++ {
				select {
				case in[i] <- n & 1:
				case <-stop:
					done <- true
					return
				}
			}
		}()
	}
	sum := 0
	for i := 0; i < 3_000_000; i++ {
		select {
		case v := <-in[0]:
			sum += v
		case v := <-in[1]:
			sum += v
		case v := <-in[2]:
			sum += v
		case v := <-in[3]:
			sum += v
		}
	}
	close(stop)
	for range in {
		<-done
	}
	fmt.Println(sum > 0)
}
