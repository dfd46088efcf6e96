// Giving memory back that only compiling needed.
#pragma once

namespace gol::cmd {

// Called while the program runs. What is still needed comes back page by page when it is touched.
void ReleaseCompilerMemory();

}  // namespace gol::cmd
