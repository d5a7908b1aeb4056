import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { FileUp, X } from "lucide-react";
import { useRef, useState } from "react";
import type { DragEvent } from "react";
import { useTranslation } from "react-i18next";
import { addData } from "@/api/commands";
import type { AddedData, DataSoFar } from "@/api/commands";
import { ApiError } from "@/api/errors";
import type { Dataset } from "@/api/types";
import { formatBytes } from "@/lib/format";
import { cn, Field, FormDialog, IconButton, Input, Progress, Textarea, toast } from "@/ui";
import { headerOf, nameFrom } from "./csvHeader";
import { LabelColumnField } from "./LabelColumnField";

export interface AddDataDialogProps {
  /** Add a version to this one; without it a new dataset is made. */
  dataset?: Dataset;
  onClose: () => void;
}

/** Takes a file of the user's, sends it, and makes a dataset version of it. */
export function AddDataDialog({ dataset, onClose }: AddDataDialogProps) {
  const { t, i18n } = useTranslation(["datasets", "ui"]);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [columns, setColumns] = useState<string[]>([]);
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [labelColumn, setLabelColumn] = useState("");
  const [sent, setSent] = useState(0);
  const abort = useRef<AbortController>(null);
  const soFar = useRef<DataSoFar>({});

  const add = useMutation({
    mutationFn: (chosen: File) => {
      abort.current = new AbortController();
      setSent(0);
      return addData(
        {
          dataset: dataset === undefined ? { name: name.trim(), description: description.trim() } : { id: dataset.id },
          file: chosen,
          labelColumn,
        },
        soFar.current,
        { signal: abort.current.signal, onProgress: (bytes) => setSent(bytes) },
      );
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["datasets"] }),
  });
  const onAdded = (version: AddedData) => {
    toast("success", t("datasets:add.done", { number: version.number }));
    onClose();
    void navigate({ to: "/datasets/$id", params: { id: version.datasetId }, search: { version: version.number } });
  };
  const problem = add.error === null ? null : ApiError.of(add.error);

  const take = async (chosen: File) => {
    setFile(chosen);
    add.reset();
    if (name === "") {
      setName(nameFrom(chosen.name));
    }
    const found = await headerOf(chosen);
    setColumns(found);
    setLabelColumn(found.find((column) => /^(label|target|class|y)$/i.test(column)) ?? "");
  };
  const close = () => {
    abort.current?.abort();
    onClose();
  };
  const ready = file !== null && (dataset !== undefined || name.trim() !== "");
  return (
    <FormDialog
      onClose={close}
      title={dataset === undefined ? t("datasets:new") : t("datasets:add.version")}
      description={t("datasets:add.description")}
      submitLabel={t("datasets:add.submit")}
      ready={ready}
      busy={add.isPending}
      error={add.error}
      onSubmit={() => file !== null && add.mutate(file, { onSuccess: onAdded })}
    >
      {file === null ? (
        <DropZone onFile={(chosen) => void take(chosen)} />
      ) : (
        <div className="rounded-md border bg-sunken p-3">
          <div className="flex items-center gap-3">
            <FileUp size={16} className="shrink-0 text-muted" aria-hidden />
            <span className="min-w-0 flex-1 truncate font-medium">{file.name}</span>
            <span className="text-xs text-muted tabular-nums">
              {add.isPending && `${formatBytes(sent, i18n.language)} / `}
              {formatBytes(file.size, i18n.language)}
            </span>
            {!add.isPending && (
              <IconButton size="sm" icon={X} label={t("datasets:add.other")} onClick={() => setFile(null)} />
            )}
          </div>
          {add.isPending && (
            <div className="mt-3 flex flex-col gap-1.5">
              <Progress
                label={t("datasets:add.sending")}
                value={sent >= file.size ? null : sent / Math.max(1, file.size)}
              />
              <p className="text-xs text-muted" role="status">
                {sent >= file.size ? t("datasets:add.reading") : t("datasets:add.sending")}
              </p>
            </div>
          )}
        </div>
      )}
      {dataset === undefined && (
        <>
          <Field label={t("ui:name")} required error={problem?.violation("name")}>
            <Input value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
          <Field label={t("ui:description")} hint={t("ui:optional")} error={problem?.violation("description")}>
            <Textarea value={description} rows={2} onChange={(event) => setDescription(event.target.value)} />
          </Field>
        </>
      )}
      <LabelColumnField
        columns={columns}
        value={labelColumn}
        onChange={setLabelColumn}
        error={problem?.violation("labelColumn")}
      />
    </FormDialog>
  );
}

function DropZone({ onFile }: { onFile: (file: File) => void }) {
  const { t } = useTranslation("datasets");
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file !== undefined) {
      onFile(file);
    }
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- dropping is the mouse's way; the input inside is everybody's
    <label
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cn(
        "flex cursor-pointer flex-col items-center gap-1 rounded-lg border border-dashed border-line-strong px-6 py-8 text-center",
        "focus-within:border-accent hover:bg-hover",
        over && "border-accent bg-accent-soft",
      )}
    >
      <FileUp size={20} className="mb-1 text-subtle" aria-hidden />
      <span className="font-medium">{t("add.drop")}</span>
      <span className="text-xs text-subtle">{t("add.formats")}</span>
      <input
        type="file"
        accept=".csv,.tsv,.gz,.csv.gz,text/csv"
        className="sr-only"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) {
            onFile(file);
          }
        }}
      />
    </label>
  );
}
