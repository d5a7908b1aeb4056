import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";

/** Says what kind of error one is, by its code, in the user's language; what the server says of this one stays as it is. */
export function useProblemTitle(): (error: unknown) => string {
  const { t } = useTranslation(["errors", "ui"]);
  return (error) => {
    const { code } = ApiError.of(error);
    return isByStatus(code) ? t("ui:error.title") : t(`errors:${code}`);
  };
}

/** The kind of an error and what the server says of it, in one line. */
export function useProblemText(): (error: unknown) => string {
  const titleOf = useProblemTitle();
  return (error) => {
    const { code, message } = ApiError.of(error);
    const title = titleOf(error);
    return code === "NETWORK" || message === title ? title : `${title}: ${message}`;
  };
}

function isByStatus(code: string): code is `HTTP_${number}` {
  return code.startsWith("HTTP_");
}
