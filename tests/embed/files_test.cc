// Files of the host's that isolates see in place of the process's.
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "gol/gol.h"

namespace gol {
namespace {

// An isolate with the files, and functions that use them.
struct Loaded {
  Engine engine{{}};
  std::unique_ptr<Isolate> isolate;

  Loaded(const std::string& functions, std::shared_ptr<FileSystem> files, Grants grants = {}) {
    const std::string text = "package main\nimport (\"fmt\"; \"io\"; \"io/fs\"; \"os\"; \"path/filepath\"; \"strings\")\n"
                             "var _ = fmt.Sprint\nvar _ = io.EOF\nvar _ fs.FS\nvar _ = filepath.Join\n"
                             "var _ = strings.Join\nvar _ = os.Args\n" + functions;
    auto m = engine.CompileModule({.source = {.files = {{"script.go", text}}}});
    if (!m) {
      ADD_FAILURE() << m.failure().Describe();
      return;
    }
    IsolateOptions o;
    o.files = std::move(files);
    o.grants = grants;
    isolate = std::make_unique<Isolate>(engine, std::move(o));
    if (auto loaded = isolate->Load(*m); !loaded) ADD_FAILURE() << loaded.failure().Describe();
  }

  std::string Call(const char* name, std::string_view arg = "") {
    auto f = isolate->Function<std::string(std::string_view)>(name);
    if (!f) return f.failure().text;
    auto r = (*f)(arg);
    return r ? *r : r.failure().Describe();
  }
};

constexpr char kFunctions[] = R"(
func text(b []byte, err error) string {
	if err != nil { return "error: " + err.Error() }
	return string(b)
}
func done(err error) string {
	if err != nil { return "error: " + err.Error() }
	return "ok"
}
func read(path string) string { return text(os.ReadFile(path)) }
func list(path string) string {
	entries, err := os.ReadDir(path)
	if err != nil { return "error: " + err.Error() }
	var names []string
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() { name += "/" }
		names = append(names, name)
	}
	return strings.Join(names, " ")
}
func walk(path string) string {
	var names []string
	err := filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err == nil { names = append(names, p) }
		return err
	})
	if err != nil { return "error: " + err.Error() }
	return strings.Join(names, " ")
}
func stat(path string) string {
	info, err := os.Stat(path)
	if err != nil { return "error: " + err.Error() }
	return fmt.Sprint(info.Name(), " ", info.Size(), " ", info.Mode(), " ", info.ModTime().Unix())
}
func parts(path string) string {
	f, err := os.Open(path)
	if err != nil { return "error: " + err.Error() }
	defer f.Close()
	a := make([]byte, 3)
	f.Read(a)
	at, _ := f.Seek(-2, io.SeekEnd)
	b, _ := io.ReadAll(f)
	c := make([]byte, 2)
	f.ReadAt(c, 1)
	n, err := f.Read(c)
	return fmt.Sprint(string(a), " ", at, " ", string(b), " ", string(c), " ", n, " ", err)
}
func write(path string) string { return done(os.WriteFile(path, []byte("written"), 0644)) }
func add(path string) string {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil { return "error: " + err.Error() }
	fmt.Fprintf(f, "+%d", 1)
	return done(f.Close())
}
func mkdir(path string) string { return done(os.MkdirAll(path, 0755)) }
func remove(path string) string { return done(os.Remove(path)) }
func rename(paths string) string {
	from, to, _ := strings.Cut(paths, " ")
	return done(os.Rename(from, to))
}
func chdir(path string) string {
	if err := os.Chdir(path); err != nil { return "error: " + err.Error() }
	wd, err := os.Getwd()
	return wd + " " + done(err)
}
func root(name string) string {
	r, err := os.OpenRoot("/data")
	if err != nil { return "error: " + err.Error() }
	defer r.Close()
	f, err := r.Open(name)
	if err != nil { return "error: " + err.Error() }
	return text(io.ReadAll(f))
}
func glob(pattern string) string {
	names, err := fs.Glob(os.DirFS("/data"), pattern)
	return strings.Join(names, " ") + " " + done(err)
}
func pipe(string) string { _, _, err := os.Pipe(); return done(err) }
func link(path string) string { return done(os.Symlink("/etc", path)) }
)";

std::shared_ptr<MemoryFiles> SomeFiles(uint64_t max_bytes = 0) {
  auto files = std::make_shared<MemoryFiles>(max_bytes);
  files->Add("/data/a.txt", "first");
  files->Add("/data/b/c.txt", "second file");
  files->Add("/data-2", "");
  return files;
}

TEST(Files, OfTheHostAreAllThereIs) {
  Loaded l(kFunctions, SomeFiles());
  EXPECT_EQ(l.Call("read", "/data/a.txt"), "first");
  EXPECT_EQ(l.Call("read", "/data/../data//b/./c.txt"), "second file");
  EXPECT_EQ(l.Call("list", "/"), "data/ data-2");
  EXPECT_EQ(l.Call("list", "/data"), "a.txt b/");
  EXPECT_EQ(l.Call("walk", "/"), "/ /data /data/a.txt /data/b /data/b/c.txt /data-2");
  EXPECT_EQ(l.Call("stat", "/data/b/c.txt"), "c.txt 11 -rw-r--r-- 0");
  EXPECT_EQ(l.Call("stat", "/data"), "data 0 drwxr-xr-x 0");
  EXPECT_EQ(l.Call("parts", "/data/b/c.txt"), "sec 9 le ec 0 EOF");
  EXPECT_EQ(l.Call("glob", "*/*.txt"), "b/c.txt ok");
  EXPECT_EQ(l.Call("root", "b/c.txt"), "second file");
  EXPECT_EQ(l.Call("root", "../data-2"), "error: openat ../data-2: path escapes from parent");
  EXPECT_EQ(l.Call("read", "/etc/passwd"), "error: open /etc/passwd: no such file or directory");
  EXPECT_EQ(l.Call("read", "/data/a.txt/x"), "error: open /data/a.txt/x: not a directory");
  EXPECT_EQ(l.Call("read", "/data"), "error: read /data: is a directory");
  EXPECT_EQ(l.Call("list", "/proc"), "error: open /proc: no such file or directory");
  EXPECT_EQ(l.Call("read", "../../../etc/passwd"), "error: open ../../../etc/passwd: no such file or directory");
  EXPECT_EQ(l.Call("chdir", "/data/b"), "/data/b ok");
  EXPECT_EQ(l.Call("read", "c.txt"), "second file");
  EXPECT_EQ(l.Call("read", "../a.txt"), "first");
}

TEST(Files, AreReadOnlyUnlessTheHostSaysOtherwise) {
  Loaded l(kFunctions, SomeFiles());
  EXPECT_EQ(l.Call("write", "/data/new"), "error: open /data/new: read-only file system");
  EXPECT_EQ(l.Call("write", "/data/a.txt"), "error: open /data/a.txt: read-only file system");
  EXPECT_EQ(l.Call("add", "/data/a.txt"), "error: open /data/a.txt: read-only file system");
  EXPECT_EQ(l.Call("mkdir", "/data/d/e"), "error: mkdir /data/d: read-only file system");
  EXPECT_EQ(l.Call("remove", "/data/a.txt"), "error: remove /data/a.txt: read-only file system");
  EXPECT_EQ(l.Call("rename", "/data/a.txt /x"), "error: rename /data/a.txt /x: read-only file system");
  EXPECT_EQ(l.Call("read", "/data/a.txt"), "first");
}

TEST(Files, MayBeWritten) {
  auto files = SomeFiles(100000);
  Loaded l(kFunctions, files);
  EXPECT_EQ(l.Call("write", "/data/new"), "ok");
  EXPECT_EQ(l.Call("add", "/data/new"), "ok");
  std::string text;
  ASSERT_TRUE(files->Get("/data/new", &text));
  EXPECT_EQ(text, "written+1");
  EXPECT_EQ(l.Call("write", "/data/a.txt"), "ok");
  EXPECT_EQ(l.Call("read", "/data/a.txt"), "written");
  EXPECT_EQ(l.Call("mkdir", "/d/e/f"), "ok");
  EXPECT_EQ(l.Call("rename", "/data /d/e/f/data"), "ok");
  EXPECT_EQ(l.Call("read", "/d/e/f/data/b/c.txt"), "second file");
  EXPECT_EQ(l.Call("walk", "/"),
            "/ /d /d/e /d/e/f /d/e/f/data /d/e/f/data/a.txt /d/e/f/data/b /d/e/f/data/b/c.txt /d/e/f/data/new /data-2");
  EXPECT_EQ(l.Call("rename", "/d /d/e/x"), "error: rename /d /d/e/x: invalid argument");
  EXPECT_EQ(l.Call("remove", "/d/e"), "error: remove /d/e: directory not empty");
  EXPECT_EQ(l.Call("remove", "/d/e/f/data/b/c.txt"), "ok");
  EXPECT_EQ(l.Call("remove", "/d/e/f/data/b"), "ok");
  EXPECT_EQ(l.Call("list", "/d/e/f/data"), "a.txt new");
}

TEST(Files, OfAScriptAreLimited) {
  auto files = SomeFiles(2000);
  Loaded l(std::string(kFunctions) + R"(
func flood(string) string {
	f, err := os.Create("/big")
	if err != nil { return err.Error() }
	for err == nil { _, err = f.Write(make([]byte, 100)) }
	return err.Error()
}
func many(string) string {
	for i := 0; ; i++ {
		if err := os.Mkdir(fmt.Sprint("/", i), 0755); err != nil { return err.Error()[len("mkdir /"):] }
	}
}
)", files);
  EXPECT_EQ(l.Call("flood"), "write /big: no space left on device");
  EXPECT_EQ(l.Call("remove", "/big"), "ok");
  EXPECT_TRUE(l.Call("many").ends_with(": no space left on device"));
}

// Grants do not let scripts past the files that the host gave.
TEST(Files, StandInPlaceOfAGrant) {
  Loaded l(kFunctions, SomeFiles(), Grants{.files = true, .environment = true});
  EXPECT_EQ(l.Call("read", "/etc/passwd"), "error: open /etc/passwd: no such file or directory");
  EXPECT_EQ(l.Call("read", "/data/a.txt"), "first");
  EXPECT_EQ(l.Call("chdir", "/tmp"), "error: chdir /tmp: no such file or directory");
  EXPECT_EQ(l.Call("pipe"), "error: pipe2: operation not permitted");
  EXPECT_EQ(l.Call("link", "/x"), "error: symlink /etc /x: operation not permitted");
}

TEST(Files, WithoutAnyNothingIsThere) {
  Loaded l(kFunctions, nullptr);
  EXPECT_EQ(l.Call("read", "/etc/passwd"), "error: open /etc/passwd: operation not permitted");
}

// The host's own functions answer.
class Numbers : public FileSystem {
 public:
  int Find(const std::string& path, FileInfo* info) override {
    calls++;
    if (path == "/") {
      info->is_folder = true;
      return 0;
    }
    if (path.find_first_not_of("0123456789", 1) != std::string::npos) return -ENOENT;
    *info = {false, path.size() - 1, 1700000000LL * 1000000000};
    return 0;
  }
  int List(const std::string&, std::vector<std::string>* names) override {
    for (int i = 0; i < 300; i++) names->push_back(std::to_string(i));
    return 0;
  }
  int64_t Read(const std::string& path, uint64_t offset, char* data, size_t n) override {
    if (path == "/13") return -EIO;
    if (offset >= path.size() - 1) return 0;
    // As slowly as may be.
    if (n > 0) data[0] = path[offset + 1];
    return 1;
  }
  int calls = 0;
};

TEST(Files, ComeFromFunctionsOfTheHost) {
  auto numbers = std::make_shared<Numbers>();
  Loaded l(kFunctions, numbers);
  EXPECT_EQ(l.Call("read", "/12345"), "12345");
  EXPECT_EQ(l.Call("read", "/x"), "error: open /x: no such file or directory");
  EXPECT_EQ(l.Call("read", "/13"), "error: read /13: input/output error");
  EXPECT_EQ(l.Call("stat", "/7"), "7 1 -rw-r--r-- 1700000000");
  const std::string names = l.Call("list", "/");
  EXPECT_EQ(std::count(names.begin(), names.end(), ' '), 299);
  EXPECT_TRUE(names.starts_with("0 1 10 100 101"));
  EXPECT_EQ(l.Call("write", "/5"), "error: open /5: read-only file system");
  EXPECT_GT(numbers->calls, 0);
}

}  // namespace
}  // namespace gol
