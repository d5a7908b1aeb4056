import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { Boxes, Database, KeyRound, Languages, LogOut, Moon, Play, Plus, Rocket, Search, Sun } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, data } from "@/api/http";
import { logout } from "@/api/session";
import { chooseLanguage } from "@/i18n";
import { chooseTheme } from "@/lib/theme";
import { useAllowed } from "@/lib/useCan";
import { galleryIcon, navigation } from "./navigation";

export interface CommandPaletteProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Everything by name: pages, resources, actions. */
export function CommandPalette({ open, onOpenChange }: CommandPaletteProps) {
  const { t } = useTranslation("shell");
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed top-[14vh] left-1/2 z-40 w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 animate-in overflow-hidden rounded-xl bg-raised shadow-pop outline-none"
        >
          <Radix.Title className="sr-only">{t("palette.title")}</Radix.Title>
          <Palette close={() => onOpenChange(false)} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Palette({ close }: { close: () => void }) {
  const { t, i18n } = useTranslation("shell");
  const navigate = useNavigate();
  const allowed = useAllowed();
  const recent = useQuery({ queryKey: ["palette"], queryFn: recentThings, staleTime: 10_000 });
  const act = (action: () => unknown) => () => {
    close();
    action();
  };
  return (
    <Command label={t("palette.title")}>
      <div className="flex items-center gap-2.5 border-b px-4">
        <Search size={16} className="text-subtle" aria-hidden />
        <Command.Input
          placeholder={t("palette.placeholder")}
          className="h-12 flex-1 bg-transparent text-base outline-none placeholder:text-subtle"
        />
      </div>
      <Command.List className="max-h-[50vh] overflow-y-auto p-2">
        <Command.Empty className="py-8 text-center text-muted">{t("palette.nothing")}</Command.Empty>
        <Group heading={t("palette.pages")}>
          {navigation
            .flatMap((group) => group.items)
            .filter((item) => allowed(item.needs))
            .map(({ name, to, icon }) => (
              <Item
                key={name}
                icon={icon}
                value={`page ${name} ${t(`nav.${name}`)}`}
                onSelect={act(() => navigate({ to }))}
              >
                {t(`nav.${name}`)}
              </Item>
            ))}
          <Item icon={galleryIcon} value="page gallery" onSelect={act(() => navigate({ to: "/gallery" }))}>
            {t("nav.gallery")}
          </Item>
        </Group>
        <Group heading={t("palette.actions")}>
          {allowed("datasets:write") && (
            <Item
              icon={Plus}
              value={`new dataset ${t("action.newDataset")}`}
              onSelect={act(() => navigate({ to: "/datasets", search: { create: true } }))}
            >
              {t("action.newDataset")}
            </Item>
          )}
          {allowed("jobs:write") && (
            <Item
              icon={Plus}
              value={`new job ${t("action.newJob")}`}
              onSelect={act(() => navigate({ to: "/jobs", search: { create: true } }))}
            >
              {t("action.newJob")}
            </Item>
          )}
          {allowed("evaluations:write") && (
            <Item
              icon={Plus}
              value={`new evaluation ${t("action.newEvaluation")}`}
              onSelect={act(() => navigate({ to: "/evaluations", search: { create: true } }))}
            >
              {t("action.newEvaluation")}
            </Item>
          )}
          {allowed("keys:write") && (
            <Item
              icon={KeyRound}
              value={`new api key ${t("action.newKey")}`}
              onSelect={act(() => navigate({ to: "/api-keys" }))}
            >
              {t("action.newKey")}
            </Item>
          )}
          <Item icon={Sun} value={`theme light ${t("action.light")}`} onSelect={act(() => chooseTheme("light"))}>
            {t("action.light")}
          </Item>
          <Item icon={Moon} value={`theme dark ${t("action.dark")}`} onSelect={act(() => chooseTheme("dark"))}>
            {t("action.dark")}
          </Item>
          <Item
            icon={Languages}
            value="language 中文 english"
            onSelect={act(() => chooseLanguage(i18n.language === "en" ? "zh-CN" : "en"))}
          >
            {t("action.otherLanguage")}
          </Item>
          <Item icon={LogOut} value={`log out ${t("logout")}`} onSelect={act(() => logout())}>
            {t("logout")}
          </Item>
        </Group>
        {recent.data !== undefined && (
          <Group heading={t("palette.things")}>
            {recent.data.datasets.map((one) => (
              <Item
                key={one.id}
                icon={Database}
                value={`dataset ${one.name} ${one.id}`}
                onSelect={act(() => navigate({ to: "/datasets/$id", params: { id: one.id } }))}
              >
                {one.name}
              </Item>
            ))}
            {recent.data.jobs.map((one) => (
              <Item
                key={one.id}
                icon={Play}
                value={`job ${one.name} ${one.id}`}
                onSelect={act(() => navigate({ to: "/jobs/$id", params: { id: one.id } }))}
              >
                {one.name}
              </Item>
            ))}
            {recent.data.models.map((one) => (
              <Item
                key={one.id}
                icon={Boxes}
                value={`model ${one.name} ${one.id}`}
                onSelect={act(() => navigate({ to: "/models/$name", params: { name: one.name } }))}
              >
                {one.name}
              </Item>
            ))}
            {recent.data.services.map((one) => (
              <Item
                key={one.id}
                icon={Rocket}
                value={`service ${one.name} ${one.id}`}
                onSelect={act(() => navigate({ to: "/services/$id", params: { id: one.id } }))}
              >
                {one.name}
              </Item>
            ))}
          </Group>
        )}
      </Command.List>
    </Command>
  );
}

/** The newest of everything that has a name. */
async function recentThings() {
  const params = { query: { pageSize: 20 } };
  const [datasets, jobs, models, services] = await Promise.all([
    data(api.GET("/api/v1/datasets", { params })),
    data(api.GET("/api/v1/training/jobs", { params })),
    data(api.GET("/api/v1/models", { params })),
    data(api.GET("/api/v1/inference/services", { params })),
  ]);
  return { datasets: datasets.items, jobs: jobs.items, models: models.items, services: services.items };
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-subtle"
    >
      {children}
    </Command.Group>
  );
}

interface ItemProps {
  icon: LucideIcon;
  value: string;
  onSelect: () => void;
  children: ReactNode;
}

function Item({ icon: Icon, value, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2 text-sm data-[selected=true]:bg-hover"
    >
      <Icon size={15} className="text-subtle" aria-hidden />
      <span className="truncate">{children}</span>
    </Command.Item>
  );
}
