import i18n from "i18next";
import { initReactI18next } from "react-i18next";
import { languages, resources } from "./resources";
import type { Language } from "./resources";

const KEY = "trine.language";

function initial(): Language {
  const stored = localStorage.getItem(KEY);
  if (stored !== null && stored in languages) {
    return stored as Language;
  }
  return navigator.languages.some((one) => one.toLowerCase().startsWith("zh")) ? "zh-CN" : "en";
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
