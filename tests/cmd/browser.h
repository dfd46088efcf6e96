// Opens pages in headless Chromium.
#pragma once

#include <string>

#include "support/program.h"

namespace gol::testing {

inline std::string BrowserPath() {
  for (const char* path : {"/usr/bin/chromium", "/usr/bin/google-chrome"}) {
    CommandResult r = RunCommand({path, "--version"});
    if (r.exit_code == 0) return path;
  }
  return "";
}

struct OpenedPage {
  bool ok = false;
  std::string dom;        // after scripts ran
  std::string console;    // lines that the page wrote, errors among them
  std::string tip;        // what the pointer shows over the part that was asked for
  bool is_wider = false;  // the page can be scrolled sideways
};

// Opens the file at that width, puts the pointer over the first element that the CSS selector finds.
inline OpenedPage OpenPage(const std::string& browser, const std::string& file, int width,
                           const std::string& selector) {
  std::string html = ReadFile(file);
  const size_t end = html.rfind("</body>");
  if (end == std::string::npos) return {};
  html.insert(end,
              "<script>{const n=document.querySelector('" + selector +
                  "'),r=n.getBoundingClientRect();n.dispatchEvent(new PointerEvent('pointermove',"
                  "{bubbles:true,clientX:r.left+1,clientY:r.top+1}));"
                  "document.body.dataset.wider=document.documentElement.scrollWidth>innerWidth;}</script>");
  const std::string folder = TempFolder();
  WriteFile(folder + "/page.html", html);
  // Windows are at least 500 pixels wide: the page stands in a frame, and takes the place of the outer one when done.
  WriteFile(folder + "/frame.html",
            "<html><body><iframe src=\"page.html\" width=\"" + std::to_string(width) +
                "\" height=\"1000\" style=\"border:0\" onload=\"document.documentElement.innerHTML="
                "this.contentDocument.documentElement.innerHTML\"></iframe></body></html>");
  CommandResult r = RunCommand(
      {browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0",
       "--user-data-dir=" + folder + "/profile", "--allow-file-access-from-files",
       "--window-size=" + std::to_string(width + 100) + ",1200", "--dump-dom", "file://" + folder + "/frame.html"},
      {{"HOME", folder}}, folder, 60);
  OpenedPage page;
  page.ok = r.exit_code == 0;
  page.dom = r.out;
  for (const std::string& line : Lines(r.err)) {
    if (line.find("CONSOLE") != std::string::npos) page.console += line + "\n";
  }
  const std::string mark = "<div id=\"tip\"";
  size_t tip = r.out.find(mark);
  if (tip != std::string::npos) {
    tip = r.out.find('>', tip) + 1;
    page.tip = r.out.substr(tip, r.out.find("</div>", tip) - tip);
  }
  page.is_wider = r.out.find("data-wider=\"true\"") != std::string::npos;
  return page;
}

}  // namespace gol::testing
