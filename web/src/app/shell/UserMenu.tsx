import { Languages, LogOut, Monitor, Moon, Sun } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { logout } from "@/api/session";
import type { User } from "@/api/types";
import { chooseLanguage } from "@/i18n";
import { languages } from "@/i18n/resources";
import type { Language } from "@/i18n/resources";
import { chooseTheme, useTheme } from "@/lib/theme";
import type { ThemeChoice } from "@/lib/theme";
import { IconButton, Menu, MenuItem, MenuLabel, MenuSeparator } from "@/ui";

const THEMES: readonly [ThemeChoice, LucideIcon][] = [
  ["system", Monitor],
  ["light", Sun],
  ["dark", Moon],
];

/** System, light or dark. */
export function ThemeMenu() {
  const { t } = useTranslation("shell");
  const theme = useTheme();
  const Icon = THEMES.find(([name]) => name === theme)?.[1] ?? Monitor;
  return (
    <Menu trigger={<IconButton icon={Icon} label={t("theme.label")} />}>
      {THEMES.map(([name, icon]) => (
        <MenuItem key={name} icon={icon} checked={theme === name} onSelect={() => chooseTheme(name)}>
          {t(`theme.${name}`)}
        </MenuItem>
      ))}
    </Menu>
  );
}

/** The language of the interface. */
export function LanguageMenu() {
  const { t, i18n } = useTranslation("shell");
  return (
    <Menu trigger={<IconButton icon={Languages} label={t("language")} />}>
      {(Object.entries(languages) as [Language, string][]).map(([code, name]) => (
        <MenuItem key={code} checked={i18n.language === code} onSelect={() => chooseLanguage(code)}>
          <span lang={code}>{name}</span>
        </MenuItem>
      ))}
    </Menu>
  );
}

/** Who is logged in, and the way out. */
export function UserMenu({ user }: { user: User }) {
  const { t } = useTranslation("shell");
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={t("account", { name: user.name })}
          className="ml-1 flex size-7 items-center justify-center rounded-full bg-accent-soft text-xs font-semibold text-accent uppercase"
        >
          {initials(user)}
        </button>
      }
    >
      <MenuLabel>
        <span className="block text-sm font-medium text-ink">{user.name}</span>
        {user.email}
      </MenuLabel>
      <MenuSeparator />
      <MenuItem icon={LogOut} onSelect={() => void logout()}>
        {t("logout")}
      </MenuItem>
    </Menu>
  );
}

function initials(user: User): string {
  const words = (user.name.trim() || user.email).split(/\s+/);
  return words
    .slice(0, 2)
    .map((word) => Array.from(word)[0] ?? "")
    .join("");
}
