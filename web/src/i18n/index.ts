import i18n from "i18next";
import { initReactI18next } from "react-i18next";
import { languages, resources } from "./resources";
import type { Language } from "./resources";

const KEY = "trine.language";

/** The first of a reader's languages, best first, that the interface speaks. */
export function preferred(readers: readonly string[]): Language {
  return /^zh\b/i.test(readers.find((one) => /^(en|zh)\b/i.test(one)) ?? "") ? "zh-CN" : "en";
}

function initial(): Language {
  const stored = localStorage.getItem(KEY);
  return stored !== null && stored in languages ? (stored as Language) : preferred(navigator.languages);
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(KEY, language);
  void i18n.changeLanguage(language);
}

i18n.on("languageChanged", (language) => {
  document.documentElement.lang = language;
});

void i18n.use(initReactI18next).init({
  resources,
  lng: initial(),
  fallbackLng: "en",
  defaultNS: "ui",
  ns: Object.keys(resources.en),
  interpolation: { escapeValue: false },
  initAsync: false,
  showSupportNotice: false,
});

export { i18n };
