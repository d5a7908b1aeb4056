import { useTranslation } from "react-i18next";
import type { Signature, TensorSpec } from "@/features/services/signature";
import { Badge, Facts } from "@/ui";

/** What a model takes and gives, as its signature tells it. */
export function SignatureTable({ signature }: { signature: Signature }) {
  const { t } = useTranslation("models");
  return (
    <section className="rounded-md border bg-sunken p-4">
      <h3 className="mb-3 text-xs font-medium text-muted">{t("signature")}</h3>
      <Facts
        items={[
          [t("inputs"), <Tensors tensors={signature.inputs} />],
          [t("outputs"), <Tensors tensors={signature.outputs} />],
          [
            t("classes"),
            signature.classes.length === 0 ? null : (
              <span className="flex flex-wrap gap-1">
                {signature.classes.map((name) => (
                  <Badge key={name} className="bg-selected">
                    {name}
                  </Badge>
                ))}
              </span>
            ),
          ],
          [
            t("features"),
            signature.features.length === 0 ? null : (
              <details className="min-w-0">
                <summary className="cursor-pointer rounded-sm">{signature.features.length}</summary>
                <p className="mt-1 font-mono text-xs break-words text-muted">{signature.features.join(", ")}</p>
              </details>
            ),
          ],
        ]}
      />
    </section>
  );
}

function Tensors({ tensors }: { tensors: readonly TensorSpec[] }) {
  return tensors.length === 0 ? (
    "–"
  ) : (
    <ul className="flex flex-col gap-1">
      {tensors.map((tensor) => (
        <li key={tensor.name} className="font-mono text-xs">
          {tensor.name}{" "}
          <span className="text-muted">
            {tensor.datatype} [{tensor.shape.map((size) => (size < 0 ? "n" : size)).join(", ")}]
          </span>
        </li>
      ))}
    </ul>
  );
}
