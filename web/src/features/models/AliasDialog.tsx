import { useMutation, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { removeAlias, setAlias } from "@/api/commands";
import { ApiError } from "@/api/errors";
import type { ModelVersion } from "@/api/types";
import { Badge, Field, FormDialog, IconButton, Input } from "@/ui";

/** Gives a version a name that can move on to another one later. */
export function AliasDialog({ version, onClose }: { version: ModelVersion; onClose: () => void }) {
  const { t } = useTranslation(["models", "ui"]);
  const queryClient = useQueryClient();
  const [alias, setText] = useState("");
  const refresh = () => queryClient.invalidateQueries({ queryKey: ["models"] });
  const set = useMutation({
    mutationFn: () => setAlias(version.name, alias.trim(), version.version),
    onSuccess: async () => {
      await refresh();
      onClose();
    },
  });
  const remove = useMutation({ mutationFn: (name: string) => removeAlias(version.name, name), onSuccess: refresh });
  const error = set.error ?? remove.error;
  return (
    <FormDialog
      size="sm"
      onClose={onClose}
      title={t("models:alias.title", { number: version.version })}
      description={t("models:alias.description")}
      submitLabel={t("models:alias.set")}
      ready={alias.trim() !== ""}
      busy={set.isPending}
      error={error}
      onSubmit={() => set.mutate()}
    >
      {version.aliases.length > 0 && (
        <ul className="flex flex-wrap gap-2">
          {version.aliases.map((name) => (
            <li key={name} className="flex items-center">
              <Badge tone="accent">{name}</Badge>
              <IconButton
                size="sm"
                icon={X}
                label={t("models:alias.remove", { alias: name })}
                busy={remove.isPending && remove.variables === name}
                onClick={() => remove.mutate(name)}
              />
            </li>
          ))}
        </ul>
      )}
      <Field
        label={t("models:alias.label")}
        help={t("models:alias.help")}
        error={error === null ? undefined : ApiError.of(error).violation("alias")}
      >
        <Input value={alias} placeholder="champion" onChange={(event) => setText(event.target.value)} />
      </Field>
    </FormDialog>
  );
}
