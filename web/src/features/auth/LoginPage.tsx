import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { login, register } from "@/api/commands";
import { ApiError } from "@/api/errors";
import { LanguageMenu, ThemeMenu } from "@/app/shell/UserMenu";
import { Logo } from "@/app/shell/Logo";
import { Button, ErrorLine, Field, Input, PageTitle } from "@/ui";

const route = getRouteApi("/login");

/** The way in: log in, or make an account. */
export function LoginPage() {
  const { t } = useTranslation("auth");
  const { next } = route.useSearch();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [registering, setRegistering] = useState(false);
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");

  const enter = useMutation({
    mutationFn: () => (registering ? register({ name, email, password }) : login({ email, password })),
    onSuccess: () => {
      queryClient.removeQueries(); // what another account saw here is not for this one
      // `next` is an address of this application; a foreign one must not be followed.
      router.history.push(next?.startsWith("/") === true && !next.startsWith("//") ? next : "/");
    },
  });
  const problem = enter.error === null ? null : ApiError.of(enter.error);

  const turn = () => {
    setRegistering(!registering);
    enter.reset();
  };
  return (
    <div className="flex min-h-dvh flex-col">
      <PageTitle>{registering ? t("register.title") : t("login.title")}</PageTitle>
      <div className="flex justify-end gap-0.5 p-3">
        <LanguageMenu />
        <ThemeMenu />
      </div>
      <main className="flex flex-1 items-start justify-center px-4 pt-[8vh] pb-16">
        <div className="w-full max-w-sm">
          <div className="mb-6 flex flex-col items-center gap-3 text-center">
            <Logo size={40} />
            <div>
              <h1 className="text-xl font-semibold tracking-tight">
                {registering ? t("register.title") : t("login.title")}
              </h1>
              <p className="mt-1 text-muted">{t("tagline")}</p>
            </div>
          </div>
          <form
            className="flex flex-col gap-4 rounded-xl border bg-surface p-6 shadow-card"
            onSubmit={(event) => {
              event.preventDefault();
              enter.mutate();
            }}
          >
            {registering && (
              <Field label={t("name")} required error={problem?.violation("name")}>
                <Input required value={name} autoComplete="name" onChange={(event) => setName(event.target.value)} />
              </Field>
            )}
            <Field label={t("email")} required error={problem?.violation("email")}>
              <Input
                required
                type="email"
                name="email"
                value={email}
                autoComplete="username"
                onChange={(event) => setEmail(event.target.value)}
              />
            </Field>
            <Field
              label={t("password")}
              required
              help={registering ? t("passwordHelp") : undefined}
              error={problem?.violation("password")}
            >
              <Input
                required
                type="password"
                name="password"
                value={password}
                autoComplete={registering ? "new-password" : "current-password"}
                onChange={(event) => setPassword(event.target.value)}
              />
            </Field>
            <ErrorLine error={enter.error} />
            <Button type="submit" variant="primary" size="lg" busy={enter.isPending}>
              {registering ? t("register.submit") : t("login.submit")}
            </Button>
          </form>
          <p className="mt-4 text-center text-muted">
            {registering ? t("login.question") : t("register.question")}{" "}
            <button type="button" className="link font-medium" onClick={turn}>
              {registering ? t("login.turn") : t("register.turn")}
            </button>
          </p>
        </div>
      </main>
    </div>
  );
}
