import { Link } from "@tanstack/react-router";
import { FlaskConical } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useCan } from "@/lib/useCan";
import { Button, EmptyState } from "@/ui";

/** In place of a table of what runs have told: offers a job, for it is jobs that tell, to whoever may start one. */
export function NoRuns({ of }: { of: "empty" | "noRuns" }) {
  const { t } = useTranslation(["experiments", "shell"]);
  const canTrain = useCan("jobs:write");
  return (
    <EmptyState
      icon={FlaskConical}
      title={t(`experiments:${of}.title`)}
      description={t(`experiments:${of}.text`)}
      action={
        canTrain && (
          <Button asChild variant="primary">
            <Link to="/jobs" search={{ create: true }}>
              {t("shell:action.newJob")}
            </Link>
          </Button>
        )
      }
    />
  );
}
