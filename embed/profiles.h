// The profiles that RunOptions asks for.
#pragma once

#include "gol/gol.h"

namespace gol::rt {
class Runtime;
}

namespace gol::embed {

// Before the Run. What cannot be started is reported on standard error.
void StartProfiles(rt::Runtime& runtime, const ProfileFiles& files);
// After it: writes the files.
void WriteProfiles(rt::Runtime& runtime, const ProfileFiles& files);

}  // namespace gol::embed
