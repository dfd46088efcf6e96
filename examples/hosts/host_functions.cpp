// Functions, constants, structs and objects of the host, used by a script; an exception that goes
// through the script; callbacks.
#include <cstdio>
#include <stdexcept>
#include <vector>

#include "gol/gol.h"

struct Vec3 {
  double x, y, z;
  double Dot(const Vec3& o) const { return x * o.x + y * o.y + z * o.z; }
};

struct Monster {
  std::string name;
  int64_t health = 100;
  void Hit(int64_t damage) { health -= damage; }
};

int main() {
  std::vector<gol::Callback<void(std::string_view)>> listeners;
  gol::HostPackage game("host/game");
  game.Struct<Vec3>("Vec3").Field("X", &Vec3::x).Field("Y", &Vec3::y).Field("Z", &Vec3::z).Method("Dot", &Vec3::Dot);
  game.Object<Monster>("Monster").Method("Hit", &Monster::Hit).Method("Health", [](Monster& m) { return m.health; });
  game.Function("Spawn", [](std::string name) { return std::make_shared<Monster>(Monster{std::move(name)}); })
      .Function("OnEvent", [&](gol::Callback<void(std::string_view)> f) { listeners.push_back(std::move(f)); })
      .Function("Load", [](std::string_view file) -> gol::OrError<int64_t> {
        if (file.empty()) return gol::ScriptError{"no name"};
        if (file == "broken") throw std::runtime_error("the disk is on fire");
        return static_cast<int64_t>(file.size());
      })
      .Constant("MaxPlayers", 8);
  gol::Engine engine({});
  auto module = engine.CompileModule({.source = {.files = {{"game.go", R"(package game
import (
	"fmt"
	"host/game"
)

func Start() string {
	game.OnEvent(func(what string) { fmt.Println("script heard:", what) })
	m := game.Spawn("troll")
	m.Hit(30)
	v := game.Vec3{X: 1, Y: 2, Z: 3}
	_, err := game.Load("")
	return fmt.Sprint(m.Health(), " ", v.Dot(v), " ", game.MaxPlayers, " ", err)
}

func Broken() int { n, _ := game.Load("broken"); return n }
)"}}}, .packages = {&game}});
  if (!module) return std::fputs(module.failure().Describe().c_str(), stderr), 1;
  gol::Isolate isolate(engine, {.write_stdout = [](std::string_view s) { std::printf("%.*s", int(s.size()), s.data()); }});
  if (!isolate.Load(*module)) return 1;
  std::puts((*isolate.Function<std::string()>("Start"))()->c_str());
  for (auto& listener : listeners) {
    if (!listener("door opened")) return 1;
  }
  auto broken = (*isolate.Function<int64_t()>("Broken"))();
  try {
    broken.failure().Rethrow();
  } catch (const std::runtime_error& e) {
    std::printf("caught: %s, in %s line %d\n", e.what(), broken.failure().stack[1].function.c_str(),
                broken.failure().stack[1].line);
  }
}
