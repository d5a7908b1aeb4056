import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useAllowed } from "@/lib/useCan";
import { navigation } from "./navigation";

/** The pages, grouped by the stations of a model's life. */
export function Sidebar({ onNavigate }: { onNavigate?: () => void }) {
  const { t } = useTranslation("shell");
  const allowed = useAllowed();
  return (
    <nav aria-label={t("navigation")} className="flex flex-1 flex-col gap-3 overflow-y-auto px-2 py-3">
      {navigation.map((group) => (
        <div key={group.name ?? "top"}>
          {group.name !== null && (
            <h2 className="px-2 pb-1 text-2xs font-medium tracking-wide text-subtle">{t(`group.${group.name}`)}</h2>
          )}
          <ul className="flex flex-col gap-px">
            {group.items
              .filter((item) => allowed(item.needs))
              .map(({ name, to, icon: Icon }) => (
                <li key={name}>
                  <Link
                    to={to}
                    onClick={onNavigate}
                    activeOptions={{ exact: to === "/" }}
                    className="flex h-7.5 items-center gap-2 rounded-md px-2 text-sm text-muted hover:bg-hover hover:text-ink"
                    activeProps={{ className: "bg-selected! font-medium text-ink!" }}
                  >
                    <Icon size={15} aria-hidden />
                    {t(`nav.${name}`)}
                  </Link>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
