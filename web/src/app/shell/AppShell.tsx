import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Outlet, useRouter, useRouterState } from "@tanstack/react-router";
import { Menu as MenuIcon, Search } from "lucide-react";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { currentProject, subscribeProject } from "@/api/project";
import { me } from "@/api/queries";
import { followOtherTabs, sessionEnd, signedIn, subscribe } from "@/api/session";
import { placeOf } from "@/lib/search";
import { useMediaQuery } from "@/lib/useMediaQuery";
import { IconButton, Kbd, Sheet } from "@/ui";
import { AwayBanner } from "./AwayBanner";
import { CommandPalette } from "./CommandPalette";
import { Logo } from "./Logo";
import { ProjectSwitcher } from "./ProjectSwitcher";
import { Sidebar } from "./Sidebar";
import { LanguageMenu, ThemeMenu, UserMenu } from "./UserMenu";

/** Everything behind the login; nothing any more from the moment the session ends, so that nothing is asked without one. */
export function AppShell() {
  const user = useSyncExternalStore(subscribe, () => signedIn()?.user.id);
  return user === undefined ? null : <Frame />;
}

/** The frame of every page: sidebar, bar, palette. */
function Frame() {
  const { t } = useTranslation("shell");
  const router = useRouter();
  const queryClient = useQueryClient();
  const { data: account } = useSuspenseQuery(me);
  const project = useSyncExternalStore(subscribeProject, currentProject);
  const narrow = useMediaQuery("(max-width: 899px)");
  const [menuOpen, setMenuOpen] = useState(false);
  const [paletteOpen, setPaletteOpen] = useState(false);

  const projects = account.memberships.flatMap((membership) => membership.projects);
  const known = projects.find((one) => one.slug === project);

  // The session may end under the page, by a revoked token or a logout in another tab; or become another user's there.
  const userId = account.user.id;
  useEffect(() => followOtherTabs(), []);
  useEffect(
    () =>
      subscribe(() => {
        const user = signedIn()?.user.id;
        if (user === undefined) {
          const next = sessionEnd() === "expiry" ? placeOf(router.state.location) : undefined;
          queryClient.clear();
          void router.navigate({ to: "/login", search: { next } });
        } else if (user !== userId) {
          queryClient.clear();
          void router.navigate({ to: "/" });
        }
      }),
    [queryClient, router, userId],
  );

  // Whoever goes to another page by the keyboard or a screen reader is taken to its beginning.
  const content = useRef<HTMLElement>(null);
  const shown = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const entered = useRef(shown);
  useEffect(() => {
    if (entered.current !== undefined && entered.current !== shown) {
      content.current?.focus({ preventScroll: true });
    }
    entered.current = shown;
  }, [shown]);

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
        <AwayBanner />
        <main
          ref={content}
          id="content"
          tabIndex={-1}
          className="mx-auto w-full max-w-7xl flex-1 px-4 py-6 outline-none nav:px-8"
        >
          <Outlet key={`${userId}/${known?.slug ?? "none"}`} />
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
