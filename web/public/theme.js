// Before the first paint: the stored theme, so that a dark page does not flash white. A file of its own, so that the
// content security policy needs no exception for inline scripts.
(function () {
  var theme = localStorage.getItem("trine.theme") || "system";
  var dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
