package fmt

import real "fmt"

// A Formatter of a test works with both libraries.
type State = real.State
