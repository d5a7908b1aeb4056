import { Check, Copy } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./Button";

export interface CopyButtonProps {
  text: string;
  label?: string;
}

/** Puts a text on the clipboard and says so. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const { t } = useTranslation("ui");
  const [copied, setCopied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const copy = async () => {
    await writeText(text);
    setCopied(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setCopied(false), 1500);
  };
  return (
    <IconButton
      size="sm"
      icon={copied ? Check : Copy}
      label={copied ? t("copied") : (label ?? t("copy"))}
      onClick={() => void copy()}
      className={copied ? "text-success" : undefined}
    />
  );
}

/** The clipboard API needs a secure context; elsewhere a selected text field does the same. */
async function writeText(text: string): Promise<void> {
  const clipboard = (navigator as Partial<Navigator>).clipboard;
  if (clipboard !== undefined) {
    await clipboard.writeText(text);
    return;
  }
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way outside secure contexts
  document.execCommand("copy");
  area.remove();
}
