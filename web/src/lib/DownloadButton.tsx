import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { download } from "@/api/http";
import { IconButton, toast, useProblemText } from "@/ui";

export interface DownloadButtonProps {
  /** Where the platform has the file. */
  path: string;
  /** What it is called here. */
  filename: string;
  label: string;
}

/** Takes a protected file to the browser's downloads; shows that it is on its way, and says so when it does not come. */
export function DownloadButton({ path, filename, label }: DownloadButtonProps) {
  const { t } = useTranslation("ui");
  const explain = useProblemText();
  const fetching = useMutation({
    mutationFn: () => download(path, filename),
    onError: (error) => toast("danger", t("downloadFailed", { name: filename }), explain(error)),
  });
  return (
    <IconButton size="sm" icon={Download} label={label} busy={fetching.isPending} onClick={() => fetching.mutate()} />
  );
}
