import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Outlet, useRouter } from "@tanstack/react-router";
import { Menu as MenuIcon, Search } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { chooseProject, currentProject, subscribeProject } from "@/api/project";
import { me } from "@/api/queries";
import { signedIn, subscribe } from "@/api/session";
import { useMediaQuery } from "@/lib/useMediaQuery";
import { IconButton, Kbd, Sheet } from "@/ui";
import { CommandPalette } from "./CommandPalette";
import { Logo } from "./Logo";
import { ProjectSwitcher } from "./ProjectSwitcher";
import { Sidebar } from "./Sidebar";
import { LanguageMenu, ThemeMenu, UserMenu } from "./UserMenu";

/** The frame of every page behind the login: sidebar, bar, palette. */
export function AppShell() {
  const { t } = useTranslation("shell");
  const router = useRouter();
  const queryClient = useQueryClient();
  const { data: account } = useSuspenseQuery(me);
  const project = useSyncExternalStore(subscribeProject, currentProject);
  const narrow = useMediaQuery("(max-width: 899px)");
  const [menuOpen, setMenuOpen] = useState(false);
  const [paletteOpen, setPaletteOpen] = useState(false);

  const projects = account.memberships.flatMap((membership) => membership.projects);
  const known = projects.find((one) => one.slug === project) ?? projects[0];

  // A project that was chosen in another account, or none yet: the stored choice is mended for the requests to come.
  useEffect(() => {
    if (known !== undefined && known.slug !== currentProject()) {
      chooseProject(known.slug);
    }
  }, [known]);

  // The session may end under the page: a revoked token, a logout in another tab.
  useEffect(
    () =>
      subscribe(() => {
        if (signedIn() === null) {
          queryClient.clear();
          void router.navigate({ to: "/login", search: { next: undefined } });
        }
      }),
    [queryClient, router],
  );

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setPaletteOpen((open) => !open);
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  const switcher = <ProjectSwitcher memberships={account.memberships} current={known} />;
  return (
    <div className="flex min-h-dvh">
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-solid px-3 py-2 text-on-solid focus:translate-y-0"
      >
        {t("skip")}
      </a>
      {!narrow && (
        <aside className="sticky top-0 flex h-dvh w-56 shrink-0 flex-col border-r bg-sunken">
          <div className="px-2 pt-2">{switcher}</div>
          <Sidebar />
        </aside>
      )}
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="sticky top-0 z-20 flex h-12 items-center gap-1 border-b bg-canvas/90 px-3 backdrop-blur-sm nav:px-6">
          {narrow && (
            <>
              <IconButton icon={MenuIcon} label={t("openMenu")} onClick={() => setMenuOpen(true)} />
              <Logo size={20} />
            </>
          )}
          <button
            type="button"
            onClick={() => setPaletteOpen(true)}
            className="flex h-8 items-center gap-2 rounded-md border border-line bg-surface px-2.5 text-sm text-subtle hover:border-line-strong nav:w-72"
          >
            <Search size={14} aria-hidden />
            <span className="hidden nav:inline">{t("palette.open")}</span>
            <span className="sr-only nav:hidden">{t("palette.open")}</span>
            <span className="ml-auto hidden gap-0.5 nav:flex">
              <Kbd>{isApple() ? "⌘" : "Ctrl"}</Kbd>
              <Kbd>K</Kbd>
            </span>
          </button>
          <div className="ml-auto flex items-center gap-0.5">
            <LanguageMenu />
            <ThemeMenu />
            <UserMenu user={account.user} />
          </div>
        </header>
        <main id="content" tabIndex={-1} className="mx-auto w-full max-w-7xl flex-1 px-4 py-6 outline-none nav:px-8">
          <Outlet key={known?.slug ?? "none"} />
        </main>
      </div>
      <Sheet open={narrow && menuOpen} onOpenChange={setMenuOpen} title={t("menu")} side="left">
        <div className="flex h-full flex-col">
          <div className="px-2 pt-2">{switcher}</div>
          <Sidebar onNavigate={() => setMenuOpen(false)} />
        </div>
      </Sheet>
      <CommandPalette open={paletteOpen} onOpenChange={setPaletteOpen} />
    </div>
  );
}

function isApple(): boolean {
  return /mac|iphone|ipad/i.test(navigator.userAgent);
}
