/** Who works in the small project, and since when. */
import type { Me } from "@/api/types";

export const T0 = Date.now() - 20 * 60_000;
/** A time so many seconds after the project's first one. */
export const at = (seconds: number) => new Date(T0 + seconds * 1000).toISOString();

const project = (id: string, name: string) => ({
  id,
  organizationId: "org_1",
  name,
  slug: name.toLowerCase(),
  internetAccess: false,
  createdAt: at(0),
  version: 1,
});

export const me: Me = {
  user: { id: "usr_1", email: "ada@example.org", name: "Ada Lovelace" },
  memberships: [
    {
      organization: {
        id: "org_1",
        name: "Analytical Engines",
        slug: "analytical-engines",
        createdAt: at(0),
        version: 1,
      },
      role: "OWNER",
      projects: [project("prj_1", "Default"), project("prj_2", "Handwriting")],
    },
  ],
};
