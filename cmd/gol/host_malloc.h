// What malloc is asked besides memory. Internal to cmd/gol.
#pragma once

namespace gol::cmd {

// Gives pages of freed memory back to the system. Any thread.
void ReturnFreeHostMemory();

}  // namespace gol::cmd
