import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { Link, Outlet, useRouter } from "@tanstack/react-router";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { Button, EmptyState, ErrorState, PageTitle, Toaster, TooltipProvider } from "@/ui";

/** Around every page. */
export function RootLayout() {
  return (
    <TooltipProvider delayDuration={300}>
      <Outlet />
      <Toaster />
    </TooltipProvider>
  );
}

/** In place of a page that could not be shown; a resource that is not there is told apart from a failure. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const queries = useQueryErrorResetBoundary();
  if (ApiError.of(error).status === 404) {
    return <NotFound />;
  }
  const retry = () => {
    queries.reset();
    reset();
    void router.invalidate();
  };
  return <ErrorState error={error} onRetry={retry} className="py-24" />;
}

/** The same where no frame is around it. */
export function BareRouteError(props: ErrorComponentProps) {
  return (
    <main>
      <RouteError {...props} />
    </main>
  );
}

/** An address that no page has. */
export function NotFoundPage() {
  return (
    <main>
      <NotFound />
    </main>
  );
}

function NotFound() {
  const { t } = useTranslation("shell");
  return (
    <>
      <PageTitle>{t("notFound.title")}</PageTitle>
      <EmptyState
        as="h1"
        className="py-24"
        icon={Compass}
        title={t("notFound.title")}
        description={t("notFound.text")}
        action={
          <Button asChild variant="primary">
            <Link to="/">{t("notFound.home")}</Link>
          </Button>
        }
      />
    </>
  );
}
