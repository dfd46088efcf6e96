// See page.h.
#include "page.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>

namespace gol::cmd {
namespace {

// Of pages and of their pictures as files.
constexpr char kPictureStyle[] =
    "svg{--fg:#1d2430;--dim:#667085;--line:#d5dae3;--bg:#fff;--c0:#2f6fdf;--c1:#d9730d;--c2:#2a9461;"
    "--c3:#b23a9a;--c4:#7a6ff0;--c5:#c0392b;--c6:#0f8b8d;--c7:#8a6d3b;"
    "font:12px system-ui,sans-serif}"
    "@media(prefers-color-scheme:dark){svg{--fg:#e6eaf2;--dim:#98a2b3;--line:#39414f;--bg:#14181f;"
    "--c0:#6ea3ff;--c1:#ffa347;--c2:#5fd39a;--c3:#f08be0;--c4:#a9a2ff;--c5:#ff7b6b;--c6:#58cfd1;"
    "--c7:#cfae74}}"
    "svg text{fill:var(--fg)}svg .dim{fill:var(--dim)}svg .axis{stroke:var(--line);fill:none}";

constexpr char kStyle[] =
    ":root{color-scheme:light dark;--fg:#1d2430;--dim:#667085;--line:#d5dae3;--bg:#fff;--card:#f6f8fb}"
    "@media(prefers-color-scheme:dark){:root{--fg:#e6eaf2;--dim:#98a2b3;--line:#39414f;--bg:#14181f;"
    "--card:#1b212b}}"
    "*{box-sizing:border-box}"
    "body{margin:0 auto;padding:16px;max-width:1240px;background:var(--bg);color:var(--fg);"
    "font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}"
    "h1{font-size:1.5rem;line-height:1.25;margin:.2em 0 .6em}h2{font-size:1.15rem;margin:1.6em 0 .5em}"
    "h3{font-size:1rem;margin:1.2em 0 .3em}p{margin:.4em 0}.dim{color:var(--dim)}"
    ".scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;padding:8px}"
    ".scroll>svg{display:block}"
    ".pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:0 24px}"
    "table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}"
    "th,td{padding:4px 10px 4px 0;border-bottom:1px solid var(--line);text-align:left;"
    "vertical-align:top;white-space:nowrap}th{font-weight:600}"
    "td.n,th.n{text-align:right}td.wrap{white-space:normal;min-width:14em}"
    "code{font:13px ui-monospace,monospace}"
    ".key{display:flex;flex-wrap:wrap;gap:4px 16px;margin:.5em 0;padding:0;list-style:none}"
    ".key i{display:inline-block;width:12px;height:12px;margin-right:6px;border-radius:2px;"
    "vertical-align:-1px}"
    ".cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px;margin:12px 0}"
    ".cards div{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:8px 12px}"
    ".cards b{display:block;font-size:1.2rem;font-variant-numeric:tabular-nums}"
    "#tip{position:fixed;display:none;z-index:9;max-width:min(420px,90vw);padding:6px 10px;"
    "border-radius:6px;background:var(--fg);color:var(--bg);font-size:13px;white-space:pre-line;"
    "pointer-events:none}"
    "[data-tip]:focus{outline:2px solid var(--fg)}";

constexpr char kTipScript[] =
    "(()=>{const t=document.getElementById('tip');"
    "const put=(s,x,y)=>{t.textContent=s;t.style.display='block';"
    "const w=t.offsetWidth,h=t.offsetHeight;"
    "t.style.left=Math.max(4,Math.min(x+12,innerWidth-w-4))+'px';"
    "t.style.top=(y+16+h>innerHeight?Math.max(4,y-h-10):y+16)+'px'};"
    "const of=e=>e.target.closest&&e.target.closest('[data-tip]');"
    "const hide=()=>{t.style.display='none'};"
    "const move=e=>{const n=of(e);n?put(n.dataset.tip,e.clientX,e.clientY):hide()};"
    "document.addEventListener('pointermove',move);document.addEventListener('pointerdown',move);"
    "document.addEventListener('focusin',e=>{const n=of(e);if(n){const r=n.getBoundingClientRect();"
    "put(n.dataset.tip,r.left,r.bottom)}});document.addEventListener('focusout',hide);"
    "document.addEventListener('scroll',hide,true)})();";

}  // namespace

std::string HtmlEscape(std::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += "&#10;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string NumberText(double v) {
  if (v == 0 || !std::isfinite(v)) return v == 0 ? "0" : "-";
  const int digits = std::clamp(2 - static_cast<int>(std::floor(std::log10(std::abs(v)))), 0, 9);
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, v);
  std::string s(text);
  if (s.find('.') != s.npos) {
    while (s.ends_with('0')) s.pop_back();
    if (s.ends_with('.')) s.pop_back();
  }
  return s;
}

std::string TimeText(double ns) {
  const double size = std::abs(ns);
  if (size < 1e3) return NumberText(ns) + " ns";
  if (size < 1e6) return NumberText(ns / 1e3) + " µs";
  if (size < 1e9) return NumberText(ns / 1e6) + " ms";
  return NumberText(ns / 1e9) + " s";
}

std::string Page(std::string_view title, std::string_view body) {
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n<title>";
  page += HtmlEscape(title);
  page += "</title>\n<style>";
  page += kStyle;
  page += kPictureStyle;
  page += "</style>\n</head>\n<body>\n<div id=\"tip\" role=\"status\"></div>\n<h1>";
  page += HtmlEscape(title);
  page += "</h1>\n";
  page += body;
  page += "\n<script>";
  page += kTipScript;
  page += "</script>\n</body>\n</html>\n";
  return page;
}

std::string StandaloneSvg(std::string_view svg) {
  const size_t end = svg.find('>');
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += svg.substr(0, end);
  out += " xmlns=\"http://www.w3.org/2000/svg\"><style>";
  out += kPictureStyle;
  out += "svg{background:var(--bg)}</style>";
  out += svg.substr(end + 1);
  return out + "\n";
}

std::string HeatColour(double share) {
  // Stops of a scale whose lightness grows evenly.
  constexpr double kStops[][3] = {{68, 1, 84},    {59, 82, 139},  {33, 145, 140},
                                  {94, 201, 98},  {253, 231, 37}};
  const double at = std::clamp(share, 0.0, 1.0) * 4;
  const int i = std::min(3, static_cast<int>(at));
  char text[16];
  int rgb[3];
  for (int k = 0; k < 3; ++k) {
    rgb[k] = static_cast<int>(kStops[i][k] + (kStops[i + 1][k] - kStops[i][k]) * (at - i) + 0.5);
  }
  std::snprintf(text, sizeof text, "#%02x%02x%02x", rgb[0], rgb[1], rgb[2]);
  return text;
}

bool ReadWholeFile(const std::string& path, std::string* out) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (!in) return false;
  *out = bytes.str();
  return true;
}

bool WriteWholeFile(const std::string& path, std::string_view bytes, const char* command) {
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) std::fprintf(stderr, "%s: cannot write %s\n", command, path.c_str());
  return static_cast<bool>(out);
}

}  // namespace gol::cmd
