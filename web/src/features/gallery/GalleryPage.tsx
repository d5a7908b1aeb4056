import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { LanguageMenu, ThemeMenu } from "@/app/shell/UserMenu";
import { Logo } from "@/app/shell/Logo";
import { PageTitle } from "@/ui";
import { ControlsSection, FormsSection, OverlaysSection } from "./ControlSections";
import { ContentSection, DataSection, StatesSection } from "./DataSections";

/** Every component in every state, on one page: to build with, and to look at after a change of the tokens. */
export function GalleryPage() {
  const { t } = useTranslation("gallery");
  return (
    <div className="mx-auto max-w-6xl px-6 pb-24">
      <PageTitle>{t("title")}</PageTitle>
      <header className="flex h-14 items-center gap-3 border-b">
        <Link to="/" aria-label="Trine" className="rounded-md">
          <Logo />
        </Link>
        <h1 className="font-semibold">{t("title")}</h1>
        <div className="ml-auto flex gap-0.5">
          <LanguageMenu />
          <ThemeMenu />
        </div>
      </header>
      <main>
        <ControlsSection />
        <FormsSection />
        <OverlaysSection />
        <ContentSection />
        <StatesSection />
        <DataSection />
      </main>
    </div>
  );
}
