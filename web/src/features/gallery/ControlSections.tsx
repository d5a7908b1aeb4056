import { Bell, Ellipsis, Pencil, Plus, Search, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  Badge,
  Button,
  Checkbox,
  Combobox,
  ConfirmDialog,
  Dialog,
  FormDialog,
  Field,
  IconButton,
  Input,
  Kbd,
  Menu,
  MenuItem,
  MenuLabel,
  MenuSeparator,
  Popover,
  Select,
  Sheet,
  StatusBadge,
  Switch,
  Tabs,
  Textarea,
  toast,
  Tooltip,
} from "@/ui";
import type { Status } from "@/ui";
import { Section, Specimen } from "./Section";

const STATUSES: readonly Status[] = [
  "QUEUED",
  "STARTING",
  "RUNNING",
  "SUCCEEDED",
  "FAILED",
  "CANCELLING",
  "CANCELLED",
  "DEPLOYING",
  "READY",
  "DEGRADED",
  "STOPPED",
  "FINISHED",
  "KILLED",
  "LOST",
  "OK",
  "ERROR",
  "IN_PROGRESS",
];
const FRUIT = ["apple", "banana", "cherry", "damson", "elderberry"].map((name) => ({ value: name, label: name }));

export function ControlsSection() {
  const { t } = useTranslation("gallery");
  return (
    <Section title={t("controls")}>
      <Specimen name="Button">
        <Button variant="primary">{t("primary")}</Button>
        <Button>{t("secondary")}</Button>
        <Button variant="ghost">{t("ghost")}</Button>
        <Button variant="danger" icon={Trash2}>
          {t("danger")}
        </Button>
        <Button icon={Plus}>{t("withIcon")}</Button>
        <Button variant="primary" busy>
          {t("busy")}
        </Button>
        <Button disabled>{t("disabled")}</Button>
        <Button size="sm">{t("small")}</Button>
        <Button size="lg">{t("large")}</Button>
      </Specimen>
      <Specimen name="IconButton">
        <IconButton icon={Bell} label={t("ghost")} />
        <IconButton icon={Pencil} label={t("secondary")} variant="secondary" />
        <IconButton icon={Plus} label={t("primary")} variant="primary" />
        <IconButton icon={Bell} label={t("busy")} busy />
        <IconButton icon={Bell} label={t("small")} size="sm" />
      </Specimen>
      <Specimen name="Badge">
        <Badge>{t("neutral")}</Badge>
        <Badge tone="accent">accent</Badge>
        <Badge tone="success">success</Badge>
        <Badge tone="warning">warning</Badge>
        <Badge tone="danger">danger</Badge>
        <Badge tone="info">info</Badge>
      </Specimen>
      <Specimen name="StatusBadge">
        {STATUSES.map((status) => (
          <StatusBadge key={status} status={status} />
        ))}
      </Specimen>
      <Specimen name="Kbd">
        <Kbd>⌘</Kbd>
        <Kbd>K</Kbd>
        <Kbd>Esc</Kbd>
      </Specimen>
    </Section>
  );
}

export function FormsSection() {
  const { t } = useTranslation("gallery");
  const [fruit, setFruit] = useState("apple");
  const [found, setFound] = useState("");
  const [ticked, setTicked] = useState(true);
  const [on, setOn] = useState(true);
  return (
    <Section title={t("forms")}>
      <Specimen name="Field + Input">
        <Field label={t("label")} help={t("help")} className="w-60">
          <Input placeholder={t("placeholder")} />
        </Field>
        <Field label={t("label")} error={t("error")} required className="w-60">
          <Input defaultValue="???" />
        </Field>
        <Field label={t("disabled")} hint={t("hint")} className="w-60">
          <Input disabled defaultValue={t("disabled")} />
        </Field>
        <Field label={t("search")} className="w-60">
          <Input icon={Search} type="search" placeholder={t("placeholder")} />
        </Field>
      </Specimen>
      <Specimen name="Textarea">
        <Field label={t("label")} className="w-96">
          <Textarea placeholder={t("placeholder")} />
        </Field>
      </Specimen>
      <Specimen name="Select">
        <Field label={t("label")} className="w-60">
          <Select value={fruit} onChange={setFruit} options={FRUIT} />
        </Field>
        <Field label={t("disabled")} className="w-60">
          <Select value={fruit} onChange={setFruit} options={FRUIT} disabled />
        </Field>
      </Specimen>
      <Specimen name="Combobox">
        <Field label={t("label")} className="w-60">
          <Combobox value={found} onChange={setFound} options={FRUIT} placeholder={t("placeholder")} allowNew />
        </Field>
      </Specimen>
      <Specimen name="Checkbox">
        <Checkbox checked={ticked} onChange={setTicked} label={t("label")} help={t("help")} />
        <Checkbox checked="indeterminate" onChange={setTicked} label={t("partly")} />
        <Checkbox checked={false} onChange={setTicked} label={t("disabled")} disabled />
      </Specimen>
      <Specimen name="Switch">
        <Switch checked={on} onChange={setOn} label={t("label")} />
        <Switch checked={!on} onChange={(next) => setOn(!next)} label={t("label")} />
        <Switch checked={false} onChange={setOn} label={t("disabled")} disabled />
      </Specimen>
    </Section>
  );
}

export function OverlaysSection() {
  const { t } = useTranslation("gallery");
  const [open, setOpen] = useState<"dialog" | "form" | "confirm" | "sheet" | null>(null);
  const [tab, setTab] = useState("one");
  const close = () => setOpen(null);
  return (
    <Section title={t("overlays")}>
      <Specimen name="Dialog">
        <Button onClick={() => setOpen("dialog")}>{t("openDialog")}</Button>
        <Button onClick={() => setOpen("form")}>{t("openForm")}</Button>
        <Button onClick={() => setOpen("confirm")}>{t("openConfirm")}</Button>
        <Dialog
          open={open === "dialog"}
          onOpenChange={close}
          title={t("openDialog")}
          description={t("help")}
          footer={<Button onClick={close}>{t("primary")}</Button>}
        />
        {open === "form" && (
          <FormDialog
            title={t("openForm")}
            description={t("help")}
            submitLabel={t("primary")}
            ready
            busy={false}
            error={null}
            onSubmit={close}
            onClose={close}
          >
            <Field label={t("label")}>
              <Input />
            </Field>
          </FormDialog>
        )}
        <ConfirmDialog
          open={open === "confirm"}
          onOpenChange={close}
          title={t("openConfirm")}
          description={t("help")}
          confirmLabel={t("danger")}
          onConfirm={close}
        />
      </Specimen>
      <Specimen name="Sheet">
        <Button onClick={() => setOpen("sheet")}>{t("openSheet")}</Button>
        <Sheet open={open === "sheet"} onOpenChange={close} title={t("openSheet")}>
          <p className="p-4">{t("help")}</p>
        </Sheet>
      </Specimen>
      <Specimen name="Popover">
        <Popover label={t("openPopover")} trigger={<Button>{t("openPopover")}</Button>}>
          {t("help")}
        </Popover>
      </Specimen>
      <Specimen name="Menu">
        <Menu align="start" trigger={<IconButton icon={Ellipsis} label={t("openMenu")} variant="secondary" />}>
          <MenuLabel>{t("label")}</MenuLabel>
          <MenuItem icon={Pencil} onSelect={close}>
            {t("secondary")}
          </MenuItem>
          <MenuItem checked onSelect={close}>
            {t("primary")}
          </MenuItem>
          <MenuSeparator />
          <MenuItem icon={Trash2} danger onSelect={close}>
            {t("danger")}
          </MenuItem>
        </Menu>
      </Specimen>
      <Specimen name="Tooltip">
        <Tooltip label={t("help")}>
          <Button variant="ghost">{t("hover")}</Button>
        </Tooltip>
      </Specimen>
      <Specimen name="Toast">
        <Button onClick={() => toast("success", t("toastDone"), t("help"))}>success</Button>
        <Button onClick={() => toast("danger", t("toastFailed"), t("error"))}>danger</Button>
        <Button onClick={() => toast("info", t("help"))}>info</Button>
      </Specimen>
      <Specimen name="Tabs" wide>
        <Tabs
          label="Tabs"
          value={tab}
          onChange={setTab}
          tabs={[
            { value: "one", label: t("primary"), content: t("help") },
            { value: "two", label: t("secondary"), count: 12, content: t("hint") },
          ]}
        />
      </Specimen>
    </Section>
  );
}
