import { useQuery } from "@tanstack/react-query";
import { modelDescription } from "@/api/queries";
import type { ModelVersion } from "@/api/types";
import { signatureOf } from "./signature";
import type { Signature } from "./signature";

/**
 * What a model takes and gives. The registry keeps the tensors; the names of classes and features are in the description that
 * the training left beside the model, if there is one.
 */
export function useSignature(version: ModelVersion | undefined): Signature {
  const described = useQuery(modelDescription(version?.runId ?? null));
  const registered = signatureOf(version?.signature);
  const { classes, features } = signatureOf(described.data ?? undefined);
  return {
    ...registered,
    classes: registered.classes.length > 0 ? registered.classes : classes,
    features: registered.features.length > 0 ? registered.features : features,
  };
}
