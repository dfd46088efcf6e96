// What gol lab prints. See lab.cc.
#pragma once

#include <string>
#include <vector>

#include "gol/gol.h"

namespace gol::cmd {

// The lives of watched objects: a table for the terminal, a page, its picture alone, all numbers.
std::string LifecycleTable(const std::vector<ObjectLife>& lives);
std::string LifecyclePage(const std::vector<ObjectLife>& lives, const std::string& title);
std::string LifecycleSvg(const std::vector<ObjectLife>& lives);
std::string LifecycleJson(const std::vector<ObjectLife>& lives);

// gol lab claims ...
int Claims(const std::vector<std::string>& args);

}  // namespace gol::cmd
