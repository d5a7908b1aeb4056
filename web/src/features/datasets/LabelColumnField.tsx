import { useTranslation } from "react-i18next";
import { Combobox, Field, Input } from "@/ui";

export interface LabelColumnFieldProps {
  /** The columns there are; of none known the name is typed. */
  columns: readonly string[];
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  help?: string;
}

/** Which column holds what is to be predicted. */
export function LabelColumnField({ columns, value, onChange, error, help }: LabelColumnFieldProps) {
  const { t } = useTranslation(["datasets", "ui"]);
  return (
    <Field
      label={t("datasets:labelColumn")}
      hint={t("ui:optional")}
      help={help ?? t("datasets:labelColumnHelp")}
      error={error}
    >
      {columns.length === 0 ? (
        <Input value={value} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <Combobox
          value={value}
          onChange={(next) => onChange(next === "\0" ? "" : next)}
          placeholder={t("datasets:chooseColumn")}
          options={[{ value: "\0", label: t("ui:none") }, ...columns.map((name) => ({ value: name, label: name }))]}
        />
      )}
    </Field>
  );
}
