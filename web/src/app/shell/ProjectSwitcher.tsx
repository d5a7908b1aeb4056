import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { ChevronsUpDown, Plus, Settings2 } from "lucide-react";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { changeProject, createProject } from "@/api/commands";
import { ApiError } from "@/api/errors";
import { chooseProject } from "@/api/project";
import { me } from "@/api/queries";
import type { Membership, Project } from "@/api/types";
import { allows } from "@/lib/useCan";
import { Checkbox, Field, FormDialog, Input, Menu, MenuItem, MenuLabel, MenuSeparator, toast } from "@/ui";
import { Logo } from "./Logo";

export interface ProjectSwitcherProps {
  memberships: readonly Membership[];
  current: Project | undefined;
}

/** Which project one works in, and the way to another. */
export function ProjectSwitcher({ memberships, current }: ProjectSwitcherProps) {
  const { t } = useTranslation("shell");
  const router = useRouter();
  const queryClient = useQueryClient();
  const [creatingIn, setCreatingIn] = useState<string | null>(null);
  const [changing, setChanging] = useState<Project | null>(null);
  const owner = memberships.find((one) => one.projects.some((project) => project.id === current?.id));

  const choose = (project: Project) => {
    chooseProject(project.slug);
    queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== "me" });
    void router.navigate({ to: "/" });
  };
  return (
    <>
      <Menu
        align="start"
        className="w-60"
        trigger={
          <button
            type="button"
            aria-label={t("project.switch", { name: current?.name ?? "" })}
            className="flex h-11 w-full items-center gap-2.5 rounded-md px-2 text-left hover:bg-hover"
          >
            <Logo size={26} />
            <span className="flex min-w-0 flex-1 flex-col">
              <span className="truncate text-sm leading-4 font-semibold">{current?.name ?? "Trine"}</span>
              <span className="truncate text-2xs text-subtle">{owner?.organization.name}</span>
            </span>
            <ChevronsUpDown size={14} className="shrink-0 text-subtle" aria-hidden />
          </button>
        }
      >
        {memberships.map((membership, index) => (
          <Fragment key={membership.organization.id}>
            {index > 0 && <MenuSeparator />}
            <MenuLabel>{membership.organization.name}</MenuLabel>
            {membership.projects.map((project) => (
              <MenuItem key={project.id} checked={project.id === current?.id} onSelect={() => choose(project)}>
                <span className="truncate">{project.name}</span>
              </MenuItem>
            ))}
            {allows(membership.role, "projects:write") && (
              <MenuItem icon={Plus} onSelect={() => setCreatingIn(membership.organization.id)}>
                {t("project.create")}
              </MenuItem>
            )}
            {membership === owner && current !== undefined && allows(membership.role, "projects:write") && (
              <MenuItem icon={Settings2} onSelect={() => setChanging(current)}>
                {t("project.settings")}
              </MenuItem>
            )}
          </Fragment>
        ))}
      </Menu>
      {creatingIn !== null && (
        <NewProjectDialog
          organizationId={creatingIn}
          onClose={() => setCreatingIn(null)}
          onCreated={(project) => {
            setCreatingIn(null);
            choose(project);
          }}
        />
      )}
      {changing !== null && <ProjectSettingsDialog project={changing} onClose={() => setChanging(null)} />}
    </>
  );
}

interface NewProjectDialogProps {
  organizationId: string;
  onClose: () => void;
  onCreated: (project: Project) => void;
}

function NewProjectDialog({ organizationId, onClose, onCreated }: NewProjectDialogProps) {
  const { t } = useTranslation(["shell", "ui"]);
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const create = useMutation({
    mutationFn: () => createProject(organizationId, name.trim()),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: me.queryKey }),
  });
  const problem = create.error === null ? null : ApiError.of(create.error);
  return (
    <FormDialog
      size="sm"
      onClose={onClose}
      title={t("shell:project.create")}
      description={t("shell:project.createHelp")}
      submitLabel={t("ui:create")}
      ready={name.trim() !== ""}
      busy={create.isPending}
      error={create.error}
      onSubmit={() => create.mutate(undefined, { onSuccess: onCreated })}
    >
      <Field label={t("ui:name")} required error={problem?.violation("name")}>
        <Input value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
    </FormDialog>
  );
}

/** What those who administer a project allow in it. */
function ProjectSettingsDialog({ project, onClose }: { project: Project; onClose: () => void }) {
  const { t } = useTranslation(["shell", "ui"]);
  const queryClient = useQueryClient();
  const [internetAccess, setInternetAccess] = useState(project.internetAccess);
  const change = useMutation({
    mutationFn: () => changeProject(project, { internetAccess }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: me.queryKey });
      toast("success", t("shell:project.changed", { name: project.name }));
      onClose();
    },
  });
  return (
    <FormDialog
      size="sm"
      onClose={onClose}
      title={t("shell:project.settings")}
      description={project.name}
      submitLabel={t("ui:save")}
      ready={internetAccess !== project.internetAccess}
      busy={change.isPending}
      error={change.error}
      onSubmit={() => change.mutate()}
    >
      <Checkbox
        checked={internetAccess}
        onChange={setInternetAccess}
        label={t("shell:project.internet")}
        help={t("shell:project.internetHelp")}
      />
    </FormDialog>
  );
}
